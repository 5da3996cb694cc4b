/*
 * The body of an HTTP/1.1 request, counted or chunked, taken apart as its bytes
 * arrive (RFC 9112 sections 6 and 7). Pure: no allocation, no I/O.
 *
 * Chunk extensions and trailers are checked, limited and dropped.
 */
#ifndef RELAIS_HTTP_BODY_H
#define RELAIS_HTTP_BODY_H

#include "shared/http/head.h"

enum {
	HTTP_EXTENSIONS_MAX = 4096,     /* bytes of chunk extensions in one body, else 400 */
	HTTP_CHUNK_DIGITS = 15          /* of a chunk's size, else 400 */
};

struct http_body {
	int state;                      /* private */
	uint64_t left;                  /* announced, not yet arrived: of the body or this chunk */
	unsigned digits;
	unsigned fields;                /* trailers */
	size_t extension_bytes, trailer_bytes;
};

void http_body_start(struct http_body *b, const struct http_head *head);

/*
 * Takes bytes up to the end of the first piece of data among them, or of the body.
 * *used says how many (at least one, if there are any and the body is not whole), *data is
 * the piece, within `bytes`, perhaps empty. Returns
 *     1  the body is whole; what follows *used belongs to the next request
 *     0  not yet: call again with the rest, or with more
 *   < 0  minus the status to refuse with: 400, or 431 for trailers over the head's limits
 */
int http_body_take(struct http_body *b, const char *bytes, size_t len, size_t *used,
    struct slice *data) must_check;

#endif
