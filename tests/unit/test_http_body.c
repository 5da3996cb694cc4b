#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "shared/http/body.h"
#include "tests/unit/http_cases.h"

/*
 * Feeds the body in pieces of `size` bytes and writes the outcome in the words of the file.
 */
static void
outcome(struct buf *out, const struct http_case *c, size_t size)
{
	struct http_head head;
	struct http_body body;
	struct buf data = { 0 };
	struct slice piece;
	int n = http_head_parse(&head, c->bytes, c->len), rc = 0;
	size_t at = (size_t)n, used;

	assert_true(n > 0);
	http_body_start(&body, &head);
	while (rc == 0 && at < c->len) {
		size_t len = c->len - at < size ? c->len - at : size;

		rc = http_body_take(&body, c->bytes + at, len, &used, &piece);
		assert_true(used <= len && (used > 0 || rc == 1));
		assert_true(piece.at >= c->bytes + at);
		assert_true(piece.at + piece.len <= c->bytes + at + len);
		buf_add(&data, piece.at, piece.len);
		at += used;
	}
	buf_reset(out);
	if (rc < 0) {
		buf_printf(out, "%d", -rc);
	} else {
		buf_puts(out, rc > 0 ? "body \"" : "more \"");
		http_case_escape(out, data.data, data.len);
		if (rc > 0) {
			buf_puts(out, "\" rest \"");
			http_case_escape(out, c->bytes + at, c->len - at);
		}
		buf_putc(out, '"');
	}
	buf_release(&data);
}

static void
run_case(const struct http_case *c)
{
	static const size_t sizes[] = { SIZE_MAX, 1, 2, 3, 7 };
	struct buf got = { 0 };

	for (size_t i = 0; i < countof(sizes); i++) {
		outcome(&got, c, sizes[i]);
		if (strcmp(buf_text(&got), c->expect) != 0)
			fail_msg("%s, in pieces of %zu: expected '%s', got '%s'", c->what, sizes[i],
			    c->expect, buf_text(&got));
	}
	buf_release(&got);
}

static void
test_bodies(void **state)
{
	(void)state;
	http_cases("tests/unit/http/body.txt", run_case);
}

/* No body needs no byte to be whole. */
static void
test_none(void **state)
{
	static const struct http_head heads[] = { { .content_length = -1 }, { .content_length = 0 } };
	struct http_body body;
	struct slice piece;
	size_t used;

	(void)state;
	for (size_t i = 0; i < countof(heads); i++) {
		http_body_start(&body, &heads[i]);
		assert_int_equal(http_body_take(&body, "x", 1, &used, &piece), 1);
		assert_int_equal(used, 0);
	}
}

/* A whole body's announced length is known as soon as it is said, so that it can be refused. */
static void
test_announced(void **state)
{
	static const struct http_head head = { .chunked = true, .content_length = -1 };
	struct http_body body;
	struct slice piece;
	size_t used;

	(void)state;
	http_body_start(&body, &head);
	assert_int_equal(http_body_take(&body, "100000", 6, &used, &piece), 0);
	assert_int_equal(body.left, 0x100000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
