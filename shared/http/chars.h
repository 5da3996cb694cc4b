/*
 * The classes of bytes in HTTP/1.1, as one table.
 */
#ifndef RELAIS_HTTP_CHARS_H
#define RELAIS_HTTP_CHARS_H

#include "shared/base/base.h"

enum {
	CHAR_TOKEN  = 1,        /* tchar, RFC 9110 section 5.6.2 */
	CHAR_VALUE  = 2,        /* what a field value may hold: VCHAR, obs-text, SP, HTAB */
	CHAR_TARGET = 4,        /* what a request target may hold: VCHAR without '#' */
	CHAR_HOST   = 8,        /* a host and port without user information, RFC 3986 section 3.2 */
	CHAR_ID     = 16        /* what we take over from a client's X-Request-Id */
};

extern const unsigned char http_chars[256];

static inline bool
http_char(char c, int classes)
{
	return (http_chars[(unsigned char)c] & classes) != 0;
}

/* All of the text is of one of the classes; true for no text. */
bool http_all(struct slice text, int classes);

/* Equal but for the case of ASCII letters; `lower` is lower case already. */
bool http_is(struct slice text, const char *lower, size_t len);

#endif
