/*
 * Parts what somebody wrote from what their mailer quoted, and from the signature. Answers inside or
 * under the quote count as written. Pure; linear in the text; all memory is the arena's.
 *
 * Our mails have for each lesson a line `[N] label: ____________` (a slot): the number first on its
 * line, a label with a colon that speaks of an answer, at least four underscores; after it, at most words to
 * choose from in brackets, links, and an empty line. Where somebody filled one in, in the quote itself, or wrote
 * right under it, that is an answer for lesson N.
 */
#ifndef RELAIS_COURIER_QUOTE_H
#define RELAIS_COURIER_QUOTE_H

#include "shared/base/arena.h"

enum { QUOTE_SLOTS_MOST = 99 };

struct quote_slot {
	unsigned number;        /* 1 to 99 */
	bool sure;              /* else the label is gone too: an answer only if it is understood as one */
	const char *text;
};

struct quote {
	const char *text;       /* what they wrote themselves; lines end with LF; no empty ones around it */
	const struct quote_slot *slots;         /* those that hold something, in the order of the mail */
	size_t n;
};

/* text: UTF-8 with LF, as incoming_read() gives it. name: the writer's, "" if unknown: a line with nothing else signs. */
void quote_cut(struct arena *a, const char *text, const char *name, struct quote *out);

#endif
