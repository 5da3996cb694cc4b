/* relais lesson: reading and publishing lessons by the command line. */
#include <stdio.h>
#include <string.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/import.h"
#include "services/admin/json.h"
#include "services/admin/print.h"
#include "statements.h"

static const struct column columns[] = {
	{ "number", "id" }, { "status", "status" }, { "lesson", "title" }, { "by", "municipality.slug" }, { NULL, NULL }
};

static const struct option list_options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ NULL }
};

static const struct option one_lesson[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ "id", WORD | REQUIRED | NUMBER, "the lesson's number", NULL, NULL },
	{ NULL }
};

static const struct option post_options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ "file", WORD | REQUIRED | PLACE, "Markdown: \"# Title\" and text, or front matter as relais export writes it", NULL, NULL },
	{ NULL }
};

static void
print_part(const json_t *lesson, const char *key, const char *title)
{
	const char *text = json_string_value(json_object_get(lesson, key));

	if (text != NULL && *text != '\0')
		printf("\n%s%s%s\n", title, *title ? "\n\n" : "", text);
}

static int
show(struct admin *a)
{
	json_t *lesson;

	if (!admin_connect(a) || (lesson = admin_call(a, SQL_LESSON_GET, a->in)) == NULL)
		return FAILED;
	if (json_is_null(lesson)) {
		json_decref(lesson);
		return failed("group %s has no lesson %s that you may see", args_get(a, "group"), args_get(a, "id"));
	}
	if (a->json) {
		print_json(lesson);
	} else {
		printf("# %s\n", json_string_value(json_object_get(lesson, "title")));
		print_part(lesson, "summary", "");
		print_part(lesson, "body", "");
		print_part(lesson, "conditions", "## What it takes");
	}
	json_decref(lesson);
	return DONE;
}

static int
post(struct admin *a)
{
	json_t *answer, *made;
	int code = import_path(a, args_get(a, "file"), args_get(a, "group"), SQL_IMPORT, &answer);

	if (code != DONE)
		return code;
	made = json_array_get(json_object_get(json_object_get(answer, "value"), "made"), 0);
	if (a->json)
		print_json(made);
	else
		printf("%s %lld: /groups/%s/%ss/%lld\n", text_of(made, "kind"), number_of(made, "id"), text_of(made, "group"), text_of(made, "kind"),
		    number_of(made, "id"));
	json_decref(answer);
	return DONE;
}

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists a group's lessons, newest first.", .options = list_options, .run = run_statement,
	  .statement = SQL_LESSON_LIST, .list = "lessons", .columns = columns },
	{ .name = "show", .help = "Shows a lesson as Markdown.", .options = one_lesson, .run = show },
	{ .name = "post", .help = "Publishes a lesson from a Markdown file; a member's is a proposal to the hub.", .options = post_options,
	  .run = post },
	{ .name = NULL }
};

const struct command command_lesson = { "lesson", "lessons: list, show, post", verbs };
