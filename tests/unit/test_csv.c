/* CSV, written and read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/base/csv.h"

/* Text with its length, NULs and all. */
#define TEXT(text) { text, sizeof(text) - 1 }

/* All records as "a|b", one a line; an error at its line ends them. */
static void
read_all(struct slice text, struct buf *out)
{
	struct csv c = { .at = text.at, .end = text.at + text.len };

	buf_reset(out);
	while (csv_next(&c)) {
		for (size_t i = 0; i < c.n; i++)
			buf_printf(out, "%s%s", i > 0 ? "|" : "", c.fields[i]);
		buf_putc(out, '\n');
	}
	if (c.error != NULL)
		buf_printf(out, "line %d: %s", c.line, c.error);
	csv_release(&c);
}

static void
reads(void **state)
{
	static const struct {
		struct slice text;
		const char *want;
	} cases[] = {
		{ TEXT(""), "" },
		{ TEXT("\r\n\n\n"), "" },
		{ TEXT("a,b\r\nc,d\r\n"), "a|b\nc|d\n" },
		{ TEXT("a,b\nc,d"), "a|b\nc|d\n" },
		{ TEXT("\xEF\xBB\xBFname,x\n"), "name|x\n" },
		{ TEXT("a\n\n\r\nb\n"), "a\nb\n" },
		{ TEXT(",\n"), "|\n" },
		{ TEXT("a,"), "a|\n" },
		{ TEXT("\"\"\n"), "\n" },
		{ TEXT("\"a,b\",\"c\"\"d\"\r\n"), "a,b|c\"d\n" },
		{ TEXT("\"a\r\nb\",c\n"), "a\r\nb|c\n" },
		{ TEXT("'=1+1,'x,''=1\n"), "=1+1|'x|'=1\n" },
		{ TEXT(" a , b \n"), " a | b \n" },
		{ TEXT("é,\xE2\x82\xAC\n"), "é|\xE2\x82\xAC\n" },
		{ TEXT("a\nb\"c\n"), "a\nline 2: a quote (\") inside a field that is not quoted" },
		{ TEXT("a\n\"b\n\n"), "a\nline 2: a quote (\") is not closed" },
		{ TEXT("\"a\nb\"\n\"c\"d\n"),
		  "a\nb\nline 3: behind a closing quote (\") comes a comma or the end of the line" },
		{ TEXT("a\rb\n"), "line 1: a line ends in CR LF, or LF" },
		{ TEXT("a\0b\n"), "line 1: a NUL byte" },
		{ TEXT("\"a\0b\",c\n"), "line 1: a NUL byte" },
		{ TEXT("\"a\"\0,c\n"), "line 1: a NUL byte" },
	};
	struct buf got = {0};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		read_all(cases[i].text, &got);
		if (strcmp(buf_text(&got), cases[i].want) != 0)
			fail_msg("case %zu: %s\n gives %s\n not   %s", i, cases[i].text.at, buf_text(&got),
			    cases[i].want);
	}
	buf_release(&got);
}

static void
has_limits(void **state)
{
	struct buf line = {0}, got = {0};

	(void)state;
	for (int i = 1; i < CSV_FIELDS; i++)
		buf_putc(&line, ',');
	read_all((struct slice){ line.data, line.len }, &got);
	assert_int_equal(got.len, CSV_FIELDS);
	buf_putc(&line, ',');
	read_all((struct slice){ line.data, line.len }, &got);
	assert_string_equal(buf_text(&got), "line 1: too many fields");
	buf_release(&line);
	buf_release(&got);
}

static void
writes(void **state)
{
	struct buf out = {0};

	(void)state;
	csv_line(&out, (const char *[]){ "a", "", "b,c", "say \"x\"", "two\nlines" }, 5);
	csv_line(&out, (const char *[]){ "=1+1", "-5", "@x", "+32", "'quoted'" }, 5);
	assert_string_equal(buf_text(&out), "a,,\"b,c\",\"say \"\"x\"\"\",\"two\nlines\"\r\n"
	    "\"'=1+1\",\"'-5\",\"'@x\",\"'+32\",'quoted'\r\n");
	buf_release(&out);
}

/* What is written is read, character for character. */
static void
round_trip(void **state)
{
	static const char *const fields[] = {
		"", "plain", " spaces ", "a,b", "\"", "\"\"", "a\"b", "\r\n", "\n", "=SUM(A1)", "-1", "+", "@", "'",
		"''", "'=x", "''=x", "'a",
		"\t", "\r", "'\t", "é€😀", "a\tb", "|", ";", "=\"x\"",
	};
	struct buf out = {0};
	struct csv c;

	(void)state;
	csv_line(&out, fields, countof(fields));
	for (size_t i = 0; i < countof(fields); i++)
		csv_line(&out, (const char *[]){ "key", fields[i] }, 2);
	c = (struct csv){ .at = out.data, .end = out.data + out.len };
	assert_true(csv_next(&c));
	assert_int_equal(c.n, countof(fields));
	for (size_t i = 0; i < countof(fields); i++)
		assert_string_equal(c.fields[i], fields[i]);
	for (size_t i = 0; i < countof(fields); i++) {
		assert_true(csv_next(&c));
		assert_int_equal(c.n, 2);
		assert_string_equal(c.fields[1], fields[i]);
	}
	assert_false(csv_next(&c));
	assert_null(c.error);
	csv_release(&c);
	buf_release(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads), cmocka_unit_test(has_limits), cmocka_unit_test(writes),
		cmocka_unit_test(round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
