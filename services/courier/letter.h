/*
 * A delivery as a mail: its template rendered in the language of who gets it, with the
 * fields that mail programs and servers go by.
 *
 * A template mail_KIND.txt begins with a line that is the subject and an empty one; its
 * values are those of the delivery's letter, with `site`, `to`, `link`, `settings_url` and `replies` (it can be answered).
 */
#ifndef RELAIS_COURIER_LETTER_H
#define RELAIS_COURIER_LETTER_H

#include "services/courier/delivery.h"

/* Fills d->message. False: it cannot be made, which is logged. */
bool letter_compose(struct delivery *d) must_check;

/* Begins d->message: the fields of every mail, without those of its content. */
void letter_head(struct delivery *d, const char *subject);

#endif
