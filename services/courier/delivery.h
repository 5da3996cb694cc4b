/*
 * One thing on its way out: taken from the outbox, made into a mail, handed to a transport,
 * counted. Owned by the outbox from its taking to its outcome.
 */
#ifndef RELAIS_COURIER_DELIVERY_H
#define RELAIS_COURIER_DELIVERY_H

#include <jansson.h>

#include "services/courier/courier.h"
#include "shared/base/arena.h"
#include "shared/base/buf.h"

enum outcome {
	DELIVERED,
	LATER,                          /* may pass another time: tried again */
	REFUSED,                        /* will not: suspended until somebody replays it */
	DROPPED,                        /* there was nothing to say */
	LEFT                            /* not tried: given back, due at once */
};

struct delivery {
	struct courier *courier;
	struct outbox *outbox;          /* whose it is */
	struct arena arena;
	json_t *row;                    /* as claimed: id, turn, kind, message_id, made_at, to, letter; owned */
	json_int_t id;
	int turn, person;
	const char *kind;
	const char *email, *lang;       /* in row */
	const char *secret;             /* made for this delivery: a code to be shown in a letter, a challenge to be given back; NULL */
	struct buf message;             /* RFC 5322, lines ended by CRLF; or what is posted; owned */
	const char *from;               /* envelope */
};

/* Says how it went, once; d is gone afterwards. answer: what the other side said, or NULL; copied. */
void delivery_end(struct delivery *d, enum outcome outcome, const char *answer);

#endif
