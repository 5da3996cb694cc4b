/* Lessons. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/history.h"
#include "services/site/resources.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const lesson_status[] = { "published", "draft", "proposed", NULL };
static const char *const changed_status[] = { "published", "proposed", "draft", "withdrawn", NULL };
static const char *const pages[] = { "inbox", NULL };

/* Fields stand in the order of the page, so that the first wrong one is the first to be met. */
static const struct field link_fields[] = {
	{ .name = "url", .type = FIELD_URL, .required = true, .max = 2000, .label = N_("Address") },
	{ .name = "title", .type = FIELD_LINE, .max = 200, .label = N_("Title") },
	{ .name = "kind", .type = FIELD_CHOICE, .choices = word_link, .context = "link", .label = N_("Kind"), .initial = "page" },
	{ .name = "bytes", .type = FIELD_INTEGER, .api_only = true },
	{ .name = NULL }
};

#define TEXT_FIELDS \
	{ .name = "title", .type = FIELD_LINE, .required = true, .max = 200, .label = N_("Title"), \
	  .hint = N_("What did you learn, in one sentence?"), .readers = "group" }, \
	{ .name = "body", .type = FIELD_MARKDOWN, .required = true, .max = 60000, .label = N_("The lesson"), \
	  .hint = N_("What you did, what worked, what you would do otherwise. Markdown may be used."), .readers = "group" }, \
	{ .name = "summary", .type = FIELD_PROSE, .max = 1000, .label = N_("Summary"), \
	  .hint = N_("Two or three sentences, for those who read on a phone."), .readers = "group" }, \
	{ .name = "conditions", .type = FIELD_PROSE, .max = 4000, .label = N_("What it needs to work elsewhere"), .readers = "group" }

#define PART_FIELDS \
	{ .name = "cost", .type = FIELD_CHOICE, .choices = word_cost, .context = "cost", .label = N_("Cost") }, \
	{ .name = "source", .type = FIELD_CHOICE, .choices = word_source, .context = "source", .label = N_("Where it was learnt") }, \
	{ .name = "questions", .type = FIELD_INTEGERS, .from = "choices", .label = N_("Which questions it answers") }, \
	{ .name = "subquestions", .type = FIELD_INTEGERS, .api_only = true }, \
	{ .name = "sdgs", .type = FIELD_INTEGERS, .from = "sdg_choices", .label = N_("Sustainable Development Goals") }, \
	{ .name = "links", .type = FIELD_OBJECTS, .of = link_fields, .label = N_("Links") }

static const struct field lesson_fields[] = {
	{ .name = "municipality", .type = FIELD_SLUG, .max = 60, .from = "may.municipalities", .label = N_("On behalf of") },
	{ .name = "lang", .type = FIELD_LANG, .required = true, .label = N_("Language of the text") },
	TEXT_FIELDS,
	PART_FIELDS,
	{ .name = "occurred_on", .type = FIELD_PARTIAL_DATE, .max = 10, .label = N_("When"), .hint = N_("2025, 2025-03 or 2025-03-12") },
	{ .name = "status", .type = FIELD_CHOICE, .choices = lesson_status, .context = "action", .label = N_("What to do with it"),
	  .initial = "published" },
	{ .name = NULL }
};

static const struct field text_fields[] = {
	TEXT_FIELDS,
	{ .name = "reason", .type = FIELD_PROSE, .max = 2000, .label = N_("Why it changes"),
	  .hint = N_("Stands in the lesson's history, with the words that changed."), .readers = "group" },
	{ .name = "of", .type = FIELD_INTEGER, .min = 1, .api_only = true },
	{ .name = NULL }
};

static const struct field change_fields[] = {
	PART_FIELDS,
	{ .name = "reason", .type = FIELD_PROSE, .max = 2000, .label = N_("Why"), .readers = "group" },
	{ .name = "status", .type = FIELD_CHOICE, .choices = changed_status, .context = "action", .label = N_("What to do with it") },
	{ .name = "back", .type = FIELD_CHOICE, .choices = pages },
	{ .name = NULL }
};

static const struct field before_number[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = NULL }
};

static const struct field text_choice[] = {
	{ .name = "text_lang", .type = FIELD_LANG },
	{ .name = NULL }
};

/* The 17 goals by number and name, to choose from. */
static json_t *
with_goals(struct exchange *x, json_t *value)
{
	json_t *goals = json_array();

	for (int n = 1; n <= 17; n++)
		json_array_append_new(goals, json_pack("{s:i, s:o}", "id", n, "title", json_sprintf("%d. %s", n,
		    trc(x->lang, "sdg", arena_printf(&x->req->arena, "%d", n)))));
	json_object_set_new(value, "sdg_choices", goals);
	return value;
}

/* The form that changes what is not text begins with what is there: what it leaves out is taken away. */
static json_t *
with_change(struct exchange *x, json_t *value)
{
	if (x->form != FORM_HTML || x->person == 0)
		return value;
	json_object_set_new(value, "prefill", json_pack("{s:o, s:O?}", "lesson_change", json_copy(value),
	    "conclusion", json_object_get(value, "conclusion")));
	return with_goals(x, value);
}

/* Back to the inbox, if that is where it was decided; who gives a proposal back does not see it any more. */
static void
lead_back(struct exchange *x, json_t *answer)
{
	const char *status = exchange_in(x, "status");

	if (!x->api && (exchange_in(x, "back") != NULL || (status != NULL && strcmp(status, "draft") == 0)))
		json_object_set_new(answer, "location", json_string("/inbox"));
}

static const char *const new_forms[] = { "lesson", NULL };
static const char *const text_forms[] = { "lesson_text", NULL };
static const char *const page_forms[] = { "lesson_report", "lesson_change", "conclusion", "inquiry", "inquiry_answer", "inquiry_end", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_LESSON_LIST, .template = "lessons", .query = before_number, .summary = "A group's lessons, newest first" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/new", .who = SIGNED_IN, .flags = ON_WEB | PRIVATE,
	  .statement = SQL_LESSON_NEW, .template = "lesson_new", .script = "edit.js", .shows = new_forms, .shape = with_goals },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/lessons", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_LESSON_POST, .body = lesson_fields, .name = "lesson", .page = "/groups/{group}/lessons/new",
	  .summary = "Publishes, drafts or proposes a lesson" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/{id}", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_MD | FORM_TXT, .statement = SQL_LESSON_GET, .template = "lesson",
	  .query = text_choice, .shows = page_forms, .shape = with_change, .summary = "A lesson, with what came of it" },
	{ .method = HTTP_PATCH, .pattern = "/groups/{group}/lessons/{id}", .who = SIGNED_IN, .flags = ON_API | IF_MATCH,
	  .statement = SQL_LESSON_CHANGE, .body = change_fields, .summary = "Publishes, withdraws or changes what is not text" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/lessons/{id}", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_LESSON_CHANGE, .body = change_fields, .name = "lesson_change", .page = "/groups/{group}/lessons/{id}",
	  .after = lead_back },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/{id}/texts/{text_lang}", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON, .statement = SQL_LESSON_TEXT_GET,
	  .template = "lesson_text", .script = "edit.js", .shows = text_forms, .shape = history_of_source, .summary = "A lesson's text in a language, to change it" },
	{ .method = HTTP_PUT, .pattern = "/groups/{group}/lessons/{id}/texts/{text_lang}", .who = SIGNED_IN, .flags = ON_API | IF_MATCH,
	  .statement = SQL_LESSON_TEXT_PUT, .body = text_fields, .summary = "A correction, or a translation" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/lessons/{id}/texts/{text_lang}", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_LESSON_TEXT_PUT, .body = text_fields, .name = "lesson_text",
	  .page = "/groups/{group}/lessons/{id}/texts/{text_lang}" },
	{ .pattern = NULL }
};

const struct resource lesson_resource = { "lessons", routes };
