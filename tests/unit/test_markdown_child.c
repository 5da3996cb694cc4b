/* The child that renders: killed, recycled, confined, missing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/unit/markdown_fixture.h"

static void
on_kill_time(evutil_socket_t fd, short what, void *arg)
{
	pid_t *pid = arg;

	(void)fd;
	(void)what;
	*pid = renderer();
	assert_true(*pid > 0);
	assert_int_equal(kill(*pid, SIGKILL), 0);
}

/* Somebody else killed the child: not the text's fault, so it is tried once more. */
static void
test_killed(void **state)
{
	const struct timeval soon = { 0, 10 * 1000 };
	struct fixture *f = *state;
	struct buf text = { 0 };
	struct answer a;
	pid_t first = 0;

	repeat(&text, "", "<a", 4000, "");
	expect(f, "warm", 4, MARKDOWN_OK, 0);
	event_base_once(f->base, -1, EV_TIMEOUT, on_kill_time, &first, &soon);
	render(f, text.data, text.len, &a);
	wait_for(f, &a);
	assert_true(first > 0);
	assert_int_equal(a.outcome, MARKDOWN_OK);
	assert_true(renderer() > 0 && renderer() != first);
	free(a.html);

	/* While idle; and the fork server itself. */
	assert_int_equal(kill(renderer(), SIGKILL), 0);
	expect(f, "a", 1, MARKDOWN_OK, 0);
	first = child_of(getpid());
	assert_int_equal(kill(first, SIGKILL), 0);
	/* Its child may still serve one, before it dies too. */
	for (int i = 0; i < 200 && child_of(getpid()) == first; i++) {
		expect(f, "a", 1, MARKDOWN_OK, 0);
		usleep(10 * 1000);
	}
	assert_true(child_of(getpid()) > 0 && child_of(getpid()) != first);
	buf_release(&text);
}

static void
test_queue(void **state)
{
	struct answer a[80];
	int busy = 0;

	for (size_t i = 0; i < countof(a); i++)
		render(*state, "a", 1, &a[i]);
	for (size_t i = 0; i < countof(a); i++) {
		wait_for(*state, &a[i]);
		busy += a[i].outcome == MARKDOWN_BUSY;
		assert_true(a[i].outcome == (i < 65 ? MARKDOWN_OK : MARKDOWN_BUSY));
		free(a[i].html);
	}
	assert_int_equal(busy, 15);
}

static void
test_recycled(void **state)
{
	pid_t first;

	expect(*state, "a", 1, MARKDOWN_OK, 0);
	first = renderer();
	for (int i = 0; i < 998; i++)
		expect(*state, "a", 1, MARKDOWN_OK, 0);
	assert_int_equal(renderer(), first);
	for (int i = 0; i < 3; i++)
		expect(*state, "a", 1, MARKDOWN_OK, 0);
	assert_int_not_equal(renderer(), first);
}

static void
assert_line(pid_t pid, const char *file, const char *start, const char *rest)
{
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, start, strlen(start)) == 0)
			break;
	}
	fclose(f);
	if (strncmp(line, start, strlen(start)) != 0 ||
	    strncmp(line + strlen(start) + strspn(line + strlen(start), " \t"), rest, strlen(rest)) != 0)
		fail_msg("%s: %s, not %s %s", path, line, start, rest);
}

#ifndef RELAIS_ASAN
/* The limit; 0 if there is none. */
static unsigned long long
address_space(pid_t pid)
{
	struct buf limits = { 0 };
	unsigned long long most = 0;
	char path[64];
	const char *line;

	snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
	read_file(path, &limits);
	line = strstr(limits.data, "Max address space");
	if (line == NULL || sscanf(line, "Max address space %llu", &most) != 1)
		most = 0;
	buf_release(&limits);
	return most;
}
#endif

static void
assert_environment_gone(pid_t pid)
{
	char path[64];
	FILE *f;
	int c;

	assert_non_null(getenv("PATH"));
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return;         /* not dumpable: only root may look */
	while ((c = getc(f)) != EOF)
		assert_int_equal(c, 0);
	fclose(f);
}

static void
test_confined(void **state)
{
	char path[64];
	struct dirent *e;
	DIR *dir;
	int fds = 0;
	pid_t pid;

	expect(*state, "a", 1, MARKDOWN_OK, 0);
	pid = renderer();
	assert_environment_gone(pid);
	assert_line(pid, "status", "NoNewPrivs:", "1\n");
	assert_line(pid, "limits", "Max stack size", "2097152 ");
	assert_line(pid, "limits", "Max core file size", "0 ");
	assert_line(pid, "limits", "Max open files", "1 ");
	assert_line(pid, "limits", "Max cpu time", "60 ");
#ifndef RELAIS_ASAN
	assert_line(pid, "status", "Seccomp:", "2\n");
	assert_true(address_space(pid) > 0 && address_space(pid) < 1024ull * 1024 * 1024);
#endif
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	if (dir == NULL)
		return;         /* not dumpable: only root may look */
	while ((e = readdir(dir)) != NULL)
		fds += e->d_name[0] != '.';
	closedir(dir);
	assert_int_equal(fds, 1);
}

/* No descriptors, hence no child: said, not waited for; and over when there are some again. */
static void
test_no_child(void **state)
{
	struct rlimit before, none;
	struct answer a;

	expect(*state, "a", 1, MARKDOWN_OK, 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	assert_int_equal(kill(renderer(), SIGKILL), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	render(*state, "a", 1, &a);
	wait_for(*state, &a);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(a.outcome, MARKDOWN_BUSY);
	free(a.html);
	expect(*state, "a", 1, MARKDOWN_OK, 0);
}

static void
test_freed(void **state)
{
	struct event_base *base = event_base_new();
	struct fixture f = { base, markdown_new(base) };
	struct answer a[3];

	(void)state;
	answers = 0;
	assert_non_null(f.m);
	for (size_t i = 0; i < countof(a); i++)
		render(&f, "a", 1, &a[i]);
	markdown_free(f.m);
	for (size_t i = 0; i < countof(a); i++) {
		assert_int_equal(a[i].place, i + 1);
		assert_int_equal(a[i].outcome, MARKDOWN_BUSY);
		free(a[i].html);
	}
	assert_int_equal(child_of(getpid()), 0);
	event_base_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CHILD(test_killed), WITH_CHILD(test_queue), WITH_CHILD(test_recycled),
		WITH_CHILD(test_confined), WITH_CHILD(test_no_child), cmocka_unit_test(test_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
