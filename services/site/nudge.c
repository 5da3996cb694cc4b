/* Who is silent, a polite reminder to them with its letters to look at first, and notes of what contact there was. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/log.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"
#include "statements.h"

static const struct field which[] = {
	{ .name = "days", .type = FIELD_INTEGER, .max = 3650 },
	{ .name = "page", .type = FIELD_INTEGER, .min = 1, .max = 1000 },
	{ .name = NULL }
};

static const struct field nudge_fields[] = {
	{ .name = "municipality", .type = FIELD_SLUG, .max = 60, .from = "nudge.due", .label = N_("Only to one of them") },
	{ .name = "days", .type = FIELD_INTEGER, .max = 3650, .api_only = true },
	{ .name = NULL }
};

static const struct field contact_fields[] = {
	{ .name = "occurred_on", .type = FIELD_DATE, .required = true, .label = N_("When") },
	{ .name = "via", .type = FIELD_CHOICE, .required = true, .choices = word_via, .context = "via", .label = N_("How"), .initial = "phone" },
	{ .name = "words", .type = FIELD_PROSE, .max = 1000, .label = N_("What was said"),
	  .hint = N_("Your own body and this municipality read these words. That there was contact, hub and lead umbrella body both see.") },
	{ .name = NULL }
};

/* The letter as whoever reads that language gets it. */
static void
add_letter(struct exchange *x, json_t *group, json_t *spoken)
{
	cleanup(buf_release) struct buf text = {0};
	struct template_locale locale = { json_string_value(json_object_get(spoken, "lang")), x->zone };
	json_t *letter = json_deep_copy(spoken), *lesson;
	size_t i;

	json_array_foreach(json_object_get(letter, "lessons"), i, lesson) {
		json_object_set_new(lesson, "place", json_integer((json_int_t)i + 1));
		json_object_set_new(lesson, "link", json_sprintf("%s/a/…", x->site->config.url));        /* each reader has their own */
	}
	json_object_set(letter, "group", group);
	json_object_set_new(letter, "site", json_string(x->site->config.url));
	template_context(letter);
	if (!template_render(x->site->templates, "nudge.txt", letter, &locale, &text))
		log_error("nudge.txt cannot be rendered");
	json_decref(letter);
	json_object_set_new(spoken, "text", json_string(buf_text(&text)));
	json_object_set_new(spoken, "name", json_string(i18n_language_name(locale.lang)));
}

/* For how long they are silent at least: what the page offers to choose. */
static json_t *
spans(struct exchange *x)
{
	static const int days[] = { 0, 30, 60, 90 };
	json_t *list = json_array();
	json_int_t now = json_integer_value(json_object_get(x->in, "days"));

	for (size_t i = 0; i < countof(days); i++)
		json_array_append_new(list, json_pack("{s:i, s:b, s:b}", "days", days[i], "all", days[i] == 0, "current", days[i] == now));
	return list;
}

static json_t *
with_letters(struct exchange *x, json_t *value)
{
	json_t *spoken;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(value, "nudge"), "languages"), i, spoken) {
		add_letter(x, json_object_get(value, "group"), spoken);
		if (x->form == FORM_HTML)
			json_object_set_new(spoken, "open", json_boolean(i == 0));
	}
	if (x->form != FORM_HTML)
		return value;
	json_object_set_new(value, "spans", spans(x));
	json_object_set_new(value, "days", json_integer(json_integer_value(json_object_get(x->in, "days"))));
	return value;
}

static const char *const nudge_forms[] = { "nudge", NULL };
static const char *const contact_forms[] = { "contact", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/silent", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_SILENCE_GET, .template = "silent", .query = which, .shows = nudge_forms,
	  .shape = with_letters, .summary = "Who is silent on which lessons, since when, and the reminder to them; 25 municipalities a page" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/nudges", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_NUDGE_POST, .body = nudge_fields, .body_max = SMALL_BODY, .name = "nudge", .page = "/groups/{group}/silent",
	  .summary = "Reminds the silent, or one of them; each at most once a fortnight, and not before the day it asked for" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/silent/{municipality}", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_SILENCE_ONE, .template = "silent_one", .shows = contact_forms,
	  .summary = "On what a municipality is silent, with the reminders and contacts there were" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/silent/{municipality}/contacts", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | CREATES, .statement = SQL_CONTACT_POST, .body = contact_fields, .body_max = SMALL_BODY,
	  .name = "contact",
	  .button = N_("Save"), .page = "/groups/{group}/silent/{municipality}", .summary = "Notes a contact with a municipality" },
	{ .pattern = NULL }
};

const struct resource nudge_resource = { "nudges", routes };
