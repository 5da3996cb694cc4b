/*
 * A mail that came in, read: who wrote it, its text, whether a person wrote it at all, and what a mail
 * server reports of a mail of ours that did not arrive. Pure; all memory is the arena's, and no text is NULL.
 */
#ifndef RELAIS_COURIER_INCOMING_H
#define RELAIS_COURIER_INCOMING_H

#include "shared/base/arena.h"

/* What became of a mail to one recipient (RFC 3464). */
struct bounce_recipient {
	const char *address;            /* Final-Recipient, else the one it was sent to first; "" if it is none */
	const char *action;             /* "failed", "delayed", "delivered", "relayed", "expanded" */
	const char *status;             /* "5.1.1"; "" if it names none */
	const char *diagnostic;         /* what the server said, without the kind before it */
};

struct bounce {
	bool is;                        /* the mail is a report of delivery */
	const char *message_id;         /* of the mail that it is about; "" if it does not say */
	const struct bounce_recipient *recipients;
	size_t n;
};

struct incoming {
	const char *from;               /* the address alone, its domain in lower case */
	const char *from_name;
	const char *subject;
	const char *message_id;         /* ids are without < and > */
	const char *text;               /* all of it, with what it quotes: UTF-8, lines end with LF (quote.h) */
	const char *automatic;          /* what shows that no person wrote it, for the log; NULL: a person did */
	bool loop;                      /* has our X-Relais-Loop: we sent it, or somebody sent it back as it was */
	struct bounce bounce;
};

/* False: these bytes are no mail. Only the first 10 MB of a mail are looked at. */
bool incoming_read(struct arena *a, const char *bytes, size_t len, struct incoming *in) must_check;

#endif
