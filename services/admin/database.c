#include "services/admin/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/admin/refusal.h"
#include "shared/base/buf.h"
#include "shared/base/log.h"
#include "statements.h"

enum { MOST_PARAMETERS = 32 };

const char *
database_url(void)
{
	const char *url = getenv("DATABASE_URL");

	return url != NULL && *url != '\0' ? url : "postgresql:///relais";
}

PGconn *
database_try(void)
{
	const char *const keys[] = { "dbname", "client_encoding", "application_name", "connect_timeout", "options", NULL };
	const char *const values[] = { database_url(), "UTF8", "relais", "10",
	    "-c timezone=UTC -c datestyle=ISO -c client_min_messages=warning", NULL };

	return PQconnectdbParams(keys, values, 1);
}

PGconn *
database_open(void)
{
	PGconn *conn = database_try();

	if (PQstatus(conn) == CONNECTION_OK)
		return conn;
	failed("cannot reach the database: %s"
	    "Is PostgreSQL running, and does DATABASE_URL name it? (%s)", PQerrorMessage(conn),
	    getenv("DATABASE_URL") != NULL ? "it is set" : "it is not set: postgresql:///relais");
	PQfinish(conn);
	return NULL;
}

static bool
tell(PGconn *conn, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	static const struct { const char *state, *advice; } advice[] = {
		{ "42883", "The database is older than this program: run relais migrate." },
		{ "42P01", "The database is older than this program: run relais migrate." },
		{ "3F000", "The database has no hub yet: run relais migrate." },
		{ "22023", "The database has no hub yet, or its role relais_admin is missing: run relais migrate." },
		{ "42501", "DATABASE_URL logs in as a role that may not: GRANT relais_admin TO it." },
	};

	failed("the database says: %s", message != NULL ? message : PQerrorMessage(conn));
	for (size_t i = 0; state != NULL && i < countof(advice); i++)
		if (strcmp(state, advice[i].state) == 0)
			fprintf(stderr, "%s\n", advice[i].advice);
	return false;
}

bool
database_do(PGconn *conn, const char *control)
{
	PGresult *res = PQexec(conn, control);
	bool ok = PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK || tell(conn, res);

	PQclear(res);
	return ok;
}

/* The text of a parameter; NULL for SQL's NULL. The caller frees. */
static char *
parameter(const json_t *v)
{
	char *text;

	if (v == NULL || json_is_null(v))
		return NULL;
	text = json_is_string(v) ? strdup(json_string_value(v)) : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
	if (text == NULL)
		fatal("out of memory");
	return text;
}

json_t *
admin_value(struct admin *a, unsigned statement, json_t *in)
{
	const struct db_statement *s = &statements[statement];
	char *values[MOST_PARAMETERS] = {0};
	json_t *value = NULL;
	json_error_t error;
	PGresult *res;

	if (s->nparams > MOST_PARAMETERS)
		fatal("statement %s has too many parameters", s->name);
	for (unsigned i = 0; i < s->nparams; i++)
		values[i] = parameter(json_object_get(in, s->params[i]));
	res = PQexecParams(a->conn, s->sql, (int)s->nparams, NULL, (const char *const *)values, NULL, NULL, 0);
	for (unsigned i = 0; i < s->nparams; i++)
		free(values[i]);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		tell(a->conn, res);
	else if (PQntuples(res) == 0 || PQgetisnull(res, 0, 0))
		value = json_null();
	else if ((value = json_loads(PQgetvalue(res, 0, 0), JSON_DECODE_ANY | JSON_ALLOW_NUL, &error)) == NULL)
		failed("the database's answer cannot be read: %s", error.text);
	PQclear(res);
	return value;
}

void
admin_notify(struct admin *a, const json_t *changed)
{
	struct buf payload = {0};
	json_t *in = json_object(), *pair;
	size_t i;

	/* a notification takes 8,000 bytes; what more there is, the services find by looking */
	json_array_foreach(changed, i, pair) {
		if (payload.len > 7900)
			break;
		buf_printf(&payload, "%s%lld:%lld", i == 0 ? "" : " ", (long long)json_integer_value(json_array_get(pair, 0)),
		    (long long)json_integer_value(json_array_get(pair, 1)));
	}
	if (payload.len > 0) {
		json_object_set_new(in, "payload", json_string(buf_text(&payload)));
		json_decref(admin_value(a, SQL_ADMIN_NOTIFY, in));
	}
	json_decref(in);
	buf_release(&payload);
}

json_t *
admin_call(struct admin *a, unsigned statement, json_t *in)
{
	json_t *value = admin_value(a, statement, in);
	const char *refused = json_string_value(json_object_get(value, "error"));

	if (refused != NULL) {
		const char *field = refusal_field(refused);

		failed("%s%s%s%s", field != NULL ? field : "", field != NULL ? ": " : "", refusal_text(refused),
		    a->as != NULL && strcmp(refused, "forbidden") == 0 ? " (acting with --as)" : "");
		json_decref(value);
		return NULL;
	}
	if (json_is_array(json_object_get(value, "changed")))
		admin_notify(a, json_object_get(value, "changed"));
	return value;
}

bool
admin_connect(struct admin *a)
{
	json_t *in, *known;
	bool ok = false;

	if (a->conn != NULL)
		return true;
	a->conn = database_open();
	if (a->conn == NULL)
		return false;
	in = json_pack("{s:s?, s:s?}", "as", a->as, "lang", a->lang);
	known = admin_value(a, SQL_ADMIN_ROLE, in);
	if (known != NULL) {
		json_decref(known);
		known = admin_value(a, SQL_ADMIN_BEGIN, in);
	}
	if (known != NULL && !(ok = json_is_true(known)))
		failed("nobody here has the address %s; see relais person list", a->as);
	json_decref(known);
	json_decref(in);
	return ok;
}
