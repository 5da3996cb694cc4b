/*
 * What changed between two wordings, for a page: of each part that differs its label and its
 * runs, word by word.
 */
#ifndef RELAIS_SITE_HISTORY_H
#define RELAIS_SITE_HISTORY_H

#include "services/site/exchange.h"

/*
 * before and after are objects of texts (borrowed): "title", "text", "summary", "body",
 * "conditions". [{"label","runs":[{"text", one of "same","deleted","inserted": true}]}], in
 * that order; a long part that stayed is cut to its ends. New reference.
 */
json_t *history_changes(struct exchange *x, json_t *before, json_t *after) must_check;

/* A shape (route.h) for a translation's form: value.changes, of the original since it was translated. */
json_t *history_of_source(struct exchange *x, json_t *value) must_check;

#endif
