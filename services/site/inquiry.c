/* Direct questions on a lesson, to its author or to a municipality that applied it. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const pages[] = { "inbox", NULL };
static const char *const consents[] = { "author", "always", "never", NULL };

static const struct field inquiry_fields[] = {
	{ .name = "municipality", .type = FIELD_SLUG, .max = 60, .from = "askable", .label = N_("Whom do you ask?") },
	{ .name = "text", .type = FIELD_PROSE, .required = true, .max = 1000, .label = N_("Your question to them"),
	  .hint = N_("They answer in their inbox. Then the group reads question and answer here; everybody, if they allow it.") },
	{ .name = NULL }
};

static const struct field answer_fields[] = {
	{ .name = "text", .type = FIELD_PROSE, .required = true, .max = 4000, .label = N_("Your answer"),
	  .hint = N_("The group reads it with the lesson.") },
	{ .name = "open", .type = FIELD_BOOLEAN, .label = N_("Everybody may read question and answer, not only the group") },
	{ .name = "back", .type = FIELD_CHOICE, .choices = pages },
	{ .name = NULL }
};

static const struct field end_fields[] = {
	{ .name = "reason", .type = FIELD_PROSE, .max = 2000, .label = N_("Why it is hidden") },
	{ .name = NULL }
};

static const struct field consent_fields[] = {
	{ .name = "consent", .type = FIELD_CHOICE, .required = true, .choices = consents, .context = "consent",
	  .label = N_("Who may ask your municipality") },
	{ .name = NULL }
};

static void
lead_back(struct exchange *x, json_t *answer)
{
	if (!x->api && exchange_in(x, "back") != NULL)
		json_object_set_new(answer, "location", json_string("/inbox"));
}

static const struct route routes[] = {
	{ .method = HTTP_POST, .pattern = "/groups/{group}/lessons/{id}/inquiries", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_INQUIRY_POST, .body = inquiry_fields, .body_max = SMALL_BODY, .name = "inquiry", .page = "/groups/{group}/lessons/{id}",
	  .summary = "A direct question to a lesson's author, or to who applied it" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/lessons/{id}/inquiries/{n}/answer", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_INQUIRY_ANSWER, .body = answer_fields, .body_max = 2 * SMALL_BODY, .name = "inquiry_answer",
	  .page = "/groups/{group}/lessons/{id}", .after = lead_back, .summary = "Answers a direct question, or corrects the answer" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/lessons/{id}/inquiries/{n}/end", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_INQUIRY_END, .body = end_fields, .body_max = SMALL_BODY, .name = "inquiry_end", .page = "/groups/{group}/lessons/{id}",
	  .summary = "Takes one's answer or question back; the hub hides it, with a reason" },
	{ .method = HTTP_POST, .pattern = "/municipalities/{municipality}/asked", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_INQUIRY_CONSENT_PUT, .body = consent_fields, .body_max = SMALL_BODY, .name = "consent", .page = "/me",
	  .summary = "Whether a municipality may be asked directly" },
	{ .pattern = NULL }
};

const struct resource inquiry_resource = { "inquiries", routes };
