/*
 * Addresses of mail, as they stand in an envelope.
 */
#ifndef RELAIS_ADDRESS_H
#define RELAIS_ADDRESS_H

#include "shared/base/base.h"

/*
 * The longest mail that is taken in, its lines ending with CRLF, and as much of its beginning as is kept: there is what
 * somebody wrote; what makes mails longer is the pictures behind it.
 */
enum { MAIL_IN_MOST = 32 << 20, MAIL_KEPT_MOST = 1 << 20 };

/* Can it stand in an envelope and between < >? RFC 5321 section 4.1.2, strictly: no blanks, controls, quotes or brackets. */
bool address_ok(const char *address);

/* Is it one that we take mail for: reply+…@ or bounce+…@ the domain; "": of any? */
bool address_is_ours(const char *address, const char *domain);

#endif
