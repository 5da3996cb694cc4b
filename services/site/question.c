/* Learning questions. */
#include <string.h>

#include "services/site/descent.h"
#include "services/site/exchange.h"
#include "services/site/history.h"
#include "services/site/resources.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const question_status[] = { "published", "draft", NULL };
static const char *const changed_status[] = { "published", "dropped", NULL };
static const char *const descent[] = { "merged", "split", NULL };

static const struct field subquestion_fields[] = {
	{ .name = "text", .type = FIELD_LINE, .required = true, .max = 500, .label = N_("Sub-question") },
	{ .name = "priority", .type = FIELD_CHOICE, .choices = word_priority, .context = "priority", .label = N_("Priority"),
	  .initial = "must" },
	{ .name = NULL }
};

static const struct field question_fields[] = {
	{ .name = "municipality", .type = FIELD_SLUG, .max = 60, .from = "may.municipalities", .label = N_("On behalf of") },
	{ .name = "lang", .type = FIELD_LANG, .required = true, .label = N_("Language of the text") },
	{ .name = "text", .type = FIELD_LINE, .required = true, .max = 1000, .label = N_("Learning question"),
	  .hint = N_("What do you want to learn from the others?"), .readers = "group" },
	{ .name = "problems", .type = FIELD_LINES, .max = 500, .label = N_("Problems to solve"), .hint = N_("One on each line."), .readers = "group" },
	{ .name = "subquestions", .type = FIELD_OBJECTS, .of = subquestion_fields, .label = N_("Sub-questions"), .readers = "group" },
	{ .name = "parents", .type = FIELD_INTEGERS, .from = "choices", .label = N_("Comes from these questions") },
	{ .name = "how", .type = FIELD_CHOICE, .choices = descent, .context = "descent", .label = N_("How it comes from them") },
	{ .name = "occurred_on", .type = FIELD_PARTIAL_DATE, .max = 10, .label = N_("When"), .hint = N_("2025, 2025-03 or 2025-03-12") },
	{ .name = "status", .type = FIELD_CHOICE, .choices = question_status, .context = "action", .label = N_("What to do with it"),
	  .initial = "published" },
	{ .name = NULL }
};

static const struct field reword_fields[] = {
	{ .name = "text", .type = FIELD_LINE, .required = true, .max = 1000, .label = N_("New wording") },
	{ .name = "reason", .type = FIELD_PROSE, .max = 2000, .label = N_("Why is it reworded?"),
	  .hint = N_("If you mark it as sensitive, only the municipalities whose question it is read it."), .readers = "group" },
	{ .name = "trigger", .type = FIELD_CHOICE, .choices = word_trigger, .context = "trigger", .label = N_("What prompted it") },
	{ .name = "occurred_on", .type = FIELD_PARTIAL_DATE, .max = 10, .label = N_("When"), .hint = N_("2025, 2025-03 or 2025-03-12") },
	{ .name = "sensitive", .type = FIELD_BOOLEAN, .label = N_("Sensitive: only for the municipalities whose question it is") },
	{ .name = NULL }
};

static const struct field text_fields[] = {
	{ .name = "text", .type = FIELD_LINE, .required = true, .max = 1000, .label = N_("Learning question"), .readers = "group" },
	{ .name = "of", .type = FIELD_INTEGER, .min = 1, .api_only = true },
	{ .name = NULL }
};

static const struct field change_fields[] = {
	{ .name = "status", .type = FIELD_CHOICE, .required = true, .choices = changed_status, .context = "action",
	  .label = N_("What to do with it") },
	{ .name = "reason", .type = FIELD_PROSE, .max = 2000, .label = N_("Why"), .readers = "group" },
	{ .name = NULL }
};

static const struct field we_too_fields[] = {
	{ .name = "municipality", .type = FIELD_SLUG, .max = 60, .label = N_("On behalf of"), .from = "may.municipalities" },
	{ .name = NULL }
};

static const struct field priority_fields[] = {
	{ .name = "priority", .type = FIELD_CHOICE, .required = true, .choices = word_priority, .context = "priority", .label = N_("Priority") },
	{ .name = "municipality", .type = FIELD_SLUG, .max = 60, .label = N_("On behalf of"), .from = "may.municipalities" },
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

/* The priorities to choose from, the reader's own chosen. New reference. */
static json_t *
priority_choices(json_t *mine)
{
	json_t *list = json_array();

	for (const char *const *code = word_priority; *code != NULL; code++)
		json_array_append_new(list, json_pack("{s:s, s:b}", "code", *code, "selected",
		    json_is_string(mine) && strcmp(json_string_value(mine), *code) == 0));
	return list;
}

/* The line of descent as a picture beside the list, and what its selects offer. */
static json_t *
for_page(struct exchange *x, json_t *value)
{
	json_t *sub;
	size_t i;

	if (x->form != FORM_HTML)
		return value;
	json_object_set_new(value, "figure", descent_figure(json_object_get(value, "line"), json_integer_value(json_object_get(value, "id"))));
	json_array_foreach(json_object_get(value, "subquestions"), i, sub)
		json_object_set_new(sub, "choices", priority_choices(json_object_get(sub, "mine")));
	return value;
}

static const char *const new_forms[] = { "question", NULL };
static const char *const text_forms[] = { "question_text", NULL };
static const char *const page_forms[] = { "question_report", "question_reword", "question_change", "question_owner", "question_split", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/questions", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_QUESTION_LIST, .template = "questions", .query = before_number, .summary = "A group's questions, newest first" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/questions/new", .who = SIGNED_IN, .flags = ON_WEB | PRIVATE,
	  .statement = SQL_QUESTION_NEW, .template = "question_new", .shows = new_forms },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_QUESTION_POST, .body = question_fields, .name = "question", .page = "/groups/{group}/questions/new",
	  .summary = "Asks a question" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/questions/{id}", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_MD | FORM_TXT, .statement = SQL_QUESTION_GET, .template = "question",
	  .query = text_choice, .shows = page_forms, .shape = for_page, .summary = "A question with its line of descent" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions/{id}/revisions", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_QUESTION_REWORD, .body = reword_fields, .name = "question_reword", .page = "/groups/{group}/questions/{id}",
	  .summary = "Rewords a question, with the reason" },
	{ .method = HTTP_PATCH, .pattern = "/groups/{group}/questions/{id}", .who = SIGNED_IN, .flags = ON_API | IF_MATCH,
	  .statement = SQL_QUESTION_CHANGE, .body = change_fields, .summary = "Publishes a draft, or drops a question" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions/{id}", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_QUESTION_CHANGE, .body = change_fields, .name = "question_change", .page = "/groups/{group}/questions/{id}" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/questions/{id}/texts/{text_lang}", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON, .statement = SQL_QUESTION_TEXT_GET,
	  .template = "question_text", .shows = text_forms, .shape = history_of_source, .summary = "A question's text in a language, to change it" },
	{ .method = HTTP_PUT, .pattern = "/groups/{group}/questions/{id}/texts/{text_lang}", .who = SIGNED_IN,
	  .flags = ON_API | IF_MATCH, .statement = SQL_QUESTION_TEXT_PUT, .body = text_fields, .summary = "A correction, or a translation" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions/{id}/texts/{text_lang}", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_QUESTION_TEXT_PUT, .body = text_fields, .name = "question_text",
	  .page = "/groups/{group}/questions/{id}/texts/{text_lang}" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/problems/{problem}/we-too", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | CREATES, .statement = SQL_WE_TOO_POST, .body = we_too_fields, .body_max = SMALL_BODY,
	  .summary = "“We too”: another municipality has this problem" },
	{ .method = HTTP_DELETE, .pattern = "/groups/{group}/problems/{problem}/we-too/{municipality}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_WE_TOO_END, .summary = "Takes a “we too” back" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/problems/{problem}/we-too/{municipality}/end", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_WE_TOO_END },
	{ .method = HTTP_PUT, .pattern = "/groups/{group}/subquestions/{id}/priority", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_PRIORITY_PUT, .body = priority_fields, .summary = "How much a sub-question matters to one of its owners" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/subquestions/{id}/priority", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_PRIORITY_PUT, .body = priority_fields, .body_max = SMALL_BODY },
	{ .pattern = NULL }
};

const struct resource question_resource = { "questions", routes };
