/*
 * A head and its body through the parsers, whole and in pieces: both have to give the
 * same, and neither may read or point outside its bytes. The first byte of the input
 * is the size of the pieces.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/http/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	int head, body;
	size_t used;            /* of the body's bytes */
	struct buf data;
};

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
inside(struct slice s, const char *bytes, size_t len)
{
	must(s.len == 0 || (s.at >= bytes && s.at + s.len <= bytes + len) ||
	    (s.len == 1 && s.at[0] == '/'));
}

static void
look(const struct http_head *head, const char *bytes, size_t len)
{
	inside(head->method_name, bytes, len);
	inside(head->path, bytes, len);
	inside(head->query, bytes, len);
	must(head->nfields <= HTTP_FIELDS_MAX);
	for (size_t i = 0; i < head->nfields; i++) {
		inside(head->fields[i].name, bytes, len);
		inside(head->fields[i].value, bytes, len);
		must(head->fields[i].name.len > 0);
	}
}

/* A copy of its own for each try, so that the sanitizer sees a step too far. */
static int
head_of(struct http_head *head, const char *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	int rc;

	must(copy != NULL);
	memcpy(copy, bytes, len);
	rc = http_head_parse(head, copy, len);
	look(head, copy, len);
	must(rc <= (int)len && (rc <= 0 || head->path.len > 0));
	must(!(head->chunked && head->content_length >= 0) || rc <= 0);
	free(copy);
	return rc;
}

static void
run(struct outcome *o, const char *bytes, size_t len, size_t piece)
{
	struct http_head head;
	struct http_body body;
	struct slice data;
	size_t at, used;

	for (at = 0; at < len && o->head == 0; ) {
		at = len - at < piece ? len : at + piece;
		o->head = head_of(&head, bytes, at);
	}
	if (o->head <= 0)
		return;
	http_body_start(&body, &head);
	for (at = (size_t)o->head; o->body == 0 && at < len; at += used) {
		size_t n = len - at < piece ? len - at : piece;

		o->body = http_body_take(&body, bytes + at, n, &used, &data);
		must(used <= n && (used > 0 || o->body == 1));
		inside(data, bytes + at, used);
		buf_add(&o->data, data.at, data.len);
	}
	o->used = at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole = { 0 }, parts = { 0 };

	if (size == 0)
		return 0;
	run(&whole, (const char *)data + 1, size - 1, SIZE_MAX);
	run(&parts, (const char *)data + 1, size - 1, data[0] % 32 + 1);
	must(whole.head == parts.head && whole.body == parts.body && whole.used == parts.used);
	must(whole.data.len == parts.data.len &&
	    memcmp(buf_text(&whole.data), buf_text(&parts.data), whole.data.len) == 0);
	buf_release(&whole.data);
	buf_release(&parts.data);
	return 0;
}
