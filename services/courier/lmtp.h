/*
 * Taking in mail by LMTP (RFC 2033) from a mail server beside us: replies and bounces, for addresses
 * reply+…@ and bounce+…@ of RELAIS_MAIL_DOMAIN. A mail is acknowledged for each recipient once it is in the
 * database; all else is refused, for now (451) where the database is away.
 */
#ifndef RELAIS_COURIER_LMTP_H
#define RELAIS_COURIER_LMTP_H

#include "services/courier/courier.h"

struct lmtp;

/* fatal() if it cannot listen where RELAIS_LMTP_LISTEN says. */
struct lmtp *lmtp_new(struct courier *c);
void lmtp_free(struct lmtp *l);         /* after the database's calls were answered; NULL is fine */

/* Where it listens: "127.0.0.1:2424", or a path. */
const char *lmtp_place(const struct lmtp *l);

#endif
