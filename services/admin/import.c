/* relais import: files into the hub, all or nothing. */
#include "services/admin/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/print.h"
#include "services/admin/problems.h"
#include "services/admin/refusal.h"
#include "services/admin/tree.h"
#include "services/admin/yaml.h"
#include "statements.h"

/* What the database refused, on the line of the key it is about. */
static void
take_refusals(const json_t *refusals, struct problems *p)
{
	json_t *r;
	size_t i;

	json_array_foreach(refusals, i, r) {
		const char *name = json_string_value(json_object_get(r, "error"));
		const char *file = json_string_value(json_object_get(r, "file"));
		const char *field = name != NULL ? refusal_field(name) : NULL;
		json_t *object = json_pack("{s:O*}", "@", json_object_get(r, "lines"));

		problem(p, file != NULL ? file : "", line_of(object, field), "%s%s%s", field != NULL ? field : "",
		    field != NULL ? ": " : "", refusal_text(name != NULL ? name : ""));
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
	{ .name = "", .help = "Imports files: lessons and questions as Markdown with YAML front matter, tables as CSV. What is wrong is\n"
	  "told with file and line, and then nothing is imported.", .options = options, .run = import },
	{ .name = NULL }
};

const struct command command_import = { "import", "bring files into the hub, or restore an export", verbs };
