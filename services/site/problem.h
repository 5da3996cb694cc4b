/*
 * What can be wrong, in words: the statuses, and the names under which the database
 * refuses. Only tables and texts; answer.c says them.
 */
#ifndef RELAIS_SITE_PROBLEM_H
#define RELAIS_SITE_PROBLEM_H

#include "services/site/exchange.h"

/* A name a write function refuses with: a constraint's, or one of relais.refuse(). */
struct refusal {
	const char *name;
	int status;
	const char *field, *code;       /* of a field's fault; NULL: the request's */
	const char *detail;             /* msgid; NULL: the status's own */
};

/* NULL for a name without a row. */
const struct refusal *problem_refusal(const char *name);

/* msgid under which a page's form is shown again after such a refusal; NULL: it is not. */
const char *problem_notice(const char *name);

/* msgids */
const char *problem_title(int status);
const char *problem_detail(int status);

/* What people call a field (or NAME.N.SUB) of the form that was sent; NULL if it has no label. */
const char *problem_label(struct exchange *x, const char *field);

/* [{"field","label","code","message"}] of x->errors in the reader's language; new reference. */
json_t *problem_messages(struct exchange *x) must_check;

/*
 * After an edit that came too late: the texts that stand there now and differ from those sent, as
 * [{"label","value"}]; now: the values that fill in the form (borrowed, may be NULL). New reference.
 */
json_t *problem_theirs(struct exchange *x, const struct route *form, json_t *now) must_check;

#endif
