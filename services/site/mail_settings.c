/* How mail comes: what, how often, in which language, a pause, no more. Reached from each mail, without signing in. */
#include <string.h>

#include "services/site/act.h"
#include "services/site/resources.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const cadences[] = { "at_once", "daily", "weekly", "fortnightly", "monthly", "paused", NULL };
static const char *const kinds[] = { "lesson", "question", "report", "digest", NULL };

static const struct field group_fields[] = {
	{ .name = "cadence", .type = FIELD_CHOICE, .required = true, .choices = cadences, .context = "cadence", .label = N_("How often") },
	{ .name = "kinds", .type = FIELD_CHOICES, .choices = kinds, .context = "kind", .label = N_("About what") },
	{ .name = "weekday", .type = FIELD_INTEGER, .min = 1, .max = 7, .label = N_("Day of the week") },
	{ .name = "hour", .type = FIELD_INTEGER, .min = 0, .max = 23, .label = N_("Hour of the day") },
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language") },
	{ .name = NULL }
};

static const struct field person_fields[] = {
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language") },
	{ .name = "weeks", .type = FIELD_INTEGER, .max = 52, .label = NULL },
	{ .name = NULL }
};

/* value, its word, and whether it is the one that holds. */
static json_t *
option(const char *value, const char *word, bool chosen)
{
	return json_pack("{s:s, s:s, s:b}", "value", value, "word", word, "chosen", chosen);
}

static bool
is_text(json_t *v, const char *text)
{
	return json_is_string(v) && strcmp(json_string_value(v), text) == 0;
}

/* Is it among them? Without any chosen, all are. */
static bool
has_kind(json_t *chosen, const char *kind)
{
	json_t *one;
	size_t i;

	json_array_foreach(chosen, i, one)
		if (is_text(one, kind))
			return true;
	return json_array_size(chosen) == 0;
}

static void
add_choices(struct exchange *x, json_t *group)
{
	static const char *const days[] = { "1", "2", "3", "4", "5", "6", "7" };
	json_t *often = json_array(), *day = json_array(), *hour = json_array(), *lang = json_array(), *about = json_array();
	json_int_t weekday = json_integer_value(json_object_get(group, "weekday"));
	size_t n;
	const char *const *codes = i18n_languages(&n);

	for (size_t i = 0; cadences[i] != NULL; i++)
		json_array_append_new(often, option(cadences[i], trc(x->lang, "cadence", cadences[i]), is_text(json_object_get(group, "cadence"), cadences[i])));
	for (size_t i = 0; i < countof(days); i++)
		json_array_append_new(day, option(days[i], trc(x->lang, "weekday", days[i]), weekday == (json_int_t)i + 1));
	for (int i = 0; i < 24; i++) {
		const char *text = arena_printf(&x->req->arena, "%d", i);

		json_array_append_new(hour, option(text, arena_printf(&x->req->arena, "%d:00", i), json_is_integer(json_object_get(group, "hour")) &&
		    json_integer_value(json_object_get(group, "hour")) == i));
	}
	for (size_t i = 0; i < n; i++)
		json_array_append_new(lang, option(codes[i], i18n_language_name(codes[i]), is_text(json_object_get(group, "lang"), codes[i])));
	for (size_t i = 0; kinds[i] != NULL; i++)
		json_array_append_new(about, option(kinds[i], trc(x->lang, "kind", kinds[i]), has_kind(json_object_get(group, "kinds"), kinds[i])));
	if (weekday >= 1 && weekday <= (json_int_t)countof(days))
		json_object_set_new(group, "day", json_string(trc(x->lang, "weekday", days[weekday - 1])));
	if (json_is_integer(json_object_get(group, "hour")))
		json_object_set_new(group, "at", json_sprintf("%d:00", (int)json_integer_value(json_object_get(group, "hour"))));
	json_object_set_new(group, "choices", json_pack("{s:o, s:o, s:o, s:o, s:o}", "cadence", often, "kinds", about, "weekday", day, "hour", hour,
	    "lang", lang));
}

static json_t *
with_choices(struct exchange *x, json_t *value)
{
	json_t *group;
	size_t i;

	json_array_foreach(json_object_get(value, "groups"), i, group)
		add_choices(x, group);
	return act_link_page(x, value);
}

/* All of them is what nothing chosen means: also of a kind that comes later. */
static void
without_all(struct exchange *x)
{
	if (json_array_size(json_object_get(x->in, "kinds")) == countof(kinds) - 1)
		json_object_del(x->in, "kinds");
}

static const char *const forms[] = { "mail_person", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/mail/{token}", .flags = ON_WEB | PRIVATE, .forms = FORM_HTML, .statement = SQL_SETTINGS_GET,
	  .template = "mail_settings", .shows = forms, .shape = with_choices },
	{ .method = HTTP_POST, .pattern = "/mail/{token}", .flags = ON_WEB, .statement = SQL_SETTINGS_PERSON, .body = person_fields,
	  .body_max = SMALL_BODY, .name = "mail_person", .button = N_("Save") },
	{ .method = HTTP_POST, .pattern = "/mail/{token}/groups/{group}", .flags = ON_WEB, .statement = SQL_SETTINGS_GROUP, .body = group_fields,
	  .body_max = SMALL_BODY, .name = "mail_group", .before = without_all },
	{ .method = HTTP_POST, .pattern = "/mail/{token}/groups/{group}/end", .flags = ON_WEB, .statement = SQL_SETTINGS_LEAVE, .name = "mail_leave" },
	{ .pattern = NULL }
};

const struct resource mail_settings_resource = { "mail settings", routes };
