/*
 * What somebody reads in a mail's HTML, as plain text: a block is a line, what is quoted
 * (blockquote, and what some mailers use in its place) has "> " before each line, cells are apart
 * by a space. Styles, scripts, pictures and the signatures that mailers mark are left out.
 * Pure; linear in len.
 */
#ifndef RELAIS_COURIER_HTML_H
#define RELAIS_COURIER_HTML_H

#include "shared/base/buf.h"

/* Appends to out. html is UTF-8 (charset.h). */
void html_text(struct buf *out, struct slice html);

#endif
