/* The parts of a group's trends: of each a table, and a figure. */
#include "services/site/trends.h"

#include "services/site/chart.h"
#include "services/site/exchange.h"
#include "shared/base/csv.h"
#include "shared/i18n/i18n.h"

static const struct {
	const char *name, *label;
} stages[] = {
	{ "sent", N_("Sent") }, { "answered", N_("Answered") }, { "interested", N_("Inspired, or further") },
	{ "planned", N_("Planned, or further") }, { "trying", N_("Trying, or further") },
	{ "applied", N_("Applied or adapted") },
};

static const char *const silences[][2] = {
	{ "days30", N_("30 days or longer") }, { "days60", N_("60 days or longer") }, { "days90", N_("90 days or longer") },
};

/* ------------------------------------------------------------------------- */
/* Tables: each cell as a code for programs, and as a text */

static const char *
text_of(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static json_int_t
number_of(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static json_t *
add_row(json_t *rows, const char *code, const char *text)
{
	json_t *cells = json_pack("[{s:s, s:s, s:b}]", "code", code, "text", text, "head", true);

	json_array_append_new(rows, json_pack("{s:o}", "cells", cells));
	return cells;
}

static void
add_text(json_t *cells, const char *code, const char *text)
{
	json_array_append_new(cells, json_pack("{s:s, s:s, s:b}", "code", code, "text", text, "head", false));
}

static void
add_number(struct exchange *x, json_t *cells, json_int_t n)
{
	cleanup(buf_release) struct buf text = {0};

	i18n_number(&text, x->lang, n);
	add_text(cells, arena_printf(&x->req->arena, "%lld", (long long)n), buf_text(&text));
}

static json_t *
funnel_rows(struct exchange *x, json_t *value)
{
	json_t *rows = json_array(), *funnel = json_object_get(value, "funnel");

	for (size_t i = 0; i < countof(stages); i++)
		if (json_object_get(funnel, stages[i].name) != NULL)
			add_number(x, add_row(rows, stages[i].name, tr(x->lang, stages[i].label)), number_of(funnel, stages[i].name));
	return rows;
}

static json_t *
month_rows(struct exchange *x, json_t *value)
{
	json_t *rows = json_array(), *month;
	size_t i;

	json_array_foreach(json_object_get(value, "months"), i, month) {
		cleanup(buf_release) struct buf text = {0};
		json_t *cells;

		i18n_date(&text, x->lang, NULL, text_of(month, "month"), NULL);
		cells = add_row(rows, text_of(month, "month"), buf_text(&text));
		add_number(x, cells, number_of(month, "trying"));
		add_number(x, cells, number_of(month, "applied"));
		add_number(x, cells, number_of(month, "adapted"));
	}
	return rows;
}

static json_t *
day_rows(struct exchange *x, json_t *value)
{
	json_t *rows = json_array(), *lesson, *days, *cells;
	size_t i;

	json_array_foreach(json_object_get(value, "lessons"), i, lesson) {
		if ((days = json_object_get(lesson, "days")) == NULL)
			continue;
		cells = add_row(rows, arena_printf(&x->req->arena, "%lld", (long long)number_of(lesson, "id")),
		    text_of(lesson, "title"));
		json_object_set(json_array_get(cells, 0), "in_lang", json_object_get(lesson, "lang"));
		add_number(x, cells, number_of(days, "median"));
		add_number(x, cells, number_of(days, "trials"));
	}
	return rows;
}

static json_t *
map_rows(struct exchange *x, json_t *value)
{
	json_t *rows = json_array(), *place, *cells;
	size_t i;

	json_array_foreach(json_object_get(value, "map"), i, place) {
		cells = add_row(rows, text_of(place, "slug"), text_of(place, "name"));
		add_text(cells, text_of(place, "department"), text_of(place, "department"));
		add_number(x, cells, number_of(place, "n"));
		add_number(x, cells, number_of(value, "lessons_published"));
	}
	return rows;
}

static json_t *
silence_rows(struct exchange *x, json_t *value)
{
	json_t *rows = json_array(), *who, *cells;
	size_t i;

	json_array_foreach(json_object_get(value, "silence"), i, who) {
		cells = add_row(rows, text_of(who, "slug"), text_of(who, "name"));
		for (size_t k = 0; k < countof(silences); k++)
			add_number(x, cells, number_of(who, silences[k][0]));
	}
	return rows;
}

static const char *
reason_word(struct exchange *x, json_t *row)
{
	const char *code = text_of(row, "reason");

	return *code != '\0' ? trc(x->lang, "reason", code) : tr(x->lang, N_("no reason given"));
}

static json_t *
reason_rows(struct exchange *x, json_t *value)
{
	json_t *rows = json_array(), *row, *cells;
	size_t i;

	json_array_foreach(json_object_get(value, "reasons"), i, row) {
		cells = add_row(rows, text_of(row, "status"), trc(x->lang, "status", text_of(row, "status")));
		add_text(cells, text_of(row, "reason"), reason_word(x, row));
		add_number(x, cells, number_of(row, "n"));
	}
	return rows;
}

/* ------------------------------------------------------------------------- */
/* Figures */

static void
add_bar(json_t *bars, const char *label, json_int_t n)
{
	json_array_append_new(bars, json_pack("{s:s, s:I}", "label", label, "n", n));
}

/* The figure of some bars, which it takes; NULL if there are none. */
static json_t *
of_bars(json_t *bars)
{
	json_t *figure = json_array_size(bars) > 0 ? chart_bars(bars) : NULL;

	json_decref(bars);
	return figure;
}

static json_t *
funnel_figure(struct exchange *x, json_t *value)
{
	json_t *bars = json_array(), *funnel = json_object_get(value, "funnel");

	for (size_t i = 0; i < countof(stages); i++)
		if (json_object_get(funnel, stages[i].name) != NULL)
			add_bar(bars, tr(x->lang, stages[i].label), number_of(funnel, stages[i].name));
	return of_bars(bars);
}

static json_t *
month_figure(struct exchange *x, json_t *value)
{
	static const char *const open[] = { "trying", "applied", "adapted" };
	json_t *series = json_array(), *months = json_object_get(value, "months"), *figure;

	for (size_t i = 0; i < countof(open); i++)
		json_array_append_new(series, json_pack("{s:s, s:s}", "name", open[i], "label", trc(x->lang, "status", open[i])));
	figure = json_array_size(months) > 0 ? chart_months(months, series) : NULL;
	json_decref(series);
	return figure;
}

static json_t *
day_figure(struct exchange *x, json_t *value)
{
	json_t *bars = json_array(), *lesson, *days;
	size_t i;

	(void)x;
	json_array_foreach(json_object_get(value, "lessons"), i, lesson)
		if ((days = json_object_get(lesson, "days")) != NULL)
			json_array_append_new(bars, json_pack("{s:O, s:O, s:O}", "label", json_object_get(lesson, "title"),
			    "in_lang", json_object_get(lesson, "lang"), "n", json_object_get(days, "median")));
	return of_bars(bars);
}

static json_t *
map_figure(struct exchange *x, json_t *value)
{
	json_t *map = json_object_get(value, "map");

	return json_array_size(map) == 0 ? NULL :
	    chart_tiles(map, number_of(value, "lessons_published"), tr(x->lang, N_("Other municipalities")));
}

/* How many municipalities are silent that long on a lesson. */
static json_t *
silence_figure(struct exchange *x, json_t *value)
{
	json_t *bars = json_array(), *silence = json_object_get(value, "silence"), *who;
	size_t i;

	for (size_t k = 0; k < countof(silences) && json_array_size(silence) > 0; k++) {
		json_int_t n = 0;

		json_array_foreach(silence, i, who)
			n += number_of(who, silences[k][0]) > 0;
		add_bar(bars, tr(x->lang, silences[k][1]), n);
	}
	return of_bars(bars);
}

static json_t *
reason_figure(struct exchange *x, json_t *value)
{
	json_t *bars = json_array(), *row;
	size_t i;

	json_array_foreach(json_object_get(value, "reasons"), i, row)
		add_bar(bars, arena_printf(&x->req->arena, "%s – %s", trc(x->lang, "status", text_of(row, "status")),
		    reason_word(x, row)), number_of(row, "n"));
	return of_bars(bars);
}

/* ------------------------------------------------------------------------- */

const struct part trends_parts[] = {
	{ "funnel", N_("How far the lessons came"),
	  N_("Where the municipalities stand now, each counted once for each lesson. "
	  "“Interrupted” and “not for us” are answers too."),
	  { { "stage", N_("Stage") }, { "n", N_("Number") } }, funnel_rows, funnel_figure, false },
	{ "months", N_("First reports, by month"),
	  N_("A municipality's first report of each kind on a lesson; in the month it happened, if that is known, "
	  "else when it was told. The picture shows two years."),
	  { { "month", N_("Month") }, { "trying", NC_("status", "trying") }, { "applied", NC_("status", "applied") },
	    { "adapted", NC_("status", "adapted") } },
	  month_rows, month_figure, false },
	{ "map", N_("Where lessons are tried or applied"),
	  N_("By department. Number, bar and shade say on how many of the lessons "
	  "a municipality tries, applied or adapted."),
	  { { "municipality", N_("Municipality") }, { "department", N_("Department") }, { "n", N_("Tried or applied") },
	    { "of", N_("Lessons") } },
	  map_rows, map_figure, false },
	{ "days", N_("Days from a lesson to its first trial"),
	  N_("The median of the municipalities that try or have tried it."),
	  { { "lesson", N_("Lesson") }, { "median_days", N_("Days") }, { "trials", N_("Municipalities") } },
	  day_rows, day_figure, false },
	{ "silence", N_("Without news for 30, 60 and 90 days"),
	  N_("Municipalities that said nothing yet on lessons published that long ago. No news is not a refusal. "
	  "The hub and the lead umbrella body see this."),
	  { { "municipality", N_("Municipality") }, { "days30", N_("Lessons, 30 days") }, { "days60", N_("60 days") },
	    { "days90", N_("90 days") } },
	  silence_rows, silence_figure, true },
	{ "reasons", N_("Why it was interrupted, or not for them"),
	  N_("By where they stand now. The lead umbrella body sees this."),
	  { { "status", N_("Status") }, { "reason", N_("Reason") }, { "n", N_("Number") } },
	  reason_rows, reason_figure, false },
	{ .name = NULL }
};

/* ------------------------------------------------------------------------- */

/* A number as it stands in CSV; nothing where it is not for the reader, or there is none. */
static const char *
csv_number(struct exchange *x, json_t *object, const char *name)
{
	json_t *n = json_object_get(object, name);

	return n != NULL ? arena_printf(&x->req->arena, "%lld", (long long)json_integer_value(n)) : "";
}

json_t *
trends_lessons_csv(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf b = {0};
	const char *fields[countof(stages) + 3];
	json_t *lesson;
	size_t i, n = 0;

	fields[n++] = "lesson";
	for (size_t k = 0; k < countof(stages); k++)
		fields[n++] = stages[k].name;
	fields[n++] = "median_days";
	fields[n++] = "trials";
	csv_line(&b, fields, n);
	json_array_foreach(json_object_get(value, "lessons"), i, lesson) {
		json_t *days = json_object_get(lesson, "days");

		n = 0;
		fields[n++] = csv_number(x, lesson, "id");
		for (size_t k = 0; k < countof(stages); k++)
			fields[n++] = csv_number(x, json_object_get(lesson, "funnel"), stages[k].name);
		fields[n++] = csv_number(x, days, "median");
		fields[n++] = csv_number(x, days, "trials");
		csv_line(&b, fields, n);
	}
	return json_string(buf_text(&b));
}
