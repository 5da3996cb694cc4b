#include <string.h>

#include "shared/http/conn.h"

void
request_begin(struct conn *c)
{
	struct work *w = c->work;
	struct http_request *req = &w->request;

	req->body = "";
	req->body_len = 0;
	req->peer = c->address;
	req->id[0] = '\0';
	req->started_us = c->server->now_us;
	req->arena = (struct arena){ 0 };
	req->user = NULL;
	w->start = w->searched = w->at;
	w->has_line = false;
	conn_enter(c, CONN_HEAD);
}

/* The request under way to the front of the bytes. Its slices are stale afterwards. */
static void
compact(struct work *w)
{
	memmove(w->bytes, w->bytes + w->start, w->len - w->start);
	w->len -= w->start;
	w->at -= w->start;
	w->searched -= w->start;
	w->start = 0;
}

/*
 * The head is parsed again only when a line has ended since the last time, or a limit
 * is passed without one: a client that drips it byte by byte costs one pass a line.
 */
static bool
worth_parsing(struct work *w)
{
	size_t have = w->len - w->start;
	bool line = memchr(w->bytes + w->searched, '\n', w->len - w->searched) != NULL;

	w->searched = w->len;
	w->has_line |= line;
	return line || have >= HTTP_HEAD_MAX || (!w->has_line && have > HTTP_LINE_MAX + 1);
}

static void
hand_over(struct conn *c)
{
	struct work *w = c->work;

	w->request.body = buf_text(&w->body);
	w->request.body_len = w->body.len;
	conn_enter(c, CONN_HANDLING);
	c->owed = true;
	c->server->calls.request(&w->request, c->server->calls.arg);
}

/* The head is whole and wants a body. */
static void
expect_body(struct conn *c)
{
	struct http_server *s = c->server;
	struct work *w = c->work;

	w->body_limit = s->calls.body_limit(&w->request, s->calls.arg);
	w->arrived = 0;
	http_body_start(&w->decoder, &w->request.head);
	conn_enter(c, CONN_BODY);
	if (w->decoder.left > w->body_limit)
		request_refuse(c, 413);
	else if (w->request.head.expect_continue && w->at == w->len && !reply_continue(c))
		conn_close(c);
}

bool
request_head(struct conn *c)
{
	struct work *w = c->work;
	struct http_head *head;
	int n;

	if (w == NULL || w->at == w->len)
		return false;
	if (c->state == CONN_IDLE)
		request_begin(c);
	head = &w->request.head;
	n = worth_parsing(w) ? http_head_parse(head, w->bytes + w->start, w->len - w->start) : 0;
	if (w->start > 0 && (n == 0 || (n > 0 && (head->chunked || head->content_length > 0)))) {
		/* More bytes will be needed, and room for them. */
		compact(w);
		n = n == 0 ? 0 : http_head_parse(head, w->bytes, w->len);
	}
	if (n == 0) {
		w->at = w->len;
		return false;
	}
	if (n < 0) {
		request_refuse(c, -n);
		return false;
	}
	w->at = w->head_end = w->start + (size_t)n;
	ident_set(c->server, &w->request);
	if (head->chunked || head->content_length > 0)
		expect_body(c);
	else
		hand_over(c);
	return true;
}

bool
request_body(struct conn *c)
{
	struct work *w = c->work;
	struct slice data;
	size_t used, room;
	int rc;

	rc = http_body_take(&w->decoder, w->bytes + w->at, w->len - w->at, &used, &data);
	w->at += used;
	w->arrived += used;
	room = w->body_limit - w->body.len;
	if (rc >= 0 && (data.len > room || w->decoder.left > room - data.len))
		rc = -413;
	if (rc >= 0)
		buf_add(&w->body, data.at, data.len);
	if (rc >= 0 && w->body.failed)
		rc = -503;
	if (rc < 0) {
		request_refuse(c, -rc);
		return false;
	}
	if (rc == 0) {
		/* The head stays where it is; what the decoder took makes room. */
		if (w->at < w->len)
			return true;
		w->at = w->len = w->head_end;
		return false;
	}
	hand_over(c);
	return true;
}

void
request_refuse(struct conn *c, int status)
{
	struct http_server *s = c->server;
	struct work *w = c->work;
	struct http_reply reply = { .status = status, .close = true };

	if (w->request.id[0] == '\0')
		ident_set(s, &w->request);
	s->calls.refuse(&w->request, &reply, s->calls.arg);
	reply.close = true;
	reply_send(c, &reply);
	blob_unref(reply.head);
	blob_unref(reply.body);
}
