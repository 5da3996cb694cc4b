#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "shared/http/gzip.h"

enum { BIG = 1000000 };

static char *
text_of(size_t len)
{
	static const char words[] = "what one municipality learns its neighbours can read and try ";
	char *text = malloc(len);

	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = words[(i + i / 997) % (sizeof(words) - 1)];
	return text;
}

static void
test_round_trips(void **state)
{
	static const size_t sizes[] = { 200, 30000, BIG, 300, 30000 };
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	struct gzip *g = gzip_new();
	char *text = text_of(BIG), *back = malloc(BIG);

	(void)state;
	for (size_t i = 0; i < countof(sizes); i++) {
		struct blob *b = gzip_blob(g, text, sizes[i]), *again = gzip_blob(g, text, sizes[i]);
		size_t n = 0;

		assert_non_null(b);
		assert_non_null(again);
		assert_true(b->len < sizes[i]);
		assert_int_equal(libdeflate_gzip_decompress(d, b->data, b->len, back, BIG, &n),
		    LIBDEFLATE_SUCCESS);
		assert_int_equal(n, sizes[i]);
		assert_memory_equal(back, text, n);
		/* The same bytes: an ETag stands for them. */
		assert_int_equal(b->len, again->len);
		assert_memory_equal(b->data, again->data, b->len);
		blob_unref(b);
		blob_unref(again);
	}
	libdeflate_free_decompressor(d);
	gzip_free(g);
	free(text);
	free(back);
}

static void
test_not_smaller(void **state)
{
	struct gzip *g = gzip_new();
	unsigned char noise[4096];
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 1664525U + 1013904223U;
		noise[i] = (unsigned char)(x >> 24);
	}
	assert_null(gzip_blob(g, noise, sizeof(noise)));
	assert_null(gzip_blob(g, "", 0));
	assert_null(gzip_blob(g, "a", 1));
	assert_null(gzip_blob(g, "short", 5));
	gzip_free(g);
	gzip_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_not_smaller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
