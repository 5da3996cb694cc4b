/*
 * Of a mail's parts those that one reads: the plain text where there is one, else its HTML as plain
 * text. Files, pictures and mails within the mail are left out. Pure.
 */
#ifndef RELAIS_COURIER_BODY_H
#define RELAIS_COURIER_BODY_H

#include "services/courier/parts.h"

/* UTF-8, lines end with LF; cut at 256 KB. */
const char *body_text(struct arena *a, const struct part *body);

#endif
