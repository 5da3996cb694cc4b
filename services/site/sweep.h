/*
 * What nobody asks for: once an hour, first a minute after the start, what is past keeping
 * goes and the digests that are due are drafted. In small steps between the users' writes.
 */
#ifndef RELAIS_SITE_SWEEP_H
#define RELAIS_SITE_SWEEP_H

#include "services/site/site.h"

struct sweep;

struct sweep *sweep_new(struct site *site);
void sweep_free(struct sweep *s);       /* after its calls were answered */

#endif
