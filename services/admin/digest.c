/* relais digest: an umbrella's digests, and the report for the donor. */
#include <stdio.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/print.h"
#include "statements.h"

static const struct column columns[] = {
	{ "number", "n" }, { "state", "status" }, { "drafted", "drafted_at" }, { "approved", "approved_at" }, { NULL, NULL }
};

static const struct option umbrella_only[] = {
	{ "umbrella", WORD | REQUIRED, "the umbrella body", NULL, NULL },
	{ NULL }
};

static const struct option one_digest[] = {
	{ "umbrella", WORD | REQUIRED, "the umbrella body", NULL, NULL },
	{ "n", WORD | NUMBER, "the digest's number (the newest)", NULL, NULL },
	{ NULL }
};

static const struct option moment[] = {
	{ "umbrella", WORD | REQUIRED, "the umbrella body", NULL, NULL },
	{ "n", WORD | NUMBER, "the draft's number (the open draft)", NULL, NULL },
	{ "day", REQUIRED | DAY, "the day, 2026-01-31", NULL, NULL },
	{ "hour", REQUIRED | NUMBER, "from this hour on, 0 to 23, where the umbrella body is", NULL, NULL },
	{ NULL }
};

static const struct option period[] = {
	{ "umbrella", WORD | REQUIRED, "the umbrella body", NULL, NULL },
	{ "from", REQUIRED | DAY, "the first day, 2025-01-01", NULL, NULL },
	{ "to", REQUIRED | DAY, "the last day, 2025-12-31", NULL, NULL },
	{ NULL }
};

static const struct verb verbs[] = {
	{ .name = "list", .help = "Lists the digests, newest first.", .options = umbrella_only, .run = run_statement,
	  .statement = SQL_DIGEST_LIST, .list = "digests", .columns = columns },
	{ .name = "draft", .help = "Drafts the next digest, or the open draft anew, up to now.", .options = umbrella_only,
	  .run = run_statement, .statement = SQL_DIGEST_DRAFT },
	{ .name = "show", .help = "Shows a digest as Markdown.", .options = one_digest, .run = run_statement,
	  .statement = SQL_DIGEST_GET, .template = "digest.md" },
	{ .name = "approve", .help = "Approves the draft: from then on it is fixed, and in the feeds.", .options = one_digest,
	  .run = run_statement, .statement = SQL_DIGEST_APPROVE },
	{ .name = "schedule", .help = "Sets when the draft is approved by itself, in the name of whom --as says.", .options = moment,
	  .run = run_statement, .statement = SQL_DIGEST_SCHEDULE },
	{ .name = "unschedule", .help = "Leaves the draft to be approved by hand.", .options = one_digest,
	  .run = run_statement, .statement = SQL_DIGEST_UNSCHEDULE },
	{ .name = "report", .help = "Writes the report over a period, for the donor, as Markdown.", .options = period, .run = run_statement,
	  .statement = SQL_DONOR_REPORT, .template = "donor_report.md" },
	{ .name = NULL }
};

const struct command command_digest = { "digest", "digests: list, draft, show, approve, schedule, report", verbs };
