/* Where the questions of a line stand: below all they come from, whatever order or data. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "services/site/descent.h"
#include "shared/base/buf.h"

/* questions and descent as JSON; wanted "id:column,row …" */
static const struct {
	const char *questions, *descent, *want;
} cases[] = {
	{ "[1,2]", "[[1,2]]", "1:0,0 2:0,1 " },
	{ "[1,2,3]", "[[1,3],[2,3]]", "1:0,0 2:1,0 3:0,1 " },           /* merged */
	{ "[1,2,3]", "[[1,2],[1,3]]", "1:0,0 2:0,1 3:1,1 " },           /* split */
	{ "[1,2,3,4]", "[[3,4],[1,3],[2,3],[1,4]]", "1:0,0 2:1,0 3:0,1 4:0,2 " },
	{ "[1,2]", "[[1,2],[2,1]]", "1:0,0 2:0,1 " },                   /* a ring, which the data cannot hold, ends */
	{ "[1,2]", "[[1,9],[8,2]]", "1:0,0 2:1,0 " },                   /* what is not seen is passed over */
};

static json_t *
line_of(const char *questions, const char *descent)
{
	json_t *ids = json_loads(questions, 0, NULL), *pairs = json_loads(descent, 0, NULL);
	json_t *list = json_array(), *edges = json_array(), *e;
	size_t i;

	json_array_foreach(ids, i, e)
		json_array_append_new(list, json_pack("{s:O, s:s, s:s, s:i}", "id", e, "title", "Qui publie, et comment le dire à tous ?", "lang", "fr", "wordings", 1));
	json_array_foreach(pairs, i, e)
		json_array_append_new(edges, json_pack("{s:O, s:O}", "parent", json_array_get(e, 0), "id", json_array_get(e, 1)));
	json_decref(ids);
	json_decref(pairs);
	return json_pack("{s:o, s:o}", "questions", list, "descent", edges);
}

static void
places(void **state)
{
	for (size_t i = 0; i < countof(cases); i++) {
		json_t *line = line_of(cases[i].questions, cases[i].descent), *figure = descent_figure(line, 2), *box;
		cleanup(buf_release) struct buf got = {0};
		size_t n;

		json_array_foreach(json_object_get(figure, "boxes"), n, box) {
			long x = (long)json_integer_value(json_object_get(box, "x")), y = (long)json_integer_value(json_object_get(box, "y"));

			buf_printf(&got, "%lld:%ld,%ld ", (long long)json_integer_value(json_object_get(box, "id")), x / 164, y / 86);
			assert_true(x + 150 <= json_integer_value(json_object_get(figure, "width")));
			assert_true(y + 46 <= json_integer_value(json_object_get(figure, "height")));
			assert_string_equal(json_string_value(json_object_get(box, "label")), "Qui publie, et comme…");
			assert_int_equal(json_is_true(json_object_get(box, "here")), json_integer_value(json_object_get(box, "id")) == 2);
		}
		assert_string_equal(buf_text(&got), cases[i].want);
		json_decref(figure);
		json_decref(line);
	}
	(void)state;
}

static void
alone(void **state)
{
	json_t *line = line_of("[1]", "[]"), *figure = descent_figure(line, 1);

	assert_true(json_is_null(figure));
	json_decref(figure);
	json_decref(line);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(places), cmocka_unit_test(alone) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
