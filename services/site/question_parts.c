/* A question's further owners, and a question split into two or more. */
#include "services/site/resources.h"
#include "services/site/route.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct field owner_fields[] = {
	{ .name = "municipality", .type = FIELD_SLUG, .required = true, .max = 60, .from = "owner_choices", .label = N_("Municipality") },
	{ .name = NULL }
};

static const struct field split_fields[] = {
	{ .name = "texts", .type = FIELD_LINES, .required = true, .max = 1000, .most = 9, .label = N_("The new questions"),
	  .hint = N_("One on each line, at least two.") },
	{ .name = "reason", .type = FIELD_PROSE, .max = 2000, .label = N_("Why is it split?"), .hint = N_("The group reads this.") },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions/{id}/owners", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_OWNER_PUT, .body = owner_fields, .body_max = SMALL_BODY, .name = "question_owner",
	  .page = "/groups/{group}/questions/{id}", .summary = "Another municipality's question too" },
	{ .method = HTTP_DELETE, .pattern = "/groups/{group}/questions/{id}/owners/{municipality}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_OWNER_END, .summary = "No longer that municipality's question" },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions/{id}/owners/{municipality}/end", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_OWNER_END },
	{ .method = HTTP_POST, .pattern = "/groups/{group}/questions/{id}/split", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES,
	  .statement = SQL_QUESTION_SPLIT, .body = split_fields, .body_max = SMALL_BODY, .name = "question_split",
	  .page = "/groups/{group}/questions/{id}", .summary = "Splits a question into two or more" },
	{ .pattern = NULL }
};

const struct resource question_parts_resource = { "question-parts", routes };
