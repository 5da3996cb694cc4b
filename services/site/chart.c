#include "services/site/chart.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/utf8.h"

/* In the units of the figure, of which a letter takes some 6. */
enum {
	WIDTH = 320,
	BAR_PITCH = 36, BAR_LABEL = 44,
	MONTHS = 24, COLUMN_PITCH = WIDTH / MONTHS, COLUMN_HEIGHT = 40, SERIES_PITCH = 84, AXIS = 14,
	TILES = 4, TILE_WIDTH = 77, TILE_PITCH_X = 81, TILE_PITCH_Y = 40, TILE_LABEL = 12, HEADING = 26
};

static json_int_t
number(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* The part n is of all, out of `whole`: at least 1 for what there is. */
static json_int_t
part(json_int_t n, json_int_t all, json_int_t whole)
{
	json_int_t p = all > 0 ? n * whole / all : 0;

	return n > 0 && p == 0 ? 1 : p < whole ? p : whole;
}

json_t *
chart_label(json_t *text, size_t most)
{
	const char *s = json_string_value(text), *fits = s;
	size_t n = 0;

	if (s == NULL)
		return json_string("");
	for (const char *at = s; *at != '\0'; at++) {
		if (utf8_begins(*at) && n++ == most - 1)
			fits = at;
	}
	return n > most ? json_sprintf("%.*s…", (int)(fits - s), s) : json_incref(text);
}

json_t *
chart_bars(json_t *bars)
{
	json_t *list = json_array(), *bar;
	json_int_t most = 0, y = 0;
	size_t i;

	json_array_foreach(bars, i, bar)
		most = number(bar, "n") > most ? number(bar, "n") : most;
	json_array_foreach(bars, i, bar) {
		json_array_append_new(list, json_pack("{s:o, s:O*, s:I, s:I, s:I}",
		    "label", chart_label(json_object_get(bar, "label"), BAR_LABEL), "in_lang", json_object_get(bar, "in_lang"),
		    "n", number(bar, "n"), "y", y, "width", part(number(bar, "n"), most, WIDTH)));
		y += BAR_PITCH;
	}
	return json_pack("{s:I, s:o}", "height", y, "bars", list);
}

/* ------------------------------------------------------------------------- */

/* Months since the year 0. */
static long
month_index(json_t *row)
{
	const char *text = json_string_value(json_object_get(row, "month"));
	char *end;
	long year = text != NULL ? strtol(text, &end, 10) : 0;

	return text != NULL && *end == '-' ? year * 12 + strtol(end + 1, NULL, 10) - 1 : 0;
}

static json_t *
month_text(long index)
{
	return json_sprintf("%04ld-%02ld", index / 12, index % 12 + 1);
}

static json_t *
columns(json_t *months, const char *name, long first, json_int_t most)
{
	json_t *list = json_array(), *row;
	size_t i;

	json_array_foreach(months, i, row) {
		long at = month_index(row) - first;
		json_int_t n = number(row, name), height = part(n, most, COLUMN_HEIGHT);

		if (at >= 0 && n > 0)
			json_array_append_new(list, json_pack("{s:I, s:I, s:I, s:I}", "n", n, "x", (json_int_t)at * COLUMN_PITCH,
			    "y", (json_int_t)COLUMN_HEIGHT - height, "height", height));
	}
	return list;
}

json_t *
chart_months(json_t *months, json_t *series)
{
	json_t *list = json_array(), *one, *row;
	long last = month_index(json_array_get(months, json_array_size(months) - 1)), first = last - MONTHS + 1;
	json_int_t most = 0, y = 0;
	size_t i, k;

	json_array_foreach(months, i, row) {
		json_array_foreach(series, k, one) {
			json_int_t n = number(row, json_string_value(json_object_get(one, "name")));

			most = month_index(row) >= first && n > most ? n : most;
		}
	}
	json_array_foreach(series, k, one) {
		json_array_append_new(list, json_pack("{s:O, s:I, s:o}", "label", json_object_get(one, "label"), "y", y, "columns",
		    columns(months, json_string_value(json_object_get(one, "name")), first, most)));
		y += SERIES_PITCH;
	}
	return json_pack("{s:I, s:I, s:o, s:o, s:o}", "height", y + AXIS, "axis", y, "series", list,
	    "from", month_text(first), "to", month_text(last));
}

/* ------------------------------------------------------------------------- */

static bool
same_department(json_t *one, json_t *other)
{
	json_t *a = json_object_get(one, "department"), *b = json_object_get(other, "department");

	return other != NULL && (json_equal(a, b) || (a == NULL && b == NULL));
}

json_t *
chart_tiles(json_t *places, json_int_t of, const char *elsewhere)
{
	json_t *headings = json_array(), *tiles = json_array(), *place, *before = NULL;
	json_int_t y = 0, column = 0;
	size_t i;

	json_array_foreach(places, i, place) {
		json_t *department = json_object_get(place, "department");
		json_int_t n = number(place, "n");

		if (!same_department(place, before)) {
			y += before != NULL ? TILE_PITCH_Y : 0;
			json_array_append_new(headings, json_pack("{s:o, s:I}", "label",
			    department != NULL ? chart_label(department, BAR_LABEL) : json_string(elsewhere), "y", y + HEADING - 8));
			y += HEADING;
			column = 0;
		} else if (++column == TILES) {
			y += TILE_PITCH_Y;
			column = 0;
		}
		json_array_append_new(tiles, json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I}",
		    "label", chart_label(json_object_get(place, "name"), TILE_LABEL), "n", n, "of", of,
		    "x", column * TILE_PITCH_X, "y", y, "width", part(n, of, TILE_WIDTH),
		    "level", of > 0 ? (4 * n + of - 1) / of : (json_int_t)0));
		before = place;
	}
	return json_pack("{s:I, s:o, s:o}", "height", y + TILE_PITCH_Y, "headings", headings, "tiles", tiles);
}
