/*
 * What nobody asks for: each minute the mailings that are due go into the outbox, within seconds the feeds that have
 * something new and what webhooks are to be told, each hour what is past keeping goes. In small steps; any number of couriers
 * may do it at once.
 */
#ifndef RELAIS_COURIER_SWEEP_H
#define RELAIS_COURIER_SWEEP_H

#include "services/courier/courier.h"

struct sweep;

struct sweep *sweep_new(struct courier *c);
void sweep_free(struct sweep *s);       /* after the database's calls were answered */

#endif
