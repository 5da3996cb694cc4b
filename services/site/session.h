/*
 * What lets somebody in: bearer tokens, the session cookie, a private feed's key; and
 * that a form came from our own pages. Secrets are 256 random bits; only their
 * SHA-256 reaches the database.
 */
#ifndef RELAIS_SITE_SESSION_H
#define RELAIS_SITE_SESSION_H

#include "services/site/exchange.h"

/* Fills in x->token and x->token_kind: hexadecimal SHA-256 of what was shown, or NULL. */
void session_read(struct exchange *x);

/* Does the request show anything at all? Then it is never answered from the shared memory. */
bool session_shown(const struct http_request *req);

/*
 * May a form with a session's cookie be believed (or, without a cookie, a sign-in)?
 * By Sec-Fetch-Site, by Origin, or by the token in the form where neither was sent.
 */
bool session_same_site(struct exchange *x);

/*
 * Is it the person's whom the sender means? A device that sends what waited on it names who wrote it
 * (Relais-Person), lest it go out under the name of who has signed in there since.
 */
bool session_meant(struct exchange *x);

/* The token that forms carry; "" without a session. Masked anew each time. */
const char *session_form_token(struct exchange *x);

/* A new secret in base64url and the hexadecimal SHA-256 of any secret; in the arena. */
const char *secret_new(struct arena *a);
const char *secret_hash(struct arena *a, const char *secret);
/* A secret that whoever shows the same session or token gets again for the same text. */
const char *secret_again(struct exchange *x, const char *text);

/*
 * One-click sign-in and mail to look at are for a browser on this machine, in the demonstration: not for one
 * behind a proxy here, nor under a name that was made to lead here.
 */
bool session_in_demo(const struct exchange *x);

/* Set-Cookie lines. */
void session_set_cookie(struct exchange *x, const char *secret);
void session_end_cookie(struct exchange *x);

#endif
