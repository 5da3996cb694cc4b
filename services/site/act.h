/*
 * Pages that links in mail lead to.
 */
#ifndef RELAIS_SITE_ACT_H
#define RELAIS_SITE_ACT_H

#include "services/site/exchange.h"

/* A shape: the link, for the page's forms; 404 where its value says that it is bad, with the page that says why. */
json_t *act_link_page(struct exchange *x, json_t *value);

#endif
