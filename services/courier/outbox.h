/*
 * The outbox: takes what is due, a few at a time, has it delivered, and counts what came of it.
 */
#ifndef RELAIS_COURIER_OUTBOX_H
#define RELAIS_COURIER_OUTBOX_H

#include "services/courier/courier.h"

struct delivery;
struct outbox;

/* claim: the statement that takes what is due; begin takes each to its end, now or later. */
struct outbox *outbox_new(struct courier *c, unsigned claim, void (*begin)(struct delivery *d));

/* Takes nothing more; stopped is called when all that is under way was counted. */
void outbox_drain(struct outbox *o, void (*stopped)(void *arg), void *arg);

void outbox_free(struct outbox *o);     /* after the database's calls were answered */

#endif
