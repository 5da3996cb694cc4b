/* relais migrate: makes the hub in an empty database, or brings it up to date. */
#include <stdio.h>
#include <string.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/ledger.h"
#include "services/admin/print.h"
#include "shared/base/web.h"
#include "statements.h"

enum { OLDEST_SERVER = 150000 };

/* As the operator of the database, so that the tables' owner can't be in the way. */
static bool
prepare(PGconn *conn)
{
	if (PQserverVersion(conn) < OLDEST_SERVER) {
		failed("PostgreSQL %d is too old: 15 or later is needed", PQserverVersion(conn) / 10000);
		return false;
	}
	if (strcmp(PQparameterStatus(conn, "server_encoding"), "UTF8") != 0) {
		failed("the database is encoded in %s: make it anew with createdb --template=template0 --encoding=UTF8 "
		    "--locale=C.UTF-8", PQparameterStatus(conn, "server_encoding"));
		return false;
	}
	return database_do(conn, statements[SQL_LEDGER_LOCK].sql) && database_do(conn, statements[SQL_LEDGER_MAKE].sql)
	    && database_do(conn, statements[SQL_LEDGER_OPEN].sql);
}

/* Wholly or not at all; migrations change the role, the ledger is the log-in role's. */
static bool
apply(PGconn *conn, size_t i)
{
	return database_do(conn, "BEGIN") && database_do(conn, web_migrations[i].sql) && database_do(conn, "RESET ROLE")
	    && ledger_add(conn, i) && database_do(conn, "COMMIT");
}

static int
migrate(struct admin *a)
{
	json_t *applied = json_array(), *result;
	struct ledger l;
	int code = FAILED;
	size_t i;

	a->conn = database_open();
	if (a->conn == NULL || !prepare(a->conn) || !ledger_read(a->conn, &l))
		goto out;
	if (*l.wrong != '\0') {
		failed("%s.", l.wrong);
		goto out;
	}
	for (i = l.applied; i < web_nmigrations; i++) {
		if (!apply(a->conn, i)) {
			failed("migration %s was not applied; those before it were", web_migrations[i].name);
			goto out;
		}
		json_array_append_new(applied, json_string(web_migrations[i].name));
		if (!a->json)
			printf("applied %s\n", web_migrations[i].name);
	}
	if (!a->json && i == l.applied)
		printf("nothing to do: the database is at %s\n", web_migrations[web_nmigrations - 1].name);
	if (a->json) {
		result = json_pack("{s:O, s:i}", "applied", applied, "number", web_migrations[web_nmigrations - 1].number);
		print_json(result);
		json_decref(result);
	}
	code = DONE;
out:
	json_decref(applied);
	return code;
}

static const struct verb verbs[] = {
	{ .name = "", .help = "Makes the hub in an empty database, or brings it up to date. DATABASE_URL names the database; who logs\n"
	  "in owns it and may create roles. Each step happens wholly or not at all.", .run = migrate },
	{ .name = NULL }
};

const struct command command_migrate = { "migrate", "make the hub's tables, or bring them up to date", verbs };
