/* Trends of uptake: a page of charts with their tables, and an address for each chart. */
#include "services/site/trends.h"

#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/csv.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

/* A column's label: a code of the open statuses is a word for them. */
static const char *
column_label(struct exchange *x, const struct part *p, size_t i)
{
	return strcmp(p->columns[i].code, p->columns[i].label) == 0 ? trc(x->lang, "status", p->columns[i].code) :
	    tr(x->lang, p->columns[i].label);
}

/* What chart.html draws; alone: as a document of its own. */
static json_t *
figure_view(struct exchange *x, const struct part *p, json_t *value, bool alone)
{
	json_t *figure = p->figure(x, value);

	if (figure == NULL)
		figure = json_pack("{s:i, s:s}", "height", 24, "empty", tr(x->lang, N_("Nothing yet.")));
	json_object_update_new(figure, json_pack("{s:s, s:s, s:s, s:b, s:s}", "name", p->name, "title", tr(x->lang, p->title),
	    "desc", tr(x->lang, p->note), "alone", alone, "ui_lang", x->lang));
	return figure;
}

static json_t *
part_view(struct exchange *x, const struct part *p, json_t *value)
{
	json_t *columns = json_array(), *rows = p->rows(x, value);
	bool is_days = strcmp(p->name, "days") == 0 && json_array_size(rows) > 0;

	for (size_t i = 0; p->columns[i].code != NULL; i++)
		json_array_append_new(columns, json_string(column_label(x, p, i)));
	return json_pack("{s:s, s:b, s:s, s:s, s:o, s:o, s:o, s:O}", "name", p->name, "names", p->names,
	    "title", tr(x->lang, p->title), "note", tr(x->lang, p->note), "figure", figure_view(x, p, value, false),
	    "columns", columns, "rows", rows, "pace", is_days ? json_object_get(value, "days") : json_false());
}

static json_t *
part_csv(struct exchange *x, const struct part *p, json_t *value)
{
	cleanup(buf_release) struct buf b = {0};
	const char *fields[TRENDS_COLUMNS];
	json_t *rows = p->rows(x, value), *row, *cell;
	size_t i, k, n = 0;

	for (; p->columns[n].code != NULL; n++)
		fields[n] = p->columns[n].code;
	csv_line(&b, fields, n);
	json_array_foreach(rows, i, row) {
		json_array_foreach(json_object_get(row, "cells"), k, cell)
			fields[k] = json_string_value(json_object_get(cell, "code"));
		csv_line(&b, fields, n);
	}
	json_decref(rows);
	return json_string(buf_text(&b));
}

/* ------------------------------------------------------------------------- */

/* What the page was asked for, for the other forms of it. */
static const char *
query_of(struct exchange *x)
{
	json_int_t lesson = json_integer_value(json_object_get(x->in, "lesson"));
	json_int_t before = json_integer_value(json_object_get(x->in, "before"));
	const char *of = lesson > 0 ? arena_printf(&x->req->arena, "&lesson=%lld", (long long)lesson) : "";
	const char *from = before > 0 ? arena_printf(&x->req->arena, "&before=%lld", (long long)before) : "";

	return arena_printf(&x->req->arena, "lang=%s%s%s", x->lang, of, from);
}

/* The page with its parts. */
static json_t *
shape_page(struct exchange *x, json_t *value)
{
	json_t *list;

	if (json_object_get(value, "more") != NULL)
		json_object_set(value, "next", json_object_get(value, "more"));
	json_object_del(value, "more");
	if (x->form == FORM_CSV) {
		json_object_set_new(value, "csv", trends_lessons_csv(x, value));
	} else if (x->form == FORM_HTML) {
		list = json_array();
		for (const struct part *p = trends_parts; p->name != NULL; p++)
			if (json_object_get(value, p->name) != NULL)
				json_array_append_new(list, part_view(x, p, value));
		json_object_set_new(value, "parts", list);
		json_object_set_new(value, "query", json_string(query_of(x)));
		json_object_set_new(value, "inner",
		    json_boolean(json_object_get(json_object_get(value, "funnel"), "answered") != NULL));
	}
	return value;
}

/* The part that an address names at its end. */
static const char *
part_of(struct exchange *x)
{
	return strrchr(x->route->pattern, '/') + 1;
}

static void
ask_part(struct exchange *x)
{
	json_object_set_new(x->in, "part", json_string(part_of(x)));
}

static json_t *
shape_chart(struct exchange *x, json_t *value)
{
	const struct part *p = trends_parts;

	while (strcmp(p->name, part_of(x)) != 0)
		p++;
	if (x->form == FORM_CSV)
		json_object_set_new(value, "csv", part_csv(x, p, value));
	else if (x->form == FORM_SVG)
		json_object_set_new(value, "figure", figure_view(x, p, value, true));
	return value;
}

static const struct field which[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "lesson", .type = FIELD_INTEGER, .min = 1 },
	{ .name = NULL }
};

enum { CHART = FORM_SVG | FORM_JSON | FORM_CSV };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/uptake/trends", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_CSV, .statement = SQL_TRENDS_GET, .template = "trends", .query = which,
	  .shape = shape_page,
	  .summary = "What the lessons, or one, came to: how far, when, where, how fast; 25 lessons a page" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/uptake/trends/funnel", .flags = ON_WEB, .forms = CHART,
	  .statement = SQL_TRENDS_GET, .template = "chart", .query = which, .before = ask_part, .shape = shape_chart },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/uptake/trends/months", .flags = ON_WEB, .forms = CHART,
	  .statement = SQL_TRENDS_GET, .template = "chart", .query = which, .before = ask_part, .shape = shape_chart },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/uptake/trends/map", .flags = ON_WEB, .forms = CHART,
	  .statement = SQL_TRENDS_GET, .template = "chart", .query = which, .before = ask_part, .shape = shape_chart },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/uptake/trends/days", .flags = ON_WEB, .forms = CHART,
	  .statement = SQL_TRENDS_GET, .template = "chart", .query = which, .before = ask_part, .shape = shape_chart },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/uptake/trends/silence", .flags = ON_WEB, .forms = CHART,
	  .statement = SQL_TRENDS_GET, .template = "chart", .query = which, .before = ask_part, .shape = shape_chart },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/uptake/trends/reasons", .flags = ON_WEB, .forms = CHART,
	  .statement = SQL_TRENDS_GET, .template = "chart", .query = which, .before = ask_part, .shape = shape_chart },
	{ .pattern = NULL }
};

const struct resource trends_resource = { "trends", routes };
