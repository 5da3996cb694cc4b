#include "services/site/view.h"

#include <string.h>

#include "services/site/problem.h"
#include "services/site/session.h"
#include "shared/base/web.h"
#include "shared/i18n/i18n.h"

/* The page's own path: of a form that is shown again, that of the page it stands on. */
static const char *
page_path(struct exchange *x)
{
	return x->shown_for != NULL ? route_path(&x->req->arena, x->route->pattern, x->in) : x->path;
}

/* The page with another language asked for, the rest of its query kept: "/groups/x?before=9&lang=nl". */
static const char *
path_in(struct exchange *x, const char *lang)
{
	cleanup(buf_release) struct buf b = {0};
	const char *at = x->shown_for != NULL ? "" : x->query;
	char sep = '?';

	buf_puts(&b, page_path(x));
	while (*at != '\0') {
		size_t n = strcspn(at, "&");

		if (n > 0 && strncmp(at, "lang=", 5) != 0) {
			buf_printf(&b, "%c%.*s", sep, (int)n, at);
			sep = '&';
		}
		at += n + (at[n] == '&');
	}
	buf_printf(&b, "%clang=%s", sep, lang);
	return arena_copy(&x->req->arena, buf_text(&b), b.len);
}

static json_t *
languages(struct exchange *x)
{
	json_t *list = json_array();
	const char *const *codes;
	size_t n;

	codes = i18n_languages(&n);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "code", codes[i], "name",
		    i18n_language_name(codes[i]), "href", path_in(x, codes[i]), "current", strcmp(codes[i], x->lang) == 0));
	return list;
}

/* Where a file of web/static is to be had; null if there is none. */
static json_t *
static_path(const char *name)
{
	const struct web_file *f = web_static(name);

	return f != NULL ? json_string(f->path) : json_null();
}

void
view_common(struct exchange *x, json_t *value)
{
	const char *template = x->route != NULL && x->route->template != NULL ? x->route->template : "";

	json_object_set_new(value, "ui_lang", json_string(x->lang));
	json_object_set_new(value, "lang_query", json_string(x->asked != NULL ?
	    arena_printf(&x->req->arena, "?lang=%s", x->asked) : ""));
	json_object_set_new(value, "lang_more", json_string(x->asked != NULL ?
	    arena_printf(&x->req->arena, "&lang=%s", x->asked) : ""));
	json_object_set_new(value, "languages", languages(x));
	json_object_set_new(value, "site", json_string(x->site->config.url));
	json_object_set_new(value, "path", json_string(page_path(x)));
	json_object_set_new(value, "here", json_pack("{s:b}", template, true));
	json_object_set_new(value, "style", static_path("style.css"));
	json_object_set_new(value, "script", static_path(x->route != NULL && x->route->script != NULL ? x->route->script : "page.js"));
	json_object_set_new(value, "demonstration", json_boolean(x->site->config.demo != 0));
	json_object_set_new(value, "csrf", json_string(session_form_token(x)));
	json_object_set_new(value, "idempotency_key", json_string(secret_new(&x->req->arena)));
	if (x->person != 0)
		json_object_set(value, "me", x->me);
	else
		json_object_set_new(value, "me", json_false());
}

/* ------------------------------------------------------------------------- */
/* Forms from fields */

/* The member a dotted name leads to; borrowed. */
static json_t *
at(json_t *value, const char *name)
{
	while (value != NULL && *name != '\0') {
		size_t n = strcspn(name, ".");

		value = json_object_getn(value, name, n);
		name += n + (name[n] == '.');
	}
	return value;
}

/* Is `code` (text) the typed value, or one of the typed values? */
static bool
is_typed(json_t *typed, const char *code)
{
	json_t *e;
	size_t i;

	if (json_is_string(typed))
		return strcmp(json_string_value(typed), code) == 0;
	json_array_foreach(typed, i, e) {
		char number[24];

		if (json_is_string(e) && strcmp(json_string_value(e), code) == 0)
			return true;
		if (!json_is_integer(e))
			continue;
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(e));
		if (strcmp(number, code) == 0)
			return true;
	}
	return false;
}

static void
add_option(json_t *list, const char *code, const char *label, json_t *typed)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", code, "label", label, "selected", is_typed(typed, code)));
}

/* The choices of a field: its own codes, the languages, or what the page's value lists. */
static json_t *
options(struct exchange *x, const struct field *f, json_t *page, json_t *typed)
{
	json_t *list = json_array(), *e;
	const char *const *codes = f->choices;
	size_t i, n;

	if (f->type == FIELD_LANG) {
		codes = i18n_languages(&n);
		for (i = 0; i < n; i++)
			add_option(list, codes[i], i18n_language_name(codes[i]), typed);
		return list;
	}
	for (; codes != NULL && *codes != NULL; codes++)
		add_option(list, *codes, trc(x->lang, f->context, *codes), typed);
	if (f->from == NULL)
		return list;
	json_array_foreach(at(page, f->from), i, e) {
		json_t *id = json_object_get(e, "id"), *title = json_object_get(e, "title"), *name = json_object_get(e, "name");
		const char *code = json_is_integer(id) ? arena_printf(&x->req->arena, "%lld", (long long)json_integer_value(id)) :
		    json_string_value(json_object_get(e, "slug"));

		add_option(list, code, json_string_value(title != NULL ? title : name), typed);
		if (title != NULL)
			json_object_set(json_array_get(list, json_array_size(list) - 1), "in_lang", json_object_get(e, "lang"));
	}
	return list;
}

/* What a text field shows: the typed text; a list as lines. New reference. */
static json_t *
shown(struct exchange *x, const struct field *f, json_t *typed)
{
	cleanup(buf_release) struct buf lines = {0};
	json_t *e;
	size_t i;

	if (json_is_integer(typed))
		return json_sprintf("%lld", (long long)json_integer_value(typed));
	if (json_is_string(typed))
		return json_incref(typed);
	if (!json_is_array(typed))
		return json_string(f->type == FIELD_LANG ? x->lang : f->initial != NULL ? f->initial : "");
	json_array_foreach(typed, i, e)
		if (json_is_string(e))
			buf_printf(&lines, "%s%s", i > 0 ? "\n" : "", json_string_value(e));
	return json_string(buf_text(&lines));
}

static const char *
error_of(json_t *messages, const char *name)
{
	json_t *e;
	size_t i;

	json_array_foreach(messages, i, e)
		if (strcmp(json_string_value(json_object_get(e, "field")), name) == 0)
			return json_string_value(json_object_get(e, "message"));
	return NULL;
}

static json_t *field_view(struct exchange *x, const struct field *f, const char *name, json_t *page, json_t *typed,
    json_t *messages);

/* The rows of a list of objects: those typed, and some to fill in. */
static json_t *
rows(struct exchange *x, const struct field *f, json_t *page, json_t *typed, json_t *messages)
{
	json_t *list = json_array();
	size_t n = json_array_size(typed) + (json_array_size(typed) > 0 ? 2 : 3);

	for (size_t i = 0; i < n; i++) {
		json_t *cells = json_array(), *row = json_array_get(typed, i);

		for (const struct field *s = f->of; s->name != NULL; s++)
			if (!s->api_only) {
				json_t *cell = field_view(x, s, arena_printf(&x->req->arena, "%s.%zu.%s", f->name, i, s->name), page,
				    json_object_get(row, s->name), messages);

				/* a row may stay empty, so the browser must not insist */
				json_object_set_new(cell, "required", json_false());
				json_array_append_new(cells, cell);
			}
		json_array_append_new(list, json_pack("{s:o}", "cells", cells));
	}
	return list;
}

/* Which input a field is shown as. */
static const char *
control(const struct field *f)
{
	if (f->hidden)
		return "is_hidden";
	switch (f->type) {
	case FIELD_PROSE:
	case FIELD_MARKDOWN:
	case FIELD_LINES:
		return "is_area";
	case FIELD_CHOICE:
	case FIELD_LANG:
		return "is_select";
	case FIELD_CHOICES:
	case FIELD_INTEGERS:
		return "is_boxes";
	case FIELD_BOOLEAN:
		return "is_box";
	case FIELD_OBJECTS:
		return "is_rows";
	case FIELD_DATE:
		return "is_date";
	case FIELD_LINE:
	case FIELD_INTEGER:
	case FIELD_PARTIAL_DATE:
	case FIELD_SLUG:
	case FIELD_EMAIL:
	case FIELD_URL:
		break;
	}
	return f->from != NULL ? "is_select" : "is_line";
}

/* The kind of a line, which decides the keyboard of a phone. */
static const char *
input_type(const struct field *f)
{
	return f->type == FIELD_URL ? "url" : f->type == FIELD_EMAIL ? "email" : "text";
}

/* The first field that is wrong is where the reader goes on. */
static bool
is_first_wrong(json_t *messages, const char *name)
{
	const char *first = json_string_value(json_object_get(json_array_get(messages, 0), "field"));

	return first != NULL && strcmp(first, name) == 0;
}

static json_t *
field_view(struct exchange *x, const struct field *f, const char *name, json_t *page, json_t *typed, json_t *messages)
{
	json_t *initial = typed == NULL && f->initial != NULL ? json_string(f->initial) :
	    typed == NULL && f->type == FIELD_LANG ? json_string(x->lang) : json_incref(typed);
	const char *error = error_of(messages, name);
	json_t *v = json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:b, s:b}", "name", name,
	    "label", f->label != NULL ? tr(x->lang, f->label) : "", "hint", f->hint != NULL ? tr(x->lang, f->hint) : "",
	    "required", f->required, "value", shown(x, f, initial), "options", options(x, f, page, initial),
	    "tall", f->type == FIELD_MARKDOWN, "checked", json_is_true(initial) || is_typed(initial, "true") || is_typed(initial, "on"));

	if (f->readers != NULL)
		json_object_set_new(v, "readers", json_string(trc(x->lang, "readers", strcmp(f->readers, "group") == 0 &&
		    json_is_true(at(page, "group.public")) ? "everybody" : f->readers)));
	json_object_set_new(v, control(f), json_true());
	json_object_set_new(v, "type", json_string(input_type(f)));
	json_object_set_new(v, "optional", json_boolean(!f->required));
	json_object_set_new(v, "focus", json_boolean(is_first_wrong(messages, name)));
	if (f->max > 0 && f->type == FIELD_LINE)
		json_object_set_new(v, "maxlength", json_integer(f->max));
	json_object_set_new(v, "error", error != NULL ? json_string(error) : json_false());
	json_object_set_new(v, "described", json_boolean(error != NULL || f->hint != NULL || f->readers != NULL));
	if (f->type == FIELD_OBJECTS)
		json_object_set_new(v, "rows", rows(x, f, page, initial, messages));
	json_decref(initial);
	return v;
}

/* Left out: fields for programs, and lists to choose from that have nothing, or one thing only that need not be said. */
static bool
is_shown(const struct field *f, json_t *page)
{
	size_t choices = f->from != NULL ? json_array_size(at(page, f->from)) : 0;

	return !f->api_only && f->label != NULL &&
	    (f->from == NULL || choices > 1 || (choices == 1 && (f->required || f->type == FIELD_INTEGERS)));
}

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
	return again && x->preview && x->idempotency_key != NULL ? x->idempotency_key : secret_new(&x->req->arena);
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
	json_t *typed = again ? x->given : left != NULL ? left : at(json_object_get(page, "prefill"), r->name);
	json_t *messages = again ? problem_messages(x) : json_array();
	json_t *fields = json_array(), *by_name = json_object(), *edit = form_edit(x, again, draft, page), *form;

	for (const struct field *f = r->body != NULL ? r->body : r->query; f != NULL && f->name != NULL; f++)
		if (is_shown(f, page)) {
			json_t *v = field_view(x, f, f->name, page, json_object_get(typed, f->name), messages);

			json_array_append_new(fields, v);
			json_object_set(by_name, f->name, v);
		}
	form = json_pack("{s:s, s:s, s:o, s:o, s:s, s:s}", "id", r->name, "action", route_path(&x->req->arena, r->pattern, x->in),
	    "fields", fields, "field", by_name, "csrf", session_form_token(x),
	    "idempotency_key", form_key(x, again, draft));
	json_object_set_new(form, "has_errors", json_boolean(json_array_size(messages) > 0));
	json_object_set_new(form, "notice", again && x->notice != NULL ? json_string(tr(x->lang, x->notice)) : json_false());
	json_object_set_new(form, "theirs", again && x->notice != NULL ?
	    problem_theirs(x, r, at(json_object_get(page, "prefill"), r->name)) : json_array());
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
