/* Calls: copies of what was asked, the lists they wait in, and their answers. */
#include "shared/db/internal.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"

enum { CONFLICTS_MAX = 3 };

/* ---- lists ---- */

void
calls_push(struct calls *l, struct call *c)
{
	c->next = NULL;
	if (l->first == NULL)
		l->first = c;
	else
		l->last->next = c;
	l->last = c;
	l->n++;
}

struct call *
calls_shift(struct calls *l)
{
	struct call *c = l->first;

	if (c == NULL)
		return NULL;
	l->first = c->next;
	if (l->first == NULL)
		l->last = NULL;
	l->n--;
	c->next = NULL;
	return c;
}

void
calls_insert(struct calls *l, struct call *c)
{
	struct call *before = NULL;

	for (struct call *at = l->first; at != NULL && strcmp(at->key, c->key) <= 0; at = at->next)
		before = at;
	if (before == l->last) {
		calls_push(l, c);
		return;
	}
	c->next = before == NULL ? l->first : before->next;
	*(before == NULL ? &l->first : &before->next) = c;
	l->n++;
}

void
calls_prepend(struct calls *l, struct calls *before)
{
	if (before->first == NULL)
		return;
	before->last->next = l->first;
	if (l->first == NULL)
		l->last = before->last;
	l->first = before->first;
	l->n += before->n;
	*before = (struct calls){0};
}

void
calls_answer(struct db *db, struct calls *l, enum db_outcome outcome)
{
	struct call *c;

	while ((c = calls_shift(l)) != NULL)
		call_answer(db, c, outcome);
}

/* Reads, and writes that are harmless twice, can be asked again; of the others nobody knows. */
void
calls_give_up(struct db *db, struct calls *l)
{
	struct call *c;

	while ((c = calls_shift(l)) != NULL)
		call_answer(db, c, c->kind == DB_READ || c->again_ok ? DB_DOWN : DB_UNKNOWN);
}

/* ---- copies ---- */

static size_t
texts_size(const char *const *from, unsigned n)
{
	size_t size = 0;

	for (unsigned i = 0; from != NULL && i < n; i++)
		size += from[i] == NULL ? 0 : strlen(from[i]) + 1;
	return size;
}

/* Copies the n texts behind *at and moves it on. */
static void
texts_copy(const char **to, const char *const *from, unsigned n, char **at)
{
	for (unsigned i = 0; i < n; i++) {
		if (from == NULL || from[i] == NULL) {
			to[i] = NULL;
			continue;
		}
		to[i] = *at;
		*at = stpcpy(*at, from[i]) + 1;
	}
}

struct call *
call_new(const struct db *db, const struct db_call *from)
{
	unsigned nbegin = db->o.statements[db->o.begin].nparams;
	unsigned nvalues = db->o.statements[from->statement].nparams;
	size_t pointers = (nbegin + nvalues) * sizeof(char *);
	struct call *c;
	char *text;

	c = malloc(sizeof(*c) + pointers +
	    texts_size(from->begin, nbegin) + texts_size(from->values, nvalues) + texts_size(&from->key, 1));
	if (c == NULL)
		fatal("out of memory");
	*c = (struct call){
		.statement = from->statement,
		.kind = db->o.statements[from->statement].kind,
		.done = from->done,
		.arg = from->arg,
		.deadline = db_now() + db->o.wait_ms,
		.again_ok = from->again_ok,
	};
	c->begin = c->pointers;
	c->values = c->pointers + nbegin;
	text = (char *)c->pointers + pointers;
	texts_copy(c->begin, from->begin, nbegin, &text);
	texts_copy(c->values, from->values, nvalues, &text);
	texts_copy(&c->key, &from->key, 1, &text);
	return c;
}

void
call_rewind(struct call *c)
{
	for (unsigned i = 0; i < STEP_DONE; i++) {
		PQclear(c->results[i]);
		c->results[i] = NULL;
	}
	PQclear(c->error);
	c->error = NULL;
	c->step = STEP_BEGIN;
	c->last = false;
}

/* ---- answers ---- */

static bool
has_value(const PGresult *res)
{
	return PQntuples(res) > 0 && PQnfields(res) > 0 && !PQgetisnull(res, 0, 0);
}

/* The message stays out of the log: it may quote a value. */
static void
log_failure(const struct db *db, const struct call *c, const char *sqlstate)
{
	const char *constraint = PQresultErrorField(c->error, PG_DIAG_CONSTRAINT_NAME);

	log_error("statement %s failed: SQLSTATE %s%s%s", db->o.statements[c->statement].name,
	    sqlstate, constraint == NULL ? "" : ", constraint ",
	    constraint == NULL ? "" : constraint);
}

static void
count(struct db *db, const struct call *c, enum db_outcome outcome)
{
	db->stats.busy += outcome == DB_BUSY;
	db->stats.failures += outcome == DB_FAILED;
	if (outcome == DB_OK || outcome == DB_NONE)
		*(c->kind == DB_READ ? &db->stats.reads : &db->stats.writes) += 1;
}

void
call_answer(struct db *db, struct call *c, enum db_outcome outcome)
{
	struct db_result r = { .outcome = outcome, .value = "", .begin = "" };
	const char *sqlstate = PQresultErrorField(c->error, PG_DIAG_SQLSTATE);

	if (outcome == DB_OK) {
		r.value = PQgetvalue(c->results[STEP_OWN], 0, 0);
		r.len = (size_t)PQgetlength(c->results[STEP_OWN], 0, 0);
	}
	if (has_value(c->results[STEP_BEGIN]))
		r.begin = PQgetvalue(c->results[STEP_BEGIN], 0, 0);
	if ((outcome == DB_FAILED || outcome == DB_BUSY) && sqlstate != NULL) {
		memcpy(r.sqlstate, sqlstate, strnlen(sqlstate, sizeof(r.sqlstate) - 1));
		log_failure(db, c, r.sqlstate);
	}
	count(db, c, outcome);
	c->done(c->arg, &r);
	call_rewind(c);
	free(c);
}

void
call_finish(struct db *db, struct call *c)
{
	if (c->error != NULL)
		call_answer(db, c, call_timed_out(c) ? DB_BUSY : DB_FAILED);
	else
		call_answer(db, c, has_value(c->results[STEP_OWN]) ? DB_OK : DB_NONE);
}

static bool
has_sqlstate(const struct call *c, const char *code)
{
	const char *sqlstate = PQresultErrorField(c->error, PG_DIAG_SQLSTATE);

	return sqlstate != NULL && strcmp(sqlstate, code) == 0;
}

bool
call_conflict(const struct call *c)
{
	return c->conflicts < CONFLICTS_MAX && (has_sqlstate(c, "40001") || has_sqlstate(c, "40P01"));
}

bool
call_lock_timed_out(const struct call *c)
{
	return has_sqlstate(c, "55P03");
}

bool
call_timed_out(const struct call *c)
{
	return call_lock_timed_out(c) || has_sqlstate(c, "57014");
}
