/* Umbrellas, municipalities, and the reader's own choices and tokens. */
#include "services/site/act.h"
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "services/site/session.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const token_kinds[] = { "api", "feed", NULL };

static const struct field umbrella_fields[] = {
	{ .name = "slug", .type = FIELD_SLUG, .required = true, .max = 60 },
	{ .name = "name", .type = FIELD_LINE, .required = true, .max = 200 },
	{ .name = "country", .type = FIELD_LINE, .required = true, .min = 2, .max = 2 },
	{ .name = "lang", .type = FIELD_LANG, .required = true },
	{ .name = "time_zone", .type = FIELD_LINE, .max = 60 },
	{ .name = NULL }
};

static const struct field umbrella_changes[] = {
	{ .name = "name", .type = FIELD_LINE, .max = 200, .label = N_("Name") },
	{ .name = "time_zone", .type = FIELD_LINE, .max = 60, .label = N_("Time zone") },
	{ .name = "digest_days", .type = FIELD_INTEGER, .min = 1, .max = 366, .label = N_("Days a digest covers") },
	{ .name = "slug", .type = FIELD_SLUG, .max = 60, .label = N_("Address (short name)"),
	  .hint = N_("It stands in the address: lower-case letters, digits and single hyphens. An old address goes on leading here.") },
	{ .name = NULL }
};

static const struct field municipality_fields[] = {
	{ .name = "slug", .type = FIELD_SLUG, .required = true, .max = 60 },
	{ .name = "name", .type = FIELD_LINE, .required = true, .max = 200 },
	{ .name = "level", .type = FIELD_CHOICE, .choices = word_level },
	{ .name = "country", .type = FIELD_LINE, .required = true, .min = 2, .max = 2 },
	{ .name = "department", .type = FIELD_LINE, .max = 200 },
	{ .name = "lang", .type = FIELD_LANG, .required = true },
	{ .name = "umbrella", .type = FIELD_SLUG, .max = 60 },
	{ .name = NULL }
};

static const struct field rename_fields[] = {
	{ .name = "name", .type = FIELD_LINE, .max = 200 },
	{ .name = "slug", .type = FIELD_SLUG, .max = 60 },
	{ .name = NULL }
};

static const struct field me_fields[] = {
	{ .name = "name", .type = FIELD_LINE, .max = 200, .label = N_("Name") },
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language") },
	{ .name = "time_zone", .type = FIELD_LINE, .max = 60, .label = N_("Time zone"), .hint = N_("For example Africa/Porto-Novo; empty: the group's.") },
	{ .name = "contact", .type = FIELD_BOOLEAN, .label = N_("My groups may see my name and e-mail address") },
	{ .name = NULL }
};

static const struct field token_fields[] = {
	{ .name = "kind", .type = FIELD_CHOICE, .required = true, .choices = token_kinds, .context = "token", .label = N_("For"), .initial = "feed" },
	{ .name = "group", .type = FIELD_SLUG, .max = 60, .from = "groups", .label = N_("Group") },
	{ .name = "label", .type = FIELD_LINE, .max = 200, .label = N_("A name for it"), .hint = N_("So that you know later what it was for.") },
	{ .name = "days", .type = FIELD_INTEGER, .min = 1, .max = 3650, .api_only = true },
	{ .name = NULL }
};

static const struct field after_slug[] = {
	{ .name = "after", .type = FIELD_SLUG, .max = 60 },
	{ .name = NULL }
};

/* A secret is made here, kept as its hash, and shown once; a request repeated with its key has the same. */
static void
make_token(struct exchange *x)
{
	x->secret = x->idempotency_key != NULL ? secret_again(x, x->idempotency_key) : secret_new(&x->req->arena);
	json_object_set_new(x->in, "hash", json_string(secret_hash(&x->req->arena, x->secret)));
}

static void
add_token(struct exchange *x, json_t *value)
{
	const char *group = exchange_in(x, "group");

	json_object_set_new(value, "token", json_string(x->secret));
	if (group != NULL && exchange_in(x, "kind")[0] == 'f')
		json_object_set_new(value, "feed", json_sprintf("%s/groups/%s/feed.atom?key=%s", x->site->config.url, group, x->secret));
}

static void
show_token(struct exchange *x, json_t *answer)
{
	add_token(x, json_object_get(answer, "value"));
}

static const char *const me_forms[] = { "me", "token", "consent", NULL };

static const char *const umbrella_forms[] = { "umbrella", "digest_draft", NULL };

static json_t *
with_umbrella(struct exchange *x, json_t *value)
{
	(void)x;
	json_object_set_new(value, "prefill", json_pack("{s:o}", "umbrella", json_copy(value)));
	return value;
}

/* What the form of one's own choices shows at first; a token just made. */
static json_t *
with_prefill(struct exchange *x, json_t *value)
{
	json_t *made;

	own_mail_page(x, value);
	if (x->form != FORM_HTML)
		return value;
	json_object_set_new(value, "prefill", json_pack("{s:o}", "me", json_copy(value)));
	if (x->secret != NULL && x->shown_for == NULL) {
		made = json_object();
		add_token(x, made);
		json_object_set_new(value, "made", made);
	}
	return value;
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/umbrellas", .flags = ON_API, .statement = SQL_UMBRELLA_LIST, .query = after_slug,
	  .summary = "The umbrella bodies" },
	{ .method = HTTP_POST, .pattern = "/umbrellas", .who = SIGNED_IN, .flags = ON_API | CREATES, .statement = SQL_UMBRELLA_POST,
	  .body = umbrella_fields, .summary = "A new umbrella body" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_UMBRELLA_GET, .template = "umbrella", .shows = umbrella_forms, .shape = with_umbrella, .summary = "An umbrella body with its groups and digests" },
	{ .method = HTTP_PATCH, .pattern = "/umbrellas/{umbrella}", .who = SIGNED_IN, .flags = ON_API, .statement = SQL_UMBRELLA_CHANGE,
	  .body = umbrella_changes, .summary = "An umbrella's name, time zone and digest period" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_UMBRELLA_CHANGE,
	  .body = umbrella_changes, .name = "umbrella", .button = N_("Save"), .page = "/umbrellas/{umbrella}" },
	{ .method = HTTP_GET, .pattern = "/municipalities", .flags = ON_API, .statement = SQL_MUNICIPALITY_LIST, .query = after_slug,
	  .summary = "The municipalities" },
	{ .method = HTTP_POST, .pattern = "/municipalities", .who = SIGNED_IN, .flags = ON_API | CREATES,
	  .statement = SQL_MUNICIPALITY_POST, .body = municipality_fields, .summary = "A new municipality" },
	{ .method = HTTP_GET, .pattern = "/municipalities/{municipality}", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_MUNICIPALITY_GET, .template = "municipality", .summary = "A municipality with its groups" },
	{ .method = HTTP_PATCH, .pattern = "/municipalities/{municipality}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_MUNICIPALITY_RENAME, .body = rename_fields, .summary = "Another name or address" },
	{ .method = HTTP_GET, .pattern = "/me", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_ME_GET, .template = "me", .shows = me_forms, .shape = with_prefill, .summary = "The reader" },
	{ .method = HTTP_PATCH, .pattern = "/me", .who = SIGNED_IN, .flags = ON_API, .statement = SQL_ME_CHANGE, .body = me_fields, .body_max = SMALL_BODY,
	  .summary = "The reader's own choices" },
	{ .method = HTTP_POST, .pattern = "/me", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_ME_CHANGE, .body = me_fields, .body_max = SMALL_BODY,
	  .name = "me", .button = N_("Save"), .page = "/me" },
	{ .method = HTTP_POST, .pattern = "/me/tokens", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES | SHOWS_SECRET, .statement = SQL_TOKEN_POST,
	  .body = token_fields, .body_max = SMALL_BODY, .name = "token", .page = "/me", .before = make_token, .after = show_token,
	  .summary = "A token for a program, or the key of a group's private feeds" },
	{ .method = HTTP_DELETE, .pattern = "/me/tokens/{id}", .who = SIGNED_IN, .flags = ON_API, .statement = SQL_TOKEN_END,
	  .summary = "Ends a token" },
	{ .method = HTTP_POST, .pattern = "/me/tokens/{id}/end", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_TOKEN_END },
	{ .pattern = NULL }
};

const struct resource people_resource = { "people", routes };
