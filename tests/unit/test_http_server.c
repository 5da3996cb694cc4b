#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/http_fixture.h"

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
		snprintf(request, sizeof(request),
		    "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: %s\r\n\r\n", bad[i]);
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
			buf_printf(&out, "%s%zx\r\n", i > 0 ? "\r\n" : "",
			    len - i < 1000 ? len - i : 1000);
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
		{ "PUT / HTTP/1.1\r\nHost: a\r\nContent-Encoding: br\r\n\r\n",
		  "HTTP/1.1 415 Unsupported" },
		{ "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\n",
		  "HTTP/1.1 400" },
		{ "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
		  "HTTP/1.1 413" },
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
