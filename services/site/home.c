/* The first page. */
#include "services/site/resources.h"
#include "services/site/route.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/", .flags = ON_WEB, .forms = FORM_HTML | FORM_JSON, .statement = SQL_HOME,
	  .template = "home", .summary = "The groups and umbrellas" },
	{ .pattern = NULL }
};

const struct resource home_resource = { "home", routes };
