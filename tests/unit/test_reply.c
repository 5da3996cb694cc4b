/*
 * The reader of replies: words in tests/unit/replies/commands.cases, whole mails in NAME.eml with what they
 * mean in NAME.txt, and hostile mail.
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

#include "services/courier/command.h"
#include "services/courier/incoming.h"
#include "services/courier/quote.h"
#include "services/courier/words.h"
#include "shared/base/buf.h"
#include "tests/unit/files.h"

/* "1 applied "with whom"" */
static void
show_command(struct buf *out, const struct command *c)
{
	if (c->slot > 0)
		buf_printf(out, "%u ", c->slot);
	buf_puts(out, verb_name(c->verb));
	if (c->reason != NULL)
		buf_printf(out, " %s", c->reason);
	if (c->value != NULL)
		buf_printf(out, " %s", c->value);
	if (c->days > 0)
		buf_printf(out, " %u", c->days);
	if (c->until != NULL)
		buf_printf(out, " until %s", c->until);
	if (c->weekday > 0)
		buf_printf(out, " day %u", c->weekday);
	if (c->hour > 0)
		buf_printf(out, " at %u", c->hour);
	if (c->kinds != NULL)
		buf_printf(out, " only %s", c->kinds);
	if (c->lang != NULL)
		buf_printf(out, " in %s", c->lang);
	if (*c->note != '\0')
		buf_printf(out, " \"%s\"", c->note);
}

static void
unescape(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\\' && i + 1 < len && text[i + 1] == 'n') {
			buf_putc(out, '\n');
			i++;
		} else if (text[i] == '~') {
			buf_puts(out, "\xc2\xa0");
		} else {
			buf_putc(out, text[i]);
		}
}

static unsigned
run_words(const char *line, unsigned *failed)
{
	const char *arrow = strstr(line, "=> ");
	struct arena a = {0};
	struct buf in = {0}, expected = {0}, got = {0};
	struct quote said = {0};
	struct commands all;

	assert_non_null(arrow);
	unescape(&in, line, arrow > line ? (size_t)(arrow - line) - 1 : 0);
	unescape(&expected, arrow + 3, strlen(arrow + 3));
	quote_cut(&a, buf_text(&in), "", &said);
	command_read(&a, &said, &all);
	/* What was not understood stands where it was written in most of the cases: first or last. */
	for (size_t i = 0; i < all.n; i++) {
		if (got.len > 0)
			buf_puts(&got, " | ");
		show_command(&got, &all.list[i]);
	}
	if (*all.rest != '\0')
		buf_printf(&got, "%s? %s", got.len > 0 ? " | " : "", all.rest);
	if (got.len == 0)
		buf_puts(&got, "-");
	if (strcmp(buf_text(&got), buf_text(&expected)) != 0) {
		print_error("%.*s\n expected %s\n got      %s\n", (int)(arrow - line), line, arrow + 3, buf_text(&got));
		(*failed)++;
	}
	buf_release(&in);
	buf_release(&expected);
	buf_release(&got);
	arena_release(&a);
	return 1;
}

static void
test_words(void **state)
{
	struct buf file = {0};
	unsigned cases = 0, failed = 0;
	char *save = NULL;

	(void)state;
	read_file("tests/unit/replies/commands.cases", &file);
	for (char *line = strtok_r(file.data, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
		if (*line != '#')
			cases += run_words(line, &failed);
	buf_release(&file);
	assert_int_equal(failed, 0);
	assert_true(cases >= 200);
}

/* A mail as NAME.txt has it: what it says of itself, then a command a line, then what was not understood. */
static void
show_mail(struct buf *out, const char *bytes, size_t len)
{
	struct arena a = {0};
	struct incoming in;
	struct quote said;
	struct commands all;

	assert_true(incoming_read(&a, bytes, len, &in));
	quote_cut(&a, in.text, in.from_name, &said);
	command_read(&a, &said, &all);
	buf_printf(out, "from: %s <%s>\nsubject: %s\n", in.from_name, in.from, in.subject);
	if (in.automatic != NULL)
		buf_printf(out, "automatic: %s\n", in.automatic);
	if (in.loop)
		buf_puts(out, "loop\n");
	if (in.bounce.is)
		buf_printf(out, "bounce: %s\n", in.bounce.message_id);
	for (size_t i = 0; i < in.bounce.n; i++) {
		const struct bounce_recipient *r = &in.bounce.recipients[i];

		buf_printf(out, "%s %s %s: %s\n", r->address, r->action, r->status, r->diagnostic);
	}
	for (size_t i = 0; i < all.n && in.automatic == NULL; i++) {
		buf_puts(out, "- ");
		show_command(out, &all.list[i]);
		buf_putc(out, '\n');
	}
	if (*all.rest != '\0' && in.automatic == NULL)
		buf_printf(out, "rest: %s\n", all.rest);
	arena_release(&a);
}

/* As mail comes: lines end with CRLF. */
static void
with_crlf(struct buf *out, const struct buf *in)
{
	for (size_t i = 0; i < in->len; i++) {
		if (in->data[i] == '\n' && (i == 0 || in->data[i - 1] != '\r'))
			buf_putc(out, '\r');
		buf_putc(out, in->data[i]);
	}
}

static bool
run_mail(const char *path)
{
	struct buf mail = {0}, crlf = {0}, expected = {0}, got = {0}, again = {0};
	char answer[256];
	bool same;

	(void)snprintf(answer, sizeof(answer), "%.*s.txt", (int)strlen(path) - 4, path);
	read_file(path, &mail);
	read_file(answer, &expected);
	show_mail(&got, buf_text(&mail), mail.len);
	with_crlf(&crlf, &mail);
	show_mail(&again, buf_text(&crlf), crlf.len);
	same = strcmp(buf_text(&got), buf_text(&expected)) == 0 && strcmp(buf_text(&got), buf_text(&again)) == 0;
	if (!same)
		print_error("%s\n expected\n%s\n got\n%s\n with CRLF\n%s\n", path, buf_text(&expected), buf_text(&got), buf_text(&again));
	buf_release(&mail);
	buf_release(&crlf);
	buf_release(&expected);
	buf_release(&got);
	buf_release(&again);
	return same;
}

static void
test_mails(void **state)
{
	glob_t files;
	unsigned failed = 0;

	(void)state;
	assert_int_equal(glob("tests/unit/replies/*.eml", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		failed += !run_mail(files.gl_pathv[i]);
	assert_true(files.gl_pathc >= 60);
	globfree(&files);
	assert_int_equal(failed, 0);
}

/* All that is done with a mail; returns whether it was one. */
static bool
read_all(const char *bytes, size_t len)
{
	struct arena a = {0};
	struct incoming in;
	struct quote said;
	struct commands all;
	bool ok = incoming_read(&a, bytes, len, &in);

	if (ok) {
		quote_cut(&a, in.text, in.from_name, &said);
		command_read(&a, &said, &all);
	}
	arena_release(&a);
	return ok;
}

#ifdef RELAIS_ASAN
enum { SIZE = 256 * 1024, SECONDS = 3 };        /* the sanitizer copies what grows */
#else
enum { SIZE = 1024 * 1024, SECONDS = 3 };
#endif

#define PLAIN "From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n"
#define HTML "From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n"
#define MIXED "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
#define REPORT "From: a@b.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" \
    "--b\n\nx\n--b\nContent-Type: message/delivery-status\n\n"

/* Much of it takes no more than its time; %d counts up. */
static void
test_linear(void **state)
{
	static const struct {
		const char *begin, *again;
	} hostile[] = {
		{ PLAIN, ">" }, { PLAIN, ">\n" }, { PLAIN, "> > x\n" }, { PLAIN, "a\n" }, { PLAIN, "a" }, { PLAIN, "\n" }, { PLAIN, "De :\n" },
		{ PLAIN, "Le 3 a@b\n" }, { PLAIN, "Le 3 a@b " }, { PLAIN, "-----\n" }, { PLAIN, "-- \n> \n" }, { PLAIN, "1 appliqu\xc3\xa9, " },
		{ PLAIN, "1 " }, { PLAIN, "1\n" }, { PLAIN, "?\n" }, { PLAIN, "q ?\n" }, { PLAIN, "on a " }, { PLAIN, "mais on a " },
		{ PLAIN, "stop\n" }, { PLAIN, "appliqueee\n" }, { PLAIN, "[1] ____\n" }, { PLAIN, "[1] reponse :\n" }, { PLAIN, "> [1] reponse : x\ny\n" },
		{ PLAIN, "pas de de de " }, { PLAIN, "interrompu " }, { PLAIN, "lecon " }, { PLAIN, "\xff" }, { PLAIN, "_" }, { PLAIN, " " },
		{ PLAIN, "1, 2 et 3 : interrompu faute de " }, { PLAIN, "\xc2\xa0" }, { PLAIN, "bonjour " },
		{ HTML, "<" }, { HTML, "<div>" }, { HTML, "</div>" }, { HTML, "<blockquote>x" }, { HTML, "<!--" }, { HTML, "<!-- -->" },
		{ HTML, "<a \"" }, { HTML, "<a b=\"" }, { HTML, "<div class='x' id=" }, { HTML, "<ol><li>" }, { HTML, "&" }, { HTML, "&amp;" },
		{ HTML, "<style>" }, { HTML, "<br>" }, { HTML, "<pre>\n" }, { HTML, "<td>" }, { HTML, "<div yahoo_quoted class='yahoo_quoted'>" },
		{ MIXED, "--b\n\n" }, { MIXED, "--\n" }, { MIXED, "--b\nContent-Type: text/html\n\n<p>x\n" },
		{ "From: a@b.example\n", "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" },
		{ "From: a@b.example\n", "Content-Type: message/rfc822\n\nFrom: a:b:c:\n" },
		{ "From: ", "a:" }, { "From: ", "(" }, { "From: ", "a@b.example, " }, { "From: ", "\"" }, { "From: ", "<" }, { "From: ", "@a," },
		{ "Subject: ", "=?" }, { "Subject: ", "=?utf-8?q?x?= " }, { "Subject: ", "=?utf-7?b?" }, { "Subject: ", "\n x" },
		{ "References: ", "<a@b>" }, { "Message-ID: ", "<" }, { "In-Reply-To: ", "(" }, { "X-%d: y\n", "X-%d: y\n" },
		{ "Content-Type: text/plain", "; a%d=b" }, { "Content-Type: text/plain; a=", "(" }, { "Date: ", "1 " },
		{ "Content-Type: multipart/mixed; boundary=", "b" }, { "X-Failed-Recipients: ", "a@b.example," },
		{ REPORT, "Action: failed\nFinal-Recipient: rfc822; a@b.example\n\n" }, { REPORT, "Final-Recipient: rfc822; ((\n\n" },
		{ REPORT, "\n" }, { REPORT, "Action: " },
	};

	(void)state;
	for (size_t i = 0; i < countof(hostile); i++) {
		struct buf mail = {0};
		clock_t start;

		buf_puts(&mail, hostile[i].begin);
		for (int n = 0; mail.len < SIZE; n++)
			for (const char *at = hostile[i].again; *at != '\0'; at++)
				if (at[0] == '%') {
					buf_put_number(&mail, (uint64_t)n);
					at++;
				} else {
					buf_putc(&mail, *at);
				}
		start = clock();
		(void)read_all(buf_text(&mail), mail.len);
		if (clock() - start > SECONDS * CLOCKS_PER_SEC)
			fail_msg("slow (%.1f s) on %.40s… %s", (double)(clock() - start) / CLOCKS_PER_SEC, hostile[i].begin, hostile[i].again);
		buf_release(&mail);
	}
}

/* Whatever is cut off or changed in a mail, it is read. */
static void
test_damaged(void **state)
{
	glob_t files;
	uint32_t random = 1;

	(void)state;
	assert_int_equal(glob("tests/unit/replies/*.eml", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct buf mail = {0};

		read_file(files.gl_pathv[i], &mail);
		for (int n = 0; n < 20; n++) {
			size_t len;

			random = random * 1664525 + 1013904223;
			len = random % mail.len;
			mail.data[len] = (char)(random >> 24);
			(void)read_all(mail.data, len);
			(void)read_all(mail.data, mail.len);
		}
		buf_release(&mail);
	}
	globfree(&files);
	assert_false(read_all("", 0));
	assert_false(read_all("no mail at all", 14));
	assert_true(read_all("From: a@b.example\n", 18));
}

/* A word that is not as replies are compared would never be found. */
static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < words_count; i++) {
		char folded[8192];

		(void)fold_text(folded, sizeof(folded), words[i].phrases, strlen(words[i].phrases));
		assert_string_equal(folded, words[i].phrases);
		for (const char *at = words[i].phrases; *at != '\0'; at++)
			if (strchr("abcdefghijklmnopqrstuvwxyz0123456789 |", *at) == NULL)
				fail_msg("'%c' in %s", *at, words[i].phrases);
		assert_null(strstr(words[i].phrases, "||"));
		assert_null(strstr(words[i].phrases, "  "));
	}
}

static void
understand(struct arena *a, const char *text, struct commands *out)
{
	struct quote said;

	quote_cut(a, text, "", &said);
	command_read(a, &said, out);
}

/* What our mails and pages call a thing is understood, in each language there is. */
static void
check_word(const char *context, const char *id, const char *text, const char *path)
{
	struct arena a = {0};
	struct commands all = {0};
	const struct command *c;

	if (strcmp(context, "status") == 0 && strcmp(id, "retracted") != 0 && strcmp(id, "silent") != 0) {
		understand(&a, text, &all);
		c = all.list;
		if (all.n != 1 || strcmp(verb_name(c->verb), id) != 0 || *c->note != '\0')
			fail_msg("%s: \"%s\" is not understood as %s", path, text, id);
	} else if (strcmp(context, "reason") == 0) {
		understand(&a, arena_printf(&a, "interrupted: %s", text), &all);
		c = all.list;
		if (all.n != 1 || c->reason == NULL || strcmp(c->reason, id) != 0 || *c->note != '\0')
			fail_msg("%s: \"%s\" is not understood as the reason %s", path, text, id);
	} else if (strcmp(context, "cadence") == 0 && strcmp(id, "paused") != 0) {
		understand(&a, arena_printf(&a, "cadence: %s", text), &all);
		c = all.list;
		if (all.n != 1 || c->value == NULL || strcmp(c->value, id) != 0)
			fail_msg("%s: \"%s\" is not understood as %s", path, text, id);
	} else if (strcmp(id, "Your answer:") == 0) {
		understand(&a, arena_printf(&a, "> [2] %s ____________\n> [3] %s applied\n", text, text), &all);
		if (all.n != 1 || all.list->slot != 3 || *all.rest != '\0')
			fail_msg("%s: \"%s\" is no label of a slot (cite.c)", path, text);
	} else if (strcmp(id, "Answer in one word") == 0) {
		understand(&a, arena_printf(&a, "> [2] Your answer: ____________ %s\n", text), &all);
		if (all.n != 0 || *all.rest != '\0')
			fail_msg("%s: \"%s\" is no link behind a slot (words.c)", path, text);
	}
	arena_release(&a);
}

/* What stands between a line's first and last quotation mark; "" if it begins otherwise. */
static bool
po_string(char *line, const char *keyword, char **string)
{
	char *end = strrchr(line, '"');

	if (strncmp(line, keyword, strlen(keyword)) != 0 || line[strlen(keyword)] != '"' || end == line + strlen(keyword))
		return false;
	*end = '\0';
	*string = line + strlen(keyword) + 1;
	return true;
}

static void
test_catalogues(void **state)
{
	glob_t files;
	unsigned words_seen = 0;

	(void)state;
	assert_int_equal(glob("web/i18n/*.po", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct buf file = {0};
		char *save = NULL, none[] = "", *context = none, *id = none, *text;

		read_file(files.gl_pathv[i], &file);
		for (char *line = strtok_r(file.data, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
			if (po_string(line, "msgctxt ", &context) || po_string(line, "msgid ", &id) || !po_string(line, "msgstr ", &text))
				continue;
			words_seen += strcmp(context, "status") == 0;
			check_word(context, id, *text != '\0' ? text : id, files.gl_pathv[i]);
			context = none;
		}
		buf_release(&file);
	}
	assert_true(words_seen >= 7 * files.gl_pathc);
	globfree(&files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_catalogues),
		cmocka_unit_test(test_mails),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
