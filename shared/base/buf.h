/*
 * A growing byte buffer, always terminated by NUL behind its len bytes.
 *
 * Like PostgreSQL's PQExpBuffer its error is sticky: an append that would pass
 * `limit`, or finds no memory, sets `failed` and from then on nothing is added;
 * the caller looks once, at the end.
 */
#ifndef RELAIS_BUF_H
#define RELAIS_BUF_H

#include <stdarg.h>

#include "shared/base/base.h"

struct buf {
	char *data;             /* owned; NULL while empty */
	size_t len, cap;
	size_t limit;           /* 0: none */
	bool failed;
};

/* An empty buffer is all zero. */
void buf_release(struct buf *b);
void buf_reset(struct buf *b);          /* empties, keeps the memory, clears failed */

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_put_number(struct buf *b, uint64_t n); /* in decimal digits */
void buf_printf(struct buf *b, const char *fmt, ...) printf_like(2, 3);

/* Room for len more bytes without another allocation; false (failed) if there is none. */
bool buf_reserve(struct buf *b, size_t len);

/* Drops the first len bytes. */
void buf_drop(struct buf *b, size_t len);

/* The text so far; "" for an empty buffer; valid until the next change. */
const char *buf_text(const struct buf *b);

#endif
