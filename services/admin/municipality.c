/* relais municipality: the municipalities. */
#include "services/admin/commands.h"
#include "shared/base/words.h"
#include "statements.h"

static const struct column columns[] = {
	{ "municipality", "slug" }, { "name", "name" }, { "level", "level" }, { "country", "country" },
	{ "department", "department" }, { "language", "lang" }, { "demo", "demo" }, { NULL, NULL }
};

static const struct option add_options[] = {
	{ "slug", WORD | REQUIRED, "its name in addresses: small letters, digits, hyphens", NULL, NULL },
	{ "name", REQUIRED, "its name", NULL, NULL },
	{ "country", REQUIRED, "two letters, as BJ", NULL, NULL },
	{ "lang", REQUIRED, "its language, as fr", NULL, NULL },
	{ "level", 0, "what it is", word_level, "municipality" },
	{ "department", 0, "where it lies", NULL, NULL },
	{ "umbrella", 0, "its umbrella body", NULL, NULL },
	{ "demo", SWITCH, "invented, for a demonstration", NULL, NULL },
	{ NULL }
};

static const struct option rename_options[] = {
	{ "municipality", WORD | REQUIRED, "which", NULL, NULL },
	{ "name", 0, "its new name", NULL, NULL },
	{ "slug", 0, "its new name in addresses; the old one goes on leading there", NULL, NULL },
	{ NULL }
};

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists them.", .run = run_statement, .statement = SQL_MUNICIPALITY_LIST, .list = "municipalities",
	  .columns = columns },
	{ .name = "add", .help = "Adds one. Many: relais import FILE.csv.", .options = add_options, .run = run_statement,
	  .statement = SQL_MUNICIPALITY_POST },
	{ .name = "rename", .help = "Gives it another name, or another name in addresses.", .options = rename_options,
	  .run = run_statement, .statement = SQL_MUNICIPALITY_RENAME },
	{ .name = NULL }
};

const struct command command_municipality = { "municipality", "municipalities: list, add, rename", verbs };
