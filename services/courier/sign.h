/*
 * Signatures of what is pushed: HMAC (RFC 2104) over its bytes, with the secret that the other side
 * has too.
 */
#ifndef RELAIS_COURIER_SIGN_H
#define RELAIS_COURIER_SIGN_H

#include "shared/base/buf.h"

/* Appends the signature in hexadecimal. method: sha256, or sha1 for WebSub readers that know no other. */
void sign_hex(struct buf *out, const char *method, const char *secret, const void *bytes, size_t len);

/*
 * Appends "v1,…", as Standard Webhooks sign: over id, time (seconds since 1970) and body, with a dot between. secret: "whsec_" and
 * the key in base64, which the database sees to.
 */
void sign_webhook(struct buf *out, const char *secret, const char *id, const char *at, const struct buf *body);

#endif
