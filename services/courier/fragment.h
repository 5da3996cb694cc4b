/*
 * Pieces of mailings, rendered and encoded once for all who get them: what one event says, in one
 * language, to readers of one level. Each mail is put together of them (mailing.c).
 *
 * An encoded piece has marks in it, bytes below MARK_END, which quoted-printable never has otherwise,
 * each on a line of its own that does not show (a soft break before and after it): there goes what differs
 * from one reader to the next. Templates print them as U+E000 and on; data cannot bring them along.
 */
#ifndef RELAIS_COURIER_FRAGMENT_H
#define RELAIS_COURIER_FRAGMENT_H

#include <jansson.h>

#include "services/courier/courier.h"
#include "shared/base/buf.h"

enum { ANSWERS = 7, MARK_TAKES = 64 };
/* "any", then the statuses that a link in a mail may say. */
extern const char *const fragment_answers[ANSWERS];

enum mark {
	MARK_SLOT = 1,                  /* the lesson's number in this mail */
	MARK_ANSWER,                    /* what signs a link: one for each of fragment_answers */
	MARK_SETTINGS = MARK_ANSWER + ANSWERS,
	MARK_END                        /* 10: a line feed is no mark */
};

struct fragment {
	unsigned refs;
	struct buf text, html;          /* encoded, with marks; empty: there is nothing to tell any more */
	struct buf brief_text, brief_html;      /* its title alone, where a mail would be too long */
	size_t takes, brief_takes;      /* bytes in a mail, at most: MARK_TAKES for each mark */
	char *title;                    /* for a subject; NULL: none */
	bool lesson;
	bool has_words;                 /* a digest with words of its own: what it tells follows in brief */
};

void fragment_unref(struct fragment *f);        /* NULL is fine */

/* For whom an event is rendered. */
struct view {
	json_int_t group, version;
	const char *slug, *name, *lang;
	bool inside, leads;             /* the reader's level */
};

struct fragments;

struct fragments *fragments_new(struct courier *c);
void fragments_free(struct fragments *f);

/* A new reference to the piece of an event; NULL: it was not asked for yet. slotted: with the lines to answer. */
struct fragment *fragments_get(struct fragments *f, const struct view *v, json_int_t seq, bool slotted);

/*
 * Sees to it that the pieces of items ([[seq, slot or null, …], …]) are there, then calls done: at once, or when
 * the database has told. ok false: it did not. v and items have to live until then.
 */
void fragments_need(struct fragments *f, const struct view *v, json_t *items, void (*done)(void *arg, bool ok), void *arg);

/* A new reference to what needs no database: template NAME.txt and NAME.html with values (taken). key: what values depend on. */
struct fragment *fragments_fixed(struct fragments *f, const char *name, const char *lang, const char *key, json_t *values);

#endif
