#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "shared/http/head.h"
#include "tests/unit/http_cases.h"

/* What was understood, in the words of the files. */
static void
describe(struct buf *out, const struct http_head *h, int rc)
{
	buf_reset(out);
	if (rc < 0) {
		buf_printf(out, "%d", -rc);
		return;
	}
	if (rc == 0) {
		buf_puts(out, "more");
		return;
	}
	buf_printf(out, "%.*s ", (int)h->method_name.len, h->method_name.at);
	if (h->path.len > 100)
		buf_printf(out, "(%zu bytes)", h->path.len);
	else
		buf_add(out, h->path.at, h->path.len);
	buf_printf(out, " ?%.*s 1.%d %s ", (int)h->query.len, h->query.at, h->minor,
	    h->keep_alive ? "keep" : "close");
	if (h->chunked)
		buf_puts(out, "chunked");
	else if (h->content_length >= 0)
		buf_printf(out, "length %lld", (long long)h->content_length);
	else
		buf_puts(out, "none");
	if (h->expect_continue)
		buf_puts(out, " continue");
}

/* The bytes in a block of their own size, so that reading past them is seen. */
static int
parse(struct http_head *head, const char *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	rc = http_head_parse(head, copy, len);
	free(copy);
	return rc;
}

static void
run_case(const struct http_case *c)
{
	struct http_head head;
	struct buf got = { 0 };
	int rc, whole = http_head_parse(&head, c->bytes, c->len);

	describe(&got, &head, whole);
	if (strcmp(buf_text(&got), c->expect) != 0)
		fail_msg("%s: expected '%s', got '%s'", c->what, c->expect, buf_text(&got));
	if (whole > 0)
		assert_int_equal((size_t)whole, c->len);
	/* Byte by byte it comes to the same, and never earlier than it can be known. */
	for (size_t n = 0; n <= c->len; n++) {
		rc = parse(&head, c->bytes, n);
		if (rc != 0 || n == c->len) {
			if (rc != whole)
				fail_msg("%s: %d when whole, %d at byte %zu", c->what, whole, rc, n);
			break;
		}
	}
	buf_release(&got);
}

static void
test_request_lines(void **state)
{
	(void)state;
	http_cases("tests/unit/http/head-line.txt", run_case);
}

static void
test_fields(void **state)
{
	(void)state;
	http_cases("tests/unit/http/head-fields.txt", run_case);
}

static void
test_framing(void **state)
{
	(void)state;
	http_cases("tests/unit/http/head-framing.txt", run_case);
}

static void
test_get(void **state)
{
	static const char bytes[] =
	    "GET / HTTP/1.1\r\nHost: a\r\nX-Two:  first one \r\nx-two: second\r\n\r\nGET /";
	struct http_head head;
	struct slice v;

	(void)state;
	assert_int_equal(http_head_parse(&head, bytes, sizeof(bytes) - 1), sizeof(bytes) - 1 - 5);
	assert_int_equal(head.nfields, 3);
	v = http_head_get(&head, "X-TWO");
	assert_int_equal(v.len, 9);
	assert_memory_equal(v.at, "first one", 9);
	assert_null(http_head_get(&head, "x-tw").at);
	http_head_clear(&head);
	assert_null(http_head_get(&head, "x-two").at);
	assert_int_equal(head.method, HTTP_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_lines),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_framing),
		cmocka_unit_test(test_get),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
