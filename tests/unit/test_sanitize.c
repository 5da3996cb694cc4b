/*
 * The allow-list rewriter: cases in tests/unit/sanitize/ (input, "----", output; cases
 * apart by "===="; \xHH in an input is that byte), and properties over generated input.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/markdown/sanitize.h"
#include "tests/unit/files.h"
#include "tests/unit/strict_html.h"

static void
decode(struct buf *out, const char *text)
{
	unsigned byte;
	char check[3];

	for (; *text != '\0'; text++) {
		if (text[0] == '\\' && text[1] == 'x' && sscanf(text + 2, "%2[0-9a-f]", check) == 1 &&
		    strlen(check) == 2 && sscanf(check, "%x", &byte) == 1) {
			buf_putc(out, (char)byte);
			text += 3;
		} else {
			buf_putc(out, *text);
		}
	}
}

/* Cuts text at the separator, which stands on a line of its own; what is behind it. */
static char *
cut(char *text, const char *separator)
{
	char *at = strstr(text, separator);

	if (at == NULL)
		return NULL;
	*at = '\0';
	return at + strlen(separator);
}

static unsigned
run_case(const char *path, char *text)
{
	struct buf in = { 0 }, out = { 0 };
	char *expected = cut(text, "\n----\n");

	assert_non_null(expected);
	decode(&in, text);
	assert_true(sanitize_html(&out, buf_text(&in), in.len));
	if (strcmp(buf_text(&out), expected) != 0)
		fail_msg("%s\n in       %s\n expected %s\n got      %s", path, text, expected, buf_text(&out));
	if (strict_html_fault(buf_text(&out), out.len) != NULL)
		fail_msg("%s: %s: %s", path, text, strict_html_fault(buf_text(&out), out.len));
	buf_release(&in);
	buf_release(&out);
	return 1;
}

static void
test_cases(void **state)
{
	glob_t files;
	unsigned cases = 0;

	(void)state;
	assert_int_equal(glob("tests/unit/sanitize/*.txt", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct buf file = { 0 };
		char *next, *text;

		read_file(files.gl_pathv[i], &file);
		file.data[file.len - 1] = '\0';         /* the last line's end */
		for (text = file.data; text != NULL; text = next) {
			next = cut(text, "\n====\n");
			cases += run_case(files.gl_pathv[i], text);
		}
		buf_release(&file);
	}
	globfree(&files);
	assert_true(cases >= 60);
}

/* Pieces that meet badly: generated input is a random row of them. */
static const char *const pieces[] = {
	"<p>", "</p>", "<em>", "</em>", "<strong>", "</strong>", "<a href=\"", "\">", "</a>", "<a href=\"/x\">",
	"<img src=\"", "\" alt=\"", "\" />", "<ul>", "<li>", "</li>", "</ul>", "<ol>", "</ol>", "<table>",
	"<thead>", "<tbody>", "<tr>", "<td style=\"text-align:left;\">", "<th align=\"center\">", "</td>",
	"</th>", "</tr>", "</thead>", "</tbody>", "</table>", "<blockquote>", "</blockquote>", "<pre>",
	"<code>", "</code>", "</pre>", "<br/>", "<hr />", "<h1>", "</h1>", "<h6>", "</h6>", "<del>", "</del>",
	"<script>", "<style>", "<svg>", "<!--", "-->", "<![CDATA[", "]]>", "<?", "javascript:", "http://e.org/",
	"https://", "mailto:", "//", "\\", "&", "&amp;", "&lt;", "&#58;", "&#x", ";", "&eacute;", "\"", "'", "<",
	">", "/", " ", "\n", "\t", "\x01", "\xc3\xa9", "\xe2\x80\x9c", "\xff", "\xed\xa0", "title=\"", "onclick=\"",
	"x", "h", "(", ")", ".",
};

static uint32_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static void
test_generated(void **state)
{
	struct buf in = { 0 }, out = { 0 };
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 8000; round++) {
		uint32_t n = next_random(&seed) % 120;

		buf_reset(&in);
		buf_reset(&out);
		while (n-- > 0)
			buf_puts(&in, pieces[next_random(&seed) % countof(pieces)]);
		assert_true(sanitize_html(&out, buf_text(&in), in.len));
		if (strict_html_fault(buf_text(&out), out.len) != NULL)
			fail_msg("%s\n in  %s\n out %s", strict_html_fault(buf_text(&out), out.len),
			    buf_text(&in), buf_text(&out));
	}
	buf_release(&in);
	buf_release(&out);
}

/* What a rewriter that looks ahead too often would choke on. */
static void
test_linear(void **state)
{
	static const char *const repeated[] = {
		"<", "<a href=\"", "<p ", "&", "&amp", "http://", "http://-", "http://)", "http://e.org)))",
		"<blockquote>", "</em>", "<a href=\"/x\">", "<em></p>", "h", "&#", "<img src=\"/x\" alt=\"",
		"<td style=\"text-align:left;\">", "https://x.", "\xff", "\"",
	};
	const size_t size = 256 * 1024;

	(void)state;
	for (size_t i = 0; i < countof(repeated); i++) {
		struct buf in = { 0 }, out = { 0 };
		clock_t start;

		while (in.len < size)
			buf_puts(&in, repeated[i]);
		start = clock();
		assert_true(sanitize_html(&out, buf_text(&in), in.len));
		if (clock() - start > CLOCKS_PER_SEC)
			fail_msg("slow on 256 KB of %s", repeated[i]);
		assert_true(out.len <= 16 * in.len + 4096);
		assert_null(strict_html_fault(buf_text(&out), out.len));
		buf_release(&in);
		buf_release(&out);
	}
}

static void
test_full(void **state)
{
	struct buf out = { .limit = 20 };

	(void)state;
	assert_false(sanitize_html(&out, "<p>far too long for so little room</p>", 38));
	buf_release(&out);
	assert_true(sanitize_html(&out, NULL, 0));
	assert_string_equal(buf_text(&out), "");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_generated),
		cmocka_unit_test(test_linear),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
