/*
 * Did a person write a mail? By what its head says (RFC 3834 and what programs send besides). Pure.
 */
#ifndef RELAIS_COURIER_AUTOMATIC_H
#define RELAIS_COURIER_AUTOMATIC_H

#include "services/courier/parts.h"

/* The field, or the type, that shows that nobody did; NULL: somebody did. subject: decoded. */
const char *automatic_reason(const struct parts *mail, const char *subject);

#endif
