/* What a mail server answers, whole and in pieces; and the message as it goes to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "services/courier/smtp_reply.h"

static const struct {
	const char *bytes;
	enum smtp_reading reading;
	int code;
	const char *text;
} cases[] = {
	{ "250 ok\r\n", SMTP_REPLY, 250, "250 ok" },
	{ "250 ok\n", SMTP_REPLY, 250, "250 ok" },
	{ "250\r\n", SMTP_REPLY, 250, "250" },
	{ "250-one\r\n250-two\r\n250 three\r\n", SMTP_REPLY, 250, "250 one two three" },
	{ "550-5.1.1 no\r\n550\r\n", SMTP_REPLY, 550, "550 5.1.1 no" },
	{ "354 End data with <CR><LF>.<CR><LF>\r\n", SMTP_REPLY, 354, "354 End data with <CR><LF>.<CR><LF>" },
	{ "", SMTP_MORE, 0, "" },
	{ "250 ok\r", SMTP_MORE, 0, "" },
	{ "250-ok\r\n", SMTP_MORE, 250, "250 ok" },
	{ "hello\r\n", SMTP_NONSENSE, 0, "" },
	{ "25\r\n", SMTP_NONSENSE, 0, "" },
	{ "2500 ok\r\n", SMTP_NONSENSE, 0, "" },
	{ "150 ok\r\n", SMTP_NONSENSE, 0, "" },
	{ "650 ok\r\n", SMTP_NONSENSE, 0, "" },
	{ "250-ok\r\n550 no\r\n", SMTP_NONSENSE, 250, "250 ok" },
	{ "\r\n", SMTP_NONSENSE, 0, "" },
};

static void
replies(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		for (size_t piece = 1; piece <= 100; piece += 99) {
			struct smtp_reply r = { 0 };
			enum smtp_reading reading = SMTP_MORE;
			size_t len = strlen(cases[i].bytes);

			for (size_t at = 0; reading == SMTP_MORE && (at < len || at == 0); at += piece) {
				smtp_reply_add(&r, cases[i].bytes + at, len - at < piece ? len - at : piece);
				reading = smtp_reply_next(&r);
			}
			assert_int_equal(reading, cases[i].reading);
			assert_int_equal(r.code, cases[i].code);
			assert_string_equal(buf_text(&r.text), cases[i].text);
			smtp_reply_release(&r);
		}
}

static void
one_after_the_other(void **state)
{
	struct smtp_reply r = { 0 };

	(void)state;
	smtp_reply_add(&r, "250-a\r\n250 b\r\n421 bye\r\n", 23);
	assert_int_equal(smtp_reply_next(&r), SMTP_REPLY);
	assert_string_equal(buf_text(&r.text), "250 a b");
	assert_true(smtp_reply_pending(&r));
	assert_int_equal(smtp_reply_next(&r), SMTP_REPLY);
	assert_string_equal(buf_text(&r.text), "421 bye");
	assert_false(smtp_reply_pending(&r));
	assert_int_equal(smtp_reply_next(&r), SMTP_MORE);
	smtp_reply_release(&r);
}

/* A line that does not end, lines that do not end, a NUL. */
static void
too_much(void **state)
{
	struct smtp_reply r = { 0 };

	(void)state;
	for (int i = 0; i < 3000; i++)
		smtp_reply_add(&r, "2", 1);
	assert_int_equal(smtp_reply_next(&r), SMTP_NONSENSE);
	smtp_reply_release(&r);

	r = (struct smtp_reply){ 0 };
	for (int i = 0; i < 10000; i++)
		smtp_reply_add(&r, "250-again and again\r\n", 21);
	assert_int_equal(smtp_reply_next(&r), SMTP_NONSENSE);
	smtp_reply_release(&r);

	r = (struct smtp_reply){ 0 };
	for (int i = 0; i < 1000; i++)
		smtp_reply_add(&r, "250-again and again\r\n", 21);
	assert_int_equal(smtp_reply_next(&r), SMTP_MORE);
	assert_true(r.text.len <= 2048);
	smtp_reply_release(&r);

	r = (struct smtp_reply){ 0 };
	smtp_reply_add(&r, "250 o\0k\r\n", 9);
	assert_int_equal(smtp_reply_next(&r), SMTP_NONSENSE);
	smtp_reply_release(&r);
}

static void
enhanced(void **state)
{
	(void)state;
	assert_true(smtp_reply_says("550 5.1.8 no", 1, 8));
	assert_true(smtp_reply_says("554 5.7.1 <a@b>: no", 7, -1));
	assert_false(smtp_reply_says("554 5.1.7 no", 7, -1));
	assert_false(smtp_reply_says("450 5.7.1 no", 7, -1));
	assert_false(smtp_reply_says("550 no", 1, -1));
	assert_false(smtp_reply_says("550", 1, -1));
}

static void
message(void **state)
{
	static const char *const texts[][2] = {
		{ "a: b\r\n\r\ntext\r\n", "a: b\r\n\r\ntext\r\n" },
		{ ".\r\n..\r\n.x\r\n", "..\r\n...\r\n..x\r\n" },
		{ "a.\r\n", "a.\r\n" },
		{ "a\n.\nb", "a\r\n..\r\nb\r\n" },
		{ "a\r.\rb\r", "a\r\n..\r\nb\r\n" },
		{ "a\n\r\n", "a\r\n\r\n" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct buf out = { 0 };

		smtp_put_message(&out, texts[i][0], strlen(texts[i][0]));
		assert_string_equal(buf_text(&out), texts[i][1]);
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(too_much),
		cmocka_unit_test(enhanced),
		cmocka_unit_test(message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
