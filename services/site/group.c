/* Groups, what their lead umbrella chooses for them, and the log. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

#define SLUG_HINT N_("It stands in the address: lower-case letters, digits and single hyphens. An old address goes on leading here.")

static const struct field group_fields[] = {
	{ .name = "slug", .type = FIELD_SLUG, .required = true, .max = 60, .label = N_("Address (short name)"), .hint = SLUG_HINT },
	{ .name = "name", .type = FIELD_LINE, .required = true, .max = 200, .label = N_("Name") },
	{ .name = "description", .type = FIELD_PROSE, .max = 4000, .label = N_("Description") },
	{ .name = "visibility", .type = FIELD_CHOICE, .choices = word_visibility, .context = "visibility", .label = N_("Who may read it"),
	  .initial = "closed" },
	{ .name = "lang", .type = FIELD_LANG, .required = true, .label = N_("Language") },
	{ .name = "umbrella", .type = FIELD_SLUG, .required = true, .max = 60, .label = N_("Umbrella body") },
	{ .name = "programme", .type = FIELD_SLUG, .max = 60, .from = "programmes", .label = N_("Programme") },
	{ .name = NULL }
};

/* By page, where the umbrella stands in the path. */
static const struct field new_fields[] = {
	{ .name = "name", .type = FIELD_LINE, .required = true, .max = 200, .label = N_("Name") },
	{ .name = "slug", .type = FIELD_SLUG, .required = true, .max = 60, .label = N_("Address (short name)"), .hint = SLUG_HINT },
	{ .name = "description", .type = FIELD_PROSE, .max = 4000, .label = N_("Description") },
	{ .name = "visibility", .type = FIELD_CHOICE, .choices = word_visibility, .context = "visibility", .label = N_("Who may read it"),
	  .initial = "closed", .required = true },
	{ .name = "lang", .type = FIELD_LANG, .required = true, .label = N_("Language") },
	{ .name = "programme", .type = FIELD_SLUG, .max = 60, .from = "programmes", .label = N_("Programme") },
	{ .name = NULL }
};

#define VISIBILITY_HINT N_("Made public, everything published so far is for everybody to read, and in search engines.")

static const struct field settings_changes[] = {
	{ .name = "name", .type = FIELD_LINE, .max = 200, .label = N_("Name") },
	{ .name = "description", .type = FIELD_PROSE, .max = 4000, .label = N_("Description") },
	{ .name = "visibility", .type = FIELD_CHOICE, .choices = word_visibility, .context = "visibility", .label = N_("Who may read it") },
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language") },
	{ .name = "programme", .type = FIELD_SLUG, .max = 60, .label = N_("Programme") },
	{ .name = "slug", .type = FIELD_SLUG, .max = 60, .label = N_("Address (short name)") },
	{ .name = NULL }
};

/* By page, which sends them all. */
static const struct field settings_fields[] = {
	{ .name = "name", .type = FIELD_LINE, .required = true, .max = 200, .label = N_("Name") },
	{ .name = "description", .type = FIELD_PROSE, .max = 4000, .label = N_("Description") },
	{ .name = "visibility", .type = FIELD_CHOICE, .required = true, .choices = word_visibility, .context = "visibility",
	  .label = N_("Who may read it"), .hint = VISIBILITY_HINT },
	{ .name = "lang", .type = FIELD_LANG, .required = true, .label = N_("Language") },
	{ .name = "programme", .type = FIELD_SLUG, .max = 60, .from = "programmes", .label = N_("Programme") },
	{ .name = "slug", .type = FIELD_SLUG, .required = true, .max = 60, .label = N_("Address (short name)"), .hint = SLUG_HINT },
	{ .name = NULL }
};

static const struct field associate_fields[] = {
	{ .name = "umbrella", .type = FIELD_SLUG, .required = true, .max = 60, .from = "umbrellas", .label = N_("Umbrella body") },
	{ .name = NULL }
};

static const struct field after_number[] = {
	{ .name = "after", .type = FIELD_INTEGER, .min = 0 },
	{ .name = NULL }
};

static const char *const settings_forms[] = { "group_settings", "digest_policy", "associate", NULL };
static const char *const new_forms[] = { "group_new", NULL };

/* What was sent empty is taken out; what was not sent stays. */
static void
take_out_empty(struct exchange *x)
{
	static const char *const may_be_empty[] = { "description", "programme" };

	for (size_t i = 0; i < countof(may_be_empty); i++)
		if (json_object_get(x->in, may_be_empty[i]) == NULL && json_object_get(x->given, may_be_empty[i]) != NULL)
			json_object_set_new(x->in, may_be_empty[i], json_string(""));
}

static json_t *
with_settings(struct exchange *x, json_t *value)
{
	if (x->form == FORM_HTML)
		json_object_set_new(value, "prefill", json_pack("{s:o, s:{s:O}}", "group_settings", json_copy(value),
		    "digest_policy", "at_deadline", json_object_get(value, "at_deadline")));
	return value;
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups", .flags = ON_API, .statement = SQL_GROUP_LIST, .query = after_number,
	  .summary = "The groups the reader sees" },
	{ .method = HTTP_POST, .pattern = "/groups", .who = SIGNED_IN, .flags = ON_API | CREATES, .statement = SQL_GROUP_POST,
	  .body = group_fields, .summary = "A new group, led by an umbrella" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/groups/new", .who = SIGNED_IN, .flags = ON_WEB | PRIVATE,
	  .statement = SQL_GROUP_NEW, .template = "group_new", .shows = new_forms },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/groups", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_GROUP_POST,
	  .body = new_fields, .name = "group_new", .button = N_("Create the group"), .page = "/umbrellas/{umbrella}/groups/new" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON | FORM_MD,
	  .statement = SQL_GROUP_GET, .template = "group", .summary = "A group with its newest lessons and questions" },
	{ .method = HTTP_PATCH, .pattern = "/groups/{group}", .who = SIGNED_IN, .flags = ON_API, .statement = SQL_GROUP_CHANGE,
	  .body = settings_changes, .before = take_out_empty, .summary = "A group's settings, or another address" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/settings", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_GROUP_SETTINGS, .template = "group_settings", .shows = settings_forms,
	  .shape = with_settings, .summary = "What the lead umbrella may change of a group" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/settings", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_GROUP_CHANGE,
	  .body = settings_fields, .before = take_out_empty, .name = "group_settings",
	  .button = N_("Save"), .page = "/groups/{group}/settings" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/associates", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_ASSOCIATE_PUT, .body = associate_fields, .body_max = SMALL_BODY, .name = "associate", .page = "/groups/{group}/settings",
	  .summary = "Associates an umbrella body with the group" },
	{ .method = HTTP_DELETE, .pattern = "/groups/{group}/associates/{umbrella}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_ASSOCIATE_END, .summary = "Takes an associated umbrella body out" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/associates/{umbrella}/end", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_ASSOCIATE_END },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/events", .flags = ON_WEB | ON_API | NEXT_IN_LINK, .forms = FORM_JSON,
	  .statement = SQL_EVENT_LIST, .query = after_number, .summary = "The group's log behind a number" },
	{ .pattern = NULL }
};

const struct resource group_resource = { "groups", routes };
