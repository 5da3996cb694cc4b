#include "services/admin/refusal.h"

#include <stdio.h>
#include <string.h>

#include "shared/base/base.h"

/* What the endings of the constraints' names do not say. */
static const struct {
	const char *name, *field, *text;
} special[] = {
	{ "not_found", NULL, "not found, or not for you to see" },
	{ "forbidden", NULL, "that is not allowed" },
	{ "edit_outdated", NULL, "somebody changed it in the meantime; look at it again" },
	{ "item_ended", NULL, "it was withdrawn or has ended; it takes no changes and no reports" },
	{ "status_from_here", "status", "it cannot go from its present state to this one" },
	{ "municipality_needed", "municipality", "for which municipality? Name it with --municipality" },
	{ "municipality_not_member", "municipality", "is no municipality of the group, or only an observer" },
	{ "municipality_not_yours", "municipality", "is not yours to speak for" },
	{ "publish_needs_focal_point", "status", "only a focal point may publish; use --status draft" },
	{ "report_via_needed", "via", "say with --via how the municipality told it" },
	{ "report_reason_fits", "reason", "only interrupted and not_for_us have a reason" },
	{ "report_adaptation_fits", "adaptation", "only trying, applied and adapted have an adaptation" },
	{ "report_nothing_to_retract", NULL, "there is no report to take back" },
	{ "member_hub_hands_over", NULL, "the hub cannot leave; first make another one the hub: relais group member role" },
	{ "membership_one_hub", "role", "a group has one hub" },
	{ "digest_empty", NULL, "nothing has happened since the last digest" },
	{ "digest_approved", NULL, "this digest is approved and does not change any more" },
	{ "digest_schedule_hour", "hour", "is a number from 0 to 23" },
	{ "digest_schedule_past", "day", "and hour are past; name a time to come" },
	{ "priority_municipality_known", "subquestions", "have the priority of a municipality that is not known here" },
	{ "problem_text_line", "problems", "have one that is empty, too long, or has control characters" },
	{ "subquestion_text_line", "subquestions", "have one that is empty, too long, or has control characters" },
	{ "person_ended_at_date", "ended_at", "is no time (2026-11-25T10:00:00Z)" },
	{ "associate_umbrella_known", "associated", "names an umbrella body that is not known here" },
	{ "item_number_taken", "number", "is taken, or below one that was given already" },
	{ "text_of_known", "of", "is a revision that never was" },
	{ "import_group_known", "group", "there is no such group; import its group.md first, or relais group add" },
	{ "restore_incomplete", NULL, "the files do not belong together: log.jsonl and the others name different things" },
	{ "affiliation_known", "of", "there is no such umbrella body or municipality; see relais umbrella list, relais municipality list" },
	{ "affiliation_role_fits", "role", "does not fit: coordinator and observer are an umbrella body's, the others a municipality's" },
	{ "person_known", "email", "nobody here has this address; see relais person list" },
	{ "partnership_two", "second", "is the same municipality" },
	{ "descent_of_another", "merged_from", "a question does not come from itself" },
	{ "hub_not_empty", NULL, "the hub is not empty; restore into a new database (createdb, relais migrate)" },
	{ "umbrella_digest_days", "digest_days", "is a number of days, 1 to 366" },
	{ "lesson_sdgs_known", "sdgs", "are numbers from 1 to 17" },
	{ "link_bytes_positive", "bytes", "is a size in bytes" },
};

static const struct {
	const char *ending, *text;
} endings[] = {
	{ "_line", "is missing, too long, or has control characters" },
	{ "_lines", "has one too long, empty, or too many" },
	{ "_prose", "is too long or has control characters" },
	{ "_taken", "is taken already" },
	{ "_code", "is no code of a language (fr) or a country (BJ)" },
	{ "_date", "is no date (2024, 2024-09 or 2024-09-28)" },
	{ "_known", "is not known here" },
	{ "_once", "is there already" },
};

static const char *
ending_of(const char *name)
{
	const char *last = strrchr(name, '_');

	return last != NULL ? last : "";
}

const char *
refusal_text(const char *name)
{
	const char *ending = ending_of(name);

	for (size_t i = 0; i < countof(special); i++)
		if (strcmp(special[i].name, name) == 0)
			return special[i].text;
	if (strstr(name, "_slug_form") != NULL)
		return "has small letters, digits and single hyphens only, at most 60";
	if (strcmp(ending, "_form") == 0)
		return "does not have the form of one";
	for (size_t i = 0; i < countof(endings); i++)
		if (strcmp(endings[i].ending, ending) == 0)
			return endings[i].text;
	return name;
}

/* municipality_department_line: the words between the first and the last. */
const char *
refusal_field(const char *name)
{
	static char field[64];
	const char *last = ending_of(name), *first = strchr(name, '_');

	for (size_t i = 0; i < countof(special); i++)
		if (strcmp(special[i].name, name) == 0)
			return special[i].field;
	if (first == NULL || *last == '\0')
		return NULL;
	if (first == last)
		snprintf(field, sizeof(field), "%.*s", (int)(first - name), name);
	else
		snprintf(field, sizeof(field), "%.*s", (int)(last - first - 1), first + 1);
	return field;
}
