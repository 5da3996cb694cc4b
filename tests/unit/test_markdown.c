/* Markdown texts: what is rendered, what is refused, and in which line it is at fault. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "shared/markdown/locate.h"
#include "tests/unit/markdown_fixture.h"

static void
test_documents(void **state)
{
	static const char *const names[] = { "lesson", "fenced" };
	struct buf in = { 0 }, expected = { 0 };
	struct answer a;
	char path[80];

	for (size_t i = 0; i < countof(names); i++) {
		snprintf(path, sizeof(path), "tests/unit/markdown/%s.md", names[i]);
		read_file(path, &in);
		snprintf(path, sizeof(path), "tests/unit/markdown/%s.html", names[i]);
		read_file(path, &expected);
		render(*state, in.data, in.len, &a);
		wait_for(*state, &a);
		assert_int_equal(a.outcome, MARKDOWN_OK);
		expected.data[expected.len - 1] = '\0';         /* the file's last line end */
		assert_string_equal(a.html, expected.data);
		free(a.html);
	}
	expect(*state, "", 0, MARKDOWN_OK, 0);
	expect(*state, "a\0b", 3, MARKDOWN_OK, 0);
	buf_release(&in);
	buf_release(&expected);
}

static void
test_sizes(void **state)
{
	struct buf text = { 0 };

	repeat(&text, "", "Une phrase. ", LONG_TEXT / 12, "");
	expect(*state, text.data, text.len, MARKDOWN_OK, 0);
	repeat(&text, "", "\"", LONG_TEXT, "");
	expect(*state, text.data, text.len, MARKDOWN_OK, 0);
	repeat(&text, "", "\n", MARKDOWN_MAX, "x");
	expect(*state, text.data, text.len, MARKDOWN_TOO_LONG, 0);
	buf_release(&text);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *before, *piece;
		int times, line;
	} cases[] = {
		{ "", ">", 40000, 1 },
		{ "a\n\n", "> ", 33, 3 },
		{ "a\n- ", "> - ", 33, 2 },
		{ "a\nb ", "<", 1001, 2 },
		{ "", "[", 1001, 1 },
		{ "\n\n\n", "`", 1001, 4 },
		{ "", "*", 1001, 1 },
		{ "a\r\n", "_", 1001, 2 },
		{ "", "> ", 32, 0 },
		{ "a ", "> ", 100, 0 },
		{ "", "*", 1000, 0 },
		{ "", "-", 5000, 0 },
	};
	struct buf text = { 0 };

	for (size_t i = 0; i < countof(cases); i++) {
		repeat(&text, cases[i].before, cases[i].piece, cases[i].times, " x\n");
		expect(*state, text.data, text.len,
		    cases[i].line == 0 ? MARKDOWN_OK : MARKDOWN_TOO_COMPLEX, cases[i].line);
	}
	buf_release(&text);
}

/* Quadratic in discount: seconds for 64 KB. The neighbour behind it is served first. */
static void
test_slow(void **state)
{
	struct buf slow = { 0 };
	struct answer a, b;

	repeat(&slow, "Un\n\nDeux\n\nTrois\n", "<a", 32000, "\n\nQuatre\n");
	render(*state, slow.data, slow.len, &a);
	render(*state, "*b*", 3, &b);
	wait_for(*state, &b);
	assert_int_equal(b.outcome, MARKDOWN_OK);
	assert_string_equal(b.html, "<p><em>b</em></p>");
	assert_int_equal(a.place, 0);
	wait_for(*state, &a);
	assert_int_equal(a.outcome, MARKDOWN_TOO_COMPLEX);
	assert_int_equal(a.line, 5);
	expect(*state, "c", 1, MARKDOWN_OK, 0);
	free(a.html);
	free(b.html);
	buf_release(&slow);
}

static void
test_crash(void **state)
{
	struct buf text = { 0 };

	/* Nested lists, deeper than the stack. */
	repeat(&text, "ok\n\n- ok\n\n", "1. ", 80000, "x\n\nok");
	expect(*state, text.data, text.len, MARKDOWN_TOO_COMPLEX, 5);
	/* 30 KB of address for each of 2,000 uses: too much HTML. Neither part fails alone. */
	repeat(&text, "[x]: ", "y", 30000, "\n\n");
	for (int i = 0; i < 2000; i++)
		buf_puts(&text, "[x] ");
	expect(*state, text.data, text.len, MARKDOWN_TOO_COMPLEX, 1);
	expect(*state, "c", 1, MARKDOWN_OK, 0);
	buf_release(&text);
}

static void
test_now(void **state)
{
	char *html;
	size_t len;
	int line;

	(void)state;
	assert_int_equal(markdown_render_now("# é", 4, &html, &len, &line), MARKDOWN_OK);
	assert_string_equal(html, "<h3>é</h3>");
	assert_int_equal(len, strlen(html));
	free(html);
	assert_int_equal(markdown_render_now("a\n>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>x", 36, &html, &len, &line),
	    MARKDOWN_TOO_COMPLEX);
	assert_int_equal(line, 2);
	free(html);
	assert_int_equal(child_of(getpid()), 0);
}

/* A piece fails if '!' is in it: the search has to end at that block's first line. */
static void
test_search(void **state)
{
	static const struct {
		const char *text;
		int line;
	} cases[] = {
		{ "!", 1 },
		{ "\n\n!", 3 },
		{ "a\n\nb\n\n!\n\nc", 5 },
		{ "!\n\nb\n\nc", 1 },
		{ "a\n\nb\n!", 3 },
		{ "a\nb\nc !\n\nd\n", 1 },
		{ "a\n \t\r\n\n\nb !\n\n\n", 5 },
		{ "a long first block, longer than all\nof the others, with many words\n\nb\n\nc\n\n!", 8 },
		{ "! a long first block, longer than all\nof the others, with many words\n\nb\n\nc\n\nd", 1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct search s;
		int steps = 0;

		search_start(&s, (struct slice){ cases[i].text, strlen(cases[i].text) });
		while (!search_done(&s)) {
			struct slice piece = search_piece(&s);

			assert_true(++steps < 20);
			search_tried(&s, memchr(piece.at, '!', piece.len) != NULL);
		}
		assert_int_equal(search_line(&s), cases[i].line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CHILD(test_documents), WITH_CHILD(test_sizes), WITH_CHILD(test_refused),
		WITH_CHILD(test_slow), WITH_CHILD(test_crash), cmocka_unit_test(test_now),
		cmocka_unit_test(test_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
