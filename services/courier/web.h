/*
 * One exchange over HTTP, by libcurl on the event loop. To an address that others gave us only where
 * the guard lets it, over a connection of its own; no redirect is followed; ten seconds, 64 KB.
 */
#ifndef RELAIS_COURIER_WEB_H
#define RELAIS_COURIER_WEB_H

#include "services/courier/courier.h"
#include "shared/base/buf.h"

struct web;

struct web_request {
	const char *url;
	const char *const *headers;     /* lines, "Name: value", NULL-terminated; NULL: none; copied */
	const struct buf *body;         /* of a POST, kept until it is done; NULL: a GET */
	bool ours;                      /* to our own site: nothing is guarded, and much may come */
};

struct web_answer {
	long status;                    /* 0: none came */
	const char *type;               /* Content-Type; NULL */
	struct buf *body;               /* may be taken: what is left is released */
	long ms;
	bool barred;                    /* the guard lets nobody there */
	bool cut;                       /* it was too long */
	const char *trouble;            /* why it did not come whole; NULL: it did */
};

/* The guard's list is checked here: fatal() if RELAIS_PUSH_ALLOW is none. */
struct web *web_new(struct courier *c);
void web_free(struct web *w);           /* what is under way is done, with trouble */

/* done is called once, never before web_send() is back; a and what it points to are gone after it. */
void web_send(struct web *w, const struct web_request *r, void (*done)(void *arg, const struct web_answer *a), void *arg);

#endif
