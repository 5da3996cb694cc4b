/* What somebody wrote in a form and has not sent; the pages' script keeps it as they write. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "services/site/route.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct field draft_fields[] = {
	{ .name = "place", .type = FIELD_LINE, .required = true, .max = 200 },
	{ .name = "form", .type = FIELD_LINE, .required = true, .max = 40 },
	{ .name = "key", .type = FIELD_LINE, .required = true, .max = 255 },
	{ .name = "content", .type = FIELD_LINE, .max = 250000 },
	{ .name = NULL }
};

static const char *const pages[] = { "inbox", NULL };

static const struct field place_fields[] = {
	{ .name = "place", .type = FIELD_LINE, .required = true, .max = 200 },
	{ .name = "back", .type = FIELD_CHOICE, .choices = pages },
	{ .name = NULL }
};

/* To the form, which is empty then; or to the inbox, if it was thrown away there. */
static void
lead_back(struct exchange *x, json_t *answer)
{
	if (!x->api && exchange_in(x, "back") != NULL)
		json_object_set_new(answer, "location", json_string("/inbox"));
}

static const struct route routes[] = {
	{ .method = HTTP_POST, .pattern = "/groups/{group}/drafts", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_DRAFT_PUT, .body = draft_fields },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/drafts/end", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_DRAFT_END, .body = place_fields, .body_max = SMALL_BODY, .after = lead_back,
	  .summary = "Throws away what the reader began to write in a form; `place` as the inbox gives it" },
	{ .pattern = NULL }
};

const struct resource draft_resource = { "drafts", routes };
