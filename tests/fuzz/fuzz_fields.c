/*
 * A body through the field tables of the routes, as the service takes it: JSON with its
 * flags, or a form. The first byte chooses the route, the second JSON or form. Whatever comes:
 * clean values are of the table and of their types, every error names a field and has a
 * message, and a clean body that is read again gives the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/site/field.h"
#include "services/site/route.h"
#include "shared/base/arena.h"
#include "shared/i18n/i18n.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TABLES = 64 };

static const struct field *tables[TABLES];
static size_t ntables;

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	i18n_init("build/locale");
	for (size_t i = 0; resources[i] != NULL; i++)
		for (const struct route *r = resources[i]->routes; r->pattern != NULL; r++) {
			const struct field *of[] = { r->body, r->query };

			for (size_t k = 0; k < countof(of); k++)
				if (of[k] != NULL && ntables < TABLES)
					tables[ntables++] = of[k];
		}
	return 0;
}

static const struct field *
field_named(const struct field *f, const char *name)
{
	for (; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

/* A text that may go to the database and into XML. */
static void
look_at_text(const struct field *f, json_t *v)
{
	const char *s = json_string_value(v);

	must(s != NULL && *s != '\0', "a clean text is no text");
	must(strlen(s) == json_string_length(v), "a clean text has a NUL");
	for (; *s != '\0'; s++) {
		bool line = *s == '\n' || *s == '\t';

		must((unsigned char)*s >= 0x20 || (line && (f->type == FIELD_PROSE || f->type == FIELD_MARKDOWN)),
		    "a clean text has a control character");
		must(strncmp(s, "\xEF\xBF\xBE", 3) != 0 && strncmp(s, "\xEF\xBF\xBF", 3) != 0,
		    "a clean text has what XML has not");
	}
}

static void look_at(const struct field *table, json_t *in);

static void
look_at_list(const struct field *f, json_t *list)
{
	json_t *e;
	size_t i;

	must(json_is_array(list) && json_array_size(list) <= 100, "a clean list is none, or too long");
	json_array_foreach(list, i, e) {
		if (f->type == FIELD_OBJECTS)
			look_at(f->of, e);
		else if (f->type == FIELD_INTEGERS)
			must(json_is_integer(e), "a clean number is none");
		else
			look_at_text(f, e);
	}
}

static void
look_at_value(const struct field *f, json_t *v)
{
	switch (f->type) {
	case FIELD_INTEGER:
		must(json_is_integer(v) && json_integer_value(v) >= f->min, "a clean number is out of bounds");
		must(json_integer_value(v) <= (f->max > 0 ? f->max : INT32_MAX), "a clean number is out of bounds");
		return;
	case FIELD_BOOLEAN:
		must(json_is_boolean(v), "a clean yes or no is neither");
		return;
	case FIELD_LINES:
	case FIELD_CHOICES:
	case FIELD_INTEGERS:
	case FIELD_OBJECTS:
		look_at_list(f, v);
		return;
	case FIELD_LINE:
	case FIELD_PROSE:
	case FIELD_MARKDOWN:
	case FIELD_CHOICE:
	case FIELD_DATE:
	case FIELD_PARTIAL_DATE:
	case FIELD_LANG:
	case FIELD_SLUG:
	case FIELD_EMAIL:
	case FIELD_URL:
		look_at_text(f, v);
		return;
	}
}

static void
look_at(const struct field *table, json_t *in)
{
	const char *name;
	json_t *v;

	must(json_is_object(in), "clean values are no object");
	json_object_foreach(in, name, v) {
		const struct field *f = field_named(table, name);

		must(f != NULL, "a clean value is of no field");
		look_at_value(f, v);
	}
}

static void
look_at_errors(json_t *errors)
{
	struct arena a = {0};
	json_t *e;
	size_t i;

	json_array_foreach(errors, i, e) {
		const char *code = json_string_value(json_object_get(e, "code"));

		must(json_is_string(json_object_get(e, "field")) && code != NULL, "an error of no field");
		must(strcmp(field_message(&a, "en", code, json_integer_value(json_object_get(e, "limit"))),
		    "This value was not accepted; check it.") != 0, code);
	}
	arena_release(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct field *table;
	json_t *given, *in, *errors, *again;

	if (size < 2)
		return 0;
	table = tables[data[0] % ntables];
	given = data[1] % 2 == 0 ? json_loadb((const char *)data + 2, size - 2, JSON_REJECT_DUPLICATES, NULL) :
	    fields_decode(table, (const char *)data + 2, size - 2);
	if (given == NULL)
		return 0;
	in = json_object();
	errors = json_array();
	fields_read(table, given, in, errors);
	look_at(table, in);
	look_at_errors(errors);
	if (json_array_size(errors) == 0) {
		again = json_object();
		fields_read(table, in, again, errors);
		must(json_array_size(errors) == 0 && json_equal(in, again),
		    "what is clean is not clean when it is read again");
		json_decref(again);
	}
	json_decref(given);
	json_decref(in);
	json_decref(errors);
	return 0;
}
