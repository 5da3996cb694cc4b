/* shared/db against a real PostgreSQL: DATABASE_URL, in which it makes a schema of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

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
    "CREATE FUNCTION test_db.kill() RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM nextval('test_db.tries'); PERFORM pg_terminate_backend(pg_backend_pid());"
    " PERFORM pg_sleep(1); RETURN ''; END $$;";

static const char items[] = "SELECT count(*) || ' ' || count(DISTINCT key) FROM test_db.item";

enum {
	BEGIN, ECHO, NO_ROW, WHO, PID, ROLE, ADD, ADD_ONCE, ADD_LATE, CONFLICT, READ_CONFLICT, KILL,
	STATEMENTS
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
	bool inside;                    /* db_call() is on the stack */
	unsigned kill_at;               /* kill all connections after so many answers */
	char heard[2][256];             /* by each of two hubs */
	unsigned reconnected;
};

/* ---- tools ---- */

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* One value, by the administrator's own connection, which waits. */
static const char *
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

static void
kill_all(struct world *w)
{
	(void)admin(w, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
	    " WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

static struct world *the_world;

static void
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

static struct answer *
ask_as(struct world *w, const char *who, unsigned statement, const char *value, bool again_ok)
{
	struct answer *a = &w->answers[w->asked++];

	assert_true(w->asked <= countof(w->answers));
	w->inside = true;
	db_call(w->db, &(struct db_call){ .begin = &who, .statement = statement, .values = &value,
	    .again_ok = again_ok, .done = done, .arg = a });
	w->inside = false;
	return a;
}

static struct answer *
ask(struct world *w, unsigned statement, const char *value)
{
	return ask_as(w, "me", statement, value, false);
}

/* A text that stays, unlike the one before it. */
static const char *
text(struct world *w, const char *prefix, unsigned i)
{
	snprintf(w->texts[i], sizeof(w->texts[i]), "%s%u", prefix, i);
	return w->texts[i];
}

static void
on_time(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	*(bool *)arg = true;
}

static void
turn_for(struct world *w, unsigned ms)
{
	const struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	bool over = false;

	event_base_once(w->base, -1, EV_TIMEOUT, on_time, &over, &tv);
	while (!over)
		event_base_loop(w->base, EVLOOP_ONCE);
}

/* Until every call has its answer. */
static void
settle(struct world *w)
{
	uint64_t end = now_ms() + WAIT_MS;

	while (w->answered < w->asked && now_ms() < end)
		turn_for(w, 2);
	assert_int_equal(w->answered, w->asked);
	for (unsigned i = 0; i < w->asked; i++)
		assert_int_equal(w->answers[i].times, 1);
}

static void
until_ready(struct world *w, const struct db *db)
{
	uint64_t end = now_ms() + WAIT_MS;

	while (!db_ready(db) && now_ms() < end)
		turn_for(w, 2);
	assert_true(db_ready(db));
}

static void
expect(const struct answer *a, enum db_outcome outcome, const char *value)
{
	assert_int_equal(a->outcome, outcome);
	assert_string_equal(a->value, value);
}

static struct db *
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

static int
set_up(void **state)
{
	struct world *w = the_world;

	*state = w;
	w->base = event_base_new();
	w->db = NULL;
	memset(w->answers, 0, sizeof(w->answers));
	memset(w->heard, 0, sizeof(w->heard));
	w->asked = w->answered = w->kill_at = w->reconnected = 0;
	(void)admin(w, "TRUNCATE test_db.item, test_db.parent; SELECT setval('test_db.tries', 1, false)");
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	db_free(w->db);
	event_base_free(w->base);
	return 0;
}

/* ---- tests ---- */

static void
values(void **state)
{
	struct world *w = *state;
	struct answer *a[6];

	open_db(w, (struct db_options){0});
	a[0] = ask(w, ECHO, "déjà 'vu' \\ \"x\"");
	a[1] = ask(w, ECHO, NULL);
	a[2] = ask(w, NO_ROW, NULL);
	a[3] = ask_as(w, NULL, WHO, NULL, false);
	a[4] = ask(w, PID, "not a number");
	a[5] = ask(w, ECHO, "");
	settle(w);
	expect(a[0], DB_OK, "déjà 'vu' \\ \"x\"");
	assert_string_equal(a[0]->begin, "me");
	expect(a[1], DB_NONE, "");
	expect(a[2], DB_NONE, "");
	assert_string_equal(a[2]->begin, "me");
	expect(a[3], DB_OK, "nobody");
	expect(a[4], DB_FAILED, "");
	assert_string_equal(a[4]->sqlstate, "22P02");
	expect(a[5], DB_OK, "");
	assert_int_equal(db_stats(w->db).reads, 5);
	assert_int_equal(db_stats(w->db).failures, 1);
}

static void
options(void **state)
{
	struct world *w = *state;
	struct db_options o = { .conninfo = "no=such", .statements = statements, .nstatements = STATEMENTS };
	struct answer *a;

	assert_null(db_new(w->base, &o));
	o.conninfo = w->url;
	o.begin = STATEMENTS;
	assert_null(db_new(w->base, &o));
	open_db(w, (struct db_options){ .role = "pg_read_all_data" });
	a = ask(w, ROLE, NULL);
	settle(w);
	expect(a, DB_OK, "pg_read_all_data UTC");
}

static void
reads_in_order(void **state)
{
	struct world *w = *state;

	open_db(w, (struct db_options){ .readers = 1 });
	for (unsigned i = 0; i < MANY; i++)
		ask_as(w, text(w, "v", i), i % 2 ? ECHO : WHO, w->texts[i], false);
	settle(w);
	for (unsigned i = 0; i < MANY; i++) {
		expect(&w->answers[i], DB_OK, w->texts[i]);
		assert_int_equal(w->answers[i].order, i + 1);
	}
}

static void
reads_spread(void **state)
{
	struct world *w = *state;
	unsigned distinct = 0;

	open_db(w, (struct db_options){ .readers = 3 });
	while (db_stats(w->db).connections < 4)
		turn_for(w, 2);
	for (unsigned i = 0; i < 9; i++)
		ask(w, PID, "0.02");
	settle(w);
	for (unsigned i = 0; i < 9; i++) {
		bool seen = false;

		for (unsigned k = 0; k < i; k++)
			seen |= strcmp(w->answers[i].value, w->answers[k].value) == 0;
		distinct += !seen;
	}
	assert_int_equal(distinct, 3);
}

static void
batch_shares_commits(void **state)
{
	struct world *w = *state;

	open_db(w, (struct db_options){0});
	for (unsigned i = 0; i < 50; i++)
		ask_as(w, text(w, "p", i), ADD, w->texts[i], false);
	settle(w);
	for (unsigned i = 0; i < 50; i++) {
		expect(&w->answers[i], DB_OK, w->texts[i]);
		assert_string_equal(w->answers[i].begin, w->texts[i]);
	}
	assert_string_equal(admin(w, "SELECT count(*) FROM test_db.item"), "50");
	assert_in_range(atoi(admin(w, "SELECT count(DISTINCT xid) FROM test_db.item")), 1, 2);
	/* Each as who asked it, whoever was before it in the batch. */
	assert_string_equal(admin(w, "SELECT count(*) FROM test_db.item WHERE who = key"), "50");
	assert_in_range(db_stats(w->db).commits, 1, 2);
	assert_int_equal(db_stats(w->db).retries, 0);
}

/* The ones that fail: at a check, or only when the transaction ends. */
static void
failing_alone(struct world *w, unsigned how, const char *key, const char *sqlstate)
{
	const unsigned bad = 17;

	open_db(w, (struct db_options){0});
	for (unsigned i = 0; i < 40; i++)
		ask(w, i == bad ? how : ADD, i == bad ? key : text(w, "k", i));
	settle(w);
	for (unsigned i = 0; i < 40; i++) {
		if (i == bad) {
			expect(&w->answers[i], DB_FAILED, "");
			assert_string_equal(w->answers[i].sqlstate, sqlstate);
		} else {
			expect(&w->answers[i], DB_OK, w->texts[i]);
		}
		assert_int_equal(w->answers[i].order, i + 1);
	}
	assert_string_equal(admin(w, items), "39 39");
	assert_int_equal(db_stats(w->db).failures, 1);
}

static void
statement_fails_alone(void **state)
{
	failing_alone(*state, ADD, "bad", "23514");
}

static void
commit_fails_alone(void **state)
{
	failing_alone(*state, ADD_LATE, "late", "23503");
}

static void
conflicts_are_retried(void **state)
{
	struct world *w = *state;
	struct answer *a;

	open_db(w, (struct db_options){0});
	a = ask(w, CONFLICT, "3");
	settle(w);
	expect(a, DB_OK, "passed");
	(void)admin(w, "SELECT setval('test_db.tries', 1, false)");
	a = ask(w, READ_CONFLICT, "3");
	settle(w);
	expect(a, DB_OK, "passed");
	(void)admin(w, "SELECT setval('test_db.tries', 1, false)");
	a = ask(w, CONFLICT, "1000");
	settle(w);
	expect(a, DB_FAILED, "");
	assert_string_equal(a->sqlstate, "40001");
	assert_string_equal(admin(w, "SELECT last_value FROM test_db.tries"), "4");
}

static void
full_queue_is_busy(void **state)
{
	struct world *w = *state;

	open_db(w, (struct db_options){ .queue = 4 });
	for (unsigned i = 0; i < 10; i++)
		ask(w, ECHO, "x");
	for (unsigned i = 0; i < 5; i++)
		ask(w, ADD, text(w, "q", i));
	settle(w);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(w->answers[i].outcome, i < 4 ? DB_OK : DB_BUSY);
	for (unsigned i = 10; i < 15; i++)
		assert_int_equal(w->answers[i].outcome, i < 14 ? DB_OK : DB_BUSY);
	assert_int_equal(db_stats(w->db).busy, 7);
	assert_string_equal(admin(w, "SELECT count(*) FROM test_db.item"), "4");
}

static void
long_wait_is_busy(void **state)
{
	struct world *w = *state;
	struct answer *a, *b;

	open_db(w, (struct db_options){ .readers = 1, .per_reader = 1, .wait_ms = 150 });
	until_ready(w, w->db);
	a = ask(w, PID, "0.5");
	turn_for(w, 20);
	b = ask(w, ECHO, "x");
	settle(w);
	assert_int_equal(a->outcome, DB_OK);
	assert_int_equal(b->outcome, DB_BUSY);
	assert_true(b->order < a->order);
}

static void
away_is_down(void **state)
{
	struct world *w = *state;
	uint64_t start = now_ms();
	struct answer *a;

	open_db(w, (struct db_options){ .conninfo = "host=/nonexistent", .wait_ms = 300 });
	a = ask(w, ECHO, "x");
	(void)ask(w, ADD, "x");
	settle(w);
	assert_in_range(now_ms() - start, 290, 900);
	assert_int_equal(a->outcome, DB_DOWN);
	assert_int_equal(w->answers[1].outcome, DB_DOWN);
	assert_false(db_ready(w->db));
	turn_for(w, 1100);
	start = now_ms();
	a = ask(w, ECHO, "x");
	settle(w);
	assert_in_range(now_ms() - start, 0, 150);
	assert_int_equal(a->outcome, DB_DOWN);
}

/* A port on the loopback where a connection is let in and never answered. */
static int
silent_port(unsigned *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&to, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &len), 0);
	*port = ntohs(to.sin_port);
	return fd;
}

/* Each attempt begins one host further: by the time of our own timer the first may be mute. */
static void
hosts_turn(void **state)
{
	enum { HOSTS = 3 };
	unsigned ports[HOSTS];
	char conninfo[128];
	int fds[HOSTS];
	PQconninfoOption *o;

	(void)state;
	for (unsigned i = 0; i < HOSTS; i++)
		fds[i] = silent_port(&ports[i]);
	snprintf(conninfo, sizeof(conninfo), "hostaddr=127.0.0.1,127.0.0.1,127.0.0.1 port=%u,%u,%u",
	    ports[0], ports[1], ports[2]);
	o = PQconninfoParse(conninfo, NULL);
	for (unsigned i = 0; i < 2 * HOSTS; i++) {
		PGconn *pg = hosts_connect(o, i);

		assert_int_equal(atoi(PQport(pg)), ports[i % HOSTS]);
		assert_string_equal(PQhostaddr(pg), "127.0.0.1");
		PQfinish(pg);
	}
	PQconninfoFree(o);
	for (unsigned i = 0; i < HOSTS; i++)
		close(fds[i]);
}

static void
killed_in_the_middle(void **state)
{
	struct world *w = *state;

	open_db(w, (struct db_options){ .batch = 8, .per_reader = 4 });
	w->kill_at = 50;
	for (unsigned i = 0; i < MANY; i++) {
		ask_as(w, "me", ADD_ONCE, text(w, "k", i), true);
		ask(w, PID, "0.002");
	}
	settle(w);
	for (unsigned i = 0; i < 2 * MANY; i++)
		assert_in_range(w->answers[i].outcome, DB_OK, DB_NONE);
	assert_string_equal(admin(w, items), "200 200");
	assert_true(db_stats(w->db).retries > 0);
}

/* Without leave to send again, what was not acknowledged may be there or not; the rest is. */
static void
killed_without_leave(void **state)
{
	struct world *w = *state;
	unsigned down = 0;
	char sql[128];

	open_db(w, (struct db_options){ .batch = 8 });
	w->kill_at = 50;
	for (unsigned i = 0; i < MANY; i++)
		ask(w, ADD, text(w, "k", i));
	settle(w);
	for (unsigned i = 0; i < MANY; i++) {
		if (w->answers[i].outcome == DB_DOWN) {
			down++;
			continue;
		}
		expect(&w->answers[i], DB_OK, w->texts[i]);
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM test_db.item WHERE key = '%s'", w->texts[i]);
		assert_string_equal(admin(w, sql), "1");
	}
	assert_in_range(down, 0, 8);
	assert_string_equal(admin(w, "SELECT count(*) - count(DISTINCT key) FROM test_db.item"), "0");
}

/*
 * A call that kills its connection every time is given up, without leave at once; its
 * neighbours are not.
 */
static void
killer(void **state)
{
	struct world *w = *state;
	struct answer *a;

	open_db(w, (struct db_options){0});
	for (unsigned i = 0; i < 10; i++)
		ask_as(w, "me", i == 4 ? KILL : ADD_ONCE, i == 4 ? NULL : text(w, "k", i), true);
	settle(w);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(w->answers[i].outcome, i == 4 ? DB_DOWN : DB_NONE);
	assert_string_equal(admin(w, items), "9 9");
	assert_string_equal(admin(w, "SELECT last_value FROM test_db.tries"), "4");
	(void)admin(w, "SELECT setval('test_db.tries', 1, false)");
	a = ask(w, KILL, NULL);
	settle(w);
	assert_int_equal(a->outcome, DB_DOWN);
	assert_string_equal(admin(w, "SELECT last_value || ' ' || is_called FROM test_db.tries"), "1 true");
}

/* The database refuses everybody for a while, as during a restart. */
static void
recovers(void **state)
{
	struct world *w = *state;
	const char *const words[] = { "dbname", "dbname", NULL }, *const to[] = { w->url, "postgres", NULL };
	PGconn *other = PQconnectdbParams(words, to, 1);
	struct answer *a, *b;
	char refuse[160], allow[160];

	snprintf(refuse, sizeof(refuse), "ALTER DATABASE \"%s\" ALLOW_CONNECTIONS false", PQdb(w->admin));
	snprintf(allow, sizeof(allow), "ALTER DATABASE \"%s\" ALLOW_CONNECTIONS true", PQdb(w->admin));
	open_db(w, (struct db_options){0});
	until_ready(w, w->db);
	PQclear(PQexec(other, refuse));
	kill_all(w);
	turn_for(w, 100);
	assert_false(db_ready(w->db));
	a = ask(w, ECHO, "waited");
	b = ask(w, ADD, "waited");
	turn_for(w, 300);
	assert_int_equal(w->answered, 0);
	PQclear(PQexec(other, allow));
	PQfinish(other);
	settle(w);
	expect(a, DB_OK, "waited");
	expect(b, DB_OK, "waited");
	until_ready(w, w->db);
}

static void
hear_first(void *arg, const char *payload)
{
	struct world *w = arg;
	size_t len = strlen(w->heard[0]);

	snprintf(w->heard[0] + len, sizeof(w->heard[0]) - len, "[%s]", payload);
}

static void
hear_second(void *arg, const char *payload)
{
	struct world *w = arg;
	size_t len = strlen(w->heard[1]);

	snprintf(w->heard[1] + len, sizeof(w->heard[1]) - len, "[%s]", payload);
}

static void
count_reconnected(void *arg)
{
	((struct world *)arg)->reconnected++;
}

static void
tell(void *arg, const struct db_result *r)
{
	done(arg, r);
	db_notify(the_world->db, r->value);
	db_notify(the_world->db, "all");
}

static void
until(struct world *w, const unsigned *what, unsigned value)
{
	uint64_t end = now_ms() + WAIT_MS;

	while (*what < value && now_ms() < end)
		turn_for(w, 2);
	assert_int_equal(*what, value);
}

static void
notifications(void **state)
{
	struct world *w = *state;
	struct db_options o = { .channel = "Test \"channel\"", .arg = w, .reconnected = count_reconnected };
	struct db *first, *second;

	o.notified = hear_first;
	first = open_db(w, o);
	o.notified = hear_second;
	second = open_db(w, o);
	until(w, &w->reconnected, 2);
	until_ready(w, first);
	w->db = first;
	for (unsigned i = 0; i < 3; i++, w->asked++)
		db_call(first, &(struct db_call){ .statement = ADD, .done = tell, .arg = &w->answers[i],
		    .values = (const char *[]){ text(w, "n", i) } });
	settle(w);
	turn_for(w, 300);
	assert_string_equal(w->heard[0], "[n0 all n1 n2]");
	assert_string_equal(w->heard[1], "[n0 all n1 n2]");
	kill_all(w);
	db_notify(second, "later");
	until(w, &w->reconnected, 4);
	turn_for(w, 300);
	db_notify(second, "last");
	turn_for(w, 300);
	assert_non_null(strstr(w->heard[0], "[last]"));
	assert_non_null(strstr(w->heard[1], "[last]"));
	db_free(second);
}

static void
hear_length(void *arg, const char *payload)
{
	struct world *w = arg;
	size_t len = strlen(w->heard[0]);

	snprintf(w->heard[0] + len, sizeof(w->heard[0]) - len, "[%zu]", strlen(payload));
}

/* More than one notification holds: 78 in the first, 22 in the second. */
static void
long_notifications(void **state)
{
	struct world *w = *state;
	char payload[120];

	open_db(w, (struct db_options){ .channel = "long", .arg = w, .notified = hear_length,
	    .reconnected = count_reconnected });
	until(w, &w->reconnected, 1);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(payload, sizeof(payload), "%0*u", 100, i);
		db_notify(w->db, payload);
	}
	turn_for(w, 400);
	assert_string_equal(w->heard[0], "[7877][2221]");
}

static void
ask_again(void *arg, const struct db_result *r)
{
	done(arg, r);
	if (arg == &the_world->answers[0])
		(void)ask(the_world, ECHO, "from a callback");
}

static void
calls_from_callbacks(void **state)
{
	struct world *w = *state;

	open_db(w, (struct db_options){0});
	w->asked = 1;
	db_call(w->db, &(struct db_call){ .statement = NO_ROW, .done = ask_again, .arg = &w->answers[0] });
	settle(w);
	assert_int_equal(w->asked, 2);
	expect(&w->answers[1], DB_OK, "from a callback");
}

static void
freed_while_waiting(void **state)
{
	struct world *w = *state;

	open_db(w, (struct db_options){ .readers = 1, .per_reader = 2 });
	until_ready(w, w->db);
	w->asked = 1;
	db_call(w->db, &(struct db_call){ .statement = PID, .values = (const char *[]){ "5" },
	    .done = ask_again, .arg = &w->answers[0] });
	for (unsigned i = 0; i < 10; i++)
		ask(w, i % 2 ? PID : ADD, "5");
	turn_for(w, 20);
	ask(w, ADD, "6");
	db_free(w->db);
	w->db = NULL;
	for (unsigned i = 0; i < w->asked; i++) {
		assert_int_equal(w->answers[i].times, 1);
		if (i == 0 || w->answers[i].value[0] == '\0')
			assert_int_equal(w->answers[i].outcome, DB_DOWN);
	}
	assert_int_equal(w->answers[w->asked - 1].outcome, DB_DOWN);
}

static void
wrong_statement_is_fatal(void **state)
{
	struct world *w = *state;
	static const struct db_statement wrong[] = {
		{ "begin", "SELECT 1", DB_READ, 0, NULL },
		{ "wrong", "SELECT nothing FROM nowhere", DB_READ, 0, NULL },
	};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct event_base *base = event_base_new();
		struct db_options o = { .conninfo = w->url, .statements = wrong, .nstatements = 2 };

		if (freopen("/dev/null", "w", stderr) == NULL || db_new(base, &o) == NULL)
			_exit(3);
		event_base_loopexit(base, &(struct timeval){ .tv_sec = 5 });
		event_base_dispatch(base);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(values), TEST(options), TEST(reads_in_order), TEST(reads_spread),
		TEST(batch_shares_commits), TEST(statement_fails_alone), TEST(commit_fails_alone),
		TEST(conflicts_are_retried), TEST(full_queue_is_busy), TEST(long_wait_is_busy),
		TEST(away_is_down), TEST(hosts_turn), TEST(killed_in_the_middle), TEST(killed_without_leave),
		TEST(killer), TEST(recovers), TEST(notifications), TEST(long_notifications),
		TEST(calls_from_callbacks), TEST(freed_while_waiting), TEST(wrong_statement_is_fatal),
	};
	static struct world w;
	int failed;

	w.url = getenv("DATABASE_URL");
	if (w.url == NULL) {
		fprintf(stderr, "test_db: DATABASE_URL is not set; it needs a PostgreSQL\n");
		return 2;
	}
	the_world = &w;
	w.admin = PQconnectdb(w.url);
	PQclear(PQexec(w.admin, schema));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	PQclear(PQexec(w.admin, "DROP SCHEMA test_db CASCADE"));
	PQfinish(w.admin);
	return failed;
}
