/* What a reader's own device keeps: the page is a frame that its script fills in there. */
#include "services/site/resources.h"
#include "services/site/route.h"
#include "statements.h"

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/outbox", .flags = ON_WEB | PRIVATE, .forms = FORM_HTML, .statement = SQL_OUTBOX_PAGE,
	  .template = "outbox", .script = "outbox.js" },
	{ .pattern = NULL }
};

const struct resource outbox_resource = { "outbox", routes };
