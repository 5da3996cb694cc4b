/*
 * One request on its way: route → who may → fields → one SQL statement → JSON value →
 * answer. The exchange lives in the request's arena and ends with the reply.
 *
 *   exchange_request()   finds the route, answers from memory, reads what was sent
 *   exchange.c           renders Markdown fields, asks the database
 *   answer_value()       turns the value into what was asked for     (answer.h)
 *   answer_problem()     says what is wrong                          (problem.h)
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
	const struct route *route;
	bool api, web_form;             /* behind /api/v1; a page's form was sent */
	enum form form;
	json_t *in;                     /* clean values by name; owned */
	json_t *given;                  /* the body as it came, for showing it again; owned, may be NULL */
	json_t *errors;                 /* of fields; owned */
	const char *path, *query;       /* decoded path; raw query */
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
	/* while a form is shown again after an error */
	const struct route *shown_for;
	int status;
	/* while Markdown fields are being rendered: index of the field at work */
	unsigned rendering;
};

/* http_calls.request: takes the exchange from its first byte to the reply. */
void exchange_request(struct http_request *req, void *site);
size_t exchange_body_limit(const struct http_request *req, void *site);
void exchange_done(const struct http_request *req, int status, double ms, void *site);
void exchange_refuse(const struct http_request *req, struct http_reply *reply, void *site);

/* Ends the exchange: sends status, x->headers and body (borrowed; may be NULL). */
void exchange_reply(struct exchange *x, int status, const char *type, struct blob *body);

/* Shows the page of a form again, with x->errors, as a 422 (or `status`). */
void exchange_show_again(struct exchange *x, int status);

/* A header of the request as a string in its arena; NULL if absent. */
const char *exchange_header(struct exchange *x, const char *name);

/* A string value of x->in, or NULL. */
const char *exchange_in(struct exchange *x, const char *name);

#endif
