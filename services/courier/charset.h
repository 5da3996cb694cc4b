/*
 * Bytes of a mail in whatever charset, as UTF-8 that holds nothing but text: lines end with LF;
 * NUL, control characters and marks that turn the direction of writing are dropped. A wrong or
 * unknown charset never fails: what is no UTF-8 then counts as windows-1252, which it mostly is.
 * Pure. A full `out` is a text cut short.
 */
#ifndef RELAIS_COURIER_CHARSET_H
#define RELAIS_COURIER_CHARSET_H

#include "shared/base/buf.h"

/* Appends the text; charset as a mail names it, "" if it does not. */
void charset_decode(struct buf *out, const char *charset, struct slice bytes);

/* Appends one character, if a text may hold it. Those of windows-1252 where Unicode has controls count as meant. */
void charset_put(struct buf *out, uint32_t code);

/* Takes a character off the start of s, which is not empty. A byte that is no UTF-8 is one of windows-1252. */
uint32_t charset_next(struct slice *s);

#endif
