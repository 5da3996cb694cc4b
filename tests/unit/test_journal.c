/* What ended, kept for whoever comes next: whole lines, of those that are no more, and of no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "services/courier/journal.h"
#include "shared/base/base.h"
#include "shared/base/log.h"

static char place[] = "/tmp/relais-journal.XXXXXX", directory[64];

static json_t *
result(int id)
{
	return json_pack("{s:i, s:s, s:i, s:s, s:s}", "id", id, "message_id", "4b1f2c66-0000-4000-8000-000000000000", "turn", 1, "outcome", "delivered", "answer", "250 \"kept\"");
}

static bool
add(struct journal *j, int id)
{
	json_t *r = result(id);
	bool added = journal_add(j, r);

	json_decref(r);
	return added;
}

/* A process that adds so many, from first on, and is killed. */
static void
live_and_die(int first, int count)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct journal *j = journal_new(place);

		for (int i = 0; j != NULL && i < count; i++)
			add(j, first + i);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static size_t
files(void)
{
	DIR *d = opendir(directory);
	size_t n = 0;

	assert_non_null(d);
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* What j finds has these ids, in any order: their sum and their number. */
static void
finds(struct journal *j, size_t count, int sum)
{
	json_t *found = json_array(), *one;
	size_t i;

	journal_adopt(j, found);
	assert_int_equal(json_array_size(found), count);
	json_array_foreach(found, i, one) {
		json_t *expected = result((int)json_integer_value(json_object_get(one, "id")));

		assert_true(json_equal(one, expected));
		json_decref(expected);
		sum -= (int)json_integer_value(json_object_get(one, "id"));
	}
	assert_int_equal(sum, 0);
	json_decref(found);
}

static void
of_the_dead(void **state)
{
	struct journal *j;

	(void)state;
	live_and_die(1, 3);
	live_and_die(10, 2);
	live_and_die(0, 0);
	assert_int_equal(files(), 3);
	j = journal_new(place);
	finds(j, 5, 1 + 2 + 3 + 10 + 11);
	assert_int_equal(files(), 1);
	finds(j, 0, 0);
	journal_clear(j);
	journal_free(j);
	assert_int_equal(files(), 0);
}

/* Whoever took over and was killed before it could tell leaves it to the next. */
static void
handed_on(void **state)
{
	pid_t pid;
	int status;
	struct journal *j;

	(void)state;
	live_and_die(1, 2);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		j = journal_new(place);
		journal_adopt(j, json_array());
		add(j, 3);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	j = journal_new(place);
	finds(j, 3, 1 + 2 + 3);
	journal_clear(j);
	journal_free(j);
}

static void
not_of_the_living(void **state)
{
	struct journal *living = journal_new(place), *j = journal_new(place);

	(void)state;
	add(living, 7);
	finds(j, 0, 0);
	assert_int_equal(files(), 2);
	journal_free(living);           /* ended in order, and yet not told: as with the dead */
	finds(j, 1, 7);
	journal_clear(j);
	add(j, 8);
	journal_clear(j);
	journal_free(j);
	assert_int_equal(files(), 0);
}

static void
torn(void **state)
{
	char path[128];
	struct journal *j;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/ended.torn", directory);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("{\"id\":4,\"message_id\":\"4b1f2c66-0000-4000-8000-000000000000\",\"turn\":1,\"outcome\":\"delivered\",\"answer\":\"250 \\\"kept\\\"\"}\n"
	    "\nnonsense\n[]\n{\"id\":6}\n"
	    "{\"id\":7,\"message_id\":\"4b1f2c66-0000-4000-8000-00000000000\",\"turn\":1,\"outcome\":\"delivered\"}\n"
	    "{\"id\":8,\"message_id\":\"4b1f2c66-0000-4000-8000x000000000000\",\"turn\":1,\"outcome\":\"delivered\"}\n"
	    "{\"id\":5,\"message_id\":\"4b1f2c66-0000-4000-8000-000000000000\",\"turn\":1,\"outc", f);
	assert_int_equal(fclose(f), 0);
	j = journal_new(place);
	finds(j, 1, 4);
	assert_true(add(j, 6));         /* behind the torn one, which stands at the end of ours now */
	journal_free(j);
	j = journal_new(place);
	finds(j, 2, 4 + 6);
	journal_clear(j);
	journal_free(j);
}

/* A disk that is full: it is said, and half a line spoils none. */
static void
full(void **state)
{
	struct rlimit old, most;
	struct journal *j = journal_new(place);
	int count = 0;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_IGN);
	most = (struct rlimit){ 1000, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &most), 0);
	while (count < 100 && add(j, 1))
		count++;
	assert_false(add(j, 1));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_in_range(count, 5, 50);
	assert_true(add(j, 1));
	journal_free(j);
	j = journal_new(place);
	finds(j, (size_t)count + 1, count + 1);
	journal_clear(j);
	journal_free(j);
}

static void
grows(void **state)
{
	struct journal *j = journal_new(place);
	int count = 0;

	(void)state;
	for (; count < 1000000 && !journal_long(j); count++)
		add(j, count);
	assert_in_range(count, 5000, 50000);
	journal_clear(j);
	assert_false(journal_long(j));
	journal_free(j);
}

static void
nowhere(void **state)
{
	(void)state;
	assert_null(journal_new("/dev/null"));
}

static int
set_up(void **state)
{
	(void)state;
	log_name("test_journal");
	if (mkdtemp(place) == NULL)
		return 1;
	snprintf(directory, sizeof(directory), "%s/courier", place);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return rmdir(directory) == 0 && rmdir(place) == 0 ? 0 : 1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_the_dead),
		cmocka_unit_test(handed_on),
		cmocka_unit_test(not_of_the_living),
		cmocka_unit_test(torn),
		cmocka_unit_test(full),
		cmocka_unit_test(grows),
		cmocka_unit_test(nowhere),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
