/*
 * Reading what came in by mail: takes it from the database, finds out what was meant (incoming.h, quote.h,
 * command.h), and has that done.
 */
#ifndef RELAIS_COURIER_RECEIVE_H
#define RELAIS_COURIER_RECEIVE_H

#include "services/courier/courier.h"

struct receive;

struct receive *receive_new(struct courier *c);

/* Takes nothing more; stopped is called once, when all that was taken is acted on. */
void receive_drain(struct receive *r, void (*stopped)(void *arg), void *arg);

void receive_free(struct receive *r);   /* after the database's calls were answered */

#endif
