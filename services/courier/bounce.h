/*
 * What a mail server says of a mail that it could not, or not yet, deliver (RFC 3464). Pure.
 */
#ifndef RELAIS_COURIER_BOUNCE_H
#define RELAIS_COURIER_BOUNCE_H

#include "services/courier/incoming.h"
#include "services/courier/parts.h"

void bounce_read(struct arena *a, const struct parts *mail, struct bounce *out);

#endif
