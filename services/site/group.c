/* Groups, their members, and the log. */
#include "services/site/resources.h"
#include "services/site/route.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct field group_fields[] = {
	{ .name = "slug", .type = FIELD_SLUG, .required = true, .max = 60, .label = N_("Address (short name)") },
	{ .name = "name", .type = FIELD_LINE, .required = true, .max = 200, .label = N_("Name") },
	{ .name = "description", .type = FIELD_PROSE, .max = 4000, .label = N_("Description") },
	{ .name = "visibility", .type = FIELD_CHOICE, .choices = word_visibility, .context = "visibility", .label = N_("Who may read it"),
	  .initial = "closed" },
	{ .name = "lang", .type = FIELD_LANG, .required = true, .label = N_("Language") },
	{ .name = "umbrella", .type = FIELD_SLUG, .required = true, .max = 60, .label = N_("Umbrella body") },
	{ .name = "programme", .type = FIELD_SLUG, .max = 60, .label = N_("Programme") },
	{ .name = NULL }
};

static const struct field member_fields[] = {
	{ .name = "municipality", .type = FIELD_SLUG, .required = true, .max = 60, .label = N_("Municipality") },
	{ .name = "role", .type = FIELD_CHOICE, .required = true, .choices = word_role, .context = "role", .label = N_("Role"),
	  .initial = "member" },
	{ .name = "since", .type = FIELD_PARTIAL_DATE, .max = 10, .label = N_("Since") },
	{ .name = NULL }
};

static const struct field after_number[] = {
	{ .name = "after", .type = FIELD_INTEGER, .min = 0 },
	{ .name = NULL }
};

static const char *const member_forms[] = { "member", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups", .flags = ON_API, .statement = SQL_GROUP_LIST, .query = after_number,
	  .summary = "The groups the reader sees" },
	{ .method = HTTP_POST, .pattern = "/groups", .who = SIGNED_IN, .flags = ON_API | CREATES, .statement = SQL_GROUP_POST,
	  .body = group_fields, .summary = "A new group, led by an umbrella" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON | FORM_MD,
	  .statement = SQL_GROUP_GET, .template = "group", .summary = "A group with its newest lessons and questions" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/members", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_MEMBER_LIST, .template = "members", .shows = member_forms, .summary = "The members of a group" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/members", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_MEMBER_PUT, .body = member_fields, .name = "member", .page = "/groups/{group}/members",
	  .summary = "Takes a municipality into the group, or gives it another role" },
	{ .method = HTTP_DELETE, .pattern = "/groups/{group}/members/{municipality}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_MEMBER_END, .summary = "Lets a municipality go" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/events", .flags = ON_WEB | ON_API | NEXT_IN_LINK, .forms = FORM_JSON,
	  .statement = SQL_EVENT_LIST, .query = after_number, .summary = "The group's log behind a number" },
	{ .pattern = NULL }
};

const struct resource group_resource = { "groups", routes };
