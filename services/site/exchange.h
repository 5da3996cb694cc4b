/*
 * One request on its way: what is known of it, from its first byte to the reply. Lives in
 * the request's arena; walk.c leads it, receive.c fills it in, answer.c ends it.
 */
#ifndef RELAIS_SITE_EXCHANGE_H
#define RELAIS_SITE_EXCHANGE_H

#include <jansson.h>

#include "services/site/route.h"
#include "services/site/site.h"
#include "shared/base/buf.h"
#include "shared/http/server.h"

struct exchange {
	struct site *site;
	struct http_request *req;
	struct http_reply *refusal;     /* the server refuses by itself: the answer goes here; NULL */
	const struct route *route;
	bool api, web_form;             /* behind /api/v1; a page's form was sent */
	enum form form;
	json_t *in;                     /* clean values by name; owned */
	json_t *given;                  /* the body as it came, for showing it again; owned, may be NULL */
	json_t *errors;                 /* of fields; owned */
	const char *path, *query;       /* as sent, the query without its ? */
	const char *lang;               /* settled by begin_request; before it by asked and accepted */
	const char *asked, *accepted;   /* ?lang=; the best of Accept-Language; NULL */
	const char *zone;               /* the reader's time zone; NULL: the group's */
	const char *token, *token_kind; /* what was shown to let the reader in; NULL */
	const char *idempotency_key;
	const char *if_match;           /* the edit number named; NULL */
	const char *secret;             /* made on the way, to be shown or set once (a new session) */
	json_t *me;                     /* what begin_request gave; owned, NULL before */
	int person;                     /* 0: nobody */
	struct buf headers;             /* further header lines of the answer; owned */
	bool gzip;                      /* the client takes it */
	bool preview;                   /* a page's form asks how it will look: nothing is written */
	bool copy;                      /* asked for to be kept on a device: the same bytes each time */
	bool refused;                   /* the database said no: a form sent again needs a key of its own */
	/* while a form is shown again after an error */
	const struct route *shown_for;
	const char *notice;             /* msgid: what is above the form; NULL */
	int status;
	/* while Markdown fields are being rendered: index of the field at work */
	unsigned rendering;
};

/* What can be told before a route is found. */
struct exchange *exchange_new(struct http_request *req, struct site *site);

/* Ends the exchange and gives back what it owns. reply is borrowed; a refusal keeps references of its own. */
void exchange_send(struct exchange *x, const struct http_reply *reply);

/* The same with x->headers and a body (borrowed; may be NULL). */
void exchange_reply(struct exchange *x, int status, const char *type, struct blob *body);

/* A header of the request as a string in its arena; NULL if absent. */
const char *exchange_header(struct exchange *x, const char *name);

/* A string value of x->in, or NULL. */
const char *exchange_in(struct exchange *x, const char *name);

bool exchange_is_write(const struct exchange *x);

#endif
