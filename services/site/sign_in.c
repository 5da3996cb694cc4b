/* Signing in and out. */
#include <stdlib.h>
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "services/site/session.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct field code_fields[] = {
	{ .name = "code", .type = FIELD_LINE, .required = true, .max = 100, .label = N_("Your personal code"),
	  .hint = N_("You got it from your umbrella body. It works once.") },
	{ .name = "next", .type = FIELD_LINE, .max = 500, .label = NULL },
	{ .name = NULL }
};

static const struct field mail_fields[] = {
	{ .name = "email", .type = FIELD_EMAIL, .required = true, .max = 254, .label = N_("Your e-mail address") },
	{ .name = "next", .type = FIELD_LINE, .max = 500, .label = NULL },
	{ .name = NULL }
};

static const struct field again_fields[] = {
	{ .name = "code", .type = FIELD_LINE, .required = true, .max = 100, .label = NULL },
	{ .name = "next", .type = FIELD_LINE, .max = 500, .label = NULL },
	{ .name = NULL }
};

/* An invitation's address takes the code along; it is still one button, so that who only follows links uses nothing up. */
static const struct field page_query[] = {
	{ .name = "next", .type = FIELD_LINE, .max = 500 },
	{ .name = "code", .type = FIELD_LINE, .max = 100 },
	{ .name = NULL }
};

static const struct field next_field[] = {
	{ .name = "next", .type = FIELD_LINE, .max = 500 },
	{ .name = NULL }
};

static void
make_session(struct exchange *x)
{
	x->secret = secret_new(&x->req->arena);
	json_object_set_new(x->in, "session", json_string(secret_hash(&x->req->arena, x->secret)));
}

/* The hash of a code. They are read out on the phone: case, spaces and hyphens do not matter. */
static json_t *
code_hash(struct exchange *x, const char *typed)
{
	char *code = arena_strdup(&x->req->arena, typed), *to = code;

	for (; *typed != '\0'; typed++)
		if (*typed != ' ' && *typed != '-')
			*to++ = (char)(*typed >= 'a' && *typed <= 'z' ? *typed - 'a' + 'A' : *typed);
	*to = '\0';
	return json_string(secret_hash(&x->req->arena, code));
}

static void
take_code(struct exchange *x)
{
	json_object_set_new(x->in, "code", code_hash(x, exchange_in(x, "code")));
	make_session(x);
}

/* Another link for who has an old one. */
static void
take_old_code(struct exchange *x)
{
	json_object_set_new(x->in, "code", code_hash(x, exchange_in(x, "code")));
}

/* Back to where the reader wanted to go, on this site only. */
static void
begin_session(struct exchange *x, json_t *answer)
{
	const char *next = exchange_in(x, "next");

	session_set_cookie(x, x->secret);
	if (next != NULL && next[0] == '/' && next[1] != '/' && next[1] != '\\' && strpbrk(next, "\r\n") == NULL)
		json_object_set_new(answer, "location", json_string(next));
}

static void
ask_page(struct exchange *x)
{
	const char *code = exchange_in(x, "code");

	json_object_set_new(x->in, "demo", json_boolean(session_in_demo(x)));
	if (code != NULL && x->shown_for == NULL)
		json_object_set_new(x->in, "code_hash", code_hash(x, code));
}

/* Outside the demonstration there is no such address. */
static void
take_demo(struct exchange *x)
{
	make_session(x);
	if (!session_in_demo(x))
		json_object_set_new(x->in, "person", json_integer(0));
}

static void
take_session(struct exchange *x)
{
	json_object_set_new(x->in, "session", json_string(x->token));
}

static void
end_session(struct exchange *x, json_t *answer)
{
	(void)answer;
	session_end_cookie(x);
}

static json_t *
with_next(struct exchange *x, json_t *value)
{
	const char *next = exchange_in(x, "next");

	json_object_set_new(value, "next", json_string(next != NULL ? next : ""));
	if (x->shown_for == NULL && exchange_in(x, "code") != NULL)
		json_object_set(value, "given_code", json_object_get(x->in, "code"));
	return value;
}

/* In the demonstration the mail is at hand. */
static json_t *
with_demo(struct exchange *x, json_t *value)
{
	json_object_set_new(value, "demo", json_boolean(session_in_demo(x)));
	return value;
}

static const char *const forms[] = { "code", "sign_in_mail", "sign_in_again", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/sign-in", .flags = ON_WEB | PRIVATE, .statement = SQL_SIGN_IN_PAGE, .template = "sign_in",
	  .query = page_query, .shows = forms, .before = ask_page, .shape = with_next },
	{ .method = HTTP_POST, .pattern = "/sign-in", .flags = ON_WEB, .statement = SQL_SIGN_IN, .body = code_fields, .body_max = SMALL_BODY, .name = "code",
	  .page = "/sign-in", .before = take_code, .after = begin_session },
	{ .method = HTTP_POST, .pattern = "/sign-in/mail", .flags = ON_WEB, .statement = SQL_SIGN_IN_MAIL, .body = mail_fields, .body_max = SMALL_BODY,
	  .name = "sign_in_mail", .button = N_("Mail me a link"), .page = "/sign-in" },
	{ .method = HTTP_POST, .pattern = "/sign-in/again", .flags = ON_WEB, .statement = SQL_SIGN_IN_AGAIN, .body = again_fields,
	  .body_max = SMALL_BODY, .name = "sign_in_again", .before = take_old_code },
	{ .method = HTTP_GET, .pattern = "/sign-in/sent", .flags = ON_WEB | PRIVATE, .statement = SQL_OUTBOX_PAGE, .template = "sign_in_sent", .shape = with_demo },
	{ .method = HTTP_POST, .pattern = "/demo/sign-in/{person}", .flags = ON_WEB, .statement = SQL_SIGN_IN_DEMO, .body = next_field, .body_max = SMALL_BODY,
	  .before = take_demo, .after = begin_session },
	{ .method = HTTP_POST, .pattern = "/sign-out", .who = SIGNED_IN, .flags = ON_WEB, .statement = SQL_SIGN_OUT,
	  .before = take_session, .after = end_session },
	{ .pattern = NULL }
};

const struct resource session_resource = { "sign-in", routes };
