#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "services/admin/admin.h"
#include "services/admin/help.h"
#include "services/admin/version.h"

const struct option common_options[] = {
	{ "json", SWITCH, "print JSON, for programs", NULL, NULL },
	{ "as", EMAIL, "act as the person with this address, with that person's rights", NULL, NULL },
	{ "lang", 0, "the language of texts: fr, nl, en", NULL, NULL },
	{ "help", SWITCH, "say how it is called", NULL, NULL },
	{ NULL }
};

const char *
option_label(const struct option *o)
{
	static char label[64];
	char *at = label;

	if (!(o->flags & WORD))
		at = stpcpy(at, "--");
	for (const char *c = o->name; *c != '\0' && at < label + sizeof(label) - 1; c++)
		*at++ = *c == '_' ? '-' : o->flags & WORD ? (char)toupper((unsigned char)*c) : *c;
	*at = '\0';
	return label;
}

/* --told_to is --told-to: the API's names do as well. */
static bool
is_named(const struct option *o, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len && (o->name[i] == name[i] || (o->name[i] == '_' && name[i] == '-')); i++)
		;
	return i == len && o->name[i] == '\0';
}

static const struct option *
find(const struct option *table, const char *name, size_t len)
{
	for (; table != NULL && table->name != NULL; table++)
		if (!(table->flags & WORD) && is_named(table, name, len))
			return table;
	return NULL;
}

/* How many of the words are the verb's name; -1: another verb's. */
static int
verb_words(const char *name, int argc, char **argv)
{
	int n = 0;

	while (*name != '\0') {
		size_t len = strcspn(name, " ");

		if (n == argc || strlen(argv[n]) != len || memcmp(argv[n], name, len) != 0)
			return -1;
		n++;
		name += len;
		name += *name == ' ';
	}
	return n;
}

static bool
is_choice(const struct option *o, const char *value)
{
	if (o->choices == NULL)
		return true;
	for (size_t i = 0; o->choices[i] != NULL; i++)
		if (strcmp(o->choices[i], value) == 0)
			return true;
	return false;
}

static bool
is_number(const char *value)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	return isdigit((unsigned char)*value) && *end == '\0' && errno == 0 && n >= 1 && n <= INT32_MAX;
}

static bool
is_day(const char *value)
{
	struct tm day = {0};
	const char *end = strptime(value, "%Y-%m-%d", &day);
	char again[16];

	/* 31 February is parsed, and becomes a day in March */
	if (strlen(value) != 10 || end == NULL || *end != '\0' || timegm(&day) == -1)
		return false;
	strftime(again, sizeof(again), "%Y-%m-%d", &day);
	return strcmp(again, value) == 0;
}

static int
keep(struct admin *a, const struct option *o, const char *value)
{
	json_t *text, *list;

	if (o->flags & SWITCH)
		return json_object_set_new(a->in, o->name, json_true()) == 0 ? DONE : FAILED;
	text = json_string(value);
	if (text == NULL)
		return misused(a, "the value of %s is not UTF-8", option_label(o));
	if ((o->flags & NUMBER) && !is_number(value)) {
		json_decref(text);
		return misused(a, "%s is a number", option_label(o));
	}
	if ((o->flags & DAY) && !is_day(value)) {
		json_decref(text);
		return misused(a, "%s is a day, as 2025-12-31", option_label(o));
	}
	if (!is_choice(o, value)) {
		json_decref(text);
		fprintf(stderr, "relais: %s is one of:", option_label(o));
		for (size_t i = 0; o->choices[i] != NULL; i++)
			fprintf(stderr, " %s", o->choices[i]);
		fputc('\n', stderr);
		return USAGE;
	}
	if (!(o->flags & REPEATED))
		return json_object_set_new(a->in, o->name, text) == 0 ? DONE : FAILED;
	list = json_object_get(a->in, o->name);
	if (list == NULL)
		json_object_set_new(a->in, o->name, list = json_array());
	return json_array_append_new(list, text) == 0 ? DONE : FAILED;
}

/* --name VALUE, --name=VALUE, or a switch; *used says how many words that took. */
static int
take_option(struct admin *a, int argc, char **argv, int *used)
{
	const char *name = argv[0] + 2, *value;
	size_t len = strcspn(name, "=");
	const struct option *o = find(a->verb->options, name, len);

	*used = 1;
	if (o == NULL)
		o = find(common_options, name, len);
	if (o == NULL)
		return misused(a, "there is no option --%.*s here", (int)len, name);
	value = name[len] == '=' ? name + len + 1 : NULL;
	if (o->flags & SWITCH)
		return value == NULL ? keep(a, o, NULL) : misused(a, "%s takes no value", option_label(o));
	if (value == NULL) {
		if (argc < 2)
			return misused(a, "%s needs a value", option_label(o));
		value = argv[1];
		*used = 2;
	}
	return keep(a, o, value);
}

static int
take_word(struct admin *a, const char *word)
{
	const struct option *o;

	for (o = a->verb->options; o != NULL && o->name != NULL; o++)
		if ((o->flags & WORD) && ((o->flags & REPEATED) || json_object_get(a->in, o->name) == NULL))
			return keep(a, o, word);
	return misused(a, "what is '%s'? There is one word too many", word);
}

static int
complete(struct admin *a)
{
	for (const struct option *o = a->verb->options; o != NULL && o->name != NULL; o++) {
		if (json_object_get(a->in, o->name) != NULL)
			continue;
		if (o->flags & REQUIRED)
			return misused(a, "%s is missing", option_label(o));
		if (o->initial != NULL)
			json_object_set_new(a->in, o->name, json_string(o->initial));
	}
	a->json = json_is_true(json_object_get(a->in, "json"));
	a->as = args_get(a, "as");
	a->lang = args_get(a, "lang");
	return DONE;
}

static bool
asks_help(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

/* Finds command and verb; DONE with a->verb NULL when help was asked for, and given. */
static int
find_verb(struct admin *a, int *argc, char ***argv)
{
	if (*argc == 0 || asks_help(1, *argv) || strcmp((*argv)[0], "help") == 0) {
		help_program();
		return *argc == 0 ? USAGE : DONE;
	}
	if (strcmp((*argv)[0], "--version") == 0) {
		printf("relais %s\n", relais_version);
		return DONE;
	}
	for (size_t i = 0; commands[i] != NULL && a->command == NULL; i++)
		if (strcmp(commands[i]->name, (*argv)[0]) == 0)
			a->command = commands[i];
	if (a->command == NULL)
		return misused(a, "there is no command '%s'", (*argv)[0]);
	(*argc)--, (*argv)++;
	for (const struct verb *v = a->command->verbs; v->name != NULL && a->verb == NULL; v++) {
		int n = verb_words(v->name, *argc, *argv);

		if (n >= 0) {
			a->verb = v;
			*argc -= n, *argv += n;
		}
	}
	if (a->verb != NULL)
		return DONE;
	if (asks_help(*argc, *argv)) {
		help_command(a->command);
		return DONE;
	}
	return *argc > 0 ? misused(a, "relais %s does not know '%s'", a->command->name, (*argv)[0])
	    : misused(a, "relais %s: what to do?", a->command->name);
}

int
args_read(struct admin *a, int argc, char **argv)
{
	bool only_words = false;
	int code = find_verb(a, &argc, &argv), used;

	if (code != DONE || a->verb == NULL)
		return code;
	for (; code == DONE && argc > 0; argc -= used, argv += used) {
		used = 1;
		if (!only_words && strcmp(argv[0], "--") == 0)
			only_words = true;
		else if (!only_words && strncmp(argv[0], "--", 2) == 0)
			code = take_option(a, argc, argv, &used);
		else if (!only_words && strcmp(argv[0], "-h") == 0)
			json_object_set_new(a->in, "help", json_true());
		else
			code = take_word(a, argv[0]);
	}
	if (json_object_get(a->in, "help") != NULL) {
		help_verb(a->command, a->verb);
		a->verb = NULL;
		return DONE;
	}
	return code == DONE ? complete(a) : code;
}

const char *
args_get(const struct admin *a, const char *name)
{
	return json_string_value(json_object_get(a->in, name));
}
