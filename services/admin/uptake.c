/* relais uptake: who applied what, in a group. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/print.h"
#include "shared/base/words.h"
#include "statements.h"

static const struct column columns[] = {
	{ "lesson", "lesson" }, { "title", "title" }, { "municipality", "municipality" }, { "status", "status" },
	{ "reason", "reason" }, { NULL, NULL }
};

static const struct option options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ NULL }
};

/* Character `place` (from 1) of a packed row as its word: 1 is the first; "" for silence (0) or what is hidden. */
static const char *
unpack(const json_t *row, const char *key, json_int_t place, const char *const *words)
{
	const char *packed = json_string_value(json_object_get(row, key));

	if (packed == NULL || place < 1 || (size_t)place > strlen(packed) || packed[place - 1] < '1' || packed[place - 1] > '7')
		return "";
	return words[packed[place - 1] - '1'];
}

static const char *
title_of(const json_t *uptake, json_int_t lesson)
{
	json_t *l;
	size_t i;

	json_array_foreach(json_object_get(uptake, "lessons"), i, l)
		if (json_integer_value(json_object_get(l, "id")) == lesson)
			return json_string_value(json_object_get(l, "title"));
	return "";
}

/* One page of the matrix becomes cells behind those there are. */
static void
unfold(const json_t *uptake, json_t *cells)
{
	json_t *row, *m;
	size_t i, k;

	json_array_foreach(json_object_get(uptake, "rows"), i, row) {
		json_int_t lesson = json_integer_value(json_object_get(row, "lesson"));

		json_array_foreach(json_object_get(uptake, "municipalities"), k, m) {
			json_int_t place = json_integer_value(json_object_get(m, "place"));
			const char *status = unpack(row, "statuses", place, word_status), *reason = unpack(row, "reasons", place, word_reason);

			if (*status == '\0')
				continue;
			json_array_append_new(cells, json_pack("{s:I, s:s, s:O, s:s, s:s?}", "lesson", lesson,
			    "title", title_of(uptake, lesson), "municipality", json_object_get(m, "slug"), "status", status,
			    "reason", *reason != '\0' ? reason : NULL));
		}
	}
}

static void
print_totals(const json_t *totals)
{
	const char *key;
	json_t *n;

	json_object_foreach((json_t *)totals, key, n)
		printf("%s: %lld\n", key, (long long)json_integer_value(n));
}

static int
uptake(struct admin *a)
{
	json_t *cells = json_array(), *page = NULL, *totals = NULL, *more, *result;
	bool again = true;

	if (!admin_connect(a))
		again = false;
	for (; again; json_decref(page)) {
		page = admin_call(a, SQL_UPTAKE_GET, a->in);
		if (page == NULL || json_is_null(page)) {
			if (page != NULL)
				failed("there is no group %s, or it is not for you to see", args_get(a, "group"));
			json_decref(totals);
			totals = NULL;
			again = false;
			continue;
		}
		unfold(page, cells);
		json_decref(totals);
		totals = json_incref(json_object_get(page, "totals"));
		more = json_object_get(page, "more");
		again = json_is_integer(more);
		if (again)
			json_object_set(a->in, "before", more);
	}
	if (totals != NULL && a->json) {
		result = json_pack("{s:O, s:O}", "cells", cells, "totals", totals);
		print_json(result);
		json_decref(result);
	} else if (totals != NULL) {
		print_table(cells, columns);
		print_totals(totals);
	}
	again = totals != NULL;
	json_decref(cells);
	json_decref(totals);
	return again ? DONE : FAILED;
}

static const struct verb verbs[] = {
	{ .name = "", .help = "Shows who did what with the lessons of a group. Silence is left out.", .options = options, .run = uptake },
	{ .name = NULL }
};

const struct command command_uptake = { "uptake", "who applied what in a group", verbs };
