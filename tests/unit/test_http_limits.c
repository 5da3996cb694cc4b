#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/http_fixture.h"

static const struct http_limits short_limits = {
	.connections = 4,
	.connections_per_peer = 3,
	.head_seconds = 1,
	.idle_seconds = 2,
	.body_bytes_per_second = 500,
	.write_seconds = 1,
};

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
	drip("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n",
	    "HTTP/1.1 408 Request Timeout");
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
read_slowly(bool from_file)
{
	struct fixture *f = start(NULL);
	struct buf in = { 0 };
	int fd = dial_with(f, 4096);
	const char *body;

	if (from_file) {
		assert_true(blob_put_in_file(f->big));
		assert_int_not_equal(f->big->fd, 0);
	}
	say(fd, "GET /big HTTP/1.1\r\nHost: a\r\n\r\nGET /after HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_for(f, 30);
	/* The next one waits until this one is sent. */
	assert_int_equal(f->handled, 1);
	assert_int_equal(f->big->refs, 2);
	while (f->handled < 2 && !hear(f, fd, &in, in.len + 100000, 2000))
		continue;
	/* handed to the kernel; it comes as this end's small window takes it */
	for (size_t before = 0; in.len > before && strcmp(in.data + in.len - 5, "hello") != 0;) {
		before = in.len;
		hear(f, fd, &in, in.len + 1, 10000);
	}
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
test_slow_reader(void **state)
{
	(void)state;
	read_slowly(false);
}

static void
test_slow_reader_of_a_file(void **state)
{
	(void)state;
	read_slowly(true);
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
			(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
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
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_slow_head),
		cmocka_unit_test(test_slow_body),
		cmocka_unit_test(test_steady_body_and_idle),
		cmocka_unit_test(test_connection_limits),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_slow_reader_of_a_file),
		cmocka_unit_test(test_stalled_reader),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_flood_behind_later),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_free_under_handlers),
		cmocka_unit_test(test_cannot_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
