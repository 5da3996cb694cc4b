/* shared/db: what one process tells the others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/db_fixture.h"

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
		db_call(first, &(struct db_call){ .statement = ADD, .key = w->key, .done = tell,
		    .arg = &w->answers[i], .values = (const char *[]){ text(w, "n", i) } });
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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(notifications), TEST(long_notifications),
	};

	return run_db_tests(tests);
}
