/*
 * The words of a piece of HTML, for where there is room for a line only: without its tags, blanks in a row one, at most
 * `most` characters, and "…" in place of what is cut off, between two words where there are any. What comes out may stand
 * in an attribute between double quotes. The HTML is trusted (a template's, the sanitiser's): each '<' begins a tag.
 */
#ifndef RELAIS_TEMPLATE_BRIEF_H
#define RELAIS_TEMPLATE_BRIEF_H

#include "shared/base/buf.h"

void template_brief(struct slice html, size_t most, struct buf *out);

#endif
