/* relais question: asking one by the command line. */
#include "services/admin/commands.h"
#include "statements.h"

static const struct column columns[] = {
	{ "number", "id" }, { "status", "status" }, { "question", "title" }, { "by", "municipality.slug" }, { NULL, NULL }
};

static const struct option list_options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ NULL }
};

static const struct option one_question[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ "id", WORD | REQUIRED | NUMBER, "the question's number", NULL, NULL },
	{ NULL }
};

static const char *const states[] = { "draft", "published", NULL };

static const struct option ask_options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ "text", WORD | REQUIRED, "the question", NULL, NULL },
	{ "municipality", 0, "whose question it is (the only one you act for)", NULL, NULL },
	{ "problems", REPEATED, "a concrete problem behind it; may be given several times", NULL, NULL },
	{ "status", 0, "whether the group sees it", states, "published" },
	{ "occurred_on", 0, "when it was asked: 2024, 2024-09 or 2024-09-28", NULL, NULL },
	{ NULL }
};

static int
ask(struct admin *a)
{
	if (json_object_get(a->in, "lang") == NULL)
		return misused(a, "--lang is missing: the language of the question");
	return run_statement(a);
}

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists a group's questions.", .options = list_options, .run = run_statement,
	  .statement = SQL_QUESTION_LIST, .list = "questions", .columns = columns },
	{ .name = "show", .help = "Shows a question as Markdown, with its line of descent.", .options = one_question, .run = run_statement,
	  .statement = SQL_QUESTION_GET, .template = "question.md" },
	{ .name = "ask", .help = "Asks a question, in the language of --lang.", .options = ask_options, .run = ask,
	  .statement = SQL_QUESTION_POST },
	{ .name = NULL }
};

const struct command command_question = { "question", "questions: list, show, ask", verbs };
