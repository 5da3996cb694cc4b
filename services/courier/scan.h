/*
 * Finding one's way in the tokens of a line: marks, words of a role, lessons' numbers, lengths of time.
 * Beyond the last token there is nothing that matches. Pure.
 */
#ifndef RELAIS_COURIER_SCAN_H
#define RELAIS_COURIER_SCAN_H

#include "services/courier/words.h"

enum { SCAN_NUMBERS = 20, SCAN_NUMBER_MOST = 99 };

struct numbers {
	unsigned list[SCAN_NUMBERS];
	size_t n;
	bool marked;            /* by more than a bare number: they begin something new, understood or not */
	bool named;             /* by a word: "leçon 2", "les 2" */
};

/* An empty mark behind the last. */
const struct token *scan_token(const struct tokens *t, size_t at);

/* Is it one of these marks? */
bool scan_is_mark(const struct tokens *t, size_t at, const char *marks);
size_t scan_skip(const struct tokens *t, size_t at, const char *marks);

/* Words of one of the roles, the longest. */
bool scan_match(const struct tokens *t, size_t at, unsigned roles, struct match *out);

/* No space before it? */
bool scan_touches(const struct tokens *t, size_t at);

/*
 * A lesson's number: "2", "[2]", "(2)", "#2", "n° 2", "leçon 2": where it ends; 0: there is none. Of `how`, marked
 * and named are set if it is so.
 */
size_t scan_number(const struct tokens *t, size_t at, unsigned *number, struct numbers *how);

/* All numbers that stand there, "1, 3 et 4": where they end; `at` if there are none. */
size_t scan_numbers(const struct tokens *t, size_t at, struct numbers *out);

/* "2 mois", "de deux semaines": where it ends; `at` if none stands there. */
size_t scan_duration(const struct tokens *t, size_t at, unsigned *days);

#endif
