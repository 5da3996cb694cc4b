/*
 * One line of our mails that is to be filled in (quote.h). Pure.
 */
#ifndef RELAIS_COURIER_SLOT_H
#define RELAIS_COURIER_SLOT_H

#include "services/courier/cite.h"
#include "shared/base/arena.h"
#include "shared/base/buf.h"

/* Where the line goes on behind the number in brackets that it begins with; 0: it begins with none. */
size_t slot_number(const struct cite_line *line, unsigned *number);

/* Is there a blank to fill in, or what is left of it? */
bool slot_has_blank(const char *at, size_t len);

/* Adds a line's words without the blank. */
void slot_add_filled(struct buf *out, const char *at, size_t len);

/* Takes off what our mails have behind a blank: a link, its text. */
void slot_cut_links(struct arena *a, struct buf *text);

#endif
