/*
 * What links in mail lead to. Opening one shows a page and does nothing, for programs open them too; its button acts, without
 * signing in, as the person the mail was to. Leaving by the mail program's own button is the one that needs no page (RFC 8058).
 */
#include "services/site/act.h"
#include "services/site/resources.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct field act_fields[] = {
	{ .name = "status", .type = FIELD_CHOICE, .choices = word_status, .context = "status", .label = N_("What came of it?") },
	{ .name = "reason", .type = FIELD_CHOICE, .choices = word_reason, .context = "reason", .label = N_("Why was it interrupted, or not for you?"),
	  .readers = "reason" },
	{ .name = "adaptation", .type = FIELD_LINE, .max = 500, .label = N_("What did you change?"), .readers = "group" },
	{ .name = "note", .type = FIELD_PROSE, .max = 2000, .label = N_("A few words"), .readers = "note" },
	{ .name = NULL }
};

json_t *
act_link_page(struct exchange *x, json_t *value)
{
	json_object_set_new(value, "token", json_string(exchange_in(x, "token")));
	json_object_set_new(value, "request_id", json_string(x->req->id));
	if (json_is_true(json_object_get(value, "bad")))
		x->status = 404;
	return value;
}

void
own_mail_page(struct exchange *x, json_t *value)
{
	if (x->form != FORM_HTML)
		json_object_del(value, "mail");
}

static const char *const act_forms[] = { "act", "act_undo", NULL };
static const char *const confirm_forms[] = { "confirm", NULL };
static const char *const leave_forms[] = { "leave", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/a/{token}", .flags = ON_WEB | PRIVATE, .forms = FORM_HTML, .statement = SQL_ACT_GET, .template = "act",
	  .shows = act_forms, .shape = act_link_page },
	{ .method = HTTP_POST, .pattern = "/a/{token}", .flags = ON_WEB, .statement = SQL_ACT_POST, .body = act_fields, .body_max = SMALL_BODY,
	  .name = "act", .page = "/a/{token}" },
	{ .method = HTTP_POST, .pattern = "/a/{token}/undo", .flags = ON_WEB, .statement = SQL_ACT_UNDO, .name = "act_undo" },
	{ .method = HTTP_GET, .pattern = "/c/{token}", .flags = ON_WEB | PRIVATE, .forms = FORM_HTML, .statement = SQL_CONFIRM_GET, .template = "confirm",
	  .shows = confirm_forms, .shape = act_link_page },
	{ .method = HTTP_POST, .pattern = "/c/{token}", .flags = ON_WEB, .statement = SQL_CONFIRM_POST, .name = "confirm" },
	{ .method = HTTP_GET, .pattern = "/u/{token}", .flags = ON_WEB | PRIVATE, .forms = FORM_HTML, .statement = SQL_LEAVE_GET, .template = "leave",
	  .shows = leave_forms, .shape = act_link_page },
	{ .method = HTTP_POST, .pattern = "/u/{token}", .flags = ON_WEB | ONE_CLICK, .statement = SQL_LEAVE_POST, .body_max = SMALL_BODY,
	  .name = "leave", .page = "/u/{token}" },
	{ .pattern = NULL }
};

const struct resource act_resource = { "links in mail", routes };
