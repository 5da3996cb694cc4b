/* A lesson's history: its wordings, with what changed from each to the next. */
#include "services/site/history.h"

#include <string.h>

#include "services/site/resources.h"
#include "shared/base/diff.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

/* Of what stayed, bytes left standing before and behind a change. */
enum { AROUND = 160 };

static const struct {
	const char *name, *label;
} parts[] = {
	{ "title", N_("Title") },
	{ "text", N_("Learning question") },
	{ "summary", N_("Summary") },
	{ "body", N_("The lesson") },
	{ "conditions", N_("What it needs to work elsewhere") },
};

static struct slice
part_of(json_t *texts, const char *name)
{
	json_t *v = json_object_get(texts, name);

	return json_is_string(v) ? (struct slice){ json_string_value(v), json_string_length(v) } : (struct slice){ "", 0 };
}

/* The place of a space near `at`, so that no word and no character is cut; `at` where there is none. */
static size_t
between_words(struct slice text, size_t at, int step)
{
	for (size_t i = at; i > 0 && i < text.len; i += (size_t)step)
		if (text.at[i] == ' ' || text.at[i] == '\n')
			return i;
	return step > 0 ? text.len : 0;
}

/* What stayed, shortened where no change is near: before the first, behind the last, in the middle. */
static const char *
shortened(struct exchange *x, struct slice text, bool first, bool last)
{
	size_t head = first ? 0 : between_words(text, AROUND, 1);
	size_t tail = last ? text.len : text.len > AROUND ? between_words(text, text.len - AROUND, -1) : 0;

	if (text.len <= 2 * AROUND + 40 || head >= tail)
		return arena_copy(&x->req->arena, text.at, text.len);
	return arena_printf(&x->req->arena, "%.*s … %.*s", (int)head, text.at, (int)(text.len - tail), text.at + tail);
}

static json_t *
runs_of(struct exchange *x, struct slice before, struct slice after)
{
	static const char *const ops[] = { [DIFF_SAME] = "same", [DIFF_DELETED] = "deleted", [DIFF_INSERTED] = "inserted" };
	json_t *list = json_array();
	size_t n;
	const struct diff_run *runs = diff_words(&x->req->arena, before, after, &n);

	for (size_t i = 0; i < n; i++) {
		const char *text = runs[i].op == DIFF_SAME ? shortened(x, runs[i].text, i == 0, i + 1 == n) :
		    arena_copy(&x->req->arena, runs[i].text.at, runs[i].text.len);

		json_array_append_new(list, json_pack("{s:s, s:b}", "text", text, ops[runs[i].op], true));
	}
	return list;
}

json_t *
history_changes(struct exchange *x, json_t *before, json_t *after)
{
	json_t *list = json_array();

	for (size_t i = 0; i < countof(parts); i++) {
		struct slice was = part_of(before, parts[i].name), is = part_of(after, parts[i].name);

		if (was.len != is.len || memcmp(was.at, is.at, is.len) != 0)
			json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "part", parts[i].name, "label", tr(x->lang, parts[i].label),
			    "runs", runs_of(x, was, is)));
	}
	return list;
}

json_t *
history_of_source(struct exchange *x, json_t *value)
{
	json_t *before = json_object_get(value, "source_before");

	if (json_is_object(before)) {
		json_object_set_new(value, "changes", history_changes(x, before, json_object_get(value, "source")));
		json_object_set(value, "changes_lang", json_object_get(value, "original"));
	}
	json_object_del(value, "source_before");
	return value;
}

static json_t *
with_changes(struct exchange *x, json_t *value)
{
	json_t *revision;
	size_t i;

	json_object_set(value, "changes_lang", json_object_get(value, "lang"));
	json_array_foreach(json_object_get(value, "revisions"), i, revision) {
		json_t *before = json_object_get(revision, "before");

		if (json_is_object(before))
			json_object_set_new(revision, "changes", history_changes(x, before, json_object_get(revision, "after")));
		json_object_del(revision, "before");
		if (x->form == FORM_HTML)
			json_object_del(revision, "after");
	}
	return value;
}

static const struct field history_query[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "text_lang", .type = FIELD_LANG },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/{id}/history", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_LESSON_HISTORY, .template = "lesson_history", .query = history_query, .shape = with_changes,
	  .summary = "A lesson's wordings in a language, and what changed from each to the next" },
	{ .pattern = NULL }
};

const struct resource history_resource = { "history", routes };
