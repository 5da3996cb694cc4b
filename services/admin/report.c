/* relais report: what came of a lesson or a question. */
#include <string.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "shared/base/words.h"
#include "statements.h"

static const struct option options[] = {
	{ "group", WORD | REQUIRED, "the group", NULL, NULL },
	{ "id", WORD | REQUIRED | NUMBER, "the number of the lesson or question", NULL, NULL },
	{ "status", WORD | REQUIRED, "what came of it; retracted takes the last report back", word_status, NULL },
	{ "municipality", 0, "whose report it is (the only one you act for)", NULL, NULL },
	{ "via", 0, "how another municipality told it", word_via, NULL },
	{ "note", 0, "a few words", NULL, NULL },
	{ "adaptation", 0, "what was changed, in a line", NULL, NULL },
	{ "reason", 0, "why, if interrupted or not_for_us", word_reason, NULL },
	{ "audience", 0, "who may read note and reason", word_audience, NULL },
	{ "evidence", 0, "where it can be seen", NULL, NULL },
	{ "services", REPEATED, "a service involved; may be given several times", NULL, NULL },
	{ "told_to", REPEATED, "who was told; may be given several times", word_told_to, NULL },
	{ "occurred_on", 0, "when it happened: 2024, 2024-09 or 2024-09-28", NULL, NULL },
	{ "ask_again_on", DAY, "no reminder before this day", NULL, NULL },
	{ NULL }
};

static int
report(struct admin *a)
{
	static const struct { const char *kind; unsigned statement; } kinds[] = {
		{ "lesson", SQL_LESSON_REPORT_POST }, { "question", SQL_QUESTION_REPORT_POST },
	};
	struct verb v = *a->verb;
	json_t *kind;
	int code;

	if (!admin_connect(a) || (kind = admin_call(a, SQL_ITEM_KIND, a->in)) == NULL)
		return FAILED;
	code = json_is_null(kind) ? failed("group %s has no lesson or question %s that you may see", args_get(a, "group"),
	    args_get(a, "id")) : DONE;
	for (size_t i = 0; code == DONE && i < countof(kinds); i++)
		if (strcmp(kinds[i].kind, json_string_value(kind)) == 0)
			v.statement = kinds[i].statement;
	json_decref(kind);
	if (code != DONE)
		return code;
	a->verb = &v;
	code = run_statement(a);
	a->verb = NULL;
	return code;
}

static const struct verb verbs[] = {
	{ .name = "", .help = "Reports what came of a lesson or a question in a municipality.", .options = options, .run = report },
	{ .name = NULL }
};

const struct command command_report = { "report", "report what came of a lesson or question", verbs };
