/*
 * Where a text is too complex: what is refused before it is tried, and the search for
 * the part that could not be rendered. Private to shared/markdown. Pure.
 */
#ifndef RELAIS_MARKDOWN_LOCATE_H
#define RELAIS_MARKDOWN_LOCATE_H

#include "shared/base/base.h"

/* The first line with what discount is known to crash on or be quadratic in; 0: none. */
int refused_line(struct slice text);

/*
 * Halves the part that failed at blank lines, until neither half fails alone. Starts
 * with the whole text; the caller tries each piece and says how it went.
 */
struct search {
	struct slice text;
	size_t from, to;        /* this part fails */
	size_t middle;          /* its second half starts here */
	enum { SEARCH_FIRST, SEARCH_SECOND, SEARCH_DONE } trying;
};

void search_start(struct search *s, struct slice text);
bool search_done(const struct search *s);
struct slice search_piece(const struct search *s);      /* to try next */
void search_tried(struct search *s, bool failed);

/* The first line of the part that fails, as far as it is known. */
int search_line(const struct search *s);

#endif
