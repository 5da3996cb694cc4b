/* relais mail: what could not be delivered, and to try it again; mail that comes in by a pipe. */
#include <stdio.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/mail.h"
#include "statements.h"

static const struct column columns[] = {
	{ "id", "id" }, { "kind", "kind" }, { "to", "to" }, { "state", "state" }, { "since", "since" }, { "next", "due_at" },
	{ "tries", "tries" }, { "answer", "answer" }, { NULL, NULL }
};

static const struct option list_options[] = {
	{ "suspended", SWITCH, "only what is not tried any more", NULL, NULL },
	{ NULL }
};

static const struct option replay_options[] = {
	{ "id", WORD | REPEATED | NUMBER, "its number, from relais mail list", NULL, NULL },
	{ "all", SWITCH, "all that is suspended or waiting, and what came in and could not be acted on", NULL, NULL },
	{ NULL }
};

static const struct option receive_options[] = {
	{ "recipient", WORD | REPEATED, "whom it is for, reply+…@ or bounce+…@ (ORIGINAL_RECIPIENT or RECIPIENT of the environment)", NULL, NULL },
	{ "from", 0, "who sends it, by the envelope (SENDER of the environment)", NULL, NULL },
	{ NULL }
};

/* All are named so: an empty list of numbers is a mistake. */
static int
replay(struct admin *a)
{
	bool all = json_is_true(json_object_get(a->in, "all")), some = json_object_get(a->in, "id") != NULL;

	if (all == some)
		return misused(a, all ? "either ID or --all" : "ID is missing, or --all");
	return run_statement(a);
}

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists what waits to go out by mail, and what is suspended because it was refused, with the last answer.",
	  .options = list_options, .run = run_statement, .statement = SQL_MAIL_LIST, .list = "mails", .columns = columns },
	{ .name = "replay", .help = "Sends again what is suspended, or now what waits.", .options = replay_options, .run = replay,
	  .statement = SQL_MAIL_REPLAY },
	{ .name = "receive", .help = "Takes in the mail on standard input, for a mail server that pipes replies to a program. Ends with 0 when all have\n"
	  "it, 67 if an address is none of ours, 69 if the mail is too long, 65 if it is none, 75 if it is to be tried again.",
	  .options = receive_options, .run = mail_receive },
	{ .name = NULL }
};

const struct command command_mail = { "mail", "outgoing mail: list, replay; incoming: receive", verbs };
