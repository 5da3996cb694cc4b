#include "services/site/view.h"

#include <string.h>

#include "services/site/problem.h"
#include "services/site/session.h"
#include "services/site/view_field.h"
#include "shared/i18n/i18n.h"

/* What the reader had typed in this form and not sent, on whichever device; new reference, NULL if nothing. */
static json_t *
unsent(const struct route *r, json_t *draft)
{
	json_t *content = json_object_get(draft, "content"), *form = json_object_get(draft, "form");

	if (!json_is_string(content) || r->body == NULL || strcmp(json_string_value(form), r->name) != 0)
		return NULL;
	return fields_decode(r->body, json_string_value(content), json_string_length(content));
}

/* How it will look: the clean values, and those that are HTML so that a template takes them as they are. */
static json_t *
preview(struct exchange *x, const struct field *f)
{
	json_t *shown = json_object();

	for (; f->name != NULL; f++) {
		const char *rendered = arena_printf(&x->req->arena, "%s_html", f->name);
		json_t *html = json_object_get(x->in, rendered);

		json_object_set(shown, f->name, json_object_get(x->in, f->name));
		if (html != NULL)
			json_object_set_new(shown, rendered, json_pack("{s:O}", "html", html));
	}
	return shown;
}

/* The key under which the form counts once. Nobody's page is kept for all: the same bytes each time. */
static const char *
form_key(struct exchange *x, bool again, json_t *draft)
{
	if (x->person == 0)
		return "";
	if (draft != NULL)
		return json_string_value(json_object_get(draft, "key"));
	return again && x->preview && x->idempotency_key != NULL ? x->idempotency_key : view_form_key(x);
}

/* The edit the form began with, for If-Match: what was written on goes by what its writer saw; new reference. */
static json_t *
form_edit(struct exchange *x, bool again, json_t *draft, json_t *page)
{
	json_t *content = json_object_get(draft, "content");

	if (draft != NULL)
		return form_value(json_string_value(content), json_string_length(content), "edit");
	return json_incref(again && x->preview ? json_object_get(x->in, "if_match") : json_object_get(page, "edit"));
}

static json_t *
form_view(struct exchange *x, const struct route *r, json_t *page)
{
	bool again = x->shown_for == r;
	json_t *left = again ? NULL : unsent(r, json_object_get(page, "draft"));
	json_t *draft = left != NULL ? json_object_get(page, "draft") : NULL;
	json_t *typed = again ? x->given : left != NULL ? left : view_at(json_object_get(page, "prefill"), r->name);
	json_t *messages = again ? problem_messages(x) : json_array();
	json_t *fields = json_array(), *by_name = json_object(), *edit = form_edit(x, again, draft, page), *form;

	for (const struct field *f = r->body != NULL ? r->body : r->query; f != NULL && f->name != NULL; f++)
		if (view_field_shown(f, page)) {
			json_t *v = view_field(x, f, f->name, page, json_object_get(typed, f->name), messages);

			json_array_append_new(fields, v);
			json_object_set(by_name, f->name, v);
		}
	form = json_pack("{s:s, s:s, s:o, s:o, s:s, s:s}", "id", r->name, "action", route_path(&x->req->arena, r->pattern, x->in),
	    "fields", fields, "field", by_name, "csrf", session_form_token(x),
	    "idempotency_key", form_key(x, again, draft));
	json_object_set_new(form, "button", json_string(tr(x->lang, r->button != NULL ? r->button : N_("Send"))));
	json_object_set_new(form, "has_errors", json_boolean(json_array_size(messages) > 0));
	json_object_set_new(form, "notice", again && x->notice != NULL ? json_string(tr(x->lang, x->notice)) : json_false());
	json_object_set_new(form, "theirs", again && x->notice != NULL ?
	    problem_theirs(x, r, view_at(json_object_get(page, "prefill"), r->name)) : json_array());
	json_object_set_new(form, "errors", messages);
	json_object_set_new(form, "filled", json_boolean(again || left != NULL));
	json_object_set_new(form, "preview", again && x->preview ? preview(x, r->body) : json_false());
	json_object_set_new(form, "draft", draft != NULL ? json_incref(draft) : json_false());
	if (edit != NULL)
		json_object_set_new(form, "edit", edit);
	json_decref(left);
	return form;
}

void
view_forms(struct exchange *x, json_t *value)
{
	json_t *forms = json_object();

	for (const char *const *name = x->route != NULL ? x->route->shows : NULL; name != NULL && *name != NULL; name++) {
		const struct route *r = route_named(*name);

		if (r != NULL)
			json_object_set_new(forms, *name, form_view(x, r, value));
	}
	json_object_set_new(value, "forms", forms);
}

/* ------------------------------------------------------------------------- */
/* A form that cannot be shown again */

enum { MOST_PAIRS = 1000, LONG_TEXT = 40 };

json_t *
view_sent(struct exchange *x)
{
	const struct route *r = x->shown_for != NULL ? x->shown_for : x->route;
	json_t *pairs, *fields, *texts, *p;
	size_t i;

	if (!x->web_form || r->body == NULL)
		return json_null();
	pairs = form_pairs(x->req->body, x->req->body_len, MOST_PAIRS);
	fields = json_array();
	texts = json_array();
	json_array_foreach(pairs, i, p) {
		const char *name = json_string_value(json_object_get(p, "name")), *label = problem_label(x, name);
		json_t *value = json_object_get(p, "value");

		if (strcmp(name, "csrf") == 0 || (x->refused && strcmp(name, "idempotency_key") == 0))
			continue;
		json_array_append(fields, p);
		if (label != NULL && json_string_length(value) > LONG_TEXT)
			json_array_append_new(texts, json_pack("{s:s, s:s, s:O}", "name", name, "label", label, "value", value));
	}
	json_decref(pairs);
	if (x->refused)
		json_array_append_new(fields, json_pack("{s:s, s:s}", "name", "idempotency_key", "value", secret_new(&x->req->arena)));
	return json_pack("{s:s, s:s, s:o, s:o, s:b}", "action", arena_printf(&x->req->arena, "%s%s%s", x->path,
	    *x->query != '\0' ? "?" : "", x->query), "csrf", session_form_token(x), "fields", fields, "texts", texts,
	    "resend", session_same_site(x));
}
