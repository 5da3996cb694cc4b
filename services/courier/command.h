/*
 * What somebody meant by a reply: one word is enough, in French, Dutch and English at once, with or
 * without accents (words.c). A word counts where a line begins, behind the lesson's number if there
 * is one; what follows, on this line and the next ones, is its note. Pure; all memory is the arena's.
 */
#ifndef RELAIS_COURIER_COMMAND_H
#define RELAIS_COURIER_COMMAND_H

#include "services/courier/quote.h"
#include "shared/base/arena.h"

enum verb {
	VERB_NONE,
	VERB_INTERESTED, VERB_PLANNED, VERB_TRYING, VERB_APPLIED, VERB_ADAPTED, VERB_INTERRUPTED, VERB_NOT_FOR_US,
	VERB_QUESTION, VERB_STOP, VERB_PAUSE, VERB_RESUME, VERB_HELP, VERB_UNDO, VERB_LANG, VERB_CADENCE, VERB_SUBSCRIBE, VERB_THANKS,
};

struct command {
	unsigned slot;          /* the lesson's number in the mail that is answered; 0: none named */
	enum verb verb;         /* never VERB_NONE */
	const char *reason;     /* of interrupted and not_for_us: a code of word_reason; else NULL */
	const char *value;      /* of lang: "fr"; of cadence: "weekly", as subscriptions have it; else NULL */
	unsigned days;          /* of pause, how long; 0: it does not say */
	const char *until;      /* of pause, as struct wish has it (wish.h); NULL: it does not say */
	unsigned weekday, hour; /* of cadence and subscribe, as there */
	const char *kinds, *lang;       /* likewise: "lesson,question"; NULL */
	const char *note;       /* the words that follow; of a question, what is asked; "" if there are none */
	const char *line;       /* as typed, where the word stands */
};

struct commands {
	const struct command *list;     /* in the order of the mail, those in quoted slots last */
	size_t n;
	const char *rest;       /* lines before any command or that say no known thing; "" if all was understood */
};

/* "interested" … "thanks": the codes of statuses are those of word_status. */
const char *verb_name(enum verb verb);

/* Is it what a report of a lesson says? */
bool verb_is_status(enum verb verb);

/* Looks at the first 16 KB and 1,000 lines that somebody wrote, and at most 100 commands. */
void command_read(struct arena *a, const struct quote *said, struct commands *out);

#endif
