/* Uptake: the packed rows of the database unfolded into cells, a table, or CSV. */
#include <time.h>

#include "services/site/exchange.h"
#include "services/site/matrix.h"
#include "services/site/resources.h"
#include "shared/base/words.h"
#include "shared/base/csv.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

/* RFC 3339, UTC, seconds. */
static void
time_at(const struct packed *p, size_t place, char out[21])
{
	struct tm tm;
	time_t t = (time_t)packed_time(p, place);

	gmtime_r(&t, &tm);
	strftime(out, 21, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static json_t *
row_of(json_t *value, json_t *lesson)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(value, "rows"), i, row)
		if (json_equal(json_object_get(row, "lesson"), json_object_get(lesson, "id")))
			return row;
	return NULL;
}

/* The API's cells: silent pairs left out. */
static json_t *
cells(json_t *value)
{
	json_t *list = json_array(), *row, *m;
	size_t i, k;

	json_array_foreach(json_object_get(value, "rows"), i, row) {
		struct packed p = packed_row(row);

		json_array_foreach(json_object_get(value, "municipalities"), k, m) {
			const char *status = packed_status(&p, matrix_place(m)), *reason = packed_reason(&p, matrix_place(m));
			char at[21];

			if (status == NULL)
				continue;
			time_at(&p, matrix_place(m), at);
			json_array_append_new(list, json_pack("{s:O, s:O, s:s, s:s?, s:s}", "lesson", json_object_get(row, "lesson"),
			    "municipality", json_object_get(m, "slug"), "status", status, "reason", reason, "at", at));
		}
	}
	return list;
}

/*
 * The page's table: a row a municipality, a column a lesson. No status is silence to who is of the group;
 * others get an empty cell, behind which there may be an answer that is not for them.
 */
static json_t *
table(json_t *value)
{
	const char *nothing = json_is_true(json_object_get(value, "inner")) ? "silent" : NULL;
	json_t *list = json_array(), *m, *lesson;
	size_t i, k;

	json_array_foreach(json_object_get(value, "municipalities"), i, m) {
		json_t *line = json_array();

		json_array_foreach(json_object_get(value, "lessons"), k, lesson) {
			json_t *row = row_of(value, lesson);
			struct packed p = packed_row(row);
			const char *status = packed_status(&p, matrix_place(m)), *reason = packed_reason(&p, matrix_place(m));

			json_array_append_new(line, json_pack("{s:s?, s:s?}", "status", status != NULL ? status : nothing, "reason", reason));
		}
		json_array_append_new(list, json_pack("{s:O, s:o}", "municipality", m, "cells", line));
	}
	return list;
}

/* The totals in the order of the statuses, for the page. */
static json_t *
totals(json_t *value)
{
	json_t *list = json_array(), *counts = json_object_get(value, "totals");

	for (const char *const *s = word_status; *s != NULL; s++)
		if (json_object_get(counts, *s) != NULL)
			json_array_append_new(list, json_pack("{s:s, s:O}", "status", *s, "n", json_object_get(counts, *s)));
	return list;
}

static char *
as_csv(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf b = {0};
	json_t *cell, *list = cells(value);
	size_t i;

	csv_line(&b, (const char *[]){ "lesson", "municipality", "status", "reason", "at" }, 5);
	json_array_foreach(list, i, cell) {
		const char *reason = json_string_value(json_object_get(cell, "reason"));
		const char *number = arena_printf(&x->req->arena, "%lld", (long long)json_integer_value(json_object_get(cell, "lesson")));

		csv_line(&b, (const char *[]){ number, json_string_value(json_object_get(cell, "municipality")),
		    json_string_value(json_object_get(cell, "status")), reason != NULL ? reason : "",
		    json_string_value(json_object_get(cell, "at")) }, 5);
	}
	json_decref(list);
	return arena_copy(&x->req->arena, buf_text(&b), b.len);
}

/* Of a municipality: what the matrix is made by. */
static const char *const for_us[] = { "place", "by_name", "by_department", "found" };

static json_t *
unfold(struct exchange *x, json_t *value)
{
	json_t *m;
	size_t i;

	matrix_choose(x, value);
	json_object_set(value, "next", json_object_get(value, "more"));
	if (x->form == FORM_HTML) {
		json_object_set_new(value, "table", table(value));
		json_object_set_new(value, "sums", totals(value));
	} else if (x->form == FORM_CSV) {
		json_object_set_new(value, "csv", json_string(as_csv(x, value)));
	} else {
		json_object_set_new(value, "cells", cells(value));
		json_array_foreach(json_object_get(value, "municipalities"), i, m)
			for (size_t k = 0; k < countof(for_us); k++)
				json_object_del(m, for_us[k]);
	}
	json_object_del(value, "rows");
	json_object_del(value, "more");
	return value;
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/uptake", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_CSV, .statement = SQL_UPTAKE_GET, .template = "uptake",
	  .script = "matrix.js", .query = matrix_query,
	  .shape = unfold, .summary = "Who did what with each lesson; 50 lessons a page" },
	{ .pattern = NULL }
};

const struct resource uptake_resource = { "uptake", routes };
