/* What a mail tells of the words that can be written back is true: each is understood, in each language. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "services/courier/command.h"
#include "services/courier/quote.h"
#include "shared/base/buf.h"
#include "tests/unit/files.h"

/* The words that are told in quotation marks: each of them is one command, and nothing else. */
static unsigned
run_quoted(const char *text, unsigned *failed)
{
	static const struct { const char *begin, *end; } marks[] = {
		{ "\xe2\x80\x9c", "\xe2\x80\x9d" }, { "\xe2\x80\x98", "\xe2\x80\x99" }, { "\xc2\xab\xc2\xa0", "\xc2\xa0\xc2\xbb" } };
	unsigned n = 0;

	for (size_t i = 0; i < countof(marks); i++)
		for (const char *at = text, *end; (at = strstr(at, marks[i].begin)) != NULL; at = end) {
			struct arena a = {0};
			struct quote said = {0};
			struct commands all;

			at += strlen(marks[i].begin);
			end = strstr(at, marks[i].end);
			assert_non_null(end);
			quote_cut(&a, arena_copy(&a, at, (size_t)(end - at)), "", &said);
			command_read(&a, &said, &all);
			if (all.n != 1 || *all.rest != '\0' || *all.list[0].note != '\0') {
				print_error("the help tells of a word that is not understood: %s\n", said.text);
				(*failed)++;
			}
			n++;
			arena_release(&a);
		}
	return n;
}

static void
test_help(void **state)
{
	static const char *const about[] = { "how often: ", "about what: ", "in which language: ", "a pause: ", "no more, or again: ", "as it was before: ", "To undo it, " };
	static const char *const catalogues[] = { "web/i18n/fr.po", "web/i18n/nl.po" };
	unsigned told = 0, failed = 0;

	(void)state;
	for (size_t c = 0; c < countof(catalogues); c++) {
		struct buf file = {0};
		char *save = NULL;
		bool ours = false;

		read_file(catalogues[c], &file);
		for (char *line = strtok_r(file.data, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
			bool is_id = strncmp(line, "msgid \"", 7) == 0;

			for (size_t i = 0; is_id && i < countof(about); i++)
				if ((ours = strncmp(line + 7, about[i], strlen(about[i])) == 0))
					break;
			ours = ours && (is_id || strncmp(line, "msgstr \"", 8) == 0);
			told += ours ? run_quoted(line, &failed) : 0;
		}
		buf_release(&file);
	}
	assert_int_equal(failed, 0);
	assert_int_equal(told, 80);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
