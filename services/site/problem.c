#include "services/site/problem.h"

#include <string.h>

#include "shared/i18n/i18n.h"

/*
 * Every name a write function may refuse with: SQL's constraints and its own. With a
 * field it is that field's fault (422), else the request's.
 */
static const struct refusal refusals[] = {
	{ "not_found", 404, NULL, NULL, NULL },
	{ "forbidden", 403, NULL, NULL, NULL },
	{ "edit_outdated", 412, NULL, NULL, N_("Somebody changed this since you opened it. Look at the new text, then try again.") },
	{ "idempotency_key_reused", 422, NULL, NULL, N_("This Idempotency-Key was used for another request. Use a new key.") },
	{ "item_ended", 409, NULL, NULL, N_("This was withdrawn or has ended; it takes no changes and no reports.") },
	{ "status_from_here", 409, "status", "not_allowed", N_("It cannot go from its present state to this one.") },
	{ "digest_empty", 409, NULL, NULL, N_("Nothing has happened since the last digest; there is nothing to tell yet.") },
	{ "digest_approved", 409, NULL, NULL, N_("This digest is approved and does not change any more.") },
	{ "section_item_gone", 409, NULL, NULL, N_("The section was drafted anew and has this no more. Open it again.") },
	{ "digest_schedule_hour", 422, "hour", "too_large", NULL },
	{ "digest_schedule_past", 422, "day", "past", NULL },
	{ "digest_text_lang_code", 422, "lang", "lang", NULL },
	{ "digest_text_prose", 422, "text", "characters", NULL },
	{ "digest_policy_known", 422, "at_deadline", "choice", NULL },
	{ "subscription_cadence_known", 422, "cadence", "choice", NULL },
	{ "subscription_weekday", 422, "weekday", "too_large", NULL },
	{ "subscription_hour", 422, "hour", "too_large", NULL },
	{ "subscription_lang_code", 422, "lang", "lang", NULL },
	{ "subscription_kinds_known", 422, "kinds", "choice", NULL },
	{ "correction_reason_prose", 422, "reason", "characters", NULL },
	{ "conclusion_lang_code", 422, "lang", "lang", NULL },
	{ "conclusion_body_prose", 422, "body", "characters", NULL },
	{ "draft_place_form", 422, "place", "not_found", NULL },
	{ "draft_form_name", 422, "form", "choice", NULL },
	{ "draft_key_form", 422, "key", "required", NULL },
	{ "draft_content_length", 422, "content", "characters", NULL },
	{ "websub_topic_known", 404, "hub.topic", "topic", NULL },
	{ "websub_topic_form", 422, "hub.topic", "topic", NULL },
	{ "websub_callback_form", 422, "hub.callback", "url", NULL },
	{ "websub_mode_known", 422, "hub.mode", "choice", NULL },
	{ "websub_secret_length", 422, "hub.secret", "too_long", NULL },
	{ "websub_signature_known", 422, "hub.signature", "choice", NULL },
	{ "websub_often", 429, NULL, NULL, N_("This was asked too often. Ask again in an hour.") },
	{ "webhook_url_form", 422, "url", "url", NULL },
	{ "webhook_kinds_known", 422, "kinds", "choice", NULL },
	{ "webhook_many", 409, NULL, NULL, N_("There are twenty webhooks already. Delete one that is not used any more.") },
	{ "webhook_stopped", 409, NULL, NULL, N_("This webhook is stopped. Resume it first.") },
	{ "webhook_test_often", 429, NULL, NULL, N_("This was tried ten times in an hour. Try again later.") },
	{ "code_unknown", 422, "code", "not_found", NULL },
	{ "municipality_needed", 422, "municipality", "which_municipality", NULL },
	{ "municipality_not_member", 422, "municipality", "not_found", NULL },
	{ "municipality_not_yours", 403, "municipality", "not_allowed", N_("You may not speak for this municipality.") },
	{ "publish_needs_focal_point", 403, "status", "focal_point", N_("Only a focal point may publish; save it as a draft.") },
	{ "answers_question_known", 422, "questions", "not_found", NULL },
	{ "answers_subquestion_known", 422, "subquestions", "not_found", NULL },
	{ "text_of_known", 422, "of", "not_found", NULL },
	{ "report_via_needed", 422, "via", "via_needed", NULL },
	{ "report_reason_fits", 422, "reason", "only_interrupted", NULL },
	{ "link_expired", 409, NULL, NULL, N_("This link is too old to answer by. Sign in, and answer on the lesson's page.") },
	{ "report_nothing_to_retract", 409, NULL, NULL, N_("There is no report to take back.") },
	{ "member_hub_hands_over", 409, NULL, NULL, N_("The hub cannot leave before another municipality is the hub.") },
	{ "hub_not_member", 422, "municipality", "hub_member", N_("Only a member of the group can become its hub: not a partner, not an observer.") },
	{ "membership_until_date", 422, "until", "partial_date", NULL },
	{ "role_not_yours", 422, "role", "role_not_yours", NULL },
	{ "person_has_left", 422, "email", "has_left", N_("This person's account was closed. Ask whoever runs this hub to open it again.") },
	{ "invited_already", 422, "email", "invited_already", NULL },
	{ "affiliation_last", 409, NULL, NULL, N_("You are the last one with this role. Give it to somebody else first: otherwise nobody could publish or invite here.") },
	{ "code_of_others", 403, NULL, NULL, N_("This person also works for others, and a code opens all of that. Only who manages all their roles can give one; they may still sign in as they did.") },
	{ "owner_once", 422, "municipality", "twice", NULL },
	{ "owner_writer_stays", 409, NULL, NULL, N_("The municipality that wrote the question stays one of its owners.") },
	{ "owner_sensitive", 403, "municipality", "owner_sensitive", N_("This question has a wording that only its owners read; only they can share it.") },
	{ "split_in_two", 422, "texts", "split_in_two", NULL },
	{ "person_known", 422, "email", "not_found", NULL },
	{ "affiliation_known", 422, "affiliation", "not_found", NULL },
	{ "umbrella_slug_taken", 422, "slug", "taken", NULL },
	{ "umbrella_slug_form", 422, "slug", "slug", NULL },
	{ "umbrella_name_line", 422, "name", "required", NULL },
	{ "umbrella_country_code", 422, "country", "choice", NULL },
	{ "umbrella_lang_code", 422, "lang", "lang", NULL },
	{ "umbrella_digest_days", 422, "days", "too_small", NULL },
	{ "umbrella_time_zone_known", 422, "time_zone", "not_found", NULL },
	{ "municipality_slug_taken", 422, "slug", "taken", NULL },
	{ "municipality_slug_form", 422, "slug", "slug", NULL },
	{ "municipality_name_line", 422, "name", "required", NULL },
	{ "municipality_level_known", 422, "level", "choice", NULL },
	{ "municipality_country_code", 422, "country", "choice", NULL },
	{ "municipality_department_line", 422, "department", "characters", NULL },
	{ "municipality_lang_code", 422, "lang", "lang", NULL },
	{ "municipality_umbrella_known", 422, "umbrella", "not_found", NULL },
	{ "programme_slug_taken", 422, "slug", "taken", NULL },
	{ "programme_slug_form", 422, "slug", "slug", NULL },
	{ "programme_name_line", 422, "name", "required", NULL },
	{ "programme_umbrella_known", 422, "umbrella", "not_found", NULL },
	{ "partnership_first_known", 422, "first", "not_found", NULL },
	{ "partnership_second_known", 422, "second", "not_found", NULL },
	{ "partnership_programme_known", 422, "programme", "not_found", NULL },
	{ "partnership_started_date", 422, "started", "partial_date", NULL },
	{ "partnership_ended_date", 422, "ended", "partial_date", NULL },
	{ "partnership_status_known", 422, "status", "choice", NULL },
	{ "partnership_reason_prose", 422, "reason", "characters", NULL },
	{ "partnership_two", 422, "second", "twice", NULL },
	{ "partnership_once", 422, "second", "twice", NULL },
	{ "person_name_line", 422, "name", "required", NULL },
	{ "person_email_form", 422, "email", "email", NULL },
	{ "person_of_others", 422, "email", "taken", NULL },
	{ "person_email_taken", 422, "email", "taken", NULL },
	{ "person_lang_code", 422, "lang", "lang", NULL },
	{ "person_time_zone_known", 422, "time_zone", "not_found", NULL },
	{ "affiliation_umbrella_known", 422, "affiliation", "not_found", NULL },
	{ "affiliation_municipality_known", 422, "affiliation", "not_found", NULL },
	{ "affiliation_one_body", 422, "affiliation", "not_found", NULL },
	{ "affiliation_role_fits", 422, "role", "choice", NULL },
	{ "affiliation_once", 422, "affiliation", "twice", NULL },
	{ "token_label_line", 422, "label", "characters", NULL },
	{ "token_group_known", 422, "group", "not_found", NULL },
	{ "group_slug_taken", 422, "slug", "taken", NULL },
	{ "group_slug_form", 422, "slug", "slug", NULL },
	{ "group_name_line", 422, "name", "required", NULL },
	{ "group_description_prose", 422, "description", "characters", NULL },
	{ "group_visibility_known", 422, "visibility", "choice", NULL },
	{ "group_lang_code", 422, "lang", "lang", NULL },
	{ "group_umbrella_known", 422, "umbrella", "not_found", NULL },
	{ "group_programme_known", 422, "programme", "not_found", NULL },
	{ "associate_umbrella_known", 422, "umbrella", "not_found", NULL },
	{ "associate_once", 422, "umbrella", "twice", NULL },
	{ "membership_municipality_known", 422, "municipality", "not_found", NULL },
	{ "membership_role_known", 422, "role", "choice", NULL },
	{ "membership_since_date", 422, "since", "partial_date", NULL },
	{ "membership_once", 422, "municipality", "twice", NULL },
	{ "membership_one_hub", 422, "role", "twice", NULL },
	{ "item_status_known", 422, "status", "choice", NULL },
	{ "item_lang_code", 422, "lang", "lang", NULL },
	{ "item_occurred_on_date", 422, "occurred_on", "partial_date", NULL },
	{ "item_reason_prose", 422, "reason", "characters", NULL },
	{ "inquiry_not_wished", 422, "municipality", "not_allowed", NULL },
	{ "inquiry_question_prose", 422, "text", "required", NULL },
	{ "inquiry_answer_prose", 422, "text", "required", NULL },
	{ "inquiry_hidden_prose", 422, "reason", "required", NULL },
	{ "inquiry_waits_once", 409, NULL, NULL, N_("You asked them about this lesson already; they have not answered yet.") },
	{ "inquiry_consent_known", 422, "consent", "choice", NULL },
	{ "item_reason_needed", 422, "reason", "required", NULL },
	{ "owner_municipality_known", 422, "municipality", "not_found", NULL },
	{ "text_lang_code", 422, "lang", "lang", NULL },
	{ "text_title_line", 422, "title", "required", NULL },
	{ "text_summary_prose", 422, "summary", "characters", NULL },
	{ "text_body_prose", 422, "body", "characters", NULL },
	{ "text_conditions_prose", 422, "conditions", "characters", NULL },
	{ "revision_reason_prose", 422, "reason", "characters", NULL },
	{ "revision_trigger_known", 422, "trigger", "choice", NULL },
	{ "revision_occurred_on_date", 422, "occurred_on", "partial_date", NULL },
	{ "problem_text_line", 422, "problems", "required", NULL },
	{ "part_used", 409, NULL, NULL, N_("Others have joined this problem or refer to this sub-question: it stays. You may change its words.") },
	{ "we_too_once", 409, NULL, NULL, N_("Your municipality said “we too” already.") },
	{ "subquestion_text_line", 422, "subquestions", "required", NULL },
	{ "priority_known", 422, "subquestions", "choice", NULL },
	{ "descent_known", 422, "how", "choice", NULL },
	{ "descent_once", 422, "parents", "twice", NULL },
	{ "descent_of_another", 422, "parents", "choice", NULL },
	{ "descent_parent_known", 422, "parents", "not_found", NULL },
	{ "lesson_cost_known", 422, "cost", "choice", NULL },
	{ "lesson_source_known", 422, "source", "choice", NULL },
	{ "lesson_sdgs_known", 422, "sdgs", "choice", NULL },
	{ "link_kind_known", 422, "links", "choice", NULL },
	{ "link_url_form", 422, "links", "url", NULL },
	{ "link_title_line", 422, "links", "characters", NULL },
	{ "link_bytes_positive", 422, "links", "not_number", NULL },
	{ "quarter_ended", 409, NULL, NULL, N_("This quarter has ended; its answers stay as they are.") },
	{ "quarter_something", 422, "works", "one_of_three", NULL },
	{ "quarter_works_prose", 422, "works", "characters", NULL },
	{ "quarter_fails_prose", 422, "fails", "characters", NULL },
	{ "quarter_better_prose", 422, "better", "characters", NULL },
	{ "nudge_fortnight", 409, NULL, NULL, N_("This municipality was reminded less than a fortnight ago.") },
	{ "nudge_later", 409, NULL, NULL, N_("This municipality asked to be asked again later.") },
	{ "nudge_nobody", 409, NULL, NULL, N_("Nobody of this municipality has signed up yet.") },
	{ "nudge_not_silent", 409, NULL, NULL, N_("This municipality is not silent.") },
	{ "nudge_nobody_silent", 409, NULL, NULL, N_("There is nobody to remind at the moment.") },
	{ "contact_day_come", 422, "occurred_on", "day_come", NULL },
	{ "contact_via_known", 422, "via", "choice", NULL },
	{ "contact_words_prose", 422, "words", "characters", NULL },
	{ "report_status_known", 422, "status", "choice", NULL },
	{ "report_adaptation_line", 422, "adaptation", "characters", NULL },
	{ "report_adaptation_fits", 422, "adaptation", "only_applied", NULL },
	{ "report_evidence_line", 422, "evidence", "characters", NULL },
	{ "report_services_lines", 422, "services", "characters", NULL },
	{ "report_told_to_known", 422, "told_to", "choice", NULL },
	{ "report_occurred_on_date", 422, "occurred_on", "partial_date", NULL },
	{ "report_ask_again_on_date", 422, "ask_again_on", "date", NULL },
	{ "report_via_known", 422, "via", "choice", NULL },
	{ "report_note_prose", 422, "note", "characters", NULL },
	{ "report_audience_known", 422, "audience", "choice", NULL },
	{ "report_reason_known", 422, "reason", "choice", NULL },
};

const struct refusal *
problem_refusal(const char *name)
{
	for (size_t i = 0; i < countof(refusals); i++)
		if (strcmp(refusals[i].name, name) == 0)
			return &refusals[i];
	return NULL;
}

/* Those after which the form itself is shown again, under a text of its own. */
static const struct {
	const char *name, *text;
} notices[] = {
	{ "edit_outdated", N_("Somebody changed this since you opened it. Look at the new text, then try again.") },
	{ "part_used", N_("Others have joined this problem or refer to this sub-question: it stays. You may change its words.") },
	{ "idempotency_key_reused", N_("You had sent this form before; it was saved then. To send this as well, send it again.") },
};

const char *
problem_notice(const char *name)
{
	for (size_t i = 0; i < countof(notices); i++)
		if (strcmp(notices[i].name, name) == 0)
			return notices[i].text;
	return NULL;
}

static const struct {
	int status;
	const char *title, *detail;
} statuses[] = {
	{ 400, N_("This request is not valid"), N_("The server could not read the request.") },
	{ 401, N_("Sign in first"), N_("For this you have to be signed in.") },
	{ 403, N_("You may not do this"), N_("Your role in this group does not allow it.") },
	{ 404, N_("Not found"), N_("There is nothing here, or nothing you may see. Perhaps you have to sign in.") },
	{ 405, N_("Not possible here"), N_("This address does not take this kind of request.") },
	{ 406, N_("Not available in this form"), N_("Ask for one of the forms this address has.") },
	{ 408, N_("The request took too long"), N_("The line was too slow. Try again.") },
	{ 409, N_("Not possible now"), N_("The present state does not allow it.") },
	{ 412, N_("Changed meanwhile"), N_("Somebody changed this since you opened it. Look at the new text, then try again.") },
	{ 413, N_("Too large"), N_("Send less at once.") },
	{ 414, N_("The address is too long"), N_("Shorten the address.") },
	{ 415, N_("Sent in a form that is not understood"), N_("Send application/json to the API, forms to the pages.") },
	{ 417, N_("This request is not valid"), N_("The server does not know this expectation.") },
	{ 422, N_("Something is missing or wrong"), N_("Look at the marked fields; nothing you wrote is lost.") },
	{ 428, N_("Say which version you change"), N_("Send If-Match with the ETag of what you read.") },
	{ 429, N_("Too often"), N_("Ask again later.") },
	{ 431, N_("The request's head is too large"), N_("Send fewer or shorter headers.") },
	{ 500, N_("Something went wrong here"), N_("This is our fault. What you sent was not saved; try again later.") },
	{ 501, N_("Not possible here"), N_("The server does not know this method.") },
	{ 503, N_("Too busy for the moment"), N_("Please try again in a few seconds. Nothing was lost here.") },
	{ 504, N_("No answer from the database"), N_("It may or may not have been saved; look before you send it again.") },
	{ 505, N_("This request is not valid"), N_("Use HTTP/1.1.") },
};

static size_t
status_row(int status)
{
	for (size_t i = 0; i < countof(statuses); i++)
		if (statuses[i].status == status)
			return i;
	return status_row(500);
}

const char *
problem_title(int status)
{
	return statuses[status_row(status)].title;
}

const char *
problem_detail(int status)
{
	return statuses[status_row(status)].detail;
}

const char *
problem_label(struct exchange *x, const char *field)
{
	const struct route *r = x->shown_for != NULL ? x->shown_for : x->route;

	for (const struct field *f = r != NULL ? r->body : NULL; f != NULL && f->name != NULL; f++) {
		size_t n = strlen(f->name);

		if (strncmp(f->name, field, n) == 0 && (field[n] == '\0' || field[n] == '.') && f->label != NULL)
			return tr(x->lang, f->label);
	}
	return NULL;
}

json_t *
problem_messages(struct exchange *x)
{
	json_t *list = json_array(), *e;
	size_t i;

	json_array_foreach(x->errors, i, e) {
		const char *field = json_string_value(json_object_get(e, "field"));
		const char *code = json_string_value(json_object_get(e, "code"));
		const char *label = problem_label(x, field);

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "field", field, "label", label != NULL ? label : field,
		    "code", code, "message", field_message(&x->req->arena, x->lang, code,
		    json_integer_value(json_object_get(e, "limit")))));
	}
	return list;
}

/* Lines end in CR LF as a form sends them. */
static bool
same_text(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (*a == '\r')
			a++;
		while (*b == '\r')
			b++;
		if (*a != *b || *a == '\0')
			return *a == *b;
	}
}

json_t *
problem_theirs(struct exchange *x, const struct route *form, json_t *now)
{
	json_t *list = json_array();

	for (const struct field *f = form->body; f != NULL && f->name != NULL; f++) {
		const char *theirs = json_string_value(json_object_get(now, f->name));
		const char *mine = json_string_value(json_object_get(x->given, f->name));

		if (theirs != NULL && f->label != NULL && f->choices == NULL && !same_text(theirs, mine != NULL ? mine : ""))
			json_array_append_new(list, json_pack("{s:s, s:s}", "label", tr(x->lang, f->label), "value", theirs));
	}
	return list;
}
