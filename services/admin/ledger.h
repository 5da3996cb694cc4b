/*
 * The ledger of migrations in the database, against those that the program holds. The
 * ledger is always the beginning of the program's list, or something is wrong.
 */
#ifndef RELAIS_ADMIN_LEDGER_H
#define RELAIS_ADMIN_LEDGER_H

#include <libpq-fe.h>

#include "shared/base/base.h"

struct ledger {
	size_t applied;         /* how many of web_migrations are there */
	char wrong[400];        /* "" or what does not fit, and what to do */
};

/* False: the ledger could not be read, said why. */
bool ledger_read(PGconn *conn, struct ledger *l) must_check;

/* Inside a transaction: adds number i of web_migrations. False: said why. */
bool ledger_add(PGconn *conn, size_t i) must_check;

#endif
