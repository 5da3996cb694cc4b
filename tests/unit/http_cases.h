/*
 * Reads the cases of tests/unit/http/; the form is told at the top of head-line.txt.
 * Included by the tests of the parsers only.
 */
#ifndef RELAIS_TESTS_HTTP_CASES_H
#define RELAIS_TESTS_HTTP_CASES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/buf.h"

struct http_case {
	const char *expect, *what;
	const char *bytes;
	size_t len;
};

typedef void http_case_run(const struct http_case *c);

/* Appends the bytes that text stands for, up to its end or the '}' of a repetition. */
static const char *
http_case_unescape(struct buf *out, const char *text)
{
	static const char names[] = "rnt0\\", bytes[] = "\r\n\t\0\\";

	while (*text != '\0' && *text != '\n' && *text != '}') {
		char two[3] = { 0 }, *end;
		const char *name;

		if (*text != '\\') {
			buf_putc(out, *text++);
		} else if (text[1] == 'x') {
			memcpy(two, text + 2, 2);
			buf_putc(out, (char)strtol(two, NULL, 16));
			text += 4;
		} else if (text[1] == '{') {
			long times = strtol(text + 2, &end, 10);

			assert_int_equal(*end, '*');
			while (times-- > 0)
				text = http_case_unescape(out, end + 1);
			assert_int_equal(*text++, '}');
		} else {
			name = strchr(names, text[1]);
			assert_non_null(name);
			buf_putc(out, bytes[name - names]);
			text += 2;
		}
	}
	return text;
}

/* The bytes as in the files, for a message or an outcome. */
static inline void
http_case_escape(struct buf *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c < 0x20 || c >= 0x7f)
			buf_printf(out, "\\x%02x", c);
		else
			buf_putc(out, (char)c);
	}
}

static void
http_case_end(char *first, struct buf *bytes, http_case_run *run)
{
	struct http_case c = { .expect = first, .bytes = buf_text(bytes), .len = bytes->len };
	char *bar = strstr(first, " | ");

	assert_non_null(bar);
	*bar = '\0';
	bar[strlen(bar + 3) + 2] = '\0';        /* the line end */
	c.what = bar + 3;
	run(&c);
}

/* Runs every case of the file; there has to be one. */
static void
http_cases(const char *path, http_case_run *run)
{
	char line[4096], first[4096] = "";
	struct buf bytes = { 0 };
	size_t n = 0;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		fail_msg("%s: cannot be read", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (first[0] != '\0' && line[0] == '\n') {
			http_case_end(first, &bytes, run);
			first[0] = '\0';
			n++;
		} else if (first[0] != '\0') {
			http_case_unescape(&bytes, line);
		} else if (line[0] != '#' && line[0] != '\n') {
			memcpy(first, line, sizeof(first));
			buf_reset(&bytes);
		}
	}
	if (first[0] != '\0') {
		http_case_end(first, &bytes, run);
		n++;
	}
	fclose(f);
	buf_release(&bytes);
	assert_true(n > 0);
}

#endif
