/* The reader's subscription to a group's news by mail. */
#include "services/site/act.h"
#include "services/site/resources.h"
#include "services/site/route.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const cadences[] = { "at_once", "daily", "weekly", "fortnightly", "monthly", "paused", NULL };
static const char *const kinds[] = { "lesson", "question", "report", "digest", NULL };

static const struct field subscription_fields[] = {
	{ .name = "cadence", .type = FIELD_CHOICE, .required = true, .choices = cadences, .context = "cadence", .label = N_("How often"),
	  .initial = "fortnightly" },
	{ .name = "kinds", .type = FIELD_CHOICES, .choices = kinds, .context = "kind", .label = N_("About what"), .hint = N_("Tick nothing to get everything.") },
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language") },
	{ .name = "weekday", .type = FIELD_INTEGER, .min = 1, .max = 7, .context = "weekday", .label = N_("Day of the week") },
	{ .name = "hour", .type = FIELD_INTEGER, .min = 0, .max = 23, .unit = ":00", .label = N_("Hour of the day") },
	{ .name = NULL }
};

static json_t *
with_mail_page(struct exchange *x, json_t *value)
{
	own_mail_page(x, value);
	return value;
}

static const char *const forms[] = { "subscription", "subscription_end", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/subscriptions", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_SUBSCRIPTION_LIST, .template = "subscription", .shows = forms, .shape = with_mail_page,
	  .summary = "The reader's subscription to a group" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/subscriptions", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_SUBSCRIPTION_PUT, .body = subscription_fields, .body_max = SMALL_BODY, .name = "subscription",
	  .button = N_("Save"),
	  .page = "/groups/{group}/subscriptions", .summary = "Subscribes to a group's news, or changes how" },
	{ .method = HTTP_DELETE, .pattern = "/groups/{group}/subscriptions", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_SUBSCRIPTION_END, .summary = "Ends the subscription" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/subscriptions/end", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_SUBSCRIPTION_END, .name = "subscription_end" },
	{ .pattern = NULL }
};

const struct resource subscription_resource = { "subscriptions", routes };
