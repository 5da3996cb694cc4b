/*
 * A mail server's connection, from its greeting to its end. Private to lmtp*.c.
 */
#ifndef RELAIS_COURIER_LMTP_SESSION_H
#define RELAIS_COURIER_LMTP_SESSION_H

#include "services/courier/lmtp.h"

struct evconnlistener;
struct session;

struct lmtp {
	struct courier *courier;
	struct evconnlistener *listener;
	struct session *sessions;       /* owned */
	size_t nsessions;
	size_t mail_most;               /* bytes of a mail, its lines ending with CRLF */
	size_t kept_most;               /* of its beginning */
	char place[128];
};

/* Takes the connection, which does not block. */
void session_begin(struct lmtp *l, int fd);
void session_free(struct session *s);

#endif
