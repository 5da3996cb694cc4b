/*
 * Calls under way in a connection. Each is two statements, begin's and its own; a sync
 * behind one or more of them makes these one transaction. Results are kept until the
 * sync is back, because an error further on, or at the sync itself, undoes them.
 */
#include "shared/db/internal.h"

static bool
send_statement(struct conn *c, unsigned index, const char *const *values)
{
	const struct db_statement *s = &c->db->o.statements[index];

	return PQsendQueryPrepared(c->pg, s->name, (int)s->nparams, values, NULL, NULL, 0) == 1;
}

bool
pipe_send(struct conn *c, struct call *call)
{
	calls_push(&c->sent, call);
	if (c->at == NULL && c->sent.n == 1)
		c->at = call;
	return send_statement(c, c->db->o.begin, call->begin) &&
	    send_statement(c, call->statement, call->values);
}

bool
pipe_sync(struct conn *c)
{
	c->sent.last->last = true;
	c->syncs++;
	return PQpipelineSync(c->pg) == 1 && conn_flush(c);
}

/* An error at the sync belongs to no statement: the last call of the transaction carries it. */
static void
keep_error(struct conn *c, PGresult *res)
{
	struct call *call = c->at;

	if (call == NULL)
		for (call = c->sent.first; !call->last; call = call->next)
			;
	PQclear(call->error);
	call->error = res;
}

static void
keep_value(struct conn *c, PGresult *res)
{
	if (c->at == NULL || c->at->results[c->at->step] != NULL)
		PQclear(res);
	else
		c->at->results[c->at->step] = res;
}

static void
statement_done(struct conn *c)
{
	if (c->at != NULL && ++c->at->step == STEP_DONE)
		c->at = c->at->last ? NULL : c->at->next;
}

static void
sync_done(struct conn *c)
{
	struct calls unit = {0};
	bool last;

	c->syncs--;
	do {
		last = c->sent.first->last;
		calls_push(&unit, calls_shift(&c->sent));
	} while (!last);
	c->at = c->sent.first;
	conn_hooks(c)->finished(c, &unit);
}

/* False: this cannot be, give the connection up. */
bool
pipe_result(struct conn *c, PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);

	if (c->sent.first == NULL) {
		PQclear(res);
		return false;
	}
	if (res == NULL) {
		statement_done(c);
	} else if (status == PGRES_TUPLES_OK) {
		keep_value(c, res);
	} else if (status == PGRES_FATAL_ERROR) {
		keep_error(c, res);
	} else {
		PQclear(res);
		if (status == PGRES_PIPELINE_SYNC)
			sync_done(c);
		else if (status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY &&
		    status != PGRES_PIPELINE_ABORTED)
			return false;
	}
	return true;
}
