/* Reports: what came of a lesson or a question. One word is a complete report. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

/* All its fields full, percent-encoded. */
enum { REPORT_BODY = 96 * 1024 };

static const char *const pages[] = { "inbox", NULL };

static const struct field report_fields[] = {
	{ .name = "status", .type = FIELD_CHOICE, .required = true, .choices = word_status, .context = "status",
	  .label = N_("What came of it?") },
	{ .name = "municipality", .type = FIELD_SLUG, .max = 60, .from = "report_for", .label = N_("On behalf of") },
	{ .name = "via", .type = FIELD_CHOICE, .choices = word_via, .context = "via", .label = N_("How they told you"),
	  .hint = N_("Only when you report for another municipality.") },
	{ .name = "note", .type = FIELD_PROSE, .max = 2000, .label = N_("A few words"),
	  .readers = "note" },
	{ .name = "adaptation", .type = FIELD_LINE, .max = 500, .label = N_("What did you change?"), .readers = "group" },
	{ .name = "reason", .type = FIELD_CHOICE, .choices = word_reason, .context = "reason", .label = N_("Why was it interrupted, or not for you?"),
	  .readers = "reason" },
	{ .name = "audience", .type = FIELD_CHOICE, .choices = word_audience, .context = "audience", .label = N_("Who may read your words") },
	{ .name = "occurred_on", .type = FIELD_PARTIAL_DATE, .max = 10, .label = N_("When"), .hint = N_("2025, 2025-03 or 2025-03-12") },
	{ .name = "services", .type = FIELD_LINES, .max = 100, .most = 20, .label = N_("Services involved"), .hint = N_("One on each line."), .readers = "group" },
	{ .name = "told_to", .type = FIELD_CHOICES, .choices = word_told_to, .context = "told_to", .label = N_("Told to") },
	{ .name = "evidence", .type = FIELD_LINE, .max = 2000, .label = N_("Where it can be seen"), .readers = "group" },
	{ .name = "ask_again_on", .type = FIELD_DATE, .label = N_("Ask us again on"), .hint = N_("You get no reminder before that day.") },
	{ .name = "back", .type = FIELD_CHOICE, .choices = pages },
	{ .name = NULL }
};

static const struct field acknowledge_fields[] = {
	{ .name = "came_back", .type = FIELD_BOOLEAN },
	{ .name = NULL }
};

static const struct field conclusion_fields[] = {
	{ .name = "body", .type = FIELD_MARKDOWN, .max = 16000, .label = N_("What the group makes of it"),
	  .hint = N_("What came of it in all municipalities together. Leave it empty to take it away."), .readers = "group" },
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language of the text") },
	{ .name = NULL }
};

static const struct field before_seq[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = NULL }
};

static void
of_lesson(struct exchange *x)
{
	json_object_set_new(x->in, "kind", json_string("lesson"));
}

static void
of_question(struct exchange *x)
{
	json_object_set_new(x->in, "kind", json_string("question"));
}

/* What is answered in the inbox leads back to its row there. */
static void
lead_back(struct exchange *x, json_t *answer)
{
	const char *municipality = json_string_value(json_object_get(json_object_get(answer, "value"), "municipality"));

	if (!x->api && exchange_in(x, "back") != NULL && municipality != NULL)
		json_object_set_new(answer, "location", json_sprintf("/inbox#on-%s-%s-%s", exchange_in(x, "group"), exchange_in(x, "id"),
		    municipality));
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/{id}/reports", .flags = ON_API, .statement = SQL_REPORT_LIST,
	  .before = of_lesson, .summary = "The reports on a lesson" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/lessons/{id}/reports", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_LESSON_REPORT_POST, .body = report_fields, .body_max = REPORT_BODY, .name = "lesson_report", .page = "/groups/{group}/lessons/{id}",
	  .after = lead_back, .summary = "What came of a lesson in one municipality" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/questions/{id}/reports", .flags = ON_API, .statement = SQL_REPORT_LIST,
	  .before = of_question, .summary = "The reports on a question" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions/{id}/reports", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_QUESTION_REPORT_POST, .body = report_fields, .body_max = REPORT_BODY, .name = "question_report", .page = "/groups/{group}/questions/{id}",
	  .summary = "What came of a question in one municipality" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/reports/{id}/acknowledge", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_REPORT_ACKNOWLEDGE, .body = acknowledge_fields, .body_max = SMALL_BODY, .summary = "Says that a report was read and is welcome" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/came-back", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_CAME_BACK, .template = "came_back", .query = before_seq, .summary = "What came of a group's lessons, the newest word first" },
	{ .method = HTTP_PUT, .pattern = "/groups/{group}/lessons/{id}/conclusion", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_CONCLUSION_PUT, .body = conclusion_fields, .summary = "What the group as a whole makes of a lesson" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/lessons/{id}/conclusion", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_CONCLUSION_PUT, .body = conclusion_fields, .name = "conclusion", .page = "/groups/{group}/lessons/{id}" },
	{ .pattern = NULL }
};

const struct resource report_resource = { "reports", routes };
