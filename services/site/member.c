/* The members of a group, and the hub handed over to another of them. */
#include "services/site/resources.h"
#include "services/site/route.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

/* Nobody becomes the hub by the way: that has a page of its own. */
static const char *const other_roles[] = { "member", "partner", "observer", NULL };

static const struct field member_fields[] = {
	{ .name = "municipality", .type = FIELD_SLUG, .required = true, .max = 60, .from = "candidates", .label = N_("Municipality") },
	{ .name = "role", .type = FIELD_CHOICE, .required = true, .choices = word_role, .context = "role", .label = N_("Role"),
	  .initial = "member" },
	{ .name = "since", .type = FIELD_PARTIAL_DATE, .max = 10, .label = N_("Since"), .hint = N_("2025, 2025-03 or 2025-03-12") },
	{ .name = NULL }
};

static const struct field change_fields[] = {
	{ .name = "role", .type = FIELD_CHOICE, .required = true, .choices = other_roles, .context = "role", .label = N_("Role") },
	{ .name = "since", .type = FIELD_PARTIAL_DATE, .max = 10, .label = N_("In the group since"), .hint = N_("2025, 2025-03 or 2025-03-12") },
	{ .name = NULL }
};

static const struct field end_fields[] = {
	{ .name = "until", .type = FIELD_PARTIAL_DATE, .max = 10, .label = N_("In the group until"), .hint = N_("2025, 2025-03 or 2025-03-12") },
	{ .name = NULL }
};

static const char *const list_forms[] = { "member", NULL };
static const char *const member_forms[] = { "member_change", "member_end", NULL };
static const char *const hub_forms[] = { "hub", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/members", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_MEMBER_LIST, .template = "members", .shows = list_forms, .summary = "The members of a group, those who left, and who was the hub" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/members", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_MEMBER_PUT, .body = member_fields, .body_max = SMALL_BODY, .name = "member",
	  .button = N_("Add"), .page = "/groups/{group}/members",
	  .summary = "Takes a municipality into the group, or gives it another role" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/members/{municipality}", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_MEMBER_GET, .template = "member", .shows = member_forms, .summary = "A municipality's time in a group" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/members/{municipality}", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_MEMBER_CHANGE, .body = change_fields, .body_max = SMALL_BODY, .name = "member_change",
	  .button = N_("Save"),
	  .page = "/groups/{group}/members/{municipality}" },
	{ .method = HTTP_DELETE, .pattern = "/groups/{group}/members/{municipality}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_MEMBER_END, .summary = "Lets a municipality go" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/members/{municipality}/end", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_MEMBER_END, .body = end_fields, .body_max = SMALL_BODY, .name = "member_end",
	  .page = "/groups/{group}/members/{municipality}", .summary = "Lets a municipality go, and says until when it was in the group" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/members/{municipality}/hub", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_HUB_GET, .template = "hub", .shows = hub_forms,
	  .summary = "What changes when the hub is handed over to that member" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/members/{municipality}/hub", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_HUB_HAND_OVER, .name = "hub", .summary = "Hands the hub over to that member" },
	{ .pattern = NULL }
};

const struct resource member_resource = { "members", routes };
