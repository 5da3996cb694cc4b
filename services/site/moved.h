/*
 * Old slugs: an umbrella, a municipality or a group that has another address now is found under
 * every one it had. Asked only when nothing was found.
 */
#ifndef RELAIS_SITE_MOVED_H
#define RELAIS_SITE_MOVED_H

#include "services/site/exchange.h"

/* Has the route's path a name that may have moved? */
bool moved_possible(const struct route *r);

/* slugs: what SQL_MOVED_GET gave (borrowed). True: the reader was sent on; false: nothing is there. */
bool moved_answer(struct exchange *x, json_t *slugs);

#endif
