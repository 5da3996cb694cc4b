/*
 * Reading what a request carries, into the exchange: language, form of answer, the
 * fields of query and body, the headers of a write.
 *
 * The functions that give bool answer what is wrong themselves; false: answered.
 */
#ifndef RELAIS_SITE_RECEIVE_H
#define RELAIS_SITE_RECEIVE_H

#include "services/site/exchange.h"

/* The language asked for in the address, and the best of Accept-Language. */
void receive_language(struct exchange *x);

/* The form of the answer, by the path's ending (0: none), else by Accept; and whether a page's form was sent. */
void receive_form(struct exchange *x, enum form by_ending);

/* Fields of the query; a wrong one is an error, an unknown one is passed over. */
bool receive_query(struct exchange *x) must_check;

/*
 * Of a write: that our own page sent it, Idempotency-Key, If-Match, and the fields, whose
 * faults are in x->errors then.
 */
bool receive_write(struct exchange *x) must_check;

/* Is the form to be shown again on its page? To who asks for JSON its errors are told as JSON. */
bool receive_shown_again(const struct exchange *x) must_check;

/* SHA-256 of what an Idempotency-Key stands for, in the arena. */
const char *receive_hash(struct exchange *x);

#endif
