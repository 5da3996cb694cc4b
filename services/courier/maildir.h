/*
 * Mail as files, in a maildir (new, cur, tmp): what goes out without a mail server. A mail's
 * file is named by its delivery, so that one delivered twice is there once.
 */
#ifndef RELAIS_COURIER_MAILDIR_H
#define RELAIS_COURIER_MAILDIR_H

#include "services/courier/delivery.h"

struct maildir;

/* The maildir data_dir/mail, made if it is missing. NULL: it cannot be made, which is logged. */
struct maildir *maildir_new(const char *data_dir) must_check;
void maildir_free(struct maildir *m);

/* Writes d's message and ends d: DELIVERED, or LATER if the disk refuses. */
void maildir_deliver(struct maildir *m, struct delivery *d);

#endif
