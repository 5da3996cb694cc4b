/* relais group: groups and their members. */
#include <stdio.h>
#include <stdlib.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/print.h"
#include "shared/base/words.h"
#include "statements.h"

static const struct column columns[] = {
	{ "group", "slug" }, { "name", "name" }, { "visibility", "visibility" }, { "umbrella", "umbrella.slug" },
	{ "language", "lang" }, { NULL, NULL }
};

static const struct column members[] = {
	{ "municipality", "slug" }, { "name", "name" }, { "role", "role" }, { "since", "since" }, { NULL, NULL }
};

static const struct column items[] = {
	{ "number", "id" }, { "status", "status" }, { "title", "title" }, { "by", "municipality.slug" }, { NULL, NULL }
};

static const struct option one_group[] = {
	{ "group", WORD | REQUIRED, "the group, by its name in addresses", NULL, NULL },
	{ NULL }
};

static const struct option add_options[] = {
	{ "slug", WORD | REQUIRED, "its name in addresses: small letters, digits, hyphens", NULL, NULL },
	{ "name", REQUIRED, "its name", NULL, NULL },
	{ "umbrella", REQUIRED, "the umbrella body that leads it", NULL, NULL },
	{ "lang", REQUIRED, "its language, as fr", NULL, NULL },
	{ "visibility", 0, "who sees it", word_visibility, "closed" },
	{ "description", 0, "what it is about", NULL, NULL },
	{ "programme", 0, "the programme it belongs to", NULL, NULL },
	{ NULL }
};

static const struct option member_options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ "municipality", WORD | REQUIRED, "the municipality", NULL, NULL },
	{ "role", 0, "what it is in the group", word_role, "member" },
	{ "since", 0, "2024, 2024-09 or 2024-09-28", NULL, NULL },
	{ NULL }
};

static const struct option role_options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ "municipality", WORD | REQUIRED, "the municipality", NULL, NULL },
	{ "role", WORD | REQUIRED, "a new hub takes over from the one before", word_role, NULL },
	{ NULL }
};

static const struct option gone_options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ "municipality", WORD | REQUIRED, "the municipality", NULL, NULL },
	{ NULL }
};

static void
part(json_t *group, const char *key, const char *title, const struct column *what)
{
	if (json_array_size(json_object_get(group, key)) == 0)
		return;
	printf("\n%s\n", title);
	print_table(json_object_get(group, key), what);
}

static int
show(struct admin *a)
{
	json_t *group;

	if (!admin_connect(a) || (group = admin_call(a, SQL_GROUP_GET, a->in)) == NULL)
		return FAILED;
	if (json_is_null(group)) {
		json_decref(group);
		return failed("there is no group %s, or it is not for you to see; relais group list names them",
		    args_get(a, "group"));
	}
	if (a->json) {
		print_json(group);
	} else {
		print_object(group);
		part(group, "members", "Members", members);
		part(group, "lessons", "Lessons", items);
		part(group, "questions", "Questions", items);
	}
	json_decref(group);
	return DONE;
}

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists them.", .run = run_statement, .statement = SQL_GROUP_LIST, .list = "groups", .columns = columns },
	{ .name = "show", .help = "Shows a group: its members, newest lessons and questions.", .options = one_group, .run = show },
	{ .name = "add", .help = "Adds a group.", .options = add_options, .run = run_statement, .statement = SQL_GROUP_POST },
	{ .name = "member list", .help = "Lists its members.", .options = one_group, .run = run_statement,
	  .statement = SQL_MEMBER_LIST, .list = "members", .columns = members },
	{ .name = "member add", .help = "Takes a municipality into the group.", .options = member_options, .run = run_statement,
	  .statement = SQL_MEMBER_PUT },
	{ .name = "member remove", .help = "Lets it go. What it reported stays.", .options = gone_options, .run = run_statement,
	  .statement = SQL_MEMBER_END },
	{ .name = "member role", .help = "Gives it another role.", .options = role_options, .run = run_statement,
	  .statement = SQL_MEMBER_PUT },
	{ .name = NULL }
};

const struct command command_group = { "group", "groups and their members: list, show, add, member …", verbs };
