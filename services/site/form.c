/* Urlencoded forms (WHATWG URL, section 5) as the JSON that fields_read() takes. */
#include <stdlib.h>
#include <string.h>

#include "services/site/field.h"
#include "shared/base/buf.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
percent_decode(struct buf *out, const char *text, size_t len, bool plus)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '%') {
			int hi = i + 2 < len ? hex(text[i + 1]) : -1;
			int lo = i + 2 < len ? hex(text[i + 2]) : -1;

			if (hi < 0 || lo < 0 || (hi | lo) == 0)
				return false;
			c = (char)(hi << 4 | lo);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		} else if (c == '\0') {
			return false;
		}
		buf_putc(out, c);
	}
	return !out->failed;
}

/* The next name=value; false at the end. Neither is decoded. */
static bool
next_pair(const char **at, const char *end, struct slice *name, struct slice *value)
{
	const char *stop, *equals;

	while (*at < end && **at == '&')
		(*at)++;
	if (*at >= end)
		return false;
	stop = memchr(*at, '&', (size_t)(end - *at));
	if (stop == NULL)
		stop = end;
	equals = memchr(*at, '=', (size_t)(stop - *at));
	*name = (struct slice){ *at, (size_t)((equals != NULL ? equals : stop) - *at) };
	*value = equals != NULL ? (struct slice){ equals + 1, (size_t)(stop - equals - 1) } : (struct slice){ stop, 0 };
	*at = stop;
	return true;
}

/* Decoded as a JSON string; NULL if broken or no UTF-8. */
static json_t *
decoded(struct slice s)
{
	cleanup(buf_release) struct buf b = {0};

	if (!percent_decode(&b, s.at, s.len, true))
		return NULL;
	return json_stringn(buf_text(&b), b.len);
}

json_t *
form_value(const char *body, size_t len, const char *name)
{
	const char *at = body, *end = body + len;
	struct slice n, v;

	while (next_pair(&at, end, &n, &v))
		if (n.len == strlen(name) && memcmp(n.at, name, n.len) == 0)
			return decoded(v);
	return NULL;
}

void
form_without(struct buf *out, const char *body, size_t len, const char *name)
{
	const char *at = body, *end = body + len;
	struct slice n, v;

	while (next_pair(&at, end, &n, &v))
		if (n.len != strlen(name) || memcmp(n.at, name, n.len) != 0)
			buf_printf(out, "%.*s&", (int)(at - n.at), n.at);
}

json_t *
form_pairs(const char *body, size_t len, size_t most)
{
	const char *at = body, *end = body + len;
	json_t *list = json_array();
	struct slice name, value;

	while (json_array_size(list) < most && next_pair(&at, end, &name, &value)) {
		json_t *n = decoded(name), *v = decoded(value);

		if (n != NULL && v != NULL)
			json_array_append_new(list, json_pack("{s:O, s:O}", "name", n, "value", v));
		json_decref(n);
		json_decref(v);
	}
	return list;
}

static void
add_lines(json_t *list, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\r\n");

		if (n > strspn(text, " \t"))
			json_array_append_new(list, json_stringn(text, n));
		text += n;
		text += strspn(text, "\r\n");
	}
}

/* What was ticked: one too many, which fields_read() tells, but not all that could be sent. */
static void
add_ticked(json_t *list, const struct field *f, json_t *v)
{
	if (json_array_size(list) <= field_most(f))
		json_array_append(list, v);
}

static json_t *
list_of(json_t *out, const char *name)
{
	json_t *list = json_object_get(out, name);

	if (list == NULL) {
		list = json_array();
		json_object_set_new(out, name, list);
	}
	return list;
}

static bool
is_named(const struct field *fields, const char *name)
{
	for (; fields->name != NULL; fields++)
		if (strcmp(fields->name, name) == 0)
			return true;
	return false;
}

/* NAME.N.SUB: the Nth object; empty values are left out, so empty rows vanish later. */
static void
add_to_object(json_t *out, const struct field *f, const char *rest, json_t *v)
{
	json_t *list = list_of(out, f->name);
	char *sub;
	unsigned long n = strtoul(rest, &sub, 10);

	if (*sub != '.' || n > field_most(f) || json_string_length(v) == 0 || !is_named(f->of, sub + 1))
		return;
	while (json_array_size(list) <= n)
		json_array_append_new(list, json_object());
	json_object_set(json_array_get(list, n), sub + 1, v);
}

static void
add_value(json_t *out, const struct field *fields, const char *name, json_t *v)
{
	for (const struct field *f = fields; f != NULL && f->name != NULL; f++) {
		size_t n = strlen(f->name);

		if (f->type == FIELD_OBJECTS && strncmp(name, f->name, n) == 0 && name[n] == '.') {
			add_to_object(out, f, name + n + 1, v);
			return;
		}
		if (strcmp(name, f->name) != 0)
			continue;
		if (f->type == FIELD_LINES)
			add_lines(list_of(out, name), json_string_value(v));
		else if (f->type == FIELD_CHOICES || f->type == FIELD_INTEGERS)
			add_ticked(list_of(out, name), f, v);
		else if (f->type != FIELD_OBJECTS)
			json_object_set(out, name, v);
		return;
	}
}

/* Rows that were left empty, wherever they stand. */
static void
drop_empty_rows(json_t *out, const struct field *fields)
{
	for (const struct field *f = fields; f != NULL && f->name != NULL; f++) {
		json_t *list = f->type == FIELD_OBJECTS ? json_object_get(out, f->name) : NULL;

		for (size_t i = json_array_size(list); i-- > 0;) {
			const char *key;
			json_t *v;
			bool filled = false;

			/* a row in which only something was chosen is not filled in */
			json_object_foreach(json_array_get(list, i), key, v)
				for (const struct field *s = f->of; s->name != NULL; s++)
					if (strcmp(s->name, key) == 0 && s->type != FIELD_CHOICE)
						filled = true;
			if (!filled)
				json_array_remove(list, i);
		}
	}
}

json_t *
fields_decode(const struct field *fields, const char *body, size_t len)
{
	const char *at = body, *end = body + len;
	json_t *out = json_object();
	struct slice name, value;

	while (next_pair(&at, end, &name, &value)) {
		json_t *n = decoded(name), *v = decoded(value);

		if (n == NULL || v == NULL) {
			json_decref(n);
			json_decref(v);
			json_decref(out);
			return NULL;
		}
		add_value(out, fields, json_string_value(n), v);
		json_decref(n);
		json_decref(v);
	}
	drop_empty_rows(out, fields);
	return out;
}
