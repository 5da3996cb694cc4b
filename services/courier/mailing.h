/*
 * A mailing: one person's mail over the groups they follow, put together of encoded pieces (fragment.h),
 * as text and as HTML, of 30 KB at most: the newest in full, older ones by their titles.
 */
#ifndef RELAIS_COURIER_MAILING_H
#define RELAIS_COURIER_MAILING_H

#include "services/courier/delivery.h"

enum mailing_outcome { MAILING_MADE, MAILING_EMPTY, MAILING_LATER };

/* Fills d->message and calls done, now or later. */
void mailing_compose(struct delivery *d, void (*done)(struct delivery *d, enum mailing_outcome outcome));

#endif
