/*
 * What is passed on of a lesson or of a digest: a few lines with one link, for WhatsApp, an SMS or a mail. Fewer than 600
 * characters, and nothing that a reader without an account may not know. The texts live in the request's arena.
 */
#ifndef RELAIS_SITE_SHARE_LINES_H
#define RELAIS_SITE_SHARE_LINES_H

#include "services/site/exchange.h"

/* value: of the statement lesson_share. Its title, who learnt it, its summary, the link. */
const char *share_lesson(struct exchange *x, json_t *value, const char *url);

/* value: of the statement digest_share. Which digest it is, as many of its news as there is room for, the link; NULL: cannot be rendered. */
const char *share_digest(struct exchange *x, json_t *value, const char *url);

#endif
