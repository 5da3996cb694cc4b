/* Languages: the catalogues of web/i18n, the reader's language, dates and numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/i18n/i18n.h"
#include "shared/i18n/zone.h"

/* Compiles the catalogues into a directory of this run; the environment tries to disturb. */
static int
load(void **state)
{
	static char dir[] = "/tmp/relais-i18n-XXXXXX";
	char command[128];

	*state = dir;
	if (mkdtemp(dir) == NULL || setenv("LANGUAGE", "nl:fr", 1) != 0 || setenv("LC_ALL", "C", 1) != 0)
		return -1;
	(void)snprintf(command, sizeof(command), "web/i18n/compile %s", dir);
	if (system(command) != 0)
		return -1;
	i18n_init(dir);
	return 0;
}

static int
unload(void **state)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -r '%s'", (char *)*state);
	return system(command);
}

static void
languages_are_the_catalogues(void **state)
{
	static const char *const expected[] = { "en", "fr", "nl" };
	const char *const *codes;
	size_t n, i;

	(void)state;
	codes = i18n_languages(&n);
	assert_int_equal(n, countof(expected));
	for (i = 0; i < n; i++)
		assert_string_equal(codes[i], expected[i]);
	assert_string_equal(i18n_language_name("en"), "English");
	assert_string_equal(i18n_language_name("fr"), "français");
	assert_string_equal(i18n_language_name("nl"), "Nederlands");
	assert_string_equal(i18n_language_name("tlh"), "tlh");
	assert_true(i18n_known("nl"));
	assert_false(i18n_known("NL"));
	assert_false(i18n_known(""));
	assert_false(i18n_known(NULL));
}

static void
texts_are_translated(void **state)
{
	char key[400];

	(void)state;
	assert_string_equal(tr("fr", "date unknown"), "date inconnue");
	assert_string_equal(tr("nl", "date unknown"), "datum onbekend");
	assert_string_equal(tr("en", "date unknown"), "date unknown");
	assert_string_equal(tr("tlh", "date unknown"), "date unknown");
	assert_string_equal(tr(NULL, "date unknown"), "date unknown");
	assert_string_equal(tr("fr", "nobody wrote this"), "nobody wrote this");
	assert_string_equal(tr("fr", ""), "");
	assert_string_equal(trc("fr", "status", "not_for_us"), "pas pour nous");
	assert_string_equal(trc("nl", "status", "not_for_us"), "niet voor ons");
	assert_string_equal(trc("en", "status", "not_for_us"), "not for us");
	assert_string_equal(trc("en", "reason", "political"), "changed priorities");
	assert_string_equal(trc("fr", "reason", "political"), "priorités modifiées");
	assert_string_equal(trc("nl", "reason", "political"), "gewijzigde prioriteiten");
	assert_string_equal(trc("fr", "reason", "not_for_us"), "not_for_us");
	assert_string_equal(trc("tlh", "status", "applied"), "applied");
	memset(key, 'x', sizeof(key));
	key[sizeof(key) - 1] = '\0';
	assert_string_equal(trc("fr", "status", key), key);
}

/* Without a translation the English rule holds; the catalogues' own rules are tested in test_helpers. */
static void
english_plurals(void **state)
{
	(void)state;
	assert_string_equal(trn("en", "one", "many", 1), "one");
	assert_string_equal(trn("en", "one", "many", 0), "many");
	assert_string_equal(trn("fr", "one", "many", 2), "many");
	assert_string_equal(trn("tlh", "one", "many", 1), "one");
}

static void
accept_language(void **state)
{
	static const struct {
		const char *header, *expected;
	} cases[] = {
		{ "fr", "fr" },
		{ "FR", "fr" },
		{ "fr-BE", "fr" },
		{ "nl-BE, fr;q=0.8", "nl" },
		{ "fr;q=0.8, nl-BE", "nl" },
		{ "de, fr;q=0.3, en;q=0.2", "fr" },
		{ "en;q=0.5, fr;q=0.5", "en" },
		{ "fr;q=0.123,nl;q=0.124", "nl" },
		{ "fr;q=0, nl;q=0.001", "nl" },
		{ "fr;q=0", NULL },
		{ "fr;q=1.0,nl;q=0.999", "fr" },
		{ "  nl ; Q=0.7\t,\t en ; q=0.9 ", "en" },
		{ ",, ,fr,", "fr" },
		{ "*", NULL },
		{ "*, fr;q=0.1", "fr" },
		{ "de, pt-BR", NULL },
		{ "", NULL },
		{ "french", NULL },
		{ "f", NULL },
		{ "fr;q=2, nl", "nl" },
		{ "fr;q=1.001, nl;q=0.1", "nl" },
		{ "fr;q=0.1234, nl;q=0.1", "nl" },
		{ "fr;q=, nl;q=0.1", "nl" },
		{ "fr;level=1, nl;q=0.1", "nl" },
		{ "fr nl, en;q=0.1", "en" },
		{ ";q=1, en;q=0.1", "en" },
		{ "fr_FR, en;q=0.1", "en" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		const char *got = i18n_accept((struct slice){ cases[i].header, strlen(cases[i].header) });

		if (got == NULL ? cases[i].expected != NULL :
		    cases[i].expected == NULL || strcmp(got, cases[i].expected) != 0)
			fail_msg("<%s> gave %s", cases[i].header, got == NULL ? "nothing" : got);
	}
	/* No further than its length. */
	assert_null(i18n_accept((struct slice){ "fr", 1 }));
	assert_string_equal(i18n_accept((struct slice){ "fr;q=0.5, nl", 8 }), "fr");
}

static void
dates_for_readers(void **state)
{
	static const struct {
		const char *lang, *zone, *iso, *precision, *expected;
	} cases[] = {
		{ "fr", NULL, "2025-03-12", NULL, "12 mars 2025" },
		{ "nl", NULL, "2025-03-12", "day", "12 maart 2025" },
		{ "en", NULL, "2025-03-12", "day", "12 March 2025" },
		{ "fr", NULL, "2025-08-01", "day", "1er août 2025" },
		{ "nl", NULL, "2025-08-01", "day", "1 augustus 2025" },
		{ "en", NULL, "2025-08-01", "day", "1 August 2025" },
		{ "fr", NULL, "2025-08-11", "day", "11 août 2025" },
		{ "fr", NULL, "2025-03-01", "month", "mars 2025" },
		{ "nl", NULL, "2025-03-01", "month", "maart 2025" },
		{ "en", NULL, "2025-12-01", "month", "December 2025" },
		{ "fr", NULL, "2025-01-01", "year", "2025" },
		{ "fr", NULL, "2025-03", NULL, "mars 2025" },
		{ "fr", NULL, "2025-13", NULL, "2025-13" },
		{ "fr", NULL, "2025", NULL, "2025" },
		{ "fr", NULL, "2025-01-01", "unknown", "date inconnue" },
		{ "nl", NULL, "", "unknown", "datum onbekend" },
		{ "tlh", NULL, "2025-03-12", "day", "12 March 2025" },
		/* In the reader's zone it is already, or still, another day; a date has no zone. */
		{ "fr", "Europe/Brussels", "2025-03-12T23:30:00Z", NULL, "13 mars 2025" },
		{ "fr", "America/Lima", "2025-03-01T04:59:59+00:00", NULL, "28 février 2025" },
		{ "fr", "America/Lima", "2025-03-01", NULL, "1er mars 2025" },
		{ "en", NULL, "2024-02-29", NULL, "29 February 2024" },
		/* What cannot be read is copied. */
		{ "fr", NULL, "2025-02-29", NULL, "2025-02-29" },
		{ "fr", NULL, "soon", NULL, "soon" },
		{ "fr", NULL, "2025-13-01", NULL, "2025-13-01" },
		{ "fr", NULL, "2025-03-12x", NULL, "2025-03-12x" },
		{ "fr", NULL, "2025-3-12", NULL, "2025-3-12" },
		{ "fr", NULL, "", NULL, "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		cleanup(buf_release) struct buf out = { 0 };

		i18n_date(&out, cases[i].lang, cases[i].zone, cases[i].iso, cases[i].precision);
		assert_string_equal(buf_text(&out), cases[i].expected);
	}
}

static void
times_for_readers(void **state)
{
	static const struct {
		const char *lang, *zone, *iso, *expected;
	} cases[] = {
		{ "fr", NULL, "2025-03-12T14:05:00Z", "12 mars 2025, 14:05" },
		{ "nl", "UTC", "2025-03-12T14:05:00.123456+00:00", "12 maart 2025, 14:05" },
		{ "en", NULL, "2025-03-12 14:05:59+00", "12 March 2025, 14:05" },
		{ "en", NULL, "2025-03-12T14:05:00+05:30", "12 March 2025, 08:35" },
		{ "en", NULL, "2025-01-01T00:05:00+01:00", "31 December 2024, 23:05" },
		{ "fr", "Africa/Porto-Novo", "2025-03-12T23:30:00Z", "13 mars 2025, 00:30" },
		{ "fr", "Africa/Kigali", "2025-07-12T12:00:00Z", "12 juillet 2025, 14:00" },
		/* Summer time in Brussels: from 2025-03-30 01:00 to 2025-10-26 01:00 UTC. */
		{ "nl", "Europe/Brussels", "2025-03-30T00:59:59Z", "30 maart 2025, 01:59" },
		{ "nl", "Europe/Brussels", "2025-03-30T01:00:00Z", "30 maart 2025, 03:00" },
		{ "nl", "Europe/Brussels", "2025-10-26T00:59:59Z", "26 oktober 2025, 02:59" },
		{ "nl", "Europe/Brussels", "2025-10-26T01:00:00Z", "26 oktober 2025, 02:00" },
		{ "nl", "Europe/Brussels", "2025-12-31T23:00:00Z", "1 januari 2026, 00:00" },
		/* A zone with a whole month of another time within the year. */
		{ "fr", "Africa/Casablanca", "2024-03-20T12:00:00Z", "20 mars 2024, 12:00" },
		{ "fr", "Africa/Casablanca", "2024-05-20T12:00:00Z", "20 mai 2024, 13:00" },
		/* Unknown zones, and what is none, are UTC. */
		{ "en", "Europe/Atlantis", "2025-03-12T14:05:00Z", "12 March 2025, 14:05" },
		{ "en", "../zoneinfo/Europe/Brussels", "2025-03-12T14:05:00Z", "12 March 2025, 14:05" },
		{ "en", "/usr/share/zoneinfo/Europe/Brussels", "2025-03-12T14:05:00Z", "12 March 2025, 14:05" },
		{ "en", "", "2025-03-12T14:05:00Z", "12 March 2025, 14:05" },
		{ "en", "Europe/Brussels", "2025-03-12", "12 March 2025" },
		{ "en", NULL, "2025-03-12T24:05:00Z", "2025-03-12T24:05:00Z" },
		{ "en", NULL, "2025-03-12T14:05:00", "2025-03-12T14:05:00" },
		{ "en", NULL, "2025-03-12T14:05:00.Z", "2025-03-12T14:05:00.Z" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		cleanup(buf_release) struct buf out = { 0 };

		i18n_datetime(&out, cases[i].lang, cases[i].zone, cases[i].iso);
		assert_string_equal(buf_text(&out), cases[i].expected);
	}
}

static void
zones_leave_the_process_alone(void **state)
{
	int i;

	(void)state;
	assert_int_equal(unsetenv("TZ"), 0);
	assert_int_equal(zone_offset("Asia/Kathmandu", 1700000000), 20700);
	assert_null(getenv("TZ"));
	assert_int_equal(setenv("TZ", "Europe/Paris", 1), 0);
	/* More years than are kept, twice: the answers stay the same. */
	for (i = 0; i < 200; i++)
		assert_int_equal(zone_offset("Asia/Tokyo", (int64_t)(i % 100) * 31556952 + 1600000000), 32400);
	assert_string_equal(getenv("TZ"), "Europe/Paris");
	assert_int_equal(unsetenv("TZ"), 0);
}

static void
moments_count_both_ways(void **state)
{
	int64_t at;

	(void)state;
	for (at = -62135596800; at < 253402300800; at += 86399 * 7) {
		struct moment m = moment_of(at);

		assert_true(moment_seconds(&m) == at);
		assert_in_range(m.month, 1, 12);
		assert_in_range(m.day, 1, 31);
	}
}

static void
rfc822_dates(void **state)
{
	static const char *const cases[][2] = {
		{ "2025-03-12T14:05:00Z", "Wed, 12 Mar 2025 14:05:00 +0000" },
		{ "2025-03-02T01:02:03.9+02:00", "Sat, 01 Mar 2025 23:02:03 +0000" },
		{ "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 +0000" },
		{ "2025-03-09", "Sun, 09 Mar 2025 00:00:00 +0000" },
		{ "never", "never" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		cleanup(buf_release) struct buf out = { 0 };

		i18n_rfc822(&out, cases[i][0]);
		assert_string_equal(buf_text(&out), cases[i][1]);
	}
}

static void
numbers(void **state)
{
	static const struct {
		const char *lang;
		long long n;
		const char *expected;
	} cases[] = {
		{ "en", 0, "0" }, { "en", 999, "999" }, { "en", 1000, "1,000" }, { "en", 12345, "12,345" },
		{ "en", -123456, "-123,456" }, { "en", -1234567, "-1,234,567" },
		{ "nl", 12345, "12.345" }, { "fr", 12345, "12\u202f345" },
		{ "en", INT64_MIN, "-9,223,372,036,854,775,808" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		cleanup(buf_release) struct buf out = { 0 };

		i18n_number(&out, cases[i].lang, cases[i].n);
		assert_string_equal(buf_text(&out), cases[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_are_the_catalogues),
		cmocka_unit_test(texts_are_translated),
		cmocka_unit_test(english_plurals),
		cmocka_unit_test(accept_language),
		cmocka_unit_test(dates_for_readers),
		cmocka_unit_test(times_for_readers),
		cmocka_unit_test(zones_leave_the_process_alone),
		cmocka_unit_test(moments_count_both_ways),
		cmocka_unit_test(rfc822_dates),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
