#include "shared/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buf_release(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ .limit = b->limit };
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

bool
buf_reserve(struct buf *b, size_t len)
{
	size_t cap;
	char *data;

	if (b->failed)
		return false;
	if (len < b->cap && b->cap - len > b->len && (b->limit == 0 || b->len + len <= b->limit))
		return true;
	if (len >= SIZE_MAX / 2 - b->len || (b->limit != 0 && b->len + len > b->limit)) {
		b->failed = true;
		return false;
	}
	cap = b->cap < 256 ? 256 : b->cap;
	while (cap <= b->len + len)
		cap *= 2;
	data = realloc(b->data, cap);
	if (data == NULL) {
		b->failed = true;
		return false;
	}
	if (b->data == NULL)
		data[0] = '\0';
	b->data = data;
	b->cap = cap;
	return true;
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (len == 0 || !buf_reserve(b, len))
		return;
	memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_put_number(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	buf_add(b, digits + i, sizeof(digits) - i);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if (!buf_reserve(b, (size_t)n))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void
buf_drop(struct buf *b, size_t len)
{
	if (len >= b->len) {
		b->len = 0;
	} else {
		memmove(b->data, b->data + len, b->len - len);
		b->len -= len;
	}
	if (b->data != NULL)
		b->data[b->len] = '\0';
}

const char *
buf_text(const struct buf *b)
{
	return b->data == NULL ? "" : b->data;
}
