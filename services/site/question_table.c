/* The table of learning questions (the report's tool 5), on a page and as CSV. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/csv.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

enum { COLUMNS = 6 };

static const char *
text_of(json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s != NULL ? s : "";
}

/* The slugs of a list of municipalities, as one cell. */
static char *
slugs(struct arena *a, json_t *municipalities)
{
	cleanup(buf_release) struct buf b = {0};
	json_t *m;
	size_t i;

	json_array_foreach(municipalities, i, m)
		buf_printf(&b, "%s%s", i > 0 ? " " : "", text_of(m, "slug"));
	return arena_copy(a, buf_text(&b), b.len);
}

/* A sub-question has a line for each municipality that said how much it matters, and one if none did. */
static void
subquestion_lines(struct buf *b, const char *number, json_t *question, json_t *sub)
{
	json_t *priorities = json_object_get(sub, "priorities");
	size_t n = json_array_size(priorities);

	for (size_t i = 0; i < (n > 0 ? n : 1); i++) {
		json_t *p = json_array_get(priorities, i);

		csv_line(b, (const char *[]){ number, text_of(question, "original"), "subquestion", text_of(sub, "text"),
		    text_of(p, "municipality"), text_of(p, "priority") }, COLUMNS);
	}
}

static void
question_lines(struct exchange *x, struct buf *b, json_t *question)
{
	struct arena *a = &x->req->arena;
	const char *number = arena_printf(a, "%lld", (long long)json_integer_value(json_object_get(question, "id")));
	json_t *e;
	size_t i;

	csv_line(b, (const char *[]){ number, text_of(question, "lang"), "question", text_of(question, "title"),
	    slugs(a, json_object_get(question, "owners")), "" }, COLUMNS);
	json_array_foreach(json_object_get(question, "problems"), i, e)
		csv_line(b, (const char *[]){ number, text_of(question, "original"), "problem", text_of(e, "text"),
		    slugs(a, json_object_get(e, "we_too")), "" }, COLUMNS);
	json_array_foreach(json_object_get(question, "subquestions"), i, e)
		subquestion_lines(b, number, question, e);
}

static json_t *
with_csv(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf b = {0};
	json_t *question;
	size_t i;

	if (x->form != FORM_CSV)
		return value;
	csv_line(&b, (const char *[]){ "question", "lang", "kind", "text", "municipality", "priority" }, COLUMNS);
	json_array_foreach(json_object_get(value, "questions"), i, question)
		question_lines(x, &b, question);
	json_object_set_new(value, "csv", json_string(buf_text(&b)));
	return value;
}

/* The row that is open to be changed: asked for, or that of the form that is shown again. */
static void
open_row(struct exchange *x)
{
	json_t *row = json_object_get(x->in, "edit_row");

	if (row == NULL && x->shown_for != NULL)
		json_object_set(x->in, "edit_row", json_object_get(x->in, "id"));
	else if (row != NULL)
		json_object_set(x->in, "id", row);
}

static const struct field table_query[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "edit_row", .type = FIELD_INTEGER, .min = 1, .max = 2147483647 },
	{ .name = NULL }
};

/* Without its text a row goes; with a number it is one that was there. */
static const struct field problem_fields[] = {
	{ .name = "id", .type = FIELD_INTEGER, .min = 1, .max = 2147483647, .hidden = true, .label = N_("Number") },
	{ .name = "text", .type = FIELD_LINE, .max = 500, .label = N_("Problem") },
	{ .name = NULL }
};

static const struct field subquestion_fields[] = {
	{ .name = "id", .type = FIELD_INTEGER, .min = 1, .max = 2147483647, .hidden = true, .label = N_("Number") },
	{ .name = "text", .type = FIELD_LINE, .max = 500, .label = N_("Sub-question") },
	{ .name = "priority", .type = FIELD_CHOICE, .choices = word_priority, .context = "priority", .label = N_("Our priority") },
	{ .name = NULL }
};

static const struct field row_fields[] = {
	{ .name = "text", .type = FIELD_LINE, .required = true, .max = 1000, .label = N_("Learning question"), .readers = "group" },
	{ .name = "reason", .type = FIELD_LINE, .max = 1000, .label = N_("Why is it reworded?"), .readers = "group" },
	{ .name = "problems", .type = FIELD_OBJECTS, .of = problem_fields, .label = N_("Problems to solve"), .readers = "group" },
	{ .name = "subquestions", .type = FIELD_OBJECTS, .of = subquestion_fields, .label = N_("Sub-questions"), .readers = "group" },
	{ .name = NULL }
};

static const char *const row_forms[] = { "question_row", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/questions/table", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_CSV, .statement = SQL_QUESTION_TABLE, .template = "question_table",
	  .query = table_query, .shows = row_forms, .before = open_row, .shape = with_csv,
	  .summary = "The open questions with their problems, sub-questions and priorities" },
	{ .method = HTTP_PUT, .pattern = "/groups/{group}/questions/{id}/row", .who = SIGNED_IN, .flags = ON_API | IF_MATCH,
	  .statement = SQL_QUESTION_ROW_PUT, .body = row_fields,
	  .summary = "Changes a question's wording, problems and sub-questions at once; what has an id and no text goes" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions/{id}/row", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_QUESTION_ROW_PUT, .body = row_fields, .name = "question_row", .page = "/groups/{group}/questions/table" },
	{ .pattern = NULL }
};

const struct resource question_table_resource = { "question-table", routes };
