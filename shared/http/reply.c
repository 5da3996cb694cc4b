#include <errno.h>
#include <string.h>
#include <sys/sendfile.h>

#include "shared/base/log.h"
#include "shared/http/conn.h"

static const char *const reasons[600] = {
	[200] = "OK", [201] = "Created", [202] = "Accepted", [204] = "No Content",
	[301] = "Moved Permanently", [302] = "Found", [303] = "See Other", [304] = "Not Modified",
	[307] = "Temporary Redirect", [308] = "Permanent Redirect",
	[400] = "Bad Request", [401] = "Unauthorized", [403] = "Forbidden", [404] = "Not Found",
	[405] = "Method Not Allowed", [406] = "Not Acceptable", [408] = "Request Timeout",
	[409] = "Conflict", [410] = "Gone", [411] = "Length Required",
	[412] = "Precondition Failed", [413] = "Content Too Large", [414] = "URI Too Long",
	[415] = "Unsupported Media Type", [417] = "Expectation Failed",
	[421] = "Misdirected Request", [422] = "Unprocessable Content",
	[428] = "Precondition Required", [429] = "Too Many Requests",
	[431] = "Request Header Fields Too Large",
	[500] = "Internal Server Error", [501] = "Not Implemented", [502] = "Bad Gateway",
	[503] = "Service Unavailable", [504] = "Gateway Timeout",
	[505] = "HTTP Version Not Supported", [507] = "Insufficient Storage",
};

static char *
put(char *at, const char *text)
{
	return stpcpy(at, text);
}

static char *
put_number(char *at, size_t n)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	memcpy(at, digits + i, sizeof(digits) - i);
	return at + sizeof(digits) - i;
}

/* The status line and the fields that belong to the server. */
static size_t
put_lines(struct conn *c, const struct http_reply *reply)
{
	struct work *w = c->work;
	char *at = w->lines;

	if (reply->status < 200 || reply->status > 599)
		fatal("http_reply: status %d", reply->status);
	at = put(at, "HTTP/1.1 ");
	at = put_number(at, (size_t)reply->status);
	*at++ = ' ';
	if (reasons[reply->status] != NULL)
		at = put(at, reasons[reply->status]);
	at = put(at, "\r\n");
	memcpy(at, c->server->date, DATE_LINE);
	at += DATE_LINE;
	/* RFC 9110 section 8.6: never in a 204; a 304 would have to know the 200's. */
	if (reply->status != 204 && reply->status != 304) {
		at = put(at, "Content-Length: ");
		at = put_number(at, reply->body != NULL ? reply->body->len : 0);
		at = put(at, "\r\n");
	}
	at = put(at, w->out.close ? "Connection: close\r\n" : "Connection: keep-alive\r\n");
	at = put(at, "X-Request-Id: ");
	at = put(at, w->request.id);
	at = put(at, "\r\n");
	return (size_t)(at - w->lines);
}

static void
add_part(struct outgoing *out, const void *bytes, size_t len)
{
	if (len > 0)
		out->parts[out->n++] = (struct iovec){ (void *)(uintptr_t)bytes, len };
}

static void
compose(struct conn *c, const struct http_reply *reply)
{
	struct work *w = c->work;
	struct outgoing *out = &w->out;
	bool bodiless = w->request.head.method == HTTP_HEAD || reply->status == 204 ||
	    reply->status == 304;

	*out = (struct outgoing){
		.close = reply->close || !w->request.head.keep_alive || c->server->draining
	};
	add_part(out, w->lines, put_lines(c, reply));
	if (reply->head != NULL)
		add_part(out, reply->head->data, reply->head->len);
	add_part(out, "\r\n", 2);
	if (reply->body == NULL || bodiless)
		return;
	if (reply->body->fd != 0) {
		out->file = reply->body->fd;
		out->left = reply->body->len;
	} else {
		add_part(out, reply->body->data, reply->body->len);
	}
}

/*
 * Sending takes as much as the socket does: 1 all is sent, 0 the rest has to wait, -1 the
 * client is gone. sendmsg() is the writev() that raises no SIGPIPE; a file waits for MSG_MORE.
 */
static int
push_parts(struct conn *c)
{
	struct outgoing *out = &c->work->out;
	struct msghdr msg = {
		.msg_iov = out->parts + out->first,
		.msg_iovlen = out->n - out->first,
	};
	ssize_t n = sendmsg(c->fd, &msg, MSG_NOSIGNAL | (out->left > 0 ? MSG_MORE : 0));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	while (out->first < out->n && (size_t)n >= out->parts[out->first].iov_len)
		n -= (ssize_t)out->parts[out->first++].iov_len;
	if (out->first == out->n)
		return 1;
	out->parts[out->first].iov_base = (char *)out->parts[out->first].iov_base + n;
	out->parts[out->first].iov_len -= (size_t)n;
	return 0;
}

static int
push_file(struct conn *c)
{
	struct outgoing *out = &c->work->out;
	ssize_t n = sendfile(c->fd, out->file, &out->offset, out->left);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	out->left -= (size_t)n;
	return out->left == 0 ? 1 : 0;
}

static int
push(struct conn *c)
{
	struct outgoing *out = &c->work->out;
	int rc = out->first < out->n ? push_parts(c) : 1;

	return rc == 1 && out->left > 0 ? push_file(c) : rc;
}

void
reply_release(struct outgoing *out)
{
	blob_unref(out->head);
	blob_unref(out->body);
	out->head = out->body = NULL;
}

static void
sent(struct conn *c)
{
	struct work *w = c->work;

	if (w->out.close) {
		conn_linger(c);
	} else {
		w->start = w->at;
		conn_enter(c, CONN_IDLE);
	}
}

static void
resume(struct conn *c)
{
	int rc = push(c);

	if (rc < 0) {
		conn_close(c);
	} else if (rc == 0) {
		conn_enter(c, CONN_WRITING);
	} else {
		event_del(c->writable);
		reply_release(&c->work->out);
		sent(c);
	}
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	c->server->now_us = http_now_us();
	c->running = true;
	resume(c);
	c->running = false;
	conn_run(c);
}

/* Until the socket takes the rest nothing is read: the client has to take its answers. */
static void
wait_writable(struct conn *c, const struct http_reply *reply)
{
	struct outgoing *out = &c->work->out;

	out->head = reply->head != NULL ? blob_ref(reply->head) : NULL;
	out->body = reply->body != NULL ? blob_ref(reply->body) : NULL;
	if (c->writable == NULL)
		c->writable = event_new(c->server->base, c->fd, EV_WRITE | EV_PERSIST,
		    on_writable, c);
	conn_read_on(c, false);
	conn_enter(c, CONN_WRITING);
	if (c->writable == NULL || event_add(c->writable, NULL) < 0)
		conn_close(c);
}

/* The handler's part is over: what belonged to the request goes. */
static void
settle_request(struct conn *c, int status)
{
	const struct http_calls *calls = &c->server->calls;
	struct http_request *req = &c->work->request;

	if (calls->done != NULL) {
		int64_t us = http_now_us() - req->started_us;

		calls->done(req, status, (double)us / 1000.0, calls->arg);
	}
	arena_release(&req->arena);
	buf_release(&c->work->body);
	c->owed = false;
}

void
reply_send(struct conn *c, const struct http_reply *reply)
{
	int rc;

	compose(c, reply);
	rc = push(c);
	settle_request(c, reply->status);
	if (rc < 0)
		conn_close(c);
	else if (rc == 0)
		wait_writable(c, reply);
	else
		sent(c);
}

bool
reply_continue(struct conn *c)
{
	static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";

	return send(c->fd, line, sizeof(line) - 1, MSG_NOSIGNAL) == (ssize_t)(sizeof(line) - 1);
}

void
http_reply(struct http_request *req, const struct http_reply *reply)
{
	struct work *w = (struct work *)(void *)((char *)req - offsetof(struct work, request));
	struct conn *c = w->conn;
	bool running = c->running;

	if (!c->owed)
		fatal("http_reply: this request was answered before");
	c->running = true;
	if (c->server == NULL) {
		arena_release(&req->arena);
		c->owed = false;
	} else if (c->state == CONN_CLOSED) {
		settle_request(c, reply->status);
	} else {
		if (!running)
			c->server->now_us = http_now_us();
		reply_send(c, reply);
	}
	c->running = running;
	conn_run(c);
}
