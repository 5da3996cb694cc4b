/* Search, and others with the same problem. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const kinds[] = { "lesson", "question", "report", NULL };
static const char *const goals[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
	NULL };
static const char *const statuses[] = { "interested", "planned", "trying", "applied", "adapted", "interrupted", "not_for_us",
	NULL };

enum { LAST_PAGE = 1000 };

/* The first is where a list goes on. */
#define PAGE_AND_WORDS \
	{ .name = "page", .type = FIELD_INTEGER, .min = 1, .max = LAST_PAGE }, \
	{ .name = "q", .type = FIELD_LINE, .max = 200, .label = N_("Words to look for") }, \
	{ .name = "kind", .type = FIELD_CHOICE, .choices = kinds, .context = "kind", .label = N_("Kind") }
#define NARROWER \
	{ .name = "text_lang", .type = FIELD_LANG, .label = N_("Language of the text") }, \
	{ .name = "sdg", .type = FIELD_CHOICE, .choices = goals, .context = "sdg", .label = N_("Sustainable Development Goal") }, \
	{ .name = "cost", .type = FIELD_CHOICE, .choices = word_cost, .context = "cost", .label = N_("Cost") }, \
	{ .name = "status", .type = FIELD_CHOICE, .choices = statuses, .context = "status", \
	  .label = N_("What a municipality said of it") }

/* The theme: everywhere a group, as each has one; in a group a learning question of it. */
static const struct field search_fields[] = {
	PAGE_AND_WORDS,
	{ .name = "theme", .type = FIELD_SLUG, .max = 60, .from = "themes", .label = N_("Theme") },
	NARROWER,
	{ .name = NULL }
};
static const struct field group_fields[] = {
	PAGE_AND_WORDS,
	{ .name = "theme", .type = FIELD_INTEGER, .min = 1, .from = "themes", .label = N_("Theme") },
	NARROWER,
	{ .name = NULL }
};

/* The same search from a page on: "?page=2&q=eau&lang=fr"; leaving: for elsewhere, where themes are others. */
static json_t *
address_of(struct exchange *x, long long page, bool leaving)
{
	cleanup(buf_release) struct buf b = {0};

	buf_printf(&b, "?page=%lld", page);
	for (const struct field *f = x->route->query + 1; f->name != NULL; f++) {
		if (exchange_in(x, f->name) == NULL || (leaving && strcmp(f->name, "theme") == 0))
			continue;
		buf_printf(&b, "&%s=", f->name);
		percent_encode(&b, exchange_in(x, f->name));
	}
	if (x->asked != NULL)
		buf_printf(&b, "&lang=%s", x->asked);
	return json_string(buf_text(&b));
}

/* What a page needs beside what was found: the form as it was filled in, and where the search goes on. */
static json_t *
with_form(struct exchange *x, json_t *value)
{
	json_t *typed, *next = json_object_get(value, "next"), *e;
	bool narrowed = false;
	size_t i;

	if (x->form != FORM_HTML)
		return value;
	json_array_foreach(json_object_get(value, "results"), i, e)
		json_object_set_new(e, arena_printf(&x->req->arena, "is_%s", json_string_value(json_object_get(e, "kind"))), json_true());
	typed = json_object();
	for (const struct field *f = x->route->query + 1; f->name != NULL; f++) {
		const char *s = exchange_in(x, f->name);

		json_object_set_new(typed, f->name, json_string(s != NULL ? s : ""));
		narrowed |= s != NULL && strcmp(f->name, "q") != 0;
	}
	json_object_set(value, "q", json_object_get(typed, "q"));
	json_object_set_new(value, "narrowed", json_boolean(narrowed));
	json_object_set_new(value, "asked", json_boolean(narrowed || exchange_in(x, "q") != NULL));
	json_object_set_new(value, "again", address_of(x, 1, true));
	json_object_set_new(value, "more", json_is_integer(next) ? address_of(x, json_integer_value(next), false) : json_null());
	json_object_set_new(value, "prefill", json_pack("{s:O, s:o}", "search", typed, "group_search", typed));
	return value;
}

static const char *const forms[] = { "search", NULL };
static const char *const group_forms[] = { "group_search", NULL };

/* Seldom asked twice in the same words: an answer is not kept. */
static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/search", .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_SEARCH_GET, .template = "search", .query = search_fields, .name = "search", .shows = forms,
	  .shape = with_form, .summary = "Lessons, questions and reports by their words, in every group the reader sees" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/search", .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_SEARCH_GET, .template = "search", .query = group_fields, .name = "group_search", .shows = group_forms,
	  .shape = with_form, .summary = "Lessons, questions and reports of a group by their words" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/questions/{id}/similar", .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_QUESTION_SIMILAR, .template = "similar",
	  .summary = "Questions like this one, the lessons that answer them, and who applied those" },
	{ .pattern = NULL }
};

const struct resource search_resource = { "search", routes };
