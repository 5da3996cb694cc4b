#include "services/admin/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/admin/database.h"
#include "shared/base/web.h"
#include "statements.h"

/* One line of the ledger, the n-th: number, sha256, name, parted by tabs. */
static void
compare(struct ledger *l, size_t n, const char *line)
{
	const struct web_migration *m = n < web_nmigrations ? &web_migrations[n] : NULL;
	const char *sha = strchr(line, '\t'), *name = sha != NULL ? strchr(sha + 1, '\t') : NULL;

	if (name == NULL)
		snprintf(l->wrong, sizeof(l->wrong), "public.relais_migration holds something else: %.100s", line);
	else if (m == NULL || atoi(line) > web_migrations[web_nmigrations - 1].number)
		snprintf(l->wrong, sizeof(l->wrong), "the database has migration %.*s, which this program does not know: it is newer. "
		    "Install the newer Relais", (int)strcspn(name + 1, "\n"), name + 1);
	else if (atoi(line) != m->number)
		snprintf(l->wrong, sizeof(l->wrong), "the database lacks migration %s but has later ones. "
		    "Restore a backup, or use the Relais that made it", m->name);
	else if (strncmp(sha + 1, m->sha256, 64) != 0)
		snprintf(l->wrong, sizeof(l->wrong), "migration %s was applied in another form than this program's. "
		    "Use the Relais that applied it, or export, and restore into an empty database", m->name);
	else
		l->applied = n + 1;
}

bool
ledger_read(PGconn *conn, struct ledger *l)
{
	PGresult *res = PQexec(conn, statements[SQL_LEDGER_READ].sql);
	char *line;
	size_t n = 0;
	bool ok = PQresultStatus(res) == PGRES_COPY_OUT;

	*l = (struct ledger){0};
	PQclear(res);
	while (ok && PQgetCopyData(conn, &line, 0) > 0) {
		if (*l->wrong == '\0')
			compare(l, n++, line);
		PQfreemem(line);
	}
	while ((res = PQgetResult(conn)) != NULL) {
		ok = ok && PQresultStatus(res) == PGRES_COMMAND_OK;
		PQclear(res);
	}
	if (!ok)
		failed("cannot read the ledger of migrations: %s", PQerrorMessage(conn));
	return ok;
}

bool
ledger_add(PGconn *conn, size_t i)
{
	const struct web_migration *m = &web_migrations[i];
	PGresult *res = PQexec(conn, statements[SQL_LEDGER_ADD].sql);
	char line[256];
	int n = snprintf(line, sizeof(line), "%d\t%s\t%s\n", m->number, m->sha256, m->name);
	bool ok = PQresultStatus(res) == PGRES_COPY_IN && n < (int)sizeof(line)
	    && PQputCopyData(conn, line, n) == 1 && PQputCopyEnd(conn, NULL) == 1;

	PQclear(res);
	while ((res = PQgetResult(conn)) != NULL) {
		ok = ok && PQresultStatus(res) == PGRES_COMMAND_OK;
		PQclear(res);
	}
	if (!ok)
		failed("cannot write the ledger of migrations: %s", PQerrorMessage(conn));
	return ok;
}
