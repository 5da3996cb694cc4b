/* The table of learning questions (the report's tool 5), on a page and as CSV. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/csv.h"
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

static const struct field before_number[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/questions/table", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_CSV, .statement = SQL_QUESTION_TABLE, .template = "question_table",
	  .query = before_number, .shape = with_csv,
	  .summary = "The open questions with their problems, sub-questions and priorities" },
	{ .pattern = NULL }
};

const struct resource question_table_resource = { "question-table", routes };
