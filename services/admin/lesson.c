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
	{ .name = "show", .help = "Shows a lesson as Markdown.", .options = one_lesson, .run = run_statement,
	  .statement = SQL_LESSON_GET, .template = "lesson.md" },
	{ .name = "post", .help = "Publishes a lesson from a Markdown file; a member's is a proposal to the hub.", .options = post_options,
	  .run = post },
	{ .name = NULL }
};

const struct command command_lesson = { "lesson", "lessons: list, show, post", verbs };
