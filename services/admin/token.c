/* relais token: what lets programs and feed readers in. */
#include <stdio.h>
#include <string.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/print.h"
#include "services/admin/secret.h"
#include "statements.h"

static const struct column columns[] = {
	{ "id", "id" }, { "kind", "kind" }, { "address", "email" }, { "label", "label" }, { "group", "group" },
	{ "until", "expires_at" }, { "state", "state" }, { NULL, NULL }
};

static const char *const kinds[] = { "api", "feed", NULL };

static const struct option add_options[] = {
	{ "email", WORD | REQUIRED, "whose token; it may do what that person may", NULL, NULL },
	{ "kind", 0, "api: for programs; feed: reads the feeds of one group", kinds, "api" },
	{ "group", 0, "of a feed token: the group", NULL, NULL },
	{ "label", 0, "what it is for", NULL, NULL },
	{ "days", NUMBER, "how long it is valid", NULL, "3650" },
	{ NULL }
};

static const struct option list_options[] = {
	{ "email", WORD, "only those of this person", NULL, NULL },
	{ "all", SWITCH, "also sessions, and those that ended", NULL, NULL },
	{ NULL }
};

static const struct option end_options[] = {
	{ "id", WORD | REQUIRED | NUMBER, "its number, from relais token list", NULL, NULL },
	{ NULL }
};

static int
add(struct admin *a)
{
	char token[TOKEN_SIZE], hash[HASH_SIZE];
	json_t *answer, *value;

	if (strcmp(args_get(a, "kind"), "feed") == 0 && args_get(a, "group") == NULL)
		return misused(a, "--kind feed needs --group");
	secret_token(token);
	secret_hash(token, hash);
	json_object_set_new(a->in, "hash", json_string(hash));
	if (!admin_connect(a) || (answer = admin_call(a, SQL_TOKEN_POST, a->in)) == NULL)
		return FAILED;
	value = json_object_get(answer, "value");
	if (a->json) {
		json_object_set_new(value, "token", json_string(token));
		print_json(value);
	} else {
		printf("%s\n", token);
		fprintf(stderr, "This is token %lld of %s; it is not shown again.\n",
		    (long long)json_integer_value(json_object_get(value, "id")), args_get(a, "email"));
	}
	json_decref(answer);
	return DONE;
}

static int
list(struct admin *a)
{
	if (json_object_get(a->in, "all") == NULL)
		json_object_set_new(a->in, "all", json_false());
	return run_statement(a);
}

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists the tokens.", .options = list_options, .run = list, .statement = SQL_TOKEN_LIST,
	  .list = "tokens", .columns = columns },
	{ .name = "add", .help = "Makes a token for a program, or the key of a closed group's feeds, and prints it.",
	  .options = add_options, .run = add },
	{ .name = "end", .help = "Ends a token.", .options = end_options, .run = run_statement, .statement = SQL_TOKEN_END },
	{ .name = NULL }
};

const struct command command_token = { "token", "tokens for programs and feed readers: list, add, end", verbs };
