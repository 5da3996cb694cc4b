/* The people of an umbrella body or a municipality: who is invited as what, and the code that lets them in. */
#include <stdlib.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "services/site/session.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

enum { CODE_DAYS = 14 };

static const char *const umbrella_roles[] = { "coordinator", "observer", NULL };
static const char *const municipality_roles[] = { "contributor", "focal_point", "coach", "observer", NULL };
static const char *const all_roles[] = { "coordinator", "focal_point", "contributor", "coach", "observer", NULL };

#define EMAIL_HINT N_("They get a link by mail. You may also pass the code on yourself.")

static const struct field umbrella_fields[] = {
	{ .name = "name", .type = FIELD_LINE, .required = true, .max = 200, .label = N_("Name") },
	{ .name = "email", .type = FIELD_EMAIL, .required = true, .max = 254, .label = N_("E-mail address"), .hint = EMAIL_HINT },
	{ .name = "role", .type = FIELD_CHOICE, .required = true, .choices = umbrella_roles, .context = "role", .label = N_("Role") },
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language") },
	{ .name = NULL }
};

static const struct field municipality_fields[] = {
	{ .name = "name", .type = FIELD_LINE, .required = true, .max = 200, .label = N_("Name") },
	{ .name = "email", .type = FIELD_EMAIL, .required = true, .max = 254, .label = N_("E-mail address"), .hint = EMAIL_HINT },
	{ .name = "role", .type = FIELD_CHOICE, .required = true, .choices = municipality_roles, .context = "role", .label = N_("Role"),
	  .hint = N_("A contributor drafts and reports, a focal point also publishes. The focal point is named by the umbrella body.") },
	{ .name = "lang", .type = FIELD_LANG, .label = N_("Language") },
	{ .name = NULL }
};

static const struct field role_fields[] = {
	{ .name = "role", .type = FIELD_CHOICE, .required = true, .choices = all_roles, .context = "role", .label = N_("Role") },
	{ .name = NULL }
};

/* Four times four letters that are not mistaken on the phone; a request repeated with its key has the same. */
static void
make_code(struct exchange *x)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct arena *a = &x->req->arena;
	const char *secret = x->idempotency_key != NULL ? secret_again(x, x->idempotency_key) : secret_new(a);
	const char *hex = secret_hash(a, secret);
	char *code = arena_alloc(a, 20), bare[17] = "";

	for (int i = 0; i < 16; i++) {
		const char pair[] = { hex[2 * i], hex[2 * i + 1], '\0' };

		bare[i] = letters[strtoul(pair, NULL, 16) & 31];
		code[i + i / 4] = bare[i];
		code[i + i / 4 + 1] = i < 15 ? '-' : '\0';
	}
	x->secret = code;
	json_object_set_new(x->in, "code", json_string(secret_hash(a, bare)));
	json_object_set_new(x->in, "days", json_integer(CODE_DAYS));
}

/* The code, the address that takes it along, and a few lines to send on; in the invited one's language. */
static json_t *
made(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf sent = {0};
	const char *lang = json_string_value(json_object_get(value, "lang"));
	const char *link = arena_printf(&x->req->arena, "%s/sign-in?code=%s&lang=%s", x->site->config.url, x->secret, lang);
	const char *text;

	lang = i18n_known(lang) ? lang : x->lang;
	text = arena_printf(&x->req->arena, "%s %s", tr(lang, N_("You are invited to Relais, where municipalities pass on what they learn. "
	    "Open this address and press the button; it works once, within 14 days:")), link);
	percent_encode(&sent, text);
	return json_pack("{s:O, s:s, s:s, s:s, s:s, s:s}", "name", json_object_get(value, "name"), "code", x->secret, "link", link,
	    "text", text, "text_lang", lang, "whatsapp", arena_printf(&x->req->arena, "https://wa.me/?text=%s", buf_text(&sent)));
}

/* Without a code for who has a way in already. */
static void
keep_code(struct exchange *x, json_t *answer)
{
	json_t *value = json_object_get(answer, "value");

	json_object_set_new(x->in, "made", json_is_true(json_object_get(value, "with_code")) ? made(x, value) :
	    json_pack("{s:O, s:b}", "name", json_object_get(value, "name"), "known", true));
	if (json_is_true(json_object_get(value, "with_code"))) {
		json_object_set_new(value, "code", json_string(x->secret));
		json_object_set(value, "link", json_object_get(json_object_get(x->in, "made"), "link"));
	}
}

static json_t *
with_code(struct exchange *x, json_t *value)
{
	json_t *kept = json_object_get(x->in, "made");

	if (kept != NULL && x->shown_for == NULL)
		json_object_set(value, "made", kept);
	if (x->form == FORM_HTML && json_is_string(json_object_get(value, "role")))
		json_object_set_new(value, "prefill", json_pack("{s:{s:O}}", "affiliation", "role", json_object_get(value, "role")));
	return value;
}

static const char *const umbrella_forms[] = { "umbrella_invite", NULL };
static const char *const municipality_forms[] = { "municipality_invite", NULL };
static const char *const affiliation_forms[] = { "affiliation", "affiliation_code", "affiliation_code_end", "affiliation_mail", "affiliation_end", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/people", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_UMBRELLA_PEOPLE, .template = "people", .shows = umbrella_forms, .shape = with_code,
	  .summary = "The people of an umbrella body, for its coordinators" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/people", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES | SHOWS_SECRET,
	  .statement = SQL_UMBRELLA_INVITE, .body = umbrella_fields, .body_max = SMALL_BODY, .name = "umbrella_invite",
	  .button = N_("Invite"),
	  .page = "/umbrellas/{umbrella}/people", .before = make_code, .after = keep_code, .summary = "Invites somebody to an umbrella body" },
	{ .method = HTTP_GET, .pattern = "/municipalities/{municipality}/people", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_MUNICIPALITY_PEOPLE, .template = "people", .shows = municipality_forms,
	  .shape = with_code, .summary = "The people of a municipality, for its focal points and its umbrella's coordinators" },
	{ .method = HTTP_POST, .pattern = "/municipalities/{municipality}/people", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES | SHOWS_SECRET,
	  .statement = SQL_MUNICIPALITY_INVITE, .body = municipality_fields, .body_max = SMALL_BODY, .name = "municipality_invite",
	  .button = N_("Invite"),
	  .page = "/municipalities/{municipality}/people", .before = make_code, .after = keep_code, .summary = "Invites somebody to a municipality" },
	{ .method = HTTP_GET, .pattern = "/affiliations/{id}", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_AFFILIATION_GET, .template = "affiliation", .shows = affiliation_forms, .shape = with_code,
	  .summary = "Somebody's role, and the invitation to it" },
	{ .method = HTTP_PATCH, .pattern = "/affiliations/{id}", .who = SIGNED_IN, .flags = ON_API, .statement = SQL_AFFILIATION_CHANGE,
	  .body = role_fields, .summary = "Another role" },
	{ .method = HTTP_POST, .pattern = "/affiliations/{id}", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_AFFILIATION_CHANGE,
	  .body = role_fields, .body_max = SMALL_BODY, .name = "affiliation", .button = N_("Save"), .page = "/affiliations/{id}" },
	{ .method = HTTP_DELETE, .pattern = "/affiliations/{id}", .who = SIGNED_IN, .flags = ON_API, .statement = SQL_AFFILIATION_END,
	  .summary = "Takes a role away" },
	{ .method = HTTP_POST, .pattern = "/affiliations/{id}/end", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_AFFILIATION_END,
	  .name = "affiliation_end" },
	{ .method = HTTP_POST, .pattern = "/affiliations/{id}/mail", .who = SIGNED_IN, .flags = ON_WEB | ON_API, .statement = SQL_AFFILIATION_MAIL,
	  .name = "affiliation_mail", .page = "/affiliations/{id}", .summary = "Mail goes to them again, after it came back" },
	{ .method = HTTP_POST, .pattern = "/affiliations/{id}/code", .who = SIGNED_IN, .flags = ON_WEB | ON_API | CREATES | SHOWS_SECRET,
	  .statement = SQL_AFFILIATION_CODE, .name = "affiliation_code", .page = "/affiliations/{id}", .before = make_code, .after = keep_code,
	  .summary = "A new code to sign in with; the one before works no more" },
	{ .method = HTTP_DELETE, .pattern = "/affiliations/{id}/code", .who = SIGNED_IN, .flags = ON_API, .statement = SQL_AFFILIATION_CODE_END,
	  .summary = "Takes back the code that waits" },
	{ .method = HTTP_POST, .pattern = "/affiliations/{id}/code/end", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_AFFILIATION_CODE_END,
	  .name = "affiliation_code_end" },
	{ .pattern = NULL }
};

const struct resource invite_resource = { "people", routes };
