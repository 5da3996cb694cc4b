/*
 * The way of a delivery: what its letter needs first, the letter, the transport.
 */
#ifndef RELAIS_COURIER_SEND_H
#define RELAIS_COURIER_SEND_H

#include "services/courier/delivery.h"

/* Takes d to its end, which may be now or later. */
void send_begin(struct delivery *d);

#endif
