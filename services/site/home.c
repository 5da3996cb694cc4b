/* The first page, and what waits for the reader. */
#include "services/site/resources.h"
#include "services/site/route.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/", .flags = ON_WEB, .forms = FORM_HTML | FORM_JSON, .statement = SQL_HOME,
	  .template = "home", .summary = "The groups and umbrellas" },
	{ .method = HTTP_GET, .pattern = "/inbox", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_INBOX, .template = "inbox",
	  .summary = "What waits for the reader" },
	{ .pattern = NULL }
};

const struct resource home_resource = { "home", routes };
