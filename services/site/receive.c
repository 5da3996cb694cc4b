#include "services/site/receive.h"

#include <string.h>
#include <strings.h>

#include "services/site/answer.h"
#include "services/site/session.h"
#include "shared/i18n/i18n.h"

static const char form_media[] = "application/x-www-form-urlencoded";

/* The language asked for in the address, and the best of Accept-Language. */
void
receive_language(struct exchange *x)
{
	json_t *asked = *x->query != '\0' ? form_value(x->query, strlen(x->query), "lang") : NULL;

	if (asked != NULL && i18n_known(json_string_value(asked)))
		x->asked = arena_strdup(&x->req->arena, json_string_value(asked));
	json_decref(asked);
	x->accepted = i18n_accept(http_head_get(&x->req->head, "Accept-Language"));
	x->lang = x->asked != NULL ? x->asked : x->accepted != NULL ? x->accepted : "en";
}

void
receive_form(struct exchange *x, enum form by_ending)
{
	struct slice accept = http_head_get(&x->req->head, "Accept");
	struct slice type = http_head_get(&x->req->head, "Content-Type");

	x->copy = http_head_get(&x->req->head, "Relais-Copy").len > 0;
	x->web_form = !x->api && exchange_is_write(x) && type.len >= sizeof(form_media) - 1 &&
	    strncasecmp(type.at, form_media, sizeof(form_media) - 1) == 0;
	if (x->api) {
		x->form = FORM_JSON;
	} else if ((x->route->flags & PROTOCOL) != 0) {
		x->form = FORM_TXT;
	} else if (by_ending != 0) {
		x->form = by_ending;
	} else if (x->route->method != HTTP_GET) {
		x->form = form_accept(FORM_HTML | FORM_JSON, accept);
	} else {
		x->form = form_accept(x->route->forms != 0 ? x->route->forms : FORM_HTML, accept);
		/* a client that takes none of them gets what the address is for (RFC 9110 section 12.5.1) */
		if (x->form == 0)
			x->form = form_accept(x->route->forms != 0 ? x->route->forms : FORM_HTML, (struct slice){ "", 0 });
	}
	if (x->form == 0)
		x->form = FORM_HTML;
}

/* The body as JSON: what the API takes, or a page's form. False: answered. */
static bool
read_body(struct exchange *x)
{
	const char *type = exchange_header(x, "Content-Type");
	size_t n = type != NULL ? strcspn(type, "; \t") : 0;

	if (x->req->body_len == 0 && x->route->body == NULL) {
		x->given = json_object();
	} else if (x->web_form && n == sizeof(form_media) - 1) {
		x->given = fields_decode(x->route->body, x->req->body, x->req->body_len);
	} else if ((n == 16 && strncasecmp(type, "application/json", n) == 0) || (x->api && x->req->body_len == 0)) {
		x->given = x->req->body_len == 0 ? json_object() :
		    json_loadb(x->req->body, x->req->body_len, JSON_REJECT_DUPLICATES, NULL);
	} else {
		answer_problem(x, 415, NULL);
		return false;
	}
	if (x->given == NULL) {
		answer_problem(x, 400, NULL);
		return false;
	}
	if (!json_is_object(x->given)) {
		answer_problem(x, 422, N_("Send one JSON object."));
		return false;
	}
	return true;
}

/* If-Match: "r3-…" names the edit (RFC 9110 section 13.1.1); pages carry it in `edit`. */
static bool
read_if_match(struct exchange *x)
{
	const char *field = exchange_header(x, "If-Match");
	json_t *edit;

	if (x->web_form && (edit = form_value(x->req->body, x->req->body_len, "edit")) != NULL) {
		if (json_string_length(edit) > 0 && strspn(json_string_value(edit), "0123456789") == json_string_length(edit) &&
		    json_string_length(edit) < 9)
			json_object_set(x->in, "if_match", edit);
		json_decref(edit);
		return true;
	}
	if (field == NULL) {
		if (x->api && (x->route->flags & IF_MATCH) != 0) {
			answer_problem(x, 428, NULL);
			return false;
		}
		return true;
	}
	if (strcmp(field, "*") == 0)
		return true;
	if (strncmp(field, "\"r", 2) == 0 && strspn(field + 2, "0123456789") > 0 && strspn(field + 2, "0123456789") < 9) {
		json_object_set_new(x->in, "if_match", json_stringn(field + 2, strspn(field + 2, "0123456789")));
		return true;
	}
	answer_problem(x, 412, NULL);
	return false;
}

/* Idempotency-Key, of the header or hidden in a page's form. */
static bool
read_idempotency_key(struct exchange *x)
{
	const char *key = exchange_header(x, "Idempotency-Key");
	json_t *hidden = x->web_form ? form_value(x->req->body, x->req->body_len, "idempotency_key") : NULL;

	if (hidden != NULL && json_string_length(hidden) > 0)
		key = arena_strdup(&x->req->arena, json_string_value(hidden));
	json_decref(hidden);
	if (key == NULL)
		return true;
	for (const char *c = key; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x21 || (unsigned char)*c > 0x7E) {
			answer_problem(x, 400, N_("An Idempotency-Key is 1 to 255 visible ASCII characters."));
			return false;
		}
	}
	if (*key == '\0' || strlen(key) > 255) {
		answer_problem(x, 400, N_("An Idempotency-Key is 1 to 255 visible ASCII characters."));
		return false;
	}
	x->idempotency_key = key;
	return true;
}

/* Whether a page's form asks to see how it will look; what is missing yet does not matter then. */
static void
read_preview(struct exchange *x)
{
	json_t *asked = x->web_form && x->route->page != NULL ? form_value(x->req->body, x->req->body_len, "preview") : NULL;

	x->preview = asked != NULL;
	json_decref(asked);
	if (x->preview)
		json_array_clear(x->errors);
}

/* Fields of the query; a wrong one is an error, an unknown one is passed over. */
bool
receive_query(struct exchange *x)
{
	json_t *query;

	if (x->route->query == NULL || *x->query == '\0')
		return true;
	query = fields_decode(x->route->query, x->query, strlen(x->query));
	if (query == NULL) {
		answer_problem(x, 400, NULL);
		return false;
	}
	fields_read(x->route->query, query, x->in, x->errors);
	json_decref(query);
	if (json_array_size(x->errors) > 0) {
		answer_problem(x, 422, NULL);
		return false;
	}
	return true;
}

/* What a write carries. False: answered already. */
bool
receive_write(struct exchange *x)
{
	if ((x->route->flags & ONE_CLICK) != 0) {
		x->given = json_object();
		x->form = FORM_HTML;
		return true;
	}
	if (!x->api && (x->token_kind == NULL || strcmp(x->token_kind, "api") != 0) && !session_same_site(x)) {
		answer_problem(x, 403, N_("This form was sent from another site. Open the page here and send it again."));
		return false;
	}
	if (x->api && x->token_kind != NULL && strcmp(x->token_kind, "session") == 0 && !session_same_site(x)) {
		answer_problem(x, 403, N_("This form was sent from another site. Open the page here and send it again."));
		return false;
	}
	if (!read_body(x) || !read_idempotency_key(x) || !read_if_match(x))
		return false;
	fields_read(x->route->body, x->given, x->in, x->errors);
	read_preview(x);
	return true;
}

/*
 * Method, path and body. Not the token against other sites: it is another in each session, and a form that
 * waited for its sender to sign in again is still the same.
 */
const char *
receive_hash(struct exchange *x)
{
	cleanup(buf_release) struct buf b = {0};

	buf_printf(&b, "%.*s %s\n", (int)x->req->head.method_name.len, x->req->head.method_name.at, x->path);
	if (x->web_form)
		form_without(&b, x->req->body, x->req->body_len, "csrf");
	else
		buf_puts(&b, x->req->body);
	return secret_hash(&x->req->arena, buf_text(&b));
}

bool
receive_shown_again(const struct exchange *x)
{
	return x->web_form && x->form == FORM_HTML && x->route->page != NULL;
}
