/*
 * What one line of a reply begins with: lessons' numbers, a verb, its reason. Pure.
 */
#ifndef RELAIS_COURIER_ITEM_H
#define RELAIS_COURIER_ITEM_H

#include "services/courier/wish.h"

struct item {
	struct numbers numbers; /* of lessons; none unless there is a verb, or they are marked */
	bool sentence;          /* it begins as people talk: "nous avons …" */
	enum verb verb;         /* VERB_NONE: not understood */
	const char *reason, *value;
	unsigned days;
	struct wish wish;       /* of cadence and subscribe; of pause, until when */
	size_t text;            /* where what was said begins, behind the number: an offset into the line */
	size_t note;            /* where the rest begins, */
	size_t note_end;        /* and where it ends, before the next item on the same line, */
	size_t next;            /* which begins here; the line's length if there is none */
};

/* line has `len` bytes of UTF-8. in_slot: it answers in a slot, so that control words count as the lesson's status. */
void item_read(struct arena *a, const char *line, size_t len, bool in_slot, struct item *out);

/*
 * Has the line nothing but polite words, and, if it is to be `thanking`, thanks or "see below" before them? Marks
 * alone are so too.
 */
bool item_is_polite(struct arena *a, const char *line, size_t len, bool thanking);

/* Skips a salutation at the line's start: the offset behind it. */
size_t item_greeting(struct arena *a, const char *line, size_t len);

#endif
