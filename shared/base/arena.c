#include "shared/base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"

enum { BLOCK_SIZE = 8192 - 64 };

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

static struct arena_block *
block_new(size_t size, struct arena_block *next)
{
	struct arena_block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		fatal("out of memory");
	b->next = next;
	b->used = 0;
	b->size = size;
	return b;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *b = a->blocks;
	void *p;

	if (size > SIZE_MAX / 2)
		fatal("arena: absurd size");
	size = (size + align - 1) / align * align;
	if (size > BLOCK_SIZE / 4 && b != NULL) {
		/* A large piece gets a block of its own behind the current one. */
		b->next = block_new(size, b->next);
		b->next->used = size;
		return memset(b->next->data, 0, size);
	}
	if (b == NULL || b->size - b->used < size)
		b = a->blocks = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE, b);
	p = b->data + b->used;
	b->used += size;
	return memset(p, 0, size);      /* here: of most blocks little is used */
}

char *
arena_copy(struct arena *a, const char *from, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	if (len > 0)
		memcpy(p, from, len);
	return p;
}

char *
arena_strdup(struct arena *a, const char *from)
{
	return arena_copy(a, from, strlen(from));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		fatal("arena_printf: bad format");
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void
arena_release(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
}
