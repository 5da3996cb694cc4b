/* Digests: an umbrella's numbered document, a section a group; when it goes out, and to whom; and the report for the donor. */

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct field period[] = {
	{ .name = "from", .type = FIELD_DATE },
	{ .name = "to", .type = FIELD_DATE },
	{ .name = NULL }
};

static const struct field moment[] = {
	{ .name = "day", .type = FIELD_DATE, .required = true, .label = N_("Day") },
	{ .name = "hour", .type = FIELD_INTEGER, .required = true, .min = 0, .max = 23, .unit = ":00", .label = N_("Hour of the day"),
	  .initial = "8" },
	{ .name = NULL }
};

static const struct field before_number[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = NULL }
};

static const char *const at_deadline[] = { "send", "hold", NULL };

static const struct field policy_fields[] = {
	{ .name = "at_deadline", .type = FIELD_CHOICE, .required = true, .choices = at_deadline, .context = "deadline",
	  .label = N_("When nobody approves a digest in time"), .hint = N_("Three days after it is due. A section that is held waits for the next digest.") },
	{ .name = NULL }
};

static json_t *
with_site(struct exchange *x, json_t *value)
{
	json_object_set_new(value, "site", json_string(x->site->config.url));
	return value;
}

static const char *const digest_forms[] = { "digest_approve", "digest_draft", "digest_schedule", "digest_unschedule", NULL };
static const char *const list_forms[] = { "digest_draft", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/digests", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_DIGEST_LIST, .template = "digests", .query = before_number, .shows = list_forms,
	  .summary = "An umbrella's digests, newest first" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/digests", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_DIGEST_DRAFT, .name = "digest_draft", .summary = "Drafts the next digest, or the open one anew" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/digests/{n}", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_MD | FORM_TXT, .statement = SQL_DIGEST_GET, .template = "digest",
	  .shows = digest_forms, .shape = with_site, .summary = "A digest: the sections its reader may see" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/digests/{n}/approve", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_DIGEST_APPROVE, .name = "digest_approve", .summary = "Approves a draft: it is fixed from then on" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/digests/{n}/schedule", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_DIGEST_SCHEDULE, .body = moment, .body_max = SMALL_BODY, .name = "digest_schedule",
	  .page = "/umbrellas/{umbrella}/digests/{n}", .summary = "Approves a draft by itself, at a time still to come" },
	{ .method = HTTP_DELETE, .pattern = "/umbrellas/{umbrella}/digests/{n}/schedule", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_DIGEST_UNSCHEDULE, .summary = "It is not approved by itself" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/digests/{n}/schedule/end", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_DIGEST_UNSCHEDULE, .name = "digest_unschedule" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/digests/{n}/recipients", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON, .statement = SQL_DIGEST_RECIPIENTS,
	  .template = "recipients", .summary = "Who gets a digest by mail, and which municipalities nobody gets it for" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/digests/{n}/public", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_MD | FORM_TXT, .statement = SQL_DIGEST_PUBLIC, .template = "edition",
	  .script = "copy.js", .shape = with_site, .summary = "The public edition of a digest: what everybody may read" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/digest-policy", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_DIGEST_POLICY_PUT, .body = policy_fields, .body_max = SMALL_BODY, .name = "digest_policy", .button = N_("Save"),
	  .page = "/groups/{group}/settings", .summary = "Whether a group's section goes out when nobody approves the digest in time" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/digests/{n}", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_MD | FORM_TXT, .statement = SQL_DIGEST_GROUP_GET, .template = "digest",
	  .shape = with_site, .summary = "A group's section of a digest" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/report", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON | FORM_MD | FORM_TXT, .statement = SQL_DONOR_REPORT, .template = "donor_report", .script = "copy.js", .query = period,
	  .shape = with_site, .summary = "The report over a period, for the donor" },
	{ .pattern = NULL }
};

const struct resource digest_resource = { "digests", routes };
