/* shared/db: calls, their answers, and writes that share a commit. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>

#include "tests/unit/db_fixture.h"

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
		if (i == 0 || w->answers[i].value[0] == '\0')       /* nobody knows of a write that was sent */
			assert_int_equal(w->answers[i].outcome, i % 2 == 1 && i < 11 ? DB_UNKNOWN : DB_DOWN);
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
		TEST(values), TEST(options), TEST(reads_in_order), TEST(reads_spread),
		TEST(batch_shares_commits), TEST(statement_fails_alone), TEST(commit_fails_alone),
		TEST(conflicts_are_retried), TEST(full_queue_is_busy), TEST(long_wait_is_busy),
		TEST(calls_from_callbacks), TEST(freed_while_waiting),
		TEST(wrong_statement_is_fatal),
	};

	return run_db_tests(tests);
}
