/*
 * Reading mail that Relais wrote itself (services/courier/mime.c), for the demonstration's mailbox:
 * enough of RFC 5322, 2047, 2045 and 3676 for that, and no more.
 */
#ifndef RELAIS_SITE_MAIL_VIEW_H
#define RELAIS_SITE_MAIL_VIEW_H

#include <jansson.h>

#include "shared/base/base.h"

/* {from, to, reply, subject, lang, paragraphs: [{text} or {link}]}; a new reference, NULL if it is no such mail. */
json_t *mail_view(const char *message, size_t len) must_check;

#endif
