/* How to do the things people come for, on one page. */
#include "services/site/resources.h"
#include "services/site/route.h"
#include "statements.h"

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/help", .flags = ON_WEB, .statement = SQL_HELP_GET, .template = "help" },
	{ .pattern = NULL }
};

const struct resource help_resource = { "help", routes };
