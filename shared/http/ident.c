#include <string.h>
#include <sys/random.h>

#include "shared/base/log.h"
#include "shared/http/chars.h"
#include "shared/http/conn.h"

enum { IDENT_BYTES = 16 };

/* One system call for many: the kernel is asked for a pool full at a time. */
static const unsigned char *
draw(struct http_server *s)
{
	if (s->pool_left < IDENT_BYTES) {
		if (getrandom(s->pool, sizeof(s->pool), 0) != (ssize_t)sizeof(s->pool))
			fatal("getrandom failed");
		s->pool_left = sizeof(s->pool);
	}
	s->pool_left -= IDENT_BYTES;
	return s->pool + s->pool_left;
}

void
ident_set(struct http_server *s, struct http_request *req)
{
	static const char hex[] = "0123456789abcdef";
	struct slice theirs = http_head_get(&req->head, "x-request-id");
	const unsigned char *random;

	if (theirs.len > 0 && theirs.len < sizeof(req->id) && http_all(theirs, CHAR_ID)) {
		memcpy(req->id, theirs.at, theirs.len);
		req->id[theirs.len] = '\0';
		return;
	}
	random = draw(s);
	for (int i = 0; i < IDENT_BYTES; i++) {
		req->id[2 * i] = hex[random[i] >> 4];
		req->id[2 * i + 1] = hex[random[i] & 15];
	}
	req->id[2 * IDENT_BYTES] = '\0';
}
