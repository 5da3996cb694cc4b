/* relais umbrella: the umbrella bodies. */
#include "services/admin/commands.h"
#include "statements.h"

static const struct column columns[] = {
	{ "umbrella", "slug" }, { "name", "name" }, { "country", "country" }, { "language", "lang" },
	{ "time zone", "time_zone" }, { NULL, NULL }
};

static const struct option add_options[] = {
	{ "slug", WORD | REQUIRED, "its name in addresses: small letters, digits, hyphens", NULL, NULL },
	{ "name", REQUIRED, "its name", NULL, NULL },
	{ "country", REQUIRED, "two letters, as BJ", NULL, NULL },
	{ "lang", REQUIRED, "its language, as fr", NULL, NULL },
	{ "time_zone", 0, "as Africa/Porto-Novo", NULL, "UTC" },
	{ NULL }
};

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists them.", .run = run_statement, .statement = SQL_UMBRELLA_LIST, .list = "umbrellas",
	  .columns = columns },
	{ .name = "add", .help = "Adds one.", .options = add_options, .run = run_statement, .statement = SQL_UMBRELLA_POST },
	{ .name = NULL }
};

const struct command command_umbrella = { "umbrella", "umbrella bodies: list, add", verbs };
