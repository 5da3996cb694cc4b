/* Writing mail: fields, flowing text, quoted-printable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "services/courier/mime.h"
#include "shared/base/utf8.h"

struct pair {
	const char *in, *out;
};

static void
fields(void **state)
{
	static const struct pair cases[] = {
		{ "Hello", "S: Hello\r\n" },
		{ "", "S: \r\n" },
		{ "a\r\nBcc: x@y", "S: a  Bcc: x@y\r\n" },
		{ "a\x7f\x01" "b", "S: a  b\r\n" },
		{ "d\xc3\xa9j\xc3\xa0", "S: =?UTF-8?B?ZMOpasOg?=\r\n" },
		{ "=?x", "S: =?UTF-8?B?PT94?=\r\n" },
		{ "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
		  "S: one two three four five six seven eight nine ten eleven twelve thirteen\r\n fourteen\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup(buf_release) struct buf b = {0};

		mime_field(&b, "S", cases[i].in);
		assert_string_equal(buf_text(&b), cases[i].out);
	}
}

/* What encoded words say; each by itself is text, in a line of at most 76. */
static void
decode(struct buf *out, const char *field)
{
	for (const char *word = field; (word = strstr(word, "=?UTF-8?B?")) != NULL;) {
		unsigned char bytes[100];
		const char *end = strstr(word += 10, "?=");
		size_t n;

		assert_non_null(end);
		assert_int_equal(sodium_base642bin(bytes, sizeof(bytes) - 1, word, (size_t)(end - word), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
		assert_true(n > 0 && utf8_begins((char)bytes[0]));
		buf_add(out, (const char *)bytes, n);
	}
	for (const char *line = field; *line != '\0'; line = strchr(line, '\n') + 1)
		assert_true(strcspn(line, "\r") <= 76);
}

/* Long words of many letters, cut at every place. */
static void
long_fields(void **state)
{
	(void)state;
	for (int skip = 0; skip < 60; skip++) {
		cleanup(buf_release) struct buf text = {0}, b = {0}, back = {0};

		for (int i = 0; i < skip; i++)
			buf_putc(&text, 'x');
		for (int i = 0; i < 100; i++)
			buf_puts(&text, "\xe2\x82\xac\xc3\xa9x");
		mime_field(&b, "Subject", buf_text(&text));
		decode(&back, buf_text(&b));
		assert_string_equal(buf_text(&back), buf_text(&text));
		buf_reset(&b);
		buf_reset(&back);
		text.len = (size_t)skip;        /* a name as long as that */
		buf_puts(&text, "\xc3\xa9");
		mime_address(&b, "Reply-To", buf_text(&text), "somebody@municipality.example");
		decode(&back, buf_text(&b));
		assert_string_equal(buf_text(&back), buf_text(&text));
	}
}

static void
addresses(void **state)
{
	cleanup(buf_release) struct buf b = {0};

	(void)state;
	mime_address(&b, "To", "A \"B\" \\ C", "a@b");
	assert_string_equal(buf_text(&b), "To: \"A \\\"B\\\" \\\\ C\" <a@b>\r\n");
	buf_reset(&b);
	mime_address(&b, "To", "\xc3\x89\r\nX: y", "a@b");
	assert_string_equal(buf_text(&b), "To: =?UTF-8?B?w4kgIFg6IHk=?= <a@b>\r\n");
	buf_reset(&b);
	mime_address(&b, "To", NULL, "a@b");
	assert_string_equal(buf_text(&b), "To: <a@b>\r\n");
}

static void
flow(void **state)
{
	static const struct pair cases[] = {
		{ "", "" }, { "a", "a\n" }, { "a\n\nb\n", "a\n\nb\n" },
		{ "ends with blanks   \nb", "ends with blanks\nb\n" },
		{ " a\n>b\nFrom c", "  a\n >b\n From c\n" },
		{ "-- \nx", "-- \nx\n" },
		{ "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890",
		  "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 \n1234567890 1234567890\n" },
		{ "https://relais.example/a/r.3.1.2.any.20965.1.683be39261ef41e332617b125dc46a30683be39261ef41e332617b125dc46a30 x",
		  "https://relais.example/a/r.3.1.2.any.20965.1.683be39261ef41e332617b125dc46a30683be39261ef41e332617b125dc46a30 \nx\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup(buf_release) struct buf b = {0};

		mime_flow(&b, cases[i].in);
		assert_string_equal(buf_text(&b), cases[i].out);
	}
}

static int
nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c - 'A' + 10;
}

/* What a reader makes of quoted-printable (RFC 2045 section 6.7). */
static void
read_quoted(struct buf *out, const char *text)
{
	while (*text != '\0') {
		if (strncmp(text, "=\r\n", 3) == 0) {
			text += 3;
		} else if (*text == '=') {
			buf_putc(out, (char)(nibble(text[1]) << 4 | nibble(text[2])));
			text += 3;
		} else if (*text == '\r') {
			text++;
		} else {
			buf_putc(out, *text++);
		}
	}
}

static void
quoted_printable(void **state)
{
	(void)state;
	/* each length around a line's end, of each kind of letter that is special */
	for (const char *kind = "x =.\tF\xe9"; *kind != '\0'; kind++) {
		for (size_t n = 0; n < 240; n++) {
			cleanup(buf_release) struct buf text = {0}, b = {0}, back = {0};

			for (size_t i = 0; i < n; i++)
				buf_putc(&text, i % 7 == 3 ? 'a' : *kind);
			if (n % 2 == 0)
				buf_puts(&text, "\n.\nFrom x \n");
			mime_quoted_printable(&b, buf_text(&text), text.len);
			for (const char *line = buf_text(&b); *line != '\0'; line = strchr(line, '\n') + 1) {
				assert_true(strcspn(line, "\r") <= 76);
				assert_true(*line != '.' && strncmp(line, "From ", 5) != 0);
				assert_true(strcspn(line, "\r") == 0 || (line[strcspn(line, "\r") - 1] != ' ' && line[strcspn(line, "\r") - 1] != '\t'));
				assert_true(strcspn(line, "\n") > 0 && line[strcspn(line, "\n") - 1] == '\r');
			}
			read_quoted(&back, buf_text(&b));
			if (text.len > 0 && text.data[text.len - 1] != '\n')
				buf_putc(&text, '\n');
			assert_string_equal(buf_text(&back), buf_text(&text));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields), cmocka_unit_test(long_fields), cmocka_unit_test(addresses), cmocka_unit_test(flow),
		cmocka_unit_test(quoted_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
