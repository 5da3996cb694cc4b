#include "services/admin/shape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "services/admin/yaml.h"
#include "shared/base/buf.h"

struct place {
	const char *file;
	int line;
	const struct shape_key *key;
	struct problems *problems;
};

static json_t *bring(json_t *value, const struct place *at);

static json_t *
wrong(const struct place *at, const char *what)
{
	problem(at->problems, at->file, at->line, "%s: %s", at->key->name, what);
	return NULL;
}

static bool
is_choice(const char *const *choices, const char *text)
{
	for (size_t i = 0; choices != NULL; i++) {
		if (choices[i] == NULL)
			return false;
		if (strcmp(choices[i], text) == 0)
			break;
	}
	return true;
}

static json_t *
no_choice(const struct place *at, const char *text)
{
	cleanup(buf_release) struct buf all = {0};

	for (size_t i = 0; at->key->choices[i] != NULL; i++)
		buf_printf(&all, "%s%s", i == 0 ? "" : ", ", at->key->choices[i]);
	problem(at->problems, at->file, at->line, "%s: '%.60s' is not one of: %s", at->key->name, text, buf_text(&all));
	return NULL;
}

/* A value in its shape: a new reference; NULL if it does not fit, which is told. */
static json_t *
text(json_t *value, const struct place *at)
{
	char number[32];
	const char *t = json_string_value(value);

	if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
		return json_string(number);
	}
	if (t == NULL)
		return wrong(at, "is a text");
	return is_choice(at->key->choices, t) ? json_incref(value) : no_choice(at, t);
}

static json_t *
number(json_t *value, const struct place *at)
{
	const char *t = json_string_value(value);
	char *end;
	long long n;

	errno = 0;
	n = json_is_integer(value) ? json_integer_value(value) : t != NULL ? strtoll(t, &end, 10) : -1;
	if ((t != NULL && (end == t || *end != '\0' || errno != 0)) || n > INT32_MAX || n < (at->key->type == SHAPE_SIZE ? 0 : 1))
		return wrong(at, at->key->type == SHAPE_SIZE ? "is a whole number from 0" : "is a whole number from 1");
	return json_integer(n);
}

static json_t *
truth(json_t *value, const struct place *at)
{
	const char *t = json_string_value(value);

	if (json_is_boolean(value))
		return json_incref(value);
	if (t != NULL && (strcmp(t, "yes") == 0 || strcmp(t, "true") == 0))
		return json_true();
	if (t != NULL && (strcmp(t, "no") == 0 || strcmp(t, "false") == 0))
		return json_false();
	return wrong(at, "is yes or no");
}

static json_t *
list(json_t *value, const struct place *at)
{
	json_t *from = json_is_array(value) ? json_incref(value) : json_pack("[O]", value);
	json_t *to = json_array(), *entry;
	size_t i;

	json_array_foreach(from, i, entry) {
		json_t *one = at->key->type == SHAPE_NUMBERS ? number(entry, at) : text(entry, at);

		if (one != NULL)
			json_array_append_new(to, one);
	}
	json_decref(from);
	return to;
}

/* An object of a list or a map, or the text that stands for one. */
static json_t *
object(json_t *value, const struct place *at)
{
	const struct shape *of = at->key->of;
	json_t *made;

	if (of == NULL)
		return text(value, at);
	if (!json_is_object(value) && of->text_as != NULL) {
		made = json_pack("{s:{s:i}, s:O}", "@", "", at->line, of->text_as, value);
		if (json_is_string(value) || json_is_integer(value)) {
			shape_check(made, of, at->file, at->problems);
			return made;
		}
		json_decref(made);
	}
	if (!json_is_object(value))
		return wrong(at, "has lines of the form \"key: value\"");
	shape_check(value, of, at->file, at->problems);
	return json_incref(value);
}

static json_t *
objects(json_t *value, const struct place *at)
{
	json_t *to, *entry;
	size_t i;

	if (!json_is_array(value))
		return wrong(at, "is a list");
	to = json_array();
	json_array_foreach(value, i, entry) {
		json_t *one = object(entry, at);

		if (one != NULL)
			json_array_append_new(to, one);
	}
	return to;
}

static json_t *
by_name(json_t *value, const struct place *at)
{
	json_t *to, *entry;
	const char *name;

	if (!json_is_object(value))
		return wrong(at, "has lines of the form \"name: value\"");
	to = json_object();
	json_object_foreach(value, name, entry) {
		json_t *one = *name == '@' ? NULL : object(entry, at);

		if (one != NULL)
			json_object_set_new(to, name, one);
	}
	return to;
}

static json_t *
bring(json_t *value, const struct place *at)
{
	static json_t *(*const as[])(json_t *, const struct place *) = {
		[SHAPE_TEXT] = text, [SHAPE_NUMBER] = number, [SHAPE_SIZE] = number, [SHAPE_SWITCH] = truth, [SHAPE_TEXTS] = list, [SHAPE_NUMBERS] = list,
		[SHAPE_OBJECTS] = objects, [SHAPE_BY_NAME] = by_name,
	};

	return as[at->key->type](value, at);
}

static bool
is_empty(const json_t *value)
{
	return value == NULL || json_is_null(value) || (json_is_string(value) && *json_string_value(value) == '\0')
	    || (json_is_array(value) && json_array_size(value) == 0);
}

static bool
knows(const struct shape *shape, const char *name)
{
	for (const struct shape_key *k = shape->keys; k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return true;
	return false;
}

void
shape_check(json_t *object, const struct shape *shape, const char *file, struct problems *p)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
		if (*name != '@' && !knows(shape, name))
			problem(p, file, line_of(object, name), "there is no key '%s' here", name);
	for (const struct shape_key *k = shape->keys; k->name != NULL; k++) {
		struct place at = { file, line_of(object, k->name), k, p };
		json_t *brought = NULL;

		value = json_object_get(object, k->name);
		if (!is_empty(value))
			brought = bring(value, &at);
		else if (k->required)
			(void)wrong(&at, "is missing");
		if (brought != NULL)
			json_object_set_new(object, k->name, brought);
		else
			json_object_del(object, k->name);
	}
	json_object_set_new(object, "file", json_string(file));
}
