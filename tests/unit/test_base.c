/* Memory: arenas, buffers, blobs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "shared/base/arena.h"
#include "shared/base/blob.h"
#include "shared/base/buf.h"

/* Pieces of all sizes are aligned, zeroed, and never share a byte. */
static void
arena_pieces(void **state)
{
	enum { PIECES = 400 };
	struct arena a = {0};
	unsigned char *pieces[PIECES];
	size_t size[PIECES];

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		size[i] = i % 50 == 49 ? 3000 * (i / 50 + 1) : i * 7 % 211;
		pieces[i] = arena_alloc(&a, size[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < size[i]; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)(i % 255 + 1), size[i]);
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t k = 0; k < size[i]; k++)
			assert_int_equal(pieces[i][k], i % 255 + 1);
	arena_release(&a);
	assert_null(a.blocks);
	arena_release(&a);
}

static void
arena_texts(void **state)
{
	struct arena a = {0};
	char large[20000];

	(void)state;
	memset(large, 'x', sizeof(large));
	assert_string_equal(arena_copy(&a, "abc", 2), "ab");
	assert_string_equal(arena_copy(&a, NULL, 0), "");
	assert_string_equal(arena_strdup(&a, "déjà"), "déjà");
	assert_string_equal(arena_printf(&a, "%s-%d", "a", 7), "a-7");
	assert_int_equal(strlen(arena_printf(&a, "%.*s", (int)sizeof(large), large)), sizeof(large));
	assert_memory_equal(arena_copy(&a, large, sizeof(large)), large, sizeof(large));
	arena_release(&a);
}

static void
buf_grows(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_string_equal(buf_text(&b), "");
	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "%d,", i % 10);
	assert_int_equal(b.len, 10000);
	assert_int_equal(b.data[b.len], '\0');
	assert_memory_equal(b.data + 9990, "5,6,7,8,9,", 10);
	buf_drop(&b, 9996);
	assert_string_equal(buf_text(&b), "8,9,");
	buf_add(&b, "\0x", 2);
	assert_int_equal(b.len, 6);
	buf_putc(&b, 'y');
	assert_memory_equal(b.data, "8,9,\0xy", 8);
	buf_drop(&b, 7);
	assert_string_equal(buf_text(&b), "");
	buf_reset(&b);
	buf_puts(&b, "again");
	assert_string_equal(buf_text(&b), "again");
	assert_true(buf_reserve(&b, 100000));
	assert_true(b.cap - b.len >= 100000);
	buf_release(&b);
	assert_null(b.data);
}

/* Past its limit it keeps what it had, and takes no more. */
static void
buf_limit(void **state)
{
	struct buf b = { .limit = 5 };

	(void)state;
	buf_puts(&b, "abc");
	assert_false(b.failed);
	buf_puts(&b, "def");
	assert_true(b.failed);
	buf_putc(&b, 'x');
	assert_string_equal(buf_text(&b), "abc");
	assert_false(buf_reserve(&b, 1));
	buf_reset(&b);
	assert_false(b.failed);
	buf_puts(&b, "abcde");
	assert_false(b.failed);
	assert_string_equal(buf_text(&b), "abcde");
	buf_release(&b);
}

static void
blob_references(void **state)
{
	struct blob *b = blob_new("a\0b", 3);

	(void)state;
	assert_int_equal(b->len, 3);
	assert_memory_equal(b->data, "a\0b", 3);
	assert_ptr_equal(blob_ref(b), b);
	assert_int_equal(b->refs, 2);
	blob_unref(b);
	assert_int_equal(b->refs, 1);
	blob_unref(b);
	blob_unref(NULL);
	b = blob_new(NULL, 0);
	assert_int_equal(b->len, 0);
	blob_unref(b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_pieces), cmocka_unit_test(arena_texts), cmocka_unit_test(buf_grows),
		cmocka_unit_test(buf_limit),
		cmocka_unit_test(blob_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
