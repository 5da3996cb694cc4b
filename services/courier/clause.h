/*
 * Where what is said with a verb ends on its line: at the end, before something else, or taken back. Pure.
 */
#ifndef RELAIS_COURIER_CLAUSE_H
#define RELAIS_COURIER_CLAUSE_H

#include "services/courier/scan.h"

/* Nothing but marks and polite words up to the end of the line? */
bool clause_is_polite(const struct tokens *t, size_t at);

/* Does what follows let a word with these flags (words.h) stand? */
bool clause_stands_alone(const struct tokens *t, size_t at, unsigned flags);

/*
 * The token that begins something else on the line: another lesson's number, if the verb has one, or an order at its
 * end; t->n: there is none.
 */
size_t clause_next(const struct tokens *t, size_t at, bool numbered);

/* "appliqué : non", "toegepast hebben we het niet": is what was said taken back at once, or where it ends? */
bool clause_is_negated(const struct tokens *t, size_t at, enum verb verb, bool numbered);

/* Behind thanks, "pour cette leçon.": where the next clause begins; 0: there is none. */
size_t clause_thanked(const struct tokens *t, size_t at);

#endif
