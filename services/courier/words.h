/*
 * The words that replies are understood by, as data: another language is more rows (words.c).
 */
#ifndef RELAIS_COURIER_WORDS_H
#define RELAIS_COURIER_WORDS_H

#include "services/courier/command.h"
#include "services/courier/fold.h"

enum word_role {
	ROLE_VERB = 1 << 0,
	ROLE_REASON = 1 << 1,
	ROLE_BECAUSE = 1 << 2,          /* may stand between verb and reason */
	ROLE_LANGUAGE = 1 << 3,
	ROLE_CADENCE = 1 << 4,
	ROLE_LEAD = 1 << 5,             /* may stand before a status: "on a", "we hebben het" */
	ROLE_PLEASE = 1 << 6,           /* may stand before any verb */
	ROLE_POLITE = 1 << 7,           /* may follow a word that has to stand alone */
	ROLE_NEGATION = 1 << 8,
	ROLE_GREETING = 1 << 9,
	ROLE_BUT = 1 << 10,
	ROLE_AND = 1 << 11,
	ROLE_NUMBERING = 1 << 12,       /* stands before a lesson's number */
	ROLE_UNIT = 1 << 13,            /* of time: .number days */
	ROLE_COUNT = 1 << 14,           /* a number as a word */
	ROLE_UNTIL = 1 << 15,           /* before the end of a pause; weak ones also before other values */
	ROLE_ASKS = 1 << 16,            /* begins a question */
	ROLE_OBJECT = 1 << 17,          /* says nothing behind a verb: "applied it" */
	ROLE_IDLE = 1 << 18,            /* says nothing as a line: "voir ci-dessous" */
	ROLE_LINK = 1 << 19,            /* of our mails, behind a slot: never an answer */
	/* of how mails are to come (wish.h) */
	ROLE_WEEKDAY = 1 << 20,         /* .number, 1 is Monday; with a .code, each one: "lundis" */
	ROLE_EVERY = 1 << 21,
	ROLE_KIND = 1 << 22,            /* of news; "all" */
	ROLE_ONLY = 1 << 23,
	ROLE_OCLOCK = 1 << 24,          /* behind an hour; .number of those that count from noon */
	ROLE_DAYTIME = 1 << 25,         /* .number is its hour */
	ROLE_MONTH = 1 << 26,
	ROLE_AT = 1 << 27,              /* before an hour, a day */
	ROLE_MAILS = 1 << 28,           /* says no more than that it is about mails */
};

enum word_flag {
	WORD_ALONE = 1,         /* at the line's end, or before a mark, or with polite words only */
	WORD_FINAL = 2,         /* at the line's end, or with polite words only */
	WORD_NEAR = 4,          /* a reason only right behind the verb, a cadence only behind its verb */
	WORD_WEAK = 8,          /* means nothing by itself: "les" numbers a lesson only with a mark, it is also French */
};

struct words {
	unsigned role, flags;
	enum verb verb;
	unsigned number;
	const char *code;       /* of a reason, language, cadence */
	const char *phrases;    /* folded (fold.h), apart by '|'; marks inside a phrase are left out: "c est" */
};

extern const struct words words[];
extern const size_t words_count;

struct match {
	const struct words *row;
	size_t n;               /* tokens, marks inside included */
};

/* The longest phrase that begins at t[0] and has one of the roles. */
bool words_match(unsigned roles, const struct token *t, size_t n, struct match *out) must_check;

/*
 * The same for a phrase with one letter wrong, missing, too many, or two changed about, in a word of six
 * letters or more; only if nothing of another meaning is as near.
 */
bool words_nearly(unsigned roles, const struct token *t, size_t n, struct match *out) must_check;

#endif
