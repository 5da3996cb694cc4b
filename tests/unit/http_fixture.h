/*
 * A real server and real sockets in one thread: whoever waits for an answer turns the
 * server's loop meanwhile.
 *
 * The handler answers by the path: /echo gives the body back, /big BIG bytes, /later
 * keeps the request until the test answers it, /empty 304, others "hello".
 */
#ifndef RELAIS_TESTS_HTTP_FIXTURE_H
#define RELAIS_TESTS_HTTP_FIXTURE_H

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/http/server.h"

enum { BIG = 5 * 1024 * 1024, LATER = 8, BODY_LIMIT = 100000 };

struct fixture {
	struct event_base *base;
	struct http_server *server;
	struct blob *hello, *big, *head;
	struct http_request *later[LATER];
	size_t nlater, handled, refused, done;
	int status;                     /* of the last done */
	char id[33], peer[64], query[64];
	size_t deepest;                 /* stack of the handler, in bytes */
	bool drained;
};

static inline void
answer(struct fixture *f, struct http_request *req, int status, struct blob *body)
{
	const struct http_reply reply = { .status = status, .head = f->head, .body = body };

	http_reply(req, &reply);
}

static inline bool
path_is(const struct http_request *req, const char *path)
{
	return req->head.path.len == strlen(path) && memcmp(req->head.path.at, path, strlen(path)) == 0;
}

static inline void
on_request(struct http_request *req, void *arg)
{
	static char *first;
	struct fixture *f = arg;
	char here = 0;

	if (f->handled++ == 0)
		first = &here;
	f->deepest = (size_t)labs(first - &here) > f->deepest ? (size_t)labs(first - &here) : f->deepest;
	memcpy(f->id, req->id, sizeof(f->id));
	snprintf(f->peer, sizeof(f->peer), "%s", req->peer);
	snprintf(f->query, sizeof(f->query), "%.*s", (int)req->head.query.len, req->head.query.at);
	assert_int_equal(strlen(arena_strdup(&req->arena, "kept")), 4);
	assert_int_equal(req->body[req->body_len], '\0');
	if (path_is(req, "/later")) {
		assert_true(f->nlater < LATER);
		f->later[f->nlater++] = req;
	} else if (path_is(req, "/echo")) {
		struct blob *echo = blob_new(req->body, req->body_len);

		answer(f, req, 200, echo);
		blob_unref(echo);
	} else if (path_is(req, "/empty")) {
		answer(f, req, 304, NULL);
	} else {
		answer(f, req, 200, path_is(req, "/big") ? f->big : f->hello);
	}
}

static inline size_t
on_body_limit(const struct http_request *req, void *arg)
{
	(void)arg;
	return path_is(req, "/none") ? 0 : BODY_LIMIT;
}

static inline void
on_refuse(struct http_request *req, struct http_reply *reply, void *arg)
{
	struct fixture *f = arg;

	f->refused++;
	reply->body = blob_new(req->id, strlen(req->id));
}

static inline void
on_done(const struct http_request *req, int status, double ms, void *arg)
{
	struct fixture *f = arg;

	assert_true(ms >= 0 && strlen(req->id) > 0);
	f->done++;
	f->status = status;
}

static inline void
on_drained(void *arg)
{
	((struct fixture *)arg)->drained = true;
}

static inline struct fixture *
start(const struct http_limits *limits)
{
	static const char head[] = "X-Test: yes\r\n";
	struct fixture *f = calloc(1, sizeof(*f));
	struct http_calls calls = { on_request, on_body_limit, on_refuse, on_done, f };

	assert_non_null(f);
	f->base = event_base_new();
	f->server = http_server_new(f->base, "127.0.0.1", "0", limits, &calls);
	assert_non_null(f->server);
	f->hello = blob_new("hello", 5);
	f->head = blob_new(head, sizeof(head) - 1);
	f->big = malloc(sizeof(*f->big) + BIG);
	assert_non_null(f->big);
	*f->big = (struct blob){ .refs = 1, .len = BIG };
	for (size_t i = 0; i < BIG; i++)
		f->big->data[i] = (char)('a' + i % 23);
	return f;
}

static inline void
stop(struct fixture *f)
{
	if (f->server != NULL)
		http_server_free(f->server);
	assert_int_equal(f->hello->refs, 1);
	assert_int_equal(f->big->refs, 1);
	assert_int_equal(f->head->refs, 1);
	blob_unref(f->hello);
	blob_unref(f->big);
	blob_unref(f->head);
	event_base_free(f->base);
	free(f);
}

static inline int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void
turn(struct fixture *f)
{
	assert_true(event_base_loop(f->base, EVLOOP_NONBLOCK) >= 0);
}

static inline void
turn_for(struct fixture *f, int ms)
{
	for (int64_t end = now_ms() + ms; now_ms() < end; usleep(500))
		turn(f);
}

static inline int
dial_with(struct fixture *f, int receive_buffer)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)http_server_port(f->server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	if (receive_buffer > 0)
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(int)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static inline int
dial(struct fixture *f)
{
	return dial_with(f, 0);
}

static inline void
say_bytes(int fd, const char *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

static inline void
say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

/* Reads until `enough` bytes are there, patience is over, or the end; true for the end. */
static inline bool
hear(struct fixture *f, int fd, struct buf *in, size_t enough, int patience_ms)
{
	char bytes[65536];
	int64_t end = now_ms() + patience_ms;

	while (in->len < enough && now_ms() < end) {
		ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		turn(f);
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return true;
		if (n > 0)
			buf_add(in, bytes, (size_t)n);
		else
			usleep(200);
	}
	return false;
}

/* The whole of one answer with `body` as its end. */
static inline void
expect(struct fixture *f, int fd, struct buf *in, const char *status_line, const char *body)
{
	size_t n = strlen(body);

	buf_reset(in);
	for (int i = 0; i < 4000; i++) {
		hear(f, fd, in, in->len + 1, 1);
		if (in->len > n + 4 && strstr(buf_text(in), "\r\n\r\n") != NULL &&
		    strcmp(in->data + in->len - n, body) == 0)
			break;
	}
	if (strncmp(buf_text(in), status_line, strlen(status_line)) != 0)
		fail_msg("expected '%s', got '%s'", status_line, buf_text(in));
	assert_string_equal(in->data + in->len - n, body);
}

static inline size_t
count(const struct buf *in, const char *text)
{
	size_t n = 0;

	for (const char *p = buf_text(in); (p = strstr(p, text)) != NULL; p++)
		n++;
	return n;
}

#endif
