/* Word-level differences: cases as "before → after → runs", and what always holds, over generated texts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/base/diff.h"

static struct slice
text(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* "same [-deleted-] {+inserted+}" */
static void
told(struct buf *out, const struct diff_run *runs, size_t n)
{
	static const char *const marks[][2] = { { "", "" }, { "[-", "-]" }, { "{+", "+}" } };

	buf_reset(out);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%.*s%s", marks[runs[i].op][0], (int)runs[i].text.len, runs[i].text.at, marks[runs[i].op][1]);
}

static void
cases(void **state)
{
	static const struct {
		const char *before, *after, *want;
	} all[] = {
		{ "", "", "" },
		{ "un", "un", "un" },
		{ "", "un mot", "{+un mot+}" },
		{ "un mot", "", "[-un mot-]" },
		{ "un petit site", "un grand site", "un [-petit-]{+grand+} site" },
		{ "La mairie publie.", "La mairie publie peu.", "La mairie publie{+ peu+}." },
		{ "été à Ouinhi", "hiver à Ouinhi", "[-été-]{+hiver+} à Ouinhi" },
		{ "Qui paie ?", "Qui ne paie pas ?", "Qui {+ne +}paie{+ pas+} ?" },
		{ "une taxe locale", "un dialogue ouvert", "[-une taxe locale-]{+un dialogue ouvert+}" },
		{ "a b c d e f", "a c d x e f", "a [-b -]c d{+ x+} e f" },
		{ "un\n\ndeux", "un\ndeux", "un[-\n\n-]{+\n+}deux" },
		{ "1. un", "2. un", "[-1-]{+2+}. un" },
		{ "x y", "y x", "[-x -]y{+ x+}" },
	};
	cleanup(buf_release) struct buf out = {0};

	for (size_t i = 0; i < countof(all); i++) {
		cleanup(arena_release) struct arena a = {0};
		size_t n;
		const struct diff_run *runs = diff_words(&a, text(all[i].before), text(all[i].after), &n);

		told(&out, runs, n);
		assert_string_equal(buf_text(&out), all[i].want);
	}
	(void)state;
}

/* Both texts can be read from the runs; no run is empty, and no two neighbours are of one kind. */
static void
holds(struct slice before, struct slice after)
{
	cleanup(arena_release) struct arena a = {0};
	cleanup(buf_release) struct buf x = {0}, y = {0};
	size_t n;
	const struct diff_run *runs = diff_words(&a, before, after, &n);

	for (size_t i = 0; i < n; i++) {
		assert_true(runs[i].text.len > 0);
		assert_true(i == 0 || runs[i].op != runs[i - 1].op);
		if (runs[i].op != DIFF_INSERTED)
			buf_add(&x, runs[i].text.at, runs[i].text.len);
		if (runs[i].op != DIFF_DELETED)
			buf_add(&y, runs[i].text.at, runs[i].text.len);
	}
	assert_int_equal(x.len, before.len);
	assert_int_equal(y.len, after.len);
	assert_memory_equal(buf_text(&x), before.at, before.len);
	assert_memory_equal(buf_text(&y), after.at, after.len);
}

static void
generated(void **state)
{
	static const char *const words[] = { "un", "deux", "été", " ", "  ", "\n", ".", ",", "trois" };
	cleanup(buf_release) struct buf x = {0}, y = {0};

	srand(1986);
	for (int round = 0; round < 3000; round++) {
		buf_reset(&x);
		buf_reset(&y);
		for (int i = rand() % 30; i > 0; i--)
			buf_puts(&x, words[(size_t)rand() % countof(words)]);
		for (int i = rand() % 30; i > 0; i--)
			buf_puts(&y, words[(size_t)rand() % countof(words)]);
		holds((struct slice){ buf_text(&x), x.len }, (struct slice){ buf_text(&y), y.len });
	}
	(void)state;
}

/* Two texts with nothing in common, of the length a lesson may have. */
static void
too_different(void **state)
{
	cleanup(buf_release) struct buf x = {0}, y = {0};
	cleanup(arena_release) struct arena a = {0};
	const struct diff_run *runs;
	size_t n;

	for (int i = 0; i < 8000; i++) {
		buf_printf(&x, "a%d ", i);
		buf_printf(&y, "b%d ", i);
	}
	holds((struct slice){ buf_text(&x), x.len }, (struct slice){ buf_text(&y), y.len });
	runs = diff_words(&a, (struct slice){ buf_text(&x), x.len }, (struct slice){ buf_text(&y), y.len }, &n);
	assert_int_equal(n, 3);
	assert_int_equal(runs[0].op, DIFF_DELETED);
	assert_int_equal(runs[1].op, DIFF_INSERTED);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases), cmocka_unit_test(generated), cmocka_unit_test(too_different),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
