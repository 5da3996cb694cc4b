/* Where the bars, columns and tiles of a chart stand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "services/site/chart.h"
#include "shared/base/base.h"

static json_t *
read(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

/* The figure is as wanted; takes it. */
static void
is(json_t *got, const char *want)
{
	json_t *wanted = read(want);
	char *text;

	if (!json_equal(got, wanted)) {
		text = json_dumps(got, JSON_COMPACT);
		print_error("%s\n", text);
		free(text);
		fail_msg("not %s", want);
	}
	json_decref(wanted);
	json_decref(got);
}

static void
bars_are_parts_of_the_most(void **state)
{
	static const struct {
		const char *bars, *want;
	} cases[] = {
		{ "[]", "{\"height\":0,\"bars\":[]}" },
		{ "[{\"label\":\"a\",\"n\":0}]", "{\"height\":36,\"bars\":[{\"label\":\"a\",\"n\":0,\"y\":0,\"width\":0}]}" },
		{ "[{\"label\":\"a\",\"n\":8},{\"label\":\"b\",\"n\":2}]",
		  "{\"height\":72,\"bars\":[{\"label\":\"a\",\"n\":8,\"y\":0,\"width\":320},{\"label\":\"b\",\"n\":2,\"y\":36,\"width\":80}]}" },
		/* what there is can be seen */
		{ "[{\"label\":\"a\",\"n\":100000},{\"label\":\"b\",\"n\":1}]",
		  "{\"height\":72,\"bars\":[{\"label\":\"a\",\"n\":100000,\"y\":0,\"width\":320},{\"label\":\"b\",\"n\":1,\"y\":36,\"width\":1}]}" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		json_t *bars = read(cases[i].bars);

		is(chart_bars(bars), cases[i].want);
		json_decref(bars);
	}
}

/* Characters count, not bytes: 44 fit. */
static void
labels_are_cut_to_what_fits(void **state)
{
	static const char forty[] = "éééééééééééééééééééééééééééééééééééééééé";
	static const struct {
		const char *more, *want;
	} cases[] = { { "abcd", "abcd" }, { "abcde", "abc…" }, { "abcd€", "abc…" }, { "€€€€", "€€€€" }, { "€€€€€", "€€€…" } };
	char label[200], want[200];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		json_t *bars, *figure, *bar;

		snprintf(label, sizeof(label), "%s%s", forty, cases[i].more);
		snprintf(want, sizeof(want), "%s%s", forty, cases[i].want);
		bars = json_pack("[{s:s, s:i}]", "label", label, "n", 1);
		figure = chart_bars(bars);
		bar = json_array_get(json_object_get(figure, "bars"), 0);
		assert_string_equal(json_string_value(json_object_get(bar, "label")), want);
		json_decref(figure);
		json_decref(bars);
	}
}

/* Two years up to the last month; what is older is neither shown nor measured by. */
static void
months_are_the_last_two_years(void **state)
{
	json_t *months = read("[{\"month\":\"2023-01\",\"a\":99,\"b\":0},{\"month\":\"2023-02\",\"a\":4,\"b\":0},"
	    "{\"month\":\"2024-01\",\"a\":0,\"b\":1},{\"month\":\"2025-01\",\"a\":2,\"b\":0}]");
	json_t *series = read("[{\"name\":\"a\",\"label\":\"A\"},{\"name\":\"b\",\"label\":\"B\"}]");

	(void)state;
	is(chart_months(months, series), "{\"height\":182,\"axis\":168,\"from\":\"2023-02\",\"to\":\"2025-01\",\"series\":["
	    "{\"label\":\"A\",\"y\":0,\"columns\":[{\"n\":4,\"x\":0,\"y\":0,\"height\":40},{\"n\":2,\"x\":299,\"y\":20,\"height\":20}]},"
	    "{\"label\":\"B\",\"y\":84,\"columns\":[{\"n\":1,\"x\":143,\"y\":30,\"height\":10}]}]}");
	json_decref(months);
	json_decref(series);
}

static void
tiles_stand_by_department(void **state)
{
	json_t *places = read("[{\"name\":\"Abomey-Calavi\",\"department\":\"Atlantique\",\"n\":0},"
	    "{\"name\":\"b\",\"department\":\"Atlantique\",\"n\":1},"
	    "{\"name\":\"c\",\"department\":\"Atlantique\",\"n\":2},{\"name\":\"d\",\"department\":\"Atlantique\",\"n\":3},"
	    "{\"name\":\"e\",\"department\":\"Atlantique\",\"n\":8},{\"name\":\"f\",\"department\":\"Zou\",\"n\":7},{\"name\":\"g\",\"n\":6}]");

	(void)state;
	is(chart_tiles(places, 8, "Elsewhere"), "{\"height\":238,\"headings\":[{\"label\":\"Atlantique\",\"y\":18},{\"label\":\"Zou\",\"y\":124},"
	    "{\"label\":\"Elsewhere\",\"y\":190}],\"tiles\":["
	    "{\"label\":\"Abomey-Cala…\",\"n\":0,\"of\":8,\"x\":0,\"y\":26,\"width\":0,\"level\":0},"
	    "{\"label\":\"b\",\"n\":1,\"of\":8,\"x\":81,\"y\":26,\"width\":9,\"level\":1},"
	    "{\"label\":\"c\",\"n\":2,\"of\":8,\"x\":162,\"y\":26,\"width\":19,\"level\":1},"
	    "{\"label\":\"d\",\"n\":3,\"of\":8,\"x\":243,\"y\":26,\"width\":28,\"level\":2},"
	    "{\"label\":\"e\",\"n\":8,\"of\":8,\"x\":0,\"y\":66,\"width\":77,\"level\":4},"
	    "{\"label\":\"f\",\"n\":7,\"of\":8,\"x\":0,\"y\":132,\"width\":67,\"level\":4},"
	    "{\"label\":\"g\",\"n\":6,\"of\":8,\"x\":0,\"y\":198,\"width\":57,\"level\":3}]}");
	json_decref(places);
}

static void
without_lessons_all_tiles_are_empty(void **state)
{
	json_t *places = read("[{\"name\":\"a\",\"n\":0}]");

	(void)state;
	is(chart_tiles(places, 0, "E"), "{\"height\":66,\"headings\":[{\"label\":\"E\",\"y\":18}],\"tiles\":["
	    "{\"label\":\"a\",\"n\":0,\"of\":0,\"x\":0,\"y\":26,\"width\":0,\"level\":0}]}");
	json_decref(places);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_are_parts_of_the_most), cmocka_unit_test(labels_are_cut_to_what_fits),
		cmocka_unit_test(months_are_the_last_two_years), cmocka_unit_test(tiles_stand_by_department),
		cmocka_unit_test(without_lessons_all_tiles_are_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
