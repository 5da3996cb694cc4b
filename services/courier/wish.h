/*
 * How somebody wants their mails, as they say it on a line: "chaque lundi à 8 h", "mensuel, en néerlandais", "seulement les
 * leçons"; and the day a pause is to last until. Pure.
 */
#ifndef RELAIS_COURIER_WISH_H
#define RELAIS_COURIER_WISH_H

#include "services/courier/scan.h"

enum { WISH_KINDS = 4 };

struct wish {
	const char *cadence;            /* "weekly", as subscriptions have it; NULL: not said, and so below */
	const char *lang;
	const char *kinds[WISH_KINDS];  /* only what is of these kinds: "lesson"; alone "all": everything again */
	size_t n_kinds;
	unsigned weekday;               /* 1 is Monday; 0: not said */
	unsigned hour;                  /* 1 … 24; 0: not said */
	char until[12];                 /* "2027-01-15", "--01-15", "2027-09", "--09", "w1": a Monday; "": not said */
};

/* Is all of the line from `at` such a wish? Then verb is VERB_CADENCE, or VERB_SUBSCRIBE if it begins with that. */
bool wish_read(const struct tokens *t, size_t at, struct wish *out, enum verb *verb);

/* "jusqu'au 15 janvier": where it ends; `at` if none stands there. */
size_t wish_until(const struct tokens *t, size_t at, struct wish *out);

#endif
