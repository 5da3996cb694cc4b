/* The verbs of relais mail that are more than a statement. */
#ifndef RELAIS_ADMIN_MAIL_H
#define RELAIS_ADMIN_MAIL_H

#include "services/admin/admin.h"

/*
 * Takes in the mail on standard input, as LMTP does, for each recipient or for none; for a mail server that
 * pipes mail to a program. Ends as sysexits.h says, so that the server knows whether to try it again.
 */
int mail_receive(struct admin *a);

#endif
