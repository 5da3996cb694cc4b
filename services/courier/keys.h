/*
 * Signing the links and addresses in mail: what one says is in it, with an HMAC-SHA256 of the first
 * 16 bytes; relais.signed() in SQL reads them. The key comes from the database, and is asked for
 * again each day.
 */
#ifndef RELAIS_COURIER_KEYS_H
#define RELAIS_COURIER_KEYS_H

#include "services/courier/courier.h"
#include "shared/base/arena.h"

struct keys;

enum { SIGNED_MOST = 120 };     /* bytes of a signed text, with its NUL */

struct keys *keys_new(struct courier *c);
void keys_free(struct keys *k);

/* Is there one already? Nothing is sent before. */
bool keys_ready(const struct keys *k);

/*
 * "purpose.person.object.day.key.mac" into out. object: letters, digits, _ and dots; "" for none.
 * days: how long it is good for.
 */
void keys_sign(const struct keys *k, char out[static SIGNED_MOST], const char *purpose, int person, const char *object, int days);

#endif
