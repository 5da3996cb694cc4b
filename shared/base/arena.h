/*
 * An arena: memory of one request, given back all at once.
 *
 * Every arena_* function that returns memory returns memory that lives until
 * arena_release(). Running out of memory ends the program (fatal()), so none
 * of them returns NULL.
 */
#ifndef RELAIS_ARENA_H
#define RELAIS_ARENA_H

#include <stdarg.h>

#include "shared/base/base.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;     /* newest first; owned */
};

/* An empty arena is all zero; no init is needed beyond `= {0}`. */
void arena_release(struct arena *a);

/* size bytes, zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);

/* Copies, terminated by NUL. */
char *arena_copy(struct arena *a, const char *from, size_t len);
char *arena_strdup(struct arena *a, const char *from);
char *arena_printf(struct arena *a, const char *fmt, ...) printf_like(2, 3);

#endif
