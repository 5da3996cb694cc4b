/* The growing buffer: what is added, numbers, and an error that stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shared/base/buf.h"

static void
numbers(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_put_number(&b, 0);
	buf_putc(&b, ' ');
	buf_put_number(&b, 10);
	buf_putc(&b, ' ');
	buf_put_number(&b, UINT64_MAX);
	assert_string_equal(buf_text(&b), "0 10 18446744073709551615");
	assert_int_equal(b.len, strlen(buf_text(&b)));
	buf_release(&b);
}

/* What would pass the limit is not added, nor is anything behind it, until it is emptied. */
static void
an_error_stays(void **state)
{
	struct buf b = { .limit = 4 };

	(void)state;
	buf_puts(&b, "abc");
	buf_put_number(&b, 12);
	buf_putc(&b, 'd');
	assert_true(b.failed);
	assert_string_equal(buf_text(&b), "abc");
	buf_reset(&b);
	buf_puts(&b, "abcd");
	assert_false(b.failed);
	assert_string_equal(buf_text(&b), "abcd");
	buf_release(&b);
	assert_string_equal(buf_text(&b), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(an_error_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
