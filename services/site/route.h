/*
 * Routes as data, and finding one.
 *
 * A row says method, pattern, who may, which fields, which statement, which forms of
 * answer. The same row serves the page and, behind /api/v1, the API. {group} and the
 * like in a pattern become values of the statement; {id}, {n}, {problem} and {person}
 * take digits only, {text_lang} a known language, {token} what signs a link in a mail.
 */
#ifndef RELAIS_SITE_ROUTE_H
#define RELAIS_SITE_ROUTE_H

#include "services/site/field.h"
#include "shared/base/arena.h"
#include "shared/http/head.h"

struct exchange;

enum form {
	FORM_HTML = 1, FORM_JSON = 2, FORM_MD = 4, FORM_TXT = 8, FORM_CSV = 16,
	FORM_ATOM = 32, FORM_RSS = 64, FORM_JSONFEED = 128, FORM_OPML = 256, FORM_SVG = 512
};

enum who {
	ANYBODY,                /* SQL decides what they see */
	SIGNED_IN               /* 401, or the sign-in page, for nobody */
};

enum {
	ON_WEB = 1, ON_API = 2,
	CREATES = 4,            /* 201 with Location on the API */
	IF_MATCH = 8,           /* the API asks for If-Match (428 without) */
	PRIVATE = 16,           /* never in a shared cache, though the group be public */
	FEED_KEY = 32,          /* ?key= opens it */
	SHOWS_SECRET = 64,      /* a form's page follows at once, to show x->secret this once */
	ONE_CLICK = 256,        /* a mail program's own button may POST it: whatever the body, 200 and the form's page (RFC 8058) */
	NEXT_IN_LINK = 128,     /* where the list goes on stands in Link alone, not in its value */
	PROTOCOL = 512          /* of another program's protocol: 202 without a body, what is wrong as plain text */
};

enum { SMALL_BODY = 16 * 1024 };        /* enough for a form of short fields */

struct route {
	enum http_method method;
	const char *pattern;            /* "/groups/{group}/lessons/{id}"; NULL ends a table */
	enum who who;
	unsigned flags;
	unsigned forms;                 /* of GET; 0: HTML on the web, JSON on the API */
	int statement;                  /* SQL_…; NO_STATEMENT: `answer` does it all */
	const char *template;           /* "lesson": lesson.html, lesson.md … */
	const char *script;             /* of a page, in web/script; NULL: page.js. Each has all of page.js in it;
	                                 * with one, Markdown has a toolbar */
	const struct field *query;      /* of GET */
	const struct field *body;       /* of the others */
	size_t body_max;                /* bytes; 0: what a text takes */
	const char *name;               /* of a form (of GET: of its query): what templates call it */
	const char *const *shows;       /* of GET: names of the forms on the page, NULL-terminated */
	const char *button;             /* of a form: what sends it; NULL: "Send" */
	const char *page;               /* of a form: pattern of the GET page to show again */
	const char *summary;            /* for OpenAPI */
	/*
	 * Small pure steps, where a table cannot say it. before: may add to exchange.in or
	 * errors, ahead of the statement. shape: turns the statement's value into the
	 * answer's (takes and gives one reference). after: may add headers, when it went well.
	 */
	void (*before)(struct exchange *x);
	json_t *(*shape)(struct exchange *x, json_t *value);
	void (*after)(struct exchange *x, json_t *value);
	void (*answer)(struct exchange *x);     /* NO_STATEMENT only: owes the reply */
};

enum { NO_STATEMENT = -1 };

struct resource {
	const char *name;
	const struct route *routes;
};

/* The list of resources (resources.c); ends with NULL. */
extern const struct resource *const resources[];

/* What a path names. */
struct match {
	const struct route *route;      /* NULL: none */
	enum form form;                 /* by the path's ending; 0: none given */
	bool api;
	json_t *values;                 /* of the pattern's names; new reference, with a route only */
	unsigned allowed;               /* bit 1 << method for each method that the path knows */
};

/* path as sent, without the query. HEAD finds GET. */
struct match route_find(enum http_method method, struct slice path);

/* The row of a pattern and method; NULL if there is none. */
const struct route *route_of(enum http_method method, const char *pattern);
const struct route *route_named(const char *name);

/* The pattern with its names filled in from values. */
char *route_path(struct arena *a, const char *pattern, json_t *values);

/* "GET"; "OTHER" for what has no name here. */
const char *method_text(enum http_method method);

/* Ending and media type of a form. */
const char *form_ending(enum form form);
const char *form_type(enum form form);
/* The best of `forms` for an Accept value (RFC 9110 section 12.5.1); 0 if none fits. */
enum form form_accept(unsigned forms, struct slice accept);

#endif
