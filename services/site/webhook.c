/* Webhooks: what happens in an umbrella's groups is posted to its own systems; its coordinators make them, and see what became of it. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "services/site/session.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const kinds[] = { "lesson", "question", "report", "digest", "member", NULL };

static const struct field webhook_fields[] = {
	{ .name = "url", .type = FIELD_URL, .required = true, .max = 2000, .label = N_("Address of your system"),
	  .hint = N_("It has to be reachable from the internet, for example https://portal.example.org/relais.") },
	{ .name = "kinds", .type = FIELD_CHOICES, .choices = kinds, .context = "kind", .label = N_("About what"), .hint = N_("Tick nothing to get everything.") },
	{ .name = NULL }
};

static const struct field webhook_changes[] = {
	{ .name = "url", .type = FIELD_URL, .max = 2000 },
	{ .name = "kinds", .type = FIELD_CHOICES, .choices = kinds, .context = "kind" },
	{ .name = NULL }
};

/* As Standard Webhooks want it: whsec_ and 32 bytes in base64. Shown once; a request repeated with its key has the same. */
static void
make_secret(struct exchange *x)
{
	const char *text = x->idempotency_key != NULL ? secret_again(x, x->idempotency_key) : secret_new(&x->req->arena);
	char *secret = arena_printf(&x->req->arena, "whsec_%s=", text);

	for (char *p = secret + 6; *p != '\0'; p++)
		*p = *p == '-' ? '+' : *p == '_' ? '/' : *p;
	x->secret = secret;
	json_object_set_new(x->in, "secret", json_string(secret));
}

static void
show_secret(struct exchange *x, json_t *answer)
{
	json_object_set_new(json_object_get(answer, "value"), "secret", json_string(x->secret));
}

static json_t *
with_secret(struct exchange *x, json_t *value)
{
	if (x->form == FORM_HTML && x->secret != NULL && x->shown_for == NULL)
		json_object_set_new(value, "made", json_string(x->secret));
	return value;
}

/* One webhook's page: what its form shows at first. */
static json_t *
with_prefill(struct exchange *x, json_t *value)
{
	if (x->form == FORM_HTML)
		json_object_set_new(value, "prefill", json_pack("{s:o}", "webhook_change", json_copy(value)));
	return with_secret(x, value);
}

static const char *const list_forms[] = { "webhook", NULL };
static const char *const one_forms[] = { "webhook_change", "webhook_test", "webhook_pause", "webhook_resume", "webhook_secret", "webhook_end", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/webhooks", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_WEBHOOK_LIST, .template = "webhooks", .shows = list_forms, .shape = with_secret,
	  .summary = "An umbrella's webhooks, for its coordinators" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/webhooks", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES | SHOWS_SECRET,
	  .statement = SQL_WEBHOOK_POST, .body = webhook_fields, .body_max = SMALL_BODY, .name = "webhook", .button = N_("Add it"),
	  .page = "/umbrellas/{umbrella}/webhooks", .before = make_secret, .after = show_secret,
	  .summary = "A new webhook, and its secret. From then on each event of the umbrella's groups that the umbrella may see is posted to it: "
	      "{umbrella, events: [{id, kind, act, group, seq, at, link, …}]}, up to 100 of one group at once, in order; the next only after a "
	      "2xx. Tried again for five days; 410 suspends it at once. Signed as Standard Webhooks (webhook-id, webhook-timestamp, "
	      "webhook-signature); Idempotency-Key is the same whenever the same events are sent again" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/webhooks/{id}", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_WEBHOOK_GET, .template = "webhook", .shows = one_forms, .shape = with_prefill,
	  .summary = "A webhook, and what was sent to it last" },
	{ .method = HTTP_PATCH, .pattern = "/umbrellas/{umbrella}/webhooks/{id}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_WEBHOOK_CHANGE, .body = webhook_changes, .body_max = SMALL_BODY,
	  .summary = "Another address, from the next try on, or other kinds of events, from the next delivery on; no kinds: all" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/webhooks/{id}", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_WEBHOOK_CHANGE, .body = webhook_fields, .body_max = SMALL_BODY, .name = "webhook_change", .button = N_("Save"),
	  .page = "/umbrellas/{umbrella}/webhooks/{id}" },
	{ .method = HTTP_DELETE, .pattern = "/umbrellas/{umbrella}/webhooks/{id}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_WEBHOOK_END, .summary = "Deletes a webhook and the log of its deliveries" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/webhooks/{id}/end", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_WEBHOOK_END, .name = "webhook_end" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/webhooks/{id}/pause", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_WEBHOOK_PAUSE, .name = "webhook_pause", .summary = "Sends nothing more to a webhook until it is resumed" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/webhooks/{id}/resume", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_WEBHOOK_RESUME, .name = "webhook_resume", .summary = "Goes on with a webhook that was paused or suspended, where it stopped" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/webhooks/{id}/test", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_WEBHOOK_TEST, .name = "webhook_test", .page = "/umbrellas/{umbrella}/webhooks/{id}",
	  .summary = "Sends a test, also to a webhook that is paused or suspended: signed as all else, with one event of kind “test” and no group. "
	      "What came of it is in the log" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/webhooks/{id}/secret", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | CREATES | SHOWS_SECRET, .statement = SQL_WEBHOOK_SECRET, .name = "webhook_secret",
	  .page = "/umbrellas/{umbrella}/webhooks/{id}", .before = make_secret, .after = show_secret,
	  .summary = "A new secret for a webhook; the one before signs nothing more" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/webhooks/{id}/deliveries/{n}/again", .who = SIGNED_IN, .flags = ON_WEB | ON_API,
	  .statement = SQL_WEBHOOK_AGAIN, .summary = "Sends a delivery again, now, with the same Idempotency-Key" },
	{ .pattern = NULL }
};

const struct resource webhook_resource = { "webhooks", routes };
