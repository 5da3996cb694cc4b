/*
 * A field of a form as a page shows it: which control, what stands in it, what there is to choose from, what is
 * wrong with it, and who will read it.
 */
#ifndef RELAIS_SITE_VIEW_FIELD_H
#define RELAIS_SITE_VIEW_FIELD_H

#include "services/site/exchange.h"

/*
 * name: the control's, with its place in a list ("links.0.url"). page: the page's value, for what it lists to choose
 * from; typed: what was typed or is there already, NULL for an empty form; messages: of problem_messages(); all
 * borrowed. New reference.
 */
json_t *view_field(struct exchange *x, const struct field *f, const char *name, json_t *page, json_t *typed, json_t *messages);

/* Left out: fields for programs, and lists to choose from that have nothing, or one thing only that need not be said. */
bool view_field_shown(const struct field *f, json_t *page);

/* The member a dotted name leads to; borrowed, NULL if there is none. */
json_t *view_at(json_t *value, const char *name);

#endif
