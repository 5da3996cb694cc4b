#include "services/site/view_field.h"

#include <string.h>

#include "shared/i18n/i18n.h"

json_t *
view_at(json_t *value, const char *name)
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

/* Are there so few that one is chosen, rather than typed? */
static bool
is_chosen_number(const struct field *f)
{
	return f->type == FIELD_INTEGER && (f->context != NULL || f->unit != NULL);
}

/* Each from min to max; and what was typed if it is none of them, so that it comes back. */
static void
add_numbers(struct exchange *x, const struct field *f, json_t *list, json_t *typed)
{
	json_t *given = json_is_integer(typed) ? json_sprintf("%lld", (long long)json_integer_value(typed)) : json_incref(typed);
	bool known = !json_is_string(given) || *json_string_value(given) == '\0';

	for (long i = f->min; i <= f->max; i++) {
		const char *code = arena_printf(&x->req->arena, "%ld", i);

		add_option(list, code, f->unit != NULL ? arena_printf(&x->req->arena, "%s%s", code, f->unit) : trc(x->lang, f->context, code), given);
		known |= is_typed(given, code);
	}
	if (!known)
		add_option(list, json_string_value(given), json_string_value(given), given);
	json_decref(given);
}

/* The choices of a field: its own codes, the languages, numbers, or what the page's value lists. */
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
	if (is_chosen_number(f))
		add_numbers(x, f, list, typed);
	for (; codes != NULL && *codes != NULL; codes++)
		add_option(list, *codes, trc(x->lang, f->context, *codes), typed);
	if (f->from == NULL)
		return list;
	json_array_foreach(view_at(page, f->from), i, e) {
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
				json_t *cell = view_field(x, s, arena_printf(&x->req->arena, "%s.%zu.%s", f->name, i, s->name), page,
				    json_object_get(row, s->name), messages);

				/* a row may stay empty, so the browser must not insist */
				json_object_set_new(cell, "required", json_false());
				if (f->readers != NULL)         /* said once, above the rows */
					json_object_set_new(cell, "readers", json_false());
				json_object_set_new(cell, "described", json_boolean(s->hint != NULL || json_is_string(json_object_get(cell, "error")) ||
				    json_is_string(json_object_get(cell, "readers"))));
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
	return f->from != NULL || is_chosen_number(f) ? "is_select" : "is_line";
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

json_t *
view_field(struct exchange *x, const struct field *f, const char *name, json_t *page, json_t *typed, json_t *messages)
{
	json_t *initial = typed == NULL && f->initial != NULL ? json_string(f->initial) :
	    typed == NULL && f->type == FIELD_LANG ? json_string(x->lang) : json_incref(typed);
	const char *error = error_of(messages, name);
	bool markdown = f->type == FIELD_MARKDOWN;
	json_t *v = json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:b, s:b, s:b}", "name", name,
	    "label", f->label != NULL ? tr(x->lang, f->label) : "", "hint", f->hint != NULL ? tr(x->lang, f->hint) : "",
	    "required", f->required, "value", shown(x, f, initial), "options", options(x, f, page, initial),
	    "tall", markdown, "tools", markdown && x->route->script != NULL,
	    "checked", json_is_true(initial) || is_typed(initial, "true") || is_typed(initial, "on"));

	if (f->readers != NULL)
		json_object_set_new(v, "readers", json_string(trc(x->lang, "readers", strcmp(f->readers, "group") == 0 &&
		    json_is_true(view_at(page, "group.public")) ? "everybody" : f->readers)));
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

bool
view_field_shown(const struct field *f, json_t *page)
{
	size_t choices = f->from != NULL ? json_array_size(view_at(page, f->from)) : 0;

	return !f->api_only && f->label != NULL &&
	    (f->from == NULL || choices > 1 || (choices == 1 && (f->required || f->type == FIELD_INTEGERS)));
}
