/* Digests: an umbrella's numbered document, a section a group; and the report for the donor. */
#include <string.h>
#include <time.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/log.h"
#include "shared/i18n/i18n.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"
#include "statements.h"

static const struct field section_fields[] = {
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language of the text") },
	{ .name = "text", .type = FIELD_MARKDOWN, .max = 60000, .label = N_("The section as everybody reads it"),
	  .hint = N_("Drafted from what happened in the group. Empty the field to get this draft back. "
	  "Everybody who sees the group reads this text; what only members may know is added below it.") },
	{ .name = "pin", .type = FIELD_INTEGERS, .from = "pin_choices", .label = N_("Put first") },
	{ .name = "leave_out", .type = FIELD_INTEGERS, .from = "pin_choices", .label = N_("Leave out") },
	{ .name = NULL }
};

static const struct field period[] = {
	{ .name = "from", .type = FIELD_DATE },
	{ .name = "to", .type = FIELD_DATE },
	{ .name = NULL }
};

static const struct field before_number[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = NULL }
};

/* Everything that may be put first or left out, in a line each. */
static json_t *
choices(struct exchange *x, json_t *section)
{
	static const char *const lists[] = { "lessons", "questions", "reports", "others", "left_out" };
	json_t *all = json_array(), *item;
	size_t i;

	for (size_t k = 0; k < countof(lists); k++) {
		json_array_foreach(json_object_get(section, lists[k]), i, item) {
			const char *status = json_string_value(json_object_get(item, "status"));
			const char *who = json_string_value(json_object_get(json_object_get(item, "municipality"), "name"));
			const char *title = json_string_value(json_object_get(item, "title"));

			json_array_append_new(all, json_pack("{s:O, s:o}", "id", json_object_get(item, "seq"), "title",
			    json_sprintf("%s%s %s%s%s", who != NULL ? who : "", tr(x->lang, N_(":")),
			    status != NULL ? trc(x->lang, "status", status) : "", status != NULL ? " – " : "",
			    title != NULL ? title : "")));
		}
	}
	return all;
}

/* The numbers of those items that have the mark. */
static json_t *
marked(json_t *section, const char *list, const char *mark, json_t *into)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(section, list), i, item)
		if (json_is_true(json_object_get(item, mark)))
			json_array_append(into, json_object_get(item, "seq"));
	return into;
}

/* The section's text to edit: what was written, else the draft as everybody reads it. */
static json_t *
with_draft(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf text = {0};
	struct template_locale locale = { x->lang, x->zone };
	json_t *section = json_object_get(value, "section"), *written = json_object_get(section, "markdown");
	json_t *pinned = json_array(), *out = json_array();

	if (json_is_string(written)) {
		buf_puts(&text, json_string_value(written));
	} else {
		json_t *open = json_deep_copy(json_object_get(section, "open"));

		json_object_set(open, "group", json_object_get(section, "group"));
		json_object_set_new(open, "site", json_string(x->site->config.url));
		template_context(open);
		if (!template_render(x->site->templates, "digest_section.md", open, &locale, &text))
			log_error("digest_section.md cannot be rendered");
		json_decref(open);
	}
	marked(section, "lessons", "pinned", pinned);
	marked(section, "questions", "pinned", pinned);
	marked(section, "reports", "pinned", pinned);
	marked(section, "left_out", "out", out);
	json_object_set_new(value, "pin_choices", choices(x, section));
	json_object_set_new(value, "prefill", json_pack("{s:{s:s, s:s, s:o, s:o}}", "section", "text", buf_text(&text), "lang", x->lang,
	    "pin", pinned, "leave_out", out));
	return value;
}

static json_t *
with_site(struct exchange *x, json_t *value)
{
	json_object_set_new(value, "site", json_string(x->site->config.url));
	return value;
}

/* An empty text takes the written one out; fields_read() leaves empty ones away. */
static void
keep_empty_text(struct exchange *x)
{
	if (json_is_string(json_object_get(x->given, "text")) && json_object_get(x->in, "text") == NULL)
		json_object_set_new(x->in, "text", json_string(""));
}

/* Without a period: this year so far. */
static void
default_period(struct exchange *x)
{
	char today[11];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(today, sizeof(today), "%Y-%m-%d", &tm);
	if (exchange_in(x, "to") == NULL)
		json_object_set_new(x->in, "to", json_string(today));
	if (exchange_in(x, "from") == NULL)
		json_object_set_new(x->in, "from", json_sprintf("%.4s-01-01", exchange_in(x, "to")));
}

static const char *const section_forms[] = { "section", NULL };
static const char *const digest_forms[] = { "digest_approve", "digest_draft", NULL };
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
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/digests/{n}/sections/{group}", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON, .statement = SQL_SECTION_GET, .template = "section",
	  .shows = section_forms, .shape = with_draft, .summary = "A section of the open draft, to edit it" },
	{ .method = HTTP_PUT, .pattern = "/umbrellas/{umbrella}/digests/{n}/sections/{group}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_SECTION_CHANGE, .body = section_fields, .before = keep_empty_text, .summary = "Edits a section of the open draft" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/digests/{n}/sections/{group}", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_SECTION_CHANGE, .body = section_fields, .name = "section", .before = keep_empty_text,
	  .page = "/umbrellas/{umbrella}/digests/{n}/sections/{group}" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/digests/{n}", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_MD | FORM_TXT, .statement = SQL_DIGEST_GROUP_GET, .template = "digest",
	  .shape = with_site, .summary = "A group's section of a digest" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/report", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON | FORM_MD, .statement = SQL_DONOR_REPORT, .template = "donor_report", .query = period,
	  .before = default_period, .shape = with_site, .summary = "The report over a period, for the donor" },
	{ .pattern = NULL }
};

const struct resource digest_resource = { "digests", routes };
