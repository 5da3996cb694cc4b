#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

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

/*
 * A real server and real sockets in one thread: whoever waits for an answer turns the
 * server's loop meanwhile.
 *
 * The handler answers by the path: /echo gives the body back, /big BIG bytes, /later
 * keeps the request until the test answers it, /empty 304, others "hello".
 */
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

static void
answer(struct fixture *f, struct http_request *req, int status, struct blob *body)
{
	const struct http_reply reply = { .status = status, .head = f->head, .body = body };

	http_reply(req, &reply);
}

static bool
path_is(const struct http_request *req, const char *path)
{
	return req->head.path.len == strlen(path) && memcmp(req->head.path.at, path, strlen(path)) == 0;
}

static void
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

static size_t
on_body_limit(const struct http_request *req, void *arg)
{
	(void)arg;
	return path_is(req, "/none") ? 0 : BODY_LIMIT;
}

static void
on_refuse(const struct http_request *req, struct http_reply *reply, void *arg)
{
	struct fixture *f = arg;

	f->refused++;
	reply->body = blob_new(req->id, strlen(req->id));
}

static void
on_done(const struct http_request *req, int status, double ms, void *arg)
{
	struct fixture *f = arg;

	assert_true(ms >= 0 && strlen(req->id) > 0);
	f->done++;
	f->status = status;
}

static void
on_drained(void *arg)
{
	((struct fixture *)arg)->drained = true;
}

static const struct http_limits short_limits = {
	.connections = 4,
	.connections_per_peer = 3,
	.head_seconds = 1,
	.idle_seconds = 2,
	.body_bytes_per_second = 500,
	.write_seconds = 1,
};

static struct fixture *
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

static void
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

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
turn(struct fixture *f)
{
	assert_true(event_base_loop(f->base, EVLOOP_NONBLOCK) >= 0);
}

static void
turn_for(struct fixture *f, int ms)
{
	for (int64_t end = now_ms() + ms; now_ms() < end; usleep(500))
		turn(f);
}

static int
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

static int
dial(struct fixture *f)
{
	return dial_with(f, 0);
}

static void
say_bytes(int fd, const char *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

static void
say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

/* Reads what comes until it is quiet for a moment, `enough` bytes are there, or the end; true for the end. */
static bool
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
static void
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

static size_t
count(const struct buf *in, const char *text)
{
	size_t n = 0;

	for (const char *p = buf_text(in); (p = strstr(p, text)) != NULL; p++)
		n++;
	return n;
}

static void
test_keep_alive(void **state)
{
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	int fd = dial(f);

	(void)state;
	for (int i = 0; i < 3; i++) {
		say(fd, "GET /a?q=1 HTTP/1.1\r\nHost: a\r\n\r\n");
		expect(f, fd, &in, "HTTP/1.1 200 OK\r\nDate: ", "\r\n\r\nhello");
		assert_non_null(strstr(in.data, "\r\nContent-Length: 5\r\n"));
		assert_non_null(strstr(in.data, "\r\nConnection: keep-alive\r\n"));
		assert_non_null(strstr(in.data, "\r\nX-Test: yes\r\n"));
		assert_int_equal(strlen(f->id), 32);
		assert_non_null(strstr(in.data, f->id));
	}
	assert_string_equal(f->peer, "127.0.0.1");
	assert_string_equal(f->query, "q=1");
	assert_int_equal(http_server_connections(f->server), 1);
	assert_int_equal(f->done, 3);
	say(fd, "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: my.own-id_1\r\nConnection: close\r\n\r\n");
	expect(f, fd, &in, "HTTP/1.1 200 OK", "hello");
	assert_non_null(strstr(in.data, "\r\nConnection: close\r\nX-Request-Id: my.own-id_1\r\n"));
	assert_true(hear(f, fd, &in, SIZE_MAX, 2000));
	close(fd);
	turn_for(f, 20);
	assert_int_equal(http_server_connections(f->server), 0);
	buf_release(&in);
	stop(f);
}

static void
test_ids(void **state)
{
	static const char *const bad[] = {
		"", "a b", "a;b", "123456789012345678901234567890123", "a\"b", "caf\xe9",
	};
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	char request[256];
	int fd = dial(f);

	(void)state;
	for (size_t i = 0; i < countof(bad); i++) {
		snprintf(request, sizeof(request), "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: %s\r\n\r\n", bad[i]);
		say(fd, request);
		expect(f, fd, &in, "HTTP/1.1 200", "hello");
		assert_int_equal(strlen(f->id), 32);
		assert_int_equal(strspn(f->id, "0123456789abcdef"), 32);
	}
	close(fd);
	buf_release(&in);
	stop(f);
}

static void
test_no_bodies(void **state)
{
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	int fd = dial(f);

	(void)state;
	say(fd, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
	expect(f, fd, &in, "HTTP/1.1 200 OK", "\r\n\r\n");
	assert_non_null(strstr(in.data, "Content-Length: 5\r\n"));
	say(fd, "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n");
	expect(f, fd, &in, "HTTP/1.1 304 Not Modified", "\r\n\r\n");
	assert_null(strstr(in.data, "Content-Length"));
	say(fd, "GET / HTTP/1.0\r\n\r\n");
	expect(f, fd, &in, "HTTP/1.1 200 OK", "hello");
	assert_non_null(strstr(in.data, "Connection: close\r\n"));
	close(fd);
	buf_release(&in);
	stop(f);
}

static void
test_pipelining(void **state)
{
	static const char request[] = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";
	struct fixture *f = start(NULL);
	struct buf out = { 0 }, in = { 0 };
	int fd = dial(f);

	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_puts(&out, request);
	say_bytes(fd, out.data, out.len);
	while (f->handled < 3000 && !hear(f, fd, &in, in.len + 1, 2000))
		continue;
	hear(f, fd, &in, SIZE_MAX, 50);
	assert_int_equal(f->handled, 3000);
	assert_int_equal(count(&in, "HTTP/1.1 200 OK\r\n"), 3000);
	/* Answers given at once, in a loop: the stack does not know how many there were. */
	assert_true(f->deepest < 1024);
	/* One at a time, in order, and a body between them. */
	buf_reset(&in);
	say(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"
	    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
	    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
	    "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	turn_for(f, 20);
	assert_int_equal(f->handled, 3001);
	answer(f, f->later[0], 201, f->hello);
	assert_true(hear(f, fd, &in, SIZE_MAX, 2000));
	assert_int_equal(strncmp(in.data, "HTTP/1.1 201 Created", 20), 0);
	assert_int_equal(count(&in, "HTTP/1.1 200 OK"), 3);
	assert_true(strstr(in.data, "\r\n\r\none") < strstr(in.data, "\r\n\r\ntwo"));
	close(fd);
	buf_release(&in);
	buf_release(&out);
	stop(f);
}

/* Heads and bodies cut everywhere, behind a request that shifts them within the buffer. */
static void
test_pieces(void **state)
{
	static const char request[] =
	    "GET /first HTTP/1.1\r\nHost: a\r\n\r\n"
	    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX-Request-Id: pieces\r\n\r\n"
	    "5\r\nhello\r\n1;a=b\r\n!\r\n0\r\nX: y\r\n\r\n";
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	int fd = dial(f);

	(void)state;
	for (size_t cut = 1; cut < sizeof(request) - 1; cut++) {
		buf_reset(&in);
		say_bytes(fd, request, cut);
		hear(f, fd, &in, SIZE_MAX, 1);
		say_bytes(fd, request + cut, sizeof(request) - 1 - cut);
		while (f->done < 2 * cut && !hear(f, fd, &in, in.len + 1, 1000))
			continue;
		hear(f, fd, &in, SIZE_MAX, 1);
		assert_int_equal(count(&in, "HTTP/1.1 200 OK"), 2);
		assert_string_equal(in.data + in.len - 10, "\r\n\r\nhello!");
		assert_string_equal(f->id, "pieces");
	}
	close(fd);
	buf_release(&in);
	stop(f);
}

static void
test_continue(void **state)
{
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	int fd = dial(f);

	(void)state;
	say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
	expect(f, fd, &in, "HTTP/1.1 100 Continue\r\n\r\n", "\r\n\r\n");
	say(fd, "abc");
	expect(f, fd, &in, "HTTP/1.1 200 OK", "\r\n\r\nabc");
	/* The body is there already, or there is none: no 100. */
	say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc");
	expect(f, fd, &in, "HTTP/1.1 200 OK", "\r\n\r\nabc");
	say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n");
	expect(f, fd, &in, "HTTP/1.1 200 OK", "\r\n\r\n");
	/* Too large: refused at once. */
	say(fd, "POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
	buf_reset(&in);
	assert_true(hear(f, fd, &in, SIZE_MAX, 2000));
	assert_int_equal(strncmp(in.data, "HTTP/1.1 413 Content Too Large", 30), 0);
	close(fd);
	buf_release(&in);
	stop(f);
}

static void
upload(struct fixture *f, size_t len, bool chunked, const char *status_line)
{
	struct buf out = { 0 }, in = { 0 };
	int fd = dial(f);
	size_t at;

	buf_printf(&out, "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
	if (chunked)
		buf_puts(&out, "Transfer-Encoding: chunked\r\n\r\n");
	else
		buf_printf(&out, "Content-Length: %zu\r\n\r\n", len);
	for (size_t i = 0; i < len; i++) {
		if (chunked && i % 1000 == 0)
			buf_printf(&out, "%s%zx\r\n", i > 0 ? "\r\n" : "", len - i < 1000 ? len - i : 1000);
		buf_putc(&out, (char)('a' + i % 19));
	}
	if (chunked)
		buf_puts(&out, len > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n");
	for (at = 0; at < out.len; at += 7777) {
		say_bytes(fd, out.data + at, out.len - at < 7777 ? out.len - at : 7777);
		turn(f);
	}
	assert_true(hear(f, fd, &in, SIZE_MAX, 3000));
	assert_int_equal(strncmp(buf_text(&in), status_line, strlen(status_line)), 0);
	if (strstr(status_line, "200") != NULL) {
		const char *body = strstr(in.data, "\r\n\r\n") + 4;

		assert_int_equal(in.data + in.len - body, len);
		for (size_t i = 0; i < len; i++)
			assert_int_equal(body[i], (char)('a' + i % 19));
	}
	close(fd);
	buf_release(&in);
	buf_release(&out);
}

static void
test_uploads(void **state)
{
	struct fixture *f = start(NULL);

	(void)state;
	upload(f, 0, true, "HTTP/1.1 200");
	upload(f, 1, true, "HTTP/1.1 200");
	upload(f, 50000, true, "HTTP/1.1 200");
	upload(f, 50000, false, "HTTP/1.1 200");
	upload(f, BODY_LIMIT, true, "HTTP/1.1 200");
	upload(f, BODY_LIMIT, false, "HTTP/1.1 200");
	upload(f, BODY_LIMIT + 1, true, "HTTP/1.1 413");
	upload(f, BODY_LIMIT + 1, false, "HTTP/1.1 413");
	/* Far too much: the answer is still read, since the rest is drained. */
	upload(f, 3000000, false, "HTTP/1.1 413");
	assert_int_equal(f->refused, 3);
	stop(f);
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *request, *answer;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request" },
		{ "GET / HTTP/2.0\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported" },
		{ "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "HTTP/1.1 501 Not Implemented" },
		{ "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", "HTTP/1.1 417 Expectation Failed" },
		{ "PUT / HTTP/1.1\r\nHost: a\r\nContent-Encoding: br\r\n\r\n", "HTTP/1.1 415 Unsupported" },
		{ "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\n", "HTTP/1.1 400" },
		{ "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n", "HTTP/1.1 413" },
		/* What follows is never run. */
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
		  "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400" },
	};
	struct fixture *f = start(NULL);
	struct buf in = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int fd = dial(f);

		buf_reset(&in);
		say(fd, cases[i].request);
		assert_true(hear(f, fd, &in, SIZE_MAX, 2000));
		if (strncmp(buf_text(&in), cases[i].answer, strlen(cases[i].answer)) != 0)
			fail_msg("expected '%s', got '%s'", cases[i].answer, buf_text(&in));
		assert_non_null(strstr(in.data, "\r\nConnection: close\r\n"));
		assert_int_equal(count(&in, "HTTP/1.1"), 1);
		close(fd);
	}
	assert_int_equal(f->handled, 0);
	assert_int_equal(f->done, countof(cases));
	buf_release(&in);
	stop(f);
}

static void
test_too_long(void **state)
{
	static const struct {
		const char *before;
		char fill;
		const char *answer;
	} cases[] = {
		{ "GET /", 'a', "HTTP/1.1 414 URI Too Long" },
		{ "GET / HTTP/1.1\r\nX: ", 'b', "HTTP/1.1 431 Request Header Fields Too Large" },
	};
	struct fixture *f = start(NULL);
	struct buf in = { 0 }, out = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int fd = dial(f);

		buf_reset(&in);
		buf_reset(&out);
		buf_puts(&out, cases[i].before);
		while (out.len < 50000)
			buf_putc(&out, cases[i].fill);
		say_bytes(fd, out.data, out.len);
		assert_true(hear(f, fd, &in, SIZE_MAX, 2000));
		assert_int_equal(strncmp(buf_text(&in), cases[i].answer, strlen(cases[i].answer)), 0);
		close(fd);
	}
	buf_release(&in);
	buf_release(&out);
	stop(f);
}

/* A byte now and then keeps neither a head nor a body alive. */
static void
drip(const char *before, const char *answer_line)
{
	struct fixture *f = start(&short_limits);
	struct buf in = { 0 };
	int64_t begun = now_ms();
	int fd = dial(f);

	say(fd, before);
	while (!hear(f, fd, &in, SIZE_MAX, 100) && now_ms() < begun + 5000)
		(void)send(fd, "x", 1, MSG_NOSIGNAL);
	assert_true(now_ms() - begun >= 900 && now_ms() - begun < 4000);
	assert_int_equal(strncmp(buf_text(&in), answer_line, strlen(answer_line)), 0);
	close(fd);
	buf_release(&in);
	stop(f);
}

static void
test_slow_head(void **state)
{
	(void)state;
	drip("GET / HTTP/1.1\r\nHost: a\r\nX: ", "HTTP/1.1 408 Request Timeout");
}

static void
test_slow_body(void **state)
{
	(void)state;
	drip("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n", "HTTP/1.1 408 Request Timeout");
}

/* Fast enough, a body may take longer than the head's time; idle connections go in the end. */
static void
test_steady_body_and_idle(void **state)
{
	struct fixture *f = start(&short_limits);
	struct buf in = { 0 };
	char some[400];
	int fd = dial(f);

	(void)state;
	memset(some, 'x', sizeof(some));
	say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n");
	for (int i = 0; i < 24; i++) {
		say_bytes(fd, some, sizeof(some));
		assert_false(hear(f, fd, &in, 1, 60));
	}
	assert_int_equal(in.len, 0);
	say_bytes(fd, some, sizeof(some));
	expect(f, fd, &in, "HTTP/1.1 200 OK", "xxxx");
	assert_true(hear(f, fd, &in, SIZE_MAX, 6000));
	assert_int_equal(f->refused, 0);
	close(fd);
	buf_release(&in);
	stop(f);
}

static void
test_connection_limits(void **state)
{
	struct fixture *f = start(&short_limits);
	struct buf in = { 0 };
	int fds[3], fd;

	(void)state;
	for (size_t i = 0; i < countof(fds); i++) {
		fds[i] = dial(f);
		say(fds[i], "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
		expect(f, fds[i], &in, "HTTP/1.1 200", "hello");
	}
	fd = dial(f);
	buf_reset(&in);
	assert_true(hear(f, fd, &in, SIZE_MAX, 2000));
	assert_int_equal(strncmp(buf_text(&in), "HTTP/1.1 503 Service Unavailable", 32), 0);
	close(fd);
	close(fds[0]);
	turn_for(f, 20);
	fd = dial(f);
	say(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	expect(f, fd, &in, "HTTP/1.1 200", "hello");
	close(fd);
	close(fds[1]);
	close(fds[2]);
	buf_release(&in);
	stop(f);
}

static void
test_slow_reader(void **state)
{
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	int fd = dial_with(f, 4096);
	const char *body;

	(void)state;
	say(fd, "GET /big HTTP/1.1\r\nHost: a\r\n\r\nGET /after HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_for(f, 30);
	/* The next one waits until this one is sent. */
	assert_int_equal(f->handled, 1);
	assert_int_equal(f->big->refs, 2);
	while (f->handled < 2 && !hear(f, fd, &in, in.len + 100000, 2000))
		continue;
	hear(f, fd, &in, SIZE_MAX, 100);
	body = strstr(in.data, "\r\n\r\n") + 4;
	assert_memory_equal(body, f->big->data, BIG);
	assert_int_equal(strncmp(body + BIG, "HTTP/1.1 200 OK", 15), 0);
	assert_string_equal(in.data + in.len - 5, "hello");
	assert_int_equal(f->big->refs, 1);
	close(fd);
	buf_release(&in);
	stop(f);
}

static void
test_stalled_reader(void **state)
{
	struct fixture *f = start(&short_limits);
	int fd = dial_with(f, 4096);

	(void)state;
	say(fd, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_for(f, 50);
	assert_int_equal(http_server_connections(f->server), 1);
	for (int i = 0; i < 50 && http_server_connections(f->server) > 0; i++)
		turn_for(f, 100);
	assert_int_equal(http_server_connections(f->server), 0);
	assert_int_equal(f->big->refs, 1);
	close(fd);
	stop(f);
}

static void
test_client_leaves(void **state)
{
	static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	int fd;

	(void)state;
	for (int reset = 0; reset < 2; reset++) {
		fd = dial(f);
		say(fd, "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
		turn_for(f, 20);
		if (reset)
			assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
		close(fd);
		turn_for(f, 20);
		assert_int_equal(f->nlater, reset + 1);
		assert_string_equal(f->later[reset]->body, "body");
		assert_true(path_is(f->later[reset], "/later"));
		assert_string_equal(f->later[reset]->peer, "127.0.0.1");
		answer(f, f->later[reset], 200, f->big);
		turn_for(f, 20);
		assert_int_equal(http_server_connections(f->server), 0);
		assert_int_equal(f->done, reset + 1);
	}
	/* One that only closed its side gets its answer. */
	fd = dial(f);
	say(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	shutdown(fd, SHUT_WR);
	turn_for(f, 20);
	answer(f, f->later[2], 200, f->hello);
	assert_true(hear(f, fd, &in, SIZE_MAX, 2000));
	assert_int_equal(count(&in, "HTTP/1.1 200 OK"), 2);
	close(fd);
	buf_release(&in);
	stop(f);
}

/* More behind a request with its handler than the buffer holds: it waits in the socket. */
static void
test_flood_behind_later(void **state)
{
	struct fixture *f = start(NULL);
	struct buf in = { 0 }, out = { 0 };
	int fd = dial(f);

	(void)state;
	buf_puts(&out, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	for (int i = 0; i < 2000; i++)
		buf_puts(&out, "GET /p HTTP/1.1\r\nHost: a\r\n\r\n");
	say_bytes(fd, out.data, out.len);
	turn_for(f, 30);
	assert_int_equal(f->handled, 1);
	answer(f, f->later[0], 200, f->hello);
	while (f->handled < 2001 && !hear(f, fd, &in, in.len + 1, 1000))
		continue;
	assert_int_equal(f->handled, 2001);
	close(fd);
	buf_release(&in);
	buf_release(&out);
	stop(f);
}

static void
test_drain(void **state)
{
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	int idle = dial(f), busy = dial(f);

	(void)state;
	say(idle, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	expect(f, idle, &in, "HTTP/1.1 200 OK", "hello");
	say(busy, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_for(f, 20);
	http_server_drain(f->server, on_drained, f);
	assert_true(hear(f, idle, &in, SIZE_MAX, 1000));
	assert_false(f->drained);
	assert_int_equal(http_server_connections(f->server), 1);
	answer(f, f->later[0], 200, f->hello);
	buf_reset(&in);
	assert_true(hear(f, busy, &in, SIZE_MAX, 1000));
	assert_non_null(strstr(in.data, "Connection: close\r\n"));
	close(busy);
	close(idle);
	turn_for(f, 20);
	assert_true(f->drained);
	buf_release(&in);
	stop(f);
}

/* The server goes while handlers still owe answers: theirs are dropped. */
static void
test_free_under_handlers(void **state)
{
	struct fixture *f = start(NULL);
	int one = dial(f), two = dial(f);

	(void)state;
	say(one, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	say(two, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_for(f, 20);
	assert_int_equal(f->nlater, 2);
	close(one);
	turn_for(f, 20);
	http_server_free(f->server);
	f->server = NULL;
	answer(f, f->later[0], 200, f->hello);
	answer(f, f->later[1], 200, f->hello);
	close(two);
	stop(f);
}

static void
test_cannot_listen(void **state)
{
	struct fixture *f = start(NULL);
	const struct http_calls calls = { on_request, on_body_limit, on_refuse, NULL, f };
	char port[8];

	(void)state;
	snprintf(port, sizeof(port), "%u", http_server_port(f->server));
	assert_null(http_server_new(f->base, "127.0.0.1", port, NULL, &calls));
	assert_int_equal(errno, EADDRINUSE);
	assert_null(http_server_new(f->base, "no.number", port, NULL, &calls));
	stop(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_no_bodies),
		cmocka_unit_test(test_pipelining),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_continue),
		cmocka_unit_test(test_uploads),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_slow_head),
		cmocka_unit_test(test_slow_body),
		cmocka_unit_test(test_steady_body_and_idle),
		cmocka_unit_test(test_connection_limits),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_stalled_reader),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_flood_behind_later),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_free_under_handlers),
		cmocka_unit_test(test_cannot_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
