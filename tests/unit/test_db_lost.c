/* shared/db when the database is away, goes, and comes back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/unit/db_fixture.h"

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

/* At the start a call waits for a database that takes its time: it is not known to be away. */
static void
slow_to_come(void **state)
{
	struct world *w = *state;
	char conninfo[64];
	unsigned port;
	int fd = silent_port(&port);
	uint64_t start;
	struct answer *a;

	snprintf(conninfo, sizeof(conninfo), "hostaddr=127.0.0.1 port=%u", port);
	open_db(w, (struct db_options){ .conninfo = conninfo, .wait_ms = 300 });
	turn_for(w, 1100);
	start = now_ms();
	a = ask(w, ADD, "x");
	settle(w);
	assert_true(now_ms() - start >= 290);
	assert_int_equal(a->outcome, DB_DOWN);
	close(fd);
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
		PGconn *pg = hosts_connect(o, NULL, i);

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

/* Without leave to send again, what was not acknowledged is told as that; the rest is there. */
static void
killed_without_leave(void **state)
{
	struct world *w = *state;
	unsigned unknown = 0;
	char sql[128];

	open_db(w, (struct db_options){ .batch = 8 });
	w->kill_at = 50;
	for (unsigned i = 0; i < MANY; i++)
		ask(w, ADD, text(w, "k", i));
	settle(w);
	for (unsigned i = 0; i < MANY; i++) {
		if (w->answers[i].outcome == DB_UNKNOWN) {
			unknown++;
			continue;
		}
		expect(&w->answers[i], DB_OK, w->texts[i]);
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM test_db.item WHERE key = '%s'", w->texts[i]);
		assert_string_equal(admin(w, sql), "1");
	}
	assert_in_range(unknown, 0, 8);
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
	assert_int_equal(a->outcome, DB_UNKNOWN);
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
	until_alone(w, w->db);
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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(away_is_down), TEST(slow_to_come), TEST(hosts_turn), TEST(killed_in_the_middle),
		TEST(killed_without_leave), TEST(killer), TEST(recovers),
	};

	return run_db_tests(tests);
}
