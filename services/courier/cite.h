/*
 * How mailers announce what they quote, and how people and telephones sign: in French, Dutch, English
 * and, for the announcement, German. Pure.
 */
#ifndef RELAIS_COURIER_CITE_H
#define RELAIS_COURIER_CITE_H

#include "shared/base/base.h"

/* A line of a mail behind its quote marks. */
struct cite_line {
	const char *at;
	size_t len;
	unsigned depth;         /* how many quote marks there were */
};

/*
 * How many lines at the start of these announce a quote: "Le … a écrit :", "-----Message d'origine-----",
 * a block of "From: … Sent: …", or several of them in a row; 0: none. Looks at a few lines only.
 */
size_t cite_announcement(const struct cite_line *lines, size_t n);

/* "-- ", or what a letter ends with: "Bien à vous,". */
bool cite_signs(const struct cite_line *line);

/* "Envoyé de mon iPhone": a line that nobody typed. */
bool cite_is_telephone(const struct cite_line *line);

/* Does a part of a slot's label say that an answer is asked for? */
bool cite_asks_answer(const char *label, size_t len);

#endif
