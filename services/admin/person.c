/* relais person: who may sign in. */
#include <stdio.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/print.h"
#include "services/admin/secret.h"
#include "statements.h"

static const struct column columns[] = {
	{ "address", "email" }, { "name", "name" }, { "language", "lang" }, { "what for", "roles" }, { "ended", "ended" },
	{ NULL, NULL }
};

static const char *const roles[] = { "coordinator", "focal_point", "contributor", "coach", "observer", NULL };

static const struct option invite_options[] = {
	{ "email", WORD | REQUIRED, "the address", NULL, NULL },
	{ "of", REQUIRED, "the umbrella body or the municipality", NULL, NULL },
	{ "role", REQUIRED, "coordinator and observer are an umbrella body's, the others a municipality's", roles, NULL },
	{ "name", 0, "the name; needed for somebody new", NULL, NULL },
	{ "speaks", 0, "the language of pages and mails, as fr (that of the municipality)", NULL, NULL },
	{ "days", NUMBER, "how long the code may be used", NULL, "14" },
	{ NULL }
};

static const struct option end_options[] = {
	{ "email", WORD | REQUIRED, "the address", NULL, NULL },
	{ NULL }
};

static int
invite(struct admin *a)
{
	char code[CODE_SIZE], hash[HASH_SIZE];
	json_t *answer, *result;

	secret_code(code);
	secret_code_hash(code, hash);
	json_object_set_new(a->in, "code", json_string(hash));
	json_object_set(a->in, "affiliation", json_object_get(a->in, "of"));
	json_object_set(a->in, "lang", json_object_get(a->in, "speaks"));
	/* the address stands in for a name until there is one; a known person keeps theirs */
	if (args_get(a, "name") == NULL)
		json_object_set(a->in, "name", json_object_get(a->in, "email"));
	if (!admin_connect(a) || (answer = admin_call(a, SQL_PERSON_INVITE, a->in)) == NULL)
		return FAILED;
	if (a->json) {
		result = json_pack("{s:O, s:O, s:s}", "person", json_object_get(json_object_get(answer, "value"), "person"),
		    "email", json_object_get(a->in, "email"), "code", code);
		print_json(result);
		json_decref(result);
	} else {
		printf("%s\n", code);
		fprintf(stderr, "This is the personal code of %s. It works once, for %s days, on the page /sign-in; it is not shown "
		    "again.\n", args_get(a, "email"), args_get(a, "days"));
	}
	json_decref(answer);
	return DONE;
}

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists the persons.", .run = run_statement, .statement = SQL_PERSON_LIST, .list = "persons",
	  .columns = columns },
	{ .name = "invite", .help = "Gives a person a role, and prints the code they sign in with.", .options = invite_options,
	  .run = invite },
	{ .name = "end", .help = "Lets a person in no more. What they wrote stays.", .options = end_options, .run = run_statement,
	  .statement = SQL_PERSON_END },
	{ .name = NULL }
};

const struct command command_person = { "person", "persons: list, invite, end", verbs };
