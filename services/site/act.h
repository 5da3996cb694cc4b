/*
 * Pages that links in mail lead to.
 */
#ifndef RELAIS_SITE_ACT_H
#define RELAIS_SITE_ACT_H

#include "services/site/exchange.h"

/* A shape: the link, for the page's forms; 404 where its value says that it is bad, with the page that says why. */
json_t *act_link_page(struct exchange *x, json_t *value);

/* Of a page of one's own: the link to the page of one's mails is for who reads it, and not for programs. */
void own_mail_page(struct exchange *x, json_t *value);

#endif
