/*
 * A text as it may stand in an address (RFC 3986 section 2).
 */
#ifndef RELAIS_PERCENT_H
#define RELAIS_PERCENT_H

#include "shared/base/buf.h"

/* Appends the text, %XX for whatever has a meaning in a path or query, but / and , and for all that is not ASCII. */
void percent_encode(struct buf *out, const char *text);

#endif
