/*
 * The command line's one connection: plain, waiting libpq. Errors are told to the person at
 * the terminal, with what to do, by the function that meets them.
 */
#ifndef RELAIS_ADMIN_DATABASE_H
#define RELAIS_ADMIN_DATABASE_H

#include "services/admin/admin.h"

/* DATABASE_URL, or postgresql:///relais. */
const char *database_url(void);

/* Connects as whoever DATABASE_URL names; for migrate. NULL: said why. */
PGconn *database_open(void) must_check;

/* The same, telling nothing: the caller looks at PQstatus(). Never NULL but without memory. */
PGconn *database_try(void) must_check;

/* Connects, if it isn't done yet, and becomes the operator, or the person of --as. False: said why. */
bool admin_connect(struct admin *a) must_check;

/*
 * Runs a statement with its parameters taken from `in` by name (texts, numbers, true and
 * false as they are; lists and objects as JSON). Gives its value, JSON null if there was
 * no row; NULL: said why. A value {"error": …} is told too, and gives NULL. Tells the
 * services of the groups that changed.
 */
json_t *admin_call(struct admin *a, unsigned statement, json_t *in) must_check;

/* The same, without telling of {"error": …}. */
json_t *admin_value(struct admin *a, unsigned statement, json_t *in) must_check;

/* Tells the services which groups have changed: the "changed" of an answer. */
void admin_notify(struct admin *a, const json_t *changed);

/* A statement without parameters or rows: BEGIN and the like. False: said why. */
bool database_do(PGconn *conn, const char *control) must_check;

#endif
