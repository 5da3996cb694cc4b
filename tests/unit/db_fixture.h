/*
 * shared/db against a real PostgreSQL: DATABASE_URL, in which it makes a schema of its own.
 * One world for all tests of a program; each starts with empty tables and opens its own
 * `db`, which is freed behind it.
 */
#ifndef RELAIS_TESTS_DB_FIXTURE_H
#define RELAIS_TESTS_DB_FIXTURE_H

#include <event2/event.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/base.h"
#include "shared/db/internal.h"

enum { MANY = 200, WAIT_MS = 20000 };

static const char schema[] =
    "SET client_min_messages = 'error';"
    "DROP SCHEMA IF EXISTS test_db CASCADE; CREATE SCHEMA test_db;"
    "CREATE TABLE test_db.parent (id int PRIMARY KEY);"
    "CREATE TABLE test_db.item (key text CHECK (key <> 'bad'), who text,"
    " parent int REFERENCES test_db.parent DEFERRABLE INITIALLY DEFERRED,"
    " xid xid8 DEFAULT pg_current_xact_id());"
    "CREATE SEQUENCE test_db.tries;"
    "CREATE FUNCTION test_db.conflict(upto int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
    " IF nextval('test_db.tries') <= upto THEN RAISE EXCEPTION USING ERRCODE = '40001'; END IF;"
    " RETURN 'passed'; END $$;"
    "CREATE FUNCTION test_db.turn(item text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM pg_advisory_xact_lock(ascii(item)), pg_sleep(0.05);"
    " INSERT INTO test_db.item (key) VALUES (item); RETURN item; END $$;"
    "CREATE FUNCTION test_db.kill() RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM nextval('test_db.tries'); PERFORM pg_terminate_backend(pg_backend_pid());"
    " PERFORM pg_sleep(1); RETURN ''; END $$;";

static const char items[] = "SELECT count(*) || ' ' || count(DISTINCT key) FROM test_db.item";

enum {
	BEGIN, ECHO, NO_ROW, WHO, PID, ROLE, ADD, ADD_ONCE, ADD_LATE, CONFLICT, READ_CONFLICT, KILL,
	TURN, WRITER, SLOW, STATEMENTS
};

static const struct db_statement statements[STATEMENTS] = {
	[BEGIN] = { "begin", "SELECT set_config('test.who', COALESCE($1, 'nobody'), true)", DB_READ, 1, NULL },
	[ECHO] = { "echo", "SELECT $1::text", DB_READ, 1, NULL },
	[NO_ROW] = { "no_row", "SELECT 1 WHERE false", DB_READ, 0, NULL },
	[WHO] = { "who", "SELECT current_setting('test.who', true)", DB_READ, 0, NULL },
	[PID] = { "pid", "SELECT pg_backend_pid()::text FROM pg_sleep($1::float8)", DB_READ, 1, NULL },
	[ROLE] = { "role", "SELECT current_user || ' ' || current_setting('TimeZone')", DB_READ, 0, NULL },
	[ADD] = { "add", "INSERT INTO test_db.item (key, who) VALUES ($1, current_setting('test.who'))"
	    " RETURNING key", DB_WRITE, 1, NULL },
	[ADD_ONCE] = { "add_once", "INSERT INTO test_db.item (key) SELECT $1"
	    " WHERE NOT EXISTS (SELECT FROM test_db.item WHERE key = $1)", DB_WRITE, 1, NULL },
	[ADD_LATE] = { "add_late", "INSERT INTO test_db.item (key, parent) VALUES ($1, 1) RETURNING key",
	    DB_WRITE, 1, NULL },
	[CONFLICT] = { "conflict", "SELECT test_db.conflict($1)", DB_WRITE, 1, NULL },
	[READ_CONFLICT] = { "read_conflict", "SELECT test_db.conflict($1)", DB_READ, 1, NULL },
	[TURN] = { "turn", "SELECT test_db.turn($1)", DB_WRITE, 1, NULL },
	[WRITER] = { "writer", "SELECT pg_backend_pid()::text", DB_WRITE, 0, NULL },
	[SLOW] = { "slow", "SELECT pg_sleep($1::float8)::text", DB_WRITE, 1, NULL },
	[KILL] = { "kill", "SELECT test_db.kill()", DB_WRITE, 0, NULL },
};

struct answer {
	unsigned times;
	unsigned order;                 /* 1 for the first that came */
	enum db_outcome outcome;
	char value[64], begin[64], sqlstate[6];
};

struct world {
	const char *url;
	PGconn *admin;
	struct event_base *base;
	struct db *db;
	struct answer answers[MANY * 2];
	char texts[MANY * 2][16];       /* the values asked with */
	unsigned asked, answered;
	const char *key;                /* of the calls */
	bool inside;                    /* db_call() is on the stack */
	unsigned kill_at;               /* kill all connections after so many answers */
	char heard[2][256];             /* by each of two hubs */
	unsigned reconnected;
};

static inline uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* One value, by the administrator's own connection, which waits. */
static inline const char *
admin(struct world *w, const char *sql)
{
	static char value[256];
	PGresult *res = PQexec(w->admin, sql);

	if (PQresultStatus(res) == PGRES_FATAL_ERROR)
		fail_msg("%s: %s", sql, PQresultErrorMessage(res));
	snprintf(value, sizeof(value), "%s", PQntuples(res) > 0 ? PQgetvalue(res, 0, 0) : "");
	PQclear(res);
	return value;
}

static inline void
kill_all(struct world *w)
{
	(void)admin(w, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
	    " WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

static struct world *the_world;

static inline void
done(void *arg, const struct db_result *r)
{
	struct world *w = the_world;
	struct answer *a = arg;

	assert_false(w->inside);
	a->times++;
	a->order = ++w->answered;
	a->outcome = r->outcome;
	assert_int_equal(r->len, strlen(r->value));
	snprintf(a->value, sizeof(a->value), "%s", r->value);
	snprintf(a->begin, sizeof(a->begin), "%s", r->begin);
	memcpy(a->sqlstate, r->sqlstate, sizeof(a->sqlstate));
	if (w->kill_at != 0 && w->answered == w->kill_at)
		kill_all(w);
}

static inline struct answer *
ask_as(struct world *w, const char *who, unsigned statement, const char *value, bool again_ok)
{
	struct answer *a = &w->answers[w->asked++];

	assert_true(w->asked <= countof(w->answers));
	w->inside = true;
	db_call(w->db, &(struct db_call){ .begin = &who, .statement = statement, .values = &value,
	    .key = w->key, .again_ok = again_ok, .done = done, .arg = a });
	w->inside = false;
	return a;
}

static inline struct answer *
ask(struct world *w, unsigned statement, const char *value)
{
	return ask_as(w, "me", statement, value, false);
}

/* A text that stays, unlike the one before it. */
static inline const char *
text(struct world *w, const char *prefix, unsigned i)
{
	snprintf(w->texts[i], sizeof(w->texts[i]), "%s%u", prefix, i);
	return w->texts[i];
}

static inline void
on_time(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	*(bool *)arg = true;
}

static inline void
turn_for(struct world *w, unsigned ms)
{
	const struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	bool over = false;

	event_base_once(w->base, -1, EV_TIMEOUT, on_time, &over, &tv);
	while (!over)
		event_base_loop(w->base, EVLOOP_ONCE);
}

/* Until every call has its answer. */
static inline void
settle(struct world *w)
{
	uint64_t end = now_ms() + WAIT_MS;

	while (w->answered < w->asked && now_ms() < end)
		turn_for(w, 2);
	assert_int_equal(w->answered, w->asked);
	for (unsigned i = 0; i < w->asked; i++)
		assert_int_equal(w->answers[i].times, 1);
}

static inline void
until_ready(struct world *w, const struct db *db)
{
	uint64_t end = now_ms() + WAIT_MS;

	while (!db_ready(db) && now_ms() < end)
		turn_for(w, 2);
	assert_true(db_ready(db));
}

/* Kills every connection, those too that were just being made, until it is seen that none is left. */
static inline void
until_alone(struct world *w, const struct db *db)
{
	uint64_t end = now_ms() + WAIT_MS;

	do {
		kill_all(w);
		turn_for(w, 10);
	} while (db_stats(db).connections > 0 && now_ms() < end);
	assert_int_equal(db_stats(db).connections, 0);
	assert_false(db_ready(db));
}

static inline void
expect(const struct answer *a, enum db_outcome outcome, const char *value)
{
	assert_int_equal(a->outcome, outcome);
	assert_string_equal(a->value, value);
}

static inline struct db *
open_db(struct world *w, struct db_options o)
{
	o.conninfo = o.conninfo == NULL ? w->url : o.conninfo;
	o.statements = statements;
	o.nstatements = STATEMENTS;
	o.begin = BEGIN;
	w->db = db_new(w->base, &o);
	assert_non_null(w->db);
	return w->db;
}

static inline int
set_up(void **state)
{
	struct world *w = the_world;

	*state = w;
	w->base = event_base_new();
	w->db = NULL;
	memset(w->answers, 0, sizeof(w->answers));
	memset(w->heard, 0, sizeof(w->heard));
	w->key = "one";
	w->asked = w->answered = w->kill_at = w->reconnected = 0;
	(void)admin(w, "TRUNCATE test_db.item, test_db.parent; SELECT setval('test_db.tries', 1, false)");
	return 0;
}

static inline int
tear_down(void **state)
{
	struct world *w = *state;

	db_free(w->db);
	event_base_free(w->base);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* What a main() does. */
#define run_db_tests(tests) run_group(tests, countof(tests))

static inline int
run_group(const struct CMUnitTest *tests, size_t n)
{
	static struct world w;
	int failed;

	w.url = getenv("DATABASE_URL");
	if (w.url == NULL) {
		fprintf(stderr, "DATABASE_URL is not set; this needs a PostgreSQL\n");
		return 2;
	}
	the_world = &w;
	w.admin = PQconnectdb(w.url);
	PQclear(PQexec(w.admin, schema));
	failed = _cmocka_run_group_tests("tests", tests, n, NULL, NULL);
	PQclear(PQexec(w.admin, "DROP SCHEMA test_db CASCADE"));
	PQfinish(w.admin);
	return failed;
}

#endif
