/* Each quarter three questions to every municipality; their answers for the umbrella. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/csv.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct field answer_fields[] = {
	{ .name = "works", .type = FIELD_PROSE, .max = 1000, .label = N_("What works?") },
	{ .name = "fails", .type = FIELD_PROSE, .max = 1000, .label = N_("What does not work?") },
	{ .name = "better", .type = FIELD_PROSE, .max = 1000, .label = N_("What would be better?") },
	{ .name = NULL }
};

static const struct field which[] = {
	{ .name = "page", .type = FIELD_INTEGER, .min = 1, .max = 1000 },
	{ .name = "all", .type = FIELD_BOOLEAN },
	{ .name = NULL }
};

/* A file to take along holds all of them. */
static void
whole_files(struct exchange *x)
{
	if (x->form == FORM_CSV || (x->form == FORM_JSON && !x->api))
		json_object_set_new(x->in, "all", json_true());
}

static const char *
text_of(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static json_t *
with_csv(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf b = {0};
	json_t *answer;
	size_t i;

	if (x->form != FORM_CSV)
		return value;
	csv_line(&b, (const char *[]){ "quarter", "municipality", "name", "works", "fails", "better", "at" }, 7);
	json_array_foreach(json_object_get(value, "answers"), i, answer) {
		json_t *who = json_object_get(answer, "municipality");

		csv_line(&b, (const char *[]){ text_of(value, "quarter"), text_of(who, "slug"), text_of(who, "name"),
		    text_of(answer, "works"), text_of(answer, "fails"), text_of(answer, "better"), text_of(answer, "at") }, 7);
	}
	json_object_set_new(value, "csv", json_string(buf_text(&b)));
	return value;
}

/* The form begins with what was answered; a first answer is corrected by nobody unseen either. */
static json_t *
with_answer(struct exchange *x, json_t *value)
{
	if (x->form != FORM_HTML)
		return value;
	json_object_set_new(value, "prefill", json_pack("{s:o}", "quarter_answer", json_copy(value)));
	json_object_set_new(value, "answered", json_boolean(json_is_integer(json_object_get(value, "edit"))));
	if (!json_is_integer(json_object_get(value, "edit")))
		json_object_set_new(value, "edit", json_string("0"));
	return value;
}

static const char *const answer_forms[] = { "quarter_answer", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/quarters", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_QUARTER_LIST, .template = "quarters",
	  .summary = "The quarters in which the municipalities were asked three questions, and how many answered" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/quarters/{quarter}", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON | FORM_CSV, .statement = SQL_QUARTER_GET, .template = "quarter", .query = which,
	  .before = whole_files, .shape = with_csv, .summary = "What the municipalities answered in a quarter; ten a page, or all" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/quarters/{quarter}/answers/{municipality}", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON, .statement = SQL_QUARTER_ANSWER_GET,
	  .template = "quarter_answer", .shows = answer_forms, .shape = with_answer, .summary = "A municipality's answer to the three questions" },
	{ .method = HTTP_PUT, .pattern = "/umbrellas/{umbrella}/quarters/{quarter}/answers/{municipality}", .who = SIGNED_IN,
	  .flags = ON_API | IF_MATCH, .statement = SQL_QUARTER_ANSWER_PUT, .body = answer_fields, .body_max = SMALL_BODY,
	  .summary = "Answers the three questions of the running quarter, or corrects it; one of the three is enough" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/quarters/{quarter}/answers/{municipality}", .who = SIGNED_IN,
	  .flags = ON_WEB, .statement = SQL_QUARTER_ANSWER_PUT, .body = answer_fields, .body_max = SMALL_BODY, .name = "quarter_answer",
	  .button = N_("Save"),
	  .page = "/umbrellas/{umbrella}/quarters/{quarter}/answers/{municipality}" },
	{ .pattern = NULL }
};

const struct resource quarter_resource = { "quarters", routes };
