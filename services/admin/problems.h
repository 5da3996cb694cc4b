/*
 * What is wrong with the files of an import: collected, so that all of it is told at
 * once, and then nothing is imported.
 */
#ifndef RELAIS_ADMIN_PROBLEMS_H
#define RELAIS_ADMIN_PROBLEMS_H

#include <jansson.h>

#include "shared/base/base.h"

struct problems {
	json_t *list;           /* [{"file","line","problem"}] */
};

void problems_init(struct problems *p);
void problems_release(struct problems *p);

/* line 0: of the file as a whole. */
void problem(struct problems *p, const char *file, int line, const char *fmt, ...) printf_like(4, 5);
size_t problems_count(const struct problems *p);

/* "file:line: what is wrong", a line each, to standard error; as JSON to standard output. */
void problems_print(const struct problems *p, bool json);

#endif
