/* relais import: files into the hub, all or nothing. */
#include "services/admin/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/json.h"
#include "services/admin/print.h"
#include "services/admin/problems.h"
#include "services/admin/refusal.h"
#include "services/admin/tree.h"
#include "services/admin/yaml.h"
#include "statements.h"

/* What the write functions call by another name than the files. */
static const struct { const char *field, *key; } keys[] = {
	{ "occurred_on", "on" }, { "municipality", "by" }, { "municipality", "owners" }, { "question", "questions" },
	{ "subquestion", "subquestions" }, { "parent", "merged_from" }, { "parent", "split_from" }, { "url", "links" },
	{ "title", "text" }, { "title", "revisions" }, { "text", "problems" },
};

/* What is to be said otherwise where files are at fault. */
static const struct { const char *name, *text; } in_files[] = {
	{ "municipality_needed", "whose is it? A lesson says it with by, a question with owners" },
	{ "not_found", "there is no such published lesson or question in the group" },
	{ "group_slug_form", "the folder's name is the group's name in addresses: small letters, digits and single hyphens" },
};

/* The key of the file that the field is; as it is if there is none. */
static const char *
key_of(const json_t *lines, const char *field)
{
	if (json_object_get(lines, field) != NULL)
		return field;
	for (size_t i = 0; i < countof(keys); i++)
		if (strcmp(keys[i].field, field) == 0 && json_object_get(lines, keys[i].key) != NULL)
			return keys[i].key;
	return field;
}

/* What the database refused, on the line of the key it is about. */
static void
take_refusals(const json_t *refusals, struct problems *p)
{
	json_t *r;
	size_t i;

	json_array_foreach(refusals, i, r) {
		const char *name = text_of(r, "error"), *field = refusal_field(name), *what = refusal_text(name);
		json_t *object = json_pack("{s:O*}", "@", json_object_get(r, "lines"));

		if (field != NULL)
			field = key_of(json_object_get(r, "lines"), field);
		for (size_t k = 0; k < countof(in_files); k++)
			if (strcmp(in_files[k].name, name) == 0) {
				field = NULL;
				what = in_files[k].text;
			}
		problem(p, text_of(r, "file"), line_of(object, field), "%s%s%s", field != NULL ? field : "", field != NULL ? ": " : "", what);
		json_decref(object);
	}
}

static json_t *
hand_over(struct admin *a, json_t *document, unsigned statement, struct problems *p)
{
	json_t *in = json_pack("{s:O}", "doc", document), *answer;

	answer = admin_connect(a) ? admin_call(a, statement, in) : NULL;
	take_refusals(json_object_get(answer, "problems"), p);
	json_decref(in);
	return answer;
}

int
import_path(struct admin *a, const char *path, const char *group, unsigned statement, json_t **answer)
{
	struct problems p;
	struct stat st;
	json_t *document = NULL;
	int code = FAILED;

	*answer = NULL;
	if (stat(path, &st) != 0)
		return failed("%s: %s", path, strerror(errno));
	problems_init(&p);
	document = tree_read(path, group, statement == SQL_RESTORE, &p);
	if (problems_count(&p) == 0)
		tree_render(document, &p);
	if (problems_count(&p) == 0)
		*answer = hand_over(a, document, statement, &p);
	if (problems_count(&p) > 0) {
		problems_print(&p, a->json);
		failed("nothing was imported");
	} else if (*answer != NULL) {
		code = DONE;
	} else {
		failed("nothing was imported");
	}
	if (code != DONE) {
		json_decref(*answer);
		*answer = NULL;
	}
	json_decref(document);
	problems_release(&p);
	return code;
}

static void
print_counts(const json_t *value, const char *how)
{
	const char *what;
	json_t *n;

	json_object_foreach(json_object_get(value, how), what, n)
		if (json_integer_value(n) > 0)
			printf("%s %lld %s\n", how, (long long)json_integer_value(n), what);
}

static int
import(struct admin *a)
{
	bool restore = json_object_get(a->in, "restore") != NULL;
	json_t *answer, *value;
	int code = import_path(a, args_get(a, "path"), args_get(a, "group"), restore ? SQL_RESTORE : SQL_IMPORT, &answer);

	if (code != DONE)
		return code;
	value = json_object_get(answer, "value");
	if (a->json) {
		print_json(value);
	} else if (json_object_size(json_object_get(value, "added")) + json_object_size(json_object_get(value, "changed")) == 0) {
		printf("nothing to do: all of it is there\n");
	} else {
		print_counts(value, "added");
		print_counts(value, "changed");
	}
	json_decref(answer);
	return DONE;
}

static const struct option options[] = {
	{ "path", WORD | REQUIRED | PLACE, "a folder as relais export writes one, one group's folder in it, a table or a Markdown file", NULL, NULL },
	{ "group", 0, "what a single file of a group belongs to", NULL, NULL },
	{ "restore", SWITCH, "make the hub of an export again, with its numbers and times; the database is empty", NULL, NULL },
	{ NULL }
};

static const struct verb verbs[] = {
	{ .name = "", .help = "Imports files: lessons and questions as Markdown with YAML front matter, tables as CSV (a list in a field is\n"
	  "parted by semicolons; one within a part is written \\;). What is wrong is told with file and line, and then\n"
	  "nothing is imported.", .options = options, .run = import },
	{ .name = NULL }
};

const struct command command_import = { "import", "bring files into the hub, or restore an export", verbs };
