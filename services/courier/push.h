/*
 * What goes out over HTTP: the questions and deliveries of WebSub, and webhooks.
 */
#ifndef RELAIS_COURIER_PUSH_H
#define RELAIS_COURIER_PUSH_H

#include "services/courier/delivery.h"

/* Takes d to its end, which may be now or later. */
void push_begin(struct delivery *d);

#endif
