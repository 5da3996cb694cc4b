/*
 * The head of an HTTP/1.x request, parsed in place (RFC 9112 sections 2-6). Pure:
 * no allocation, no I/O; the slices point into the caller's bytes.
 */
#ifndef RELAIS_HTTP_HEAD_H
#define RELAIS_HTTP_HEAD_H

#include "shared/base/base.h"

enum http_method {
	HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS,
	HTTP_OTHER
};

enum {
	HTTP_LINE_MAX = 8192,           /* request line, else 414 */
	HTTP_HEAD_MAX = 16384,          /* whole head, else 431 */
	HTTP_FIELDS_MAX = 100
};

struct http_field {
	struct slice name, value;       /* the value without white space around it */
};

struct http_head {
	enum http_method method;
	struct slice method_name;
	/* As sent, starts with '/'; of an absolute-form target its path; "*" of OPTIONS *. */
	struct slice path;
	struct slice query;             /* behind '?', as sent; len 0 if none */
	int minor;                      /* HTTP/1.minor: 0 or 1 */
	struct http_field fields[HTTP_FIELDS_MAX];
	size_t nfields;
	bool keep_alive;                /* RFC 9112 section 9.3 */
	bool chunked;
	bool expect_continue;
	int64_t content_length;         /* -1: none given */
};

/*
 * Parses a head out of len bytes. Returns
 *   > 0  its length in bytes, the empty line included
 *     0  incomplete so far (and within the limits)
 *   < 0  minus the status to refuse with: 400, 414, 415, 417, 431, 501, 505
 * Strict as FINDINGS asks: 400 on Content-Length with Transfer-Encoding, a repeated or
 * non-digit Content-Length, Transfer-Encoding other than exactly "chunked" or in
 * HTTP/1.0, a field name that is no token, space before the colon, NUL, bare CR,
 * bare LF, folding, Host count other than one in 1.1.
 */
int http_head_parse(struct http_head *head, const char *bytes, size_t len) must_check;

/* An empty head: method HTTP_OTHER, no fields. */
void http_head_clear(struct http_head *head);

/* The first field of that name (any case); {NULL, 0} if there is none. */
struct slice http_head_get(const struct http_head *head, const char *name);

#endif
