/*
 * Mail to a mail server, by SMTP: a few connections, kept for the mails that come, and a queue of
 * what waits for one of them.
 */
#ifndef RELAIS_COURIER_SMTP_H
#define RELAIS_COURIER_SMTP_H

#include "services/courier/curl_loop.h"
#include "services/courier/delivery.h"

struct smtp;

/* To the server of c's configuration. */
struct smtp *smtp_new(struct courier *c, struct curl_loop *loop);

/*
 * Sends d's message and ends d: DELIVERED when the server has taken it; REFUSED when it does not
 * take this message, or for this recipient; LATER for all else, which is told in the log once a
 * minute where it is no matter of one mail; LEFT if it waited for a connection too long, or was to begin after smtp_drain.
 */
void smtp_deliver(struct smtp *s, struct delivery *d);

/* Begins no further mail: what waits for a connection is LEFT. */
void smtp_drain(struct smtp *s);

/* What is not sent yet is LEFT. NULL is fine. */
void smtp_free(struct smtp *s);

#endif
