/* shared/db: what waits for a lock, runs long or is never answered has an end; the order of locks. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>

#include "tests/unit/db_fixture.h"

/* A write that takes the lock named by the first letter of its item. */
static struct answer *
ask_turn(struct world *w, const char *letter, unsigned i)
{
	w->key = letter;
	return ask(w, TURN, text(w, letter, i));
}

/* The first batch waits once; what comes meanwhile is not held up a second time. */
static void
blocked_alone(void **state)
{
	struct world *w = *state;
	uint64_t start;

	open_db(w, (struct db_options){ .lock_ms = 400 });
	until_ready(w, w->db);
	(void)admin(w, "BEGIN; SELECT pg_advisory_xact_lock(ascii('b'))");
	start = now_ms();
	for (unsigned i = 0; i < 6; i++)
		(void)ask_turn(w, i % 2 == 0 ? "a" : "b", i);
	turn_for(w, 100);
	for (unsigned i = 6; i < 12; i++)
		(void)ask_turn(w, i % 2 == 0 ? "c" : "b", i);
	settle(w);
	assert_in_range(now_ms() - start, 400, 400 + 12 * 50 + 400);
	for (unsigned i = 0; i < 12; i++)
		expect(&w->answers[i], i % 2 == 0 ? DB_OK : DB_BUSY, i % 2 == 0 ? w->texts[i] : "");
	assert_string_equal(w->answers[1].sqlstate, "55P03");
	assert_string_equal(admin(w, items), "6 6");
	(void)admin(w, "ROLLBACK");
	(void)ask_turn(w, "b", 12);
	settle(w);
	expect(&w->answers[12], DB_OK, "b12");
}

static void
long_run_is_busy(void **state)
{
	struct world *w = *state;
	struct answer *read, *slow, *other;

	open_db(w, (struct db_options){ .readers = 1, .statement_ms = 300 });
	until_ready(w, w->db);
	read = ask(w, PID, "20");
	other = ask(w, ADD, "beside");
	slow = ask(w, SLOW, "20");
	settle(w);
	expect(read, DB_BUSY, "");
	assert_string_equal(read->sqlstate, "57014");
	expect(slow, DB_BUSY, "");
	assert_string_equal(slow->sqlstate, "57014");
	expect(other, DB_OK, "beside");
	assert_string_equal(admin(w, items), "1 1");
}

/* Two programs whose batches come in opposite orders. */
static void
locks_in_order(void **state)
{
	struct world *w = *state;
	struct db *first = open_db(w, (struct db_options){0}), *second = open_db(w, (struct db_options){0});

	until_ready(w, first);
	until_ready(w, second);
	for (unsigned i = 0; i < 12; i++) {
		w->db = i % 2 == 0 ? first : second;
		(void)ask_turn(w, (const char *[]){ "d", "a", "c", "b", "b", "c", "a", "d" }[i % 8], i);
	}
	settle(w);
	for (unsigned i = 0; i < 12; i++)
		expect(&w->answers[i], DB_OK, w->texts[i]);
	assert_int_equal(db_stats(first).commits + db_stats(second).commits, 2);
	assert_int_equal(db_stats(first).retries + db_stats(second).retries, 0);
	w->db = first;
	db_free(second);
}

static void
without_key_alone(void **state)
{
	struct world *w = *state;

	open_db(w, (struct db_options){0});
	until_ready(w, w->db);
	for (unsigned i = 0; i < 6; i++) {
		w->key = i == 2 ? NULL : "one";
		(void)ask(w, ADD, text(w, "k", i));
	}
	settle(w);
	assert_string_equal(admin(w, "SELECT string_agg(n::text, ' ' ORDER BY first) FROM"
	    " (SELECT count(*) AS n, min(key) AS first FROM test_db.item GROUP BY xid) x"), "2 1 3");
}

/* What is stopped goes on, sees that nobody is there, and ends. */
static void
let_go(struct world *w, pid_t pid)
{
	char sql[96];

	kill(pid, SIGCONT);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM pg_stat_activity WHERE pid = %d", (int)pid);
	for (uint64_t end = now_ms() + WAIT_MS; strcmp(admin(w, sql), "0") != 0 && now_ms() < end;)
		turn_for(w, 5);
	assert_string_equal(admin(w, sql), "0");
}

/* A server that says nothing any more, as behind a line that was cut. */
static void
silent_server(struct world *w, unsigned whose, unsigned statement, enum db_outcome outcome)
{
	struct answer *a;
	pid_t pid;

	open_db(w, (struct db_options){ .readers = 1, .statement_ms = 300 });
	until_ready(w, w->db);
	a = ask(w, whose, "0");
	settle(w);
	pid = atoi(a->value);
	turn_for(w, 700);
	assert_true(db_ready(w->db));                   /* silent, but owes nothing */
	assert_int_equal(kill(pid, SIGSTOP), 0);
	a = ask(w, statement, "x");
	turn_for(w, 150);
	assert_true(db_ready(w->db));
	turn_for(w, 300);
	assert_false(db_ready(w->db));
	assert_int_equal(a->times, 0);
	settle(w);
	assert_int_equal(a->outcome, outcome);
	until_ready(w, w->db);
	let_go(w, pid);
}

static void
silent_reader(void **state)
{
	silent_server(*state, PID, ECHO, DB_OK);        /* asked again */
}

static void
silent_writer(void **state)
{
	silent_server(*state, WRITER, ADD, DB_UNKNOWN);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(blocked_alone), TEST(long_run_is_busy), TEST(locks_in_order), TEST(without_key_alone),
		TEST(silent_reader), TEST(silent_writer),
	};

	return run_db_tests(tests);
}
