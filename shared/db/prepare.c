/*
 * What a new connection is sent before it serves: its settings, the statements to prepare,
 * and what its sort adds. All of it goes out at once and comes back under one sync.
 */
#include "shared/db/internal.h"

#include <stdio.h>
#include <string.h>

#include "shared/base/log.h"

/*
 * What is deterministic in every session, whatever the server's own settings. And plans for
 * data in memory: by default a small table is read whole where its index would do in a tenth.
 * And the limits, in milliseconds.
 */
static const char settings[] =
    "SELECT set_config('role', COALESCE($1, 'none'), false), set_config('TimeZone', 'UTC', false),"
    " set_config('DateStyle', 'ISO, YMD', false), set_config('IntervalStyle', 'iso_8601', false),"
    " set_config('random_page_cost', '1.1', false),"
    " set_config('lock_timeout', $2, false), set_config('statement_timeout', $3, false)";

/* Classes of SQLSTATE that say nothing about our statements: the server is unwell. */
static const char *const transient[] = { "08", "40", "53", "55", "57", "58", "XX" };

static bool
statements(struct conn *c)
{
	const struct db_options *o = &c->db->o;
	const struct db_statement *s;

	for (s = o->statements; s < o->statements + o->nstatements; s++)
		if (PQsendPrepare(c->pg, s->name, s->sql, 0, NULL) != 1)
			return false;
	return true;
}

bool
prepare_send(struct conn *c)
{
	char lock[12], statement[12];
	const char *const values[] = { c->db->o.role, lock, statement };

	if (PQsetnonblocking(c->pg, 1) != 0 || PQenterPipelineMode(c->pg) != 1)
		return false;
	(void)snprintf(lock, sizeof(lock), "%u", c->db->o.lock_ms);
	(void)snprintf(statement, sizeof(statement), "%u", c->db->o.statement_ms);
	c->syncs = 1;
	return PQsendQueryParams(c->pg, settings, 3, NULL, values, NULL, NULL, 0) == 1 &&
	    (!conn_hooks(c)->prepares || statements(c)) &&
	    (conn_hooks(c)->set_up == NULL || conn_hooks(c)->set_up(c)) &&
	    PQpipelineSync(c->pg) == 1 && conn_flush(c);
}

static bool
is_transient(const PGresult *res)
{
	const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	if (sqlstate == NULL)
		return true;
	for (size_t i = 0; i < countof(transient); i++)
		if (strncmp(sqlstate, transient[i], 2) == 0)
			return true;
	return false;
}

/* No value is in these statements, so the whole message may be told. */
static void
refused(struct conn *c, const PGresult *res)
{
	const char *text = PQresultErrorMessage(res), *what = "the channel";

	if (c->step == 0)
		what = "the role";
	else if (conn_hooks(c)->prepares && c->step <= c->db->o.nstatements)
		what = c->db->o.statements[c->step - 1].name;
	if (!c->db->proven[c->sort] && !is_transient(res))
		fatal("database: %s does not prepare: %s", what, text);
	(void)snprintf(c->why, sizeof(c->why), "%s does not prepare: %s", what, text);
}

bool
prepare_result(struct conn *c, PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);
	bool ok = true;

	if (res == NULL) {
		c->step++;
	} else if (status == PGRES_FATAL_ERROR) {
		refused(c, res);
		ok = false;
	} else if (status == PGRES_PIPELINE_SYNC) {
		c->syncs = 0;
		conn_is_up(c);
	}
	PQclear(res);
	return ok;
}
