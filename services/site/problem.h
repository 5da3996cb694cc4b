/*
 * Saying what is wrong: problem+json (RFC 9457) with one entry per wrong field on the
 * API, a page in the reader's language on the web. Also the names under which the
 * database refuses, and what each means to the person who asked.
 */
#ifndef RELAIS_SITE_PROBLEM_H
#define RELAIS_SITE_PROBLEM_H

#include "services/site/exchange.h"

/* Answers with the status. detail: msgid, or NULL for the status's own text. */
void answer_problem(struct exchange *x, int status, const char *detail);

/* x->errors has the entries: 422, or the form again with what was typed. */
void answer_invalid(struct exchange *x);

/* What a write function said no with: a constraint's or a refusal's name. */
void answer_refused(struct exchange *x, const char *name);

/* [{"field","label","code","message"}] of x->errors in the reader's language; new reference. */
json_t *problem_messages(struct exchange *x) must_check;

/* The words of a status, msgid: N_("Not found"). */
const char *problem_title(int status);

/* The refusal's names, for the test that each constraint has one; NULL-terminated list ends. */
const char *problem_refusal(size_t i);

#endif
