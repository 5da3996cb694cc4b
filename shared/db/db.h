/*
 * PostgreSQL on the event loop: a pool of non-blocking libpq connections in
 * pipeline mode over a closed set of prepared statements.
 *
 * One call is one statement and gives one value: the first column of the first row.
 * Before it, in the same transaction, goes the `begin` statement (who asks), with
 * values of its own; its value is handed back too. Reads are spread over
 * `readers` connections, several under way in each, a sync (so a transaction) per
 * call. Writes go through one connection: what arrives while a commit is under way
 * is the next batch and shares one commit; no `done` before the sync is back; when a
 * batch aborts, each of it is retried alone, so that a failing one fails alone. Within a
 * batch locks are taken in the order of the calls' keys, so that two programs never wait
 * for each other; a call without a key takes them in an order of its own, and has a commit
 * of its own.
 *
 * Nothing waits for ever: a statement that waits for a lock longer than lock_ms or runs
 * longer than statement_ms is DB_BUSY, as are the writes with the same key behind one that
 * waits for a lock; a connection that owes an answer and is silent for twice statement_ms
 * is given up.
 *
 * Everything runs in the event loop's thread; no function waits. `done` is called
 * exactly once for each call, never from inside db_call(); it may call db_call(), not
 * db_free(). The values are copied.
 *
 * A lost connection comes back by itself. Reads that were under way are sent again; so are
 * writes that may be (again_ok); what waits goes on waiting, until wait_ms. Sessions have
 * the time zone UTC, ISO dates and UTF-8.
 */
#ifndef RELAIS_DB_H
#define RELAIS_DB_H

#include <event2/event.h>

#include "shared/base/base.h"

struct db;

enum db_kind { DB_READ, DB_WRITE };

/* Made from sql/<name>.sql by sql/compile.awk. */
struct db_statement {
	const char *name;
	const char *sql;                /* with $1 … $n */
	enum db_kind kind;
	unsigned nparams;
	const char *const *params;      /* their names, in the order of $1 … $n */
};

enum db_outcome {
	DB_OK,                          /* value is there */
	DB_NONE,                        /* no row, or NULL */
	DB_BUSY,                        /* queue full, too long in it, or over a limit: 503, Retry-After */
	DB_DOWN,                        /* no connection to the database: nothing was done, or asking
	                                   again is harmless */
	DB_UNKNOWN,                     /* a write was sent and its connection lost: done or not */
	DB_FAILED                       /* the server refused; logged with its SQLSTATE */
};

struct db_result {
	enum db_outcome outcome;
	const char *value;              /* NUL-terminated; valid during the callback */
	size_t len;
	const char *begin;              /* what the begin statement gave; "" if nothing */
	char sqlstate[6];               /* the server's, with DB_FAILED and DB_BUSY; or "" */
};

typedef void db_done(void *arg, const struct db_result *result);

struct db_call {
	const char *const *begin;       /* values of the begin statement; NULL entries are NULL */
	unsigned statement;             /* index into db_options.statements */
	const char *const *values;
	const char *key;                /* of a write: names the first lock it takes; NULL: it may
	                                   take several */
	bool again_ok;                  /* a write that may be sent again after a lost
	                                   connection: it carries an idempotency key, or is
	                                   harmless twice */
	db_done *done;
	void *arg;
};

struct db_options {
	const char *conninfo;           /* libpq connection string or URI */
	const char *role;               /* taken by SET ROLE when a connection opens; NULL: none */
	const struct db_statement *statements;
	unsigned nstatements;
	unsigned begin;                 /* index of the begin statement */
	unsigned readers;               /* connections for reads: 4 */
	unsigned per_reader;            /* calls under way in each: 16 */
	unsigned batch;                 /* writes to a commit: 64 */
	unsigned queue;                 /* calls that may wait, reads and writes apart: 1024 */
	unsigned wait_ms;               /* longest wait in the queue: 5000 */
	unsigned lock_ms;               /* for a lock: 2000; more than the server's deadlock_timeout */
	unsigned statement_ms;          /* longest run of a statement: 10000 */
	const char *channel;            /* LISTEN and NOTIFY, by a connection of its own; or NULL */
	void (*notified)(void *arg, const char *payload);       /* also for our own notifications */
	void (*reconnected)(void *arg); /* listening began, at first or again: some were missed */
	void *arg;
};

/*
 * Starts connecting. NULL only for options that make no sense; that the database is
 * away is no error here. A statement that does not prepare is fatal() on the first
 * connection (a wrong build) and logged on later ones (retried with backoff).
 */
struct db *db_new(struct event_base *base, const struct db_options *options) must_check;
void db_free(struct db *db);            /* every call is answered: DB_DOWN, DB_UNKNOWN */

void db_call(struct db *db, const struct db_call *call);

/*
 * Tells the other processes, on the channel. Gathered and sent once, after the
 * commit whose `done` callbacks asked for it, from a connection of its own; payloads
 * are joined by a space, doubles left out, split below 7,900 bytes.
 */
void db_notify(struct db *db, const char *payload);

/*
 * At least one reader and the writer are connected and prepared, and no connection owes an
 * answer for longer than statement_ms.
 */
bool db_ready(const struct db *db);

struct db_stats {
	unsigned connections, waiting_reads, waiting_writes;
	uint64_t reads, writes, commits, retries, failures, busy;
};
struct db_stats db_stats(const struct db *db);

#endif
