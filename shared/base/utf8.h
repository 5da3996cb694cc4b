/*
 * Characters of a text that is valid UTF-8 and ends with NUL.
 */
#ifndef RELAIS_UTF8_H
#define RELAIS_UTF8_H

#include "shared/base/base.h"

/* Does a character begin at this byte? Those after its first are 10xxxxxx (RFC 3629, section 3). */
static inline bool
utf8_begins(char byte)
{
	return ((unsigned char)byte & 0xC0) != 0x80;
}

static inline size_t
utf8_count(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += utf8_begins(*text);
	return n;
}

#endif
