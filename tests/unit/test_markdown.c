/* Markdown through the real child, and the search for the line that is too complex. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/markdown/locate.h"
#include "shared/markdown/markdown.h"

struct answer {
	enum markdown_outcome outcome;
	char *html;
	int line;
	int place;                      /* the how-manieth answer it was; 0: none yet */
};

struct fixture {
	struct event_base *base;
	struct markdown *m;
};

/* Every realloc() of the sanitiser copies, which makes long texts slow in discount. */
#ifdef RELAIS_ASAN
enum { LONG_TEXT = 32 * 1024 };
#else
enum { LONG_TEXT = MARKDOWN_MAX };
#endif

static int answers;                     /* so far, in this test */
static bool inside_call;

static void
on_done(void *arg, const struct markdown_result *result)
{
	struct answer *a = arg;

	assert_false(inside_call);
	assert_int_equal(a->place, 0);
	assert_int_equal(strlen(result->html), result->len);
	a->outcome = result->outcome;
	a->html = strdup(result->html);
	a->line = result->line;
	a->place = ++answers;
}

static void
render(struct fixture *f, const char *text, size_t len, struct answer *a)
{
	*a = (struct answer){ 0 };
	inside_call = true;
	markdown_render(f->m, text, len, on_done, a);
	inside_call = false;
}

static void
wait_for(struct fixture *f, const struct answer *a)
{
	while (a->place == 0)
		assert_int_equal(event_base_loop(f->base, EVLOOP_ONCE), 0);
}

static void
expect(struct fixture *f, const char *text, size_t len, enum markdown_outcome outcome, int line)
{
	struct answer a;

	render(f, text, len, &a);
	wait_for(f, &a);
	assert_int_equal(a.outcome, outcome);
	assert_int_equal(a.line, line);
	free(a.html);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	answers = 0;
	f->base = event_base_new();
	f->m = markdown_new(f->base);
	*state = f;
	return f->m == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	markdown_free(f->m);
	event_base_free(f->base);
	free(f);
	return 0;
}

/* before, piece times over, after. */
static void
repeat(struct buf *out, const char *before, const char *piece, int times, const char *after)
{
	buf_reset(out);
	buf_puts(out, before);
	while (times-- > 0)
		buf_puts(out, piece);
	buf_puts(out, after);
}

/* The one child process of pid; 0 if there is none. */
static pid_t
child_of(pid_t pid)
{
	char path[64];
	FILE *f;
	int child = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%d", &child) != 1)
		child = 0;
	if (f != NULL)
		fclose(f);
	return child;
}

/* The child that renders: this process's fork server's. */
static pid_t
renderer(void)
{
	pid_t server = child_of(getpid());

	return server == 0 ? 0 : child_of(server);
}

static void
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "r");
	int c;

	assert_non_null(f);
	buf_reset(out);
	while ((c = getc(f)) != EOF)
		buf_putc(out, (char)c);
	fclose(f);
}

static void
test_documents(void **state)
{
	static const char *const names[] = { "lesson", "fenced" };
	struct buf in = { 0 }, expected = { 0 };
	struct answer a;
	char path[80];

	for (size_t i = 0; i < countof(names); i++) {
		snprintf(path, sizeof(path), "tests/unit/markdown/%s.md", names[i]);
		read_file(path, &in);
		snprintf(path, sizeof(path), "tests/unit/markdown/%s.html", names[i]);
		read_file(path, &expected);
		render(*state, in.data, in.len, &a);
		wait_for(*state, &a);
		assert_int_equal(a.outcome, MARKDOWN_OK);
		expected.data[expected.len - 1] = '\0';         /* the file's last line end */
		assert_string_equal(a.html, expected.data);
		free(a.html);
	}
	expect(*state, "", 0, MARKDOWN_OK, 0);
	expect(*state, "a\0b", 3, MARKDOWN_OK, 0);
	buf_release(&in);
	buf_release(&expected);
}

static void
test_sizes(void **state)
{
	struct buf text = { 0 };

	repeat(&text, "", "Une phrase. ", LONG_TEXT / 12, "");
	expect(*state, text.data, text.len, MARKDOWN_OK, 0);
	repeat(&text, "", "\"", LONG_TEXT, "");
	expect(*state, text.data, text.len, MARKDOWN_OK, 0);
	repeat(&text, "", "\n", MARKDOWN_MAX, "x");
	expect(*state, text.data, text.len, MARKDOWN_TOO_LONG, 0);
	buf_release(&text);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *before, *piece;
		int times, line;
	} cases[] = {
		{ "", ">", 40000, 1 },
		{ "a\n\n", "> ", 33, 3 },
		{ "a\n- ", "> - ", 33, 2 },
		{ "a\nb ", "<", 1001, 2 },
		{ "", "[", 1001, 1 },
		{ "\n\n\n", "`", 1001, 4 },
		{ "", "*", 1001, 1 },
		{ "a\r\n", "_", 1001, 2 },
		{ "", "> ", 32, 0 },
		{ "a ", "> ", 100, 0 },
		{ "", "*", 1000, 0 },
		{ "", "-", 5000, 0 },
	};
	struct buf text = { 0 };

	for (size_t i = 0; i < countof(cases); i++) {
		repeat(&text, cases[i].before, cases[i].piece, cases[i].times, " x\n");
		expect(*state, text.data, text.len,
		    cases[i].line == 0 ? MARKDOWN_OK : MARKDOWN_TOO_COMPLEX, cases[i].line);
	}
	buf_release(&text);
}

/* Quadratic in discount: seconds for 64 KB. The neighbour behind it is served first. */
static void
test_slow(void **state)
{
	struct buf slow = { 0 };
	struct answer a, b;

	repeat(&slow, "Un\n\nDeux\n\nTrois\n", "<a", 32000, "\n\nQuatre\n");
	render(*state, slow.data, slow.len, &a);
	render(*state, "*b*", 3, &b);
	wait_for(*state, &b);
	assert_int_equal(b.outcome, MARKDOWN_OK);
	assert_string_equal(b.html, "<p><em>b</em></p>");
	assert_int_equal(a.place, 0);
	wait_for(*state, &a);
	assert_int_equal(a.outcome, MARKDOWN_TOO_COMPLEX);
	assert_int_equal(a.line, 5);
	expect(*state, "c", 1, MARKDOWN_OK, 0);
	free(a.html);
	free(b.html);
	buf_release(&slow);
}

static void
test_crash(void **state)
{
	struct buf text = { 0 };

	/* Nested lists, deeper than the stack. */
	repeat(&text, "ok\n\n- ok\n\n", "1. ", 80000, "x\n\nok");
	expect(*state, text.data, text.len, MARKDOWN_TOO_COMPLEX, 5);
	/* 30 KB of address for each of 2,000 uses: too much HTML. Neither part fails alone. */
	repeat(&text, "[x]: ", "y", 30000, "\n\n");
	for (int i = 0; i < 2000; i++)
		buf_puts(&text, "[x] ");
	expect(*state, text.data, text.len, MARKDOWN_TOO_COMPLEX, 1);
	expect(*state, "c", 1, MARKDOWN_OK, 0);
	buf_release(&text);
}

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

static void
test_now(void **state)
{
	char *html;
	size_t len;
	int line;

	(void)state;
	assert_int_equal(markdown_render_now("# é", 4, &html, &len, &line), MARKDOWN_OK);
	assert_string_equal(html, "<h3>é</h3>");
	assert_int_equal(len, strlen(html));
	free(html);
	assert_int_equal(markdown_render_now("a\n>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>x", 36, &html, &len, &line),
	    MARKDOWN_TOO_COMPLEX);
	assert_int_equal(line, 2);
	free(html);
	assert_int_equal(child_of(getpid()), 0);
}

/* A piece fails if '!' is in it: the search has to end at that block's first line. */
static void
test_search(void **state)
{
	static const struct {
		const char *text;
		int line;
	} cases[] = {
		{ "!", 1 },
		{ "\n\n!", 3 },
		{ "a\n\nb\n\n!\n\nc", 5 },
		{ "!\n\nb\n\nc", 1 },
		{ "a\n\nb\n!", 3 },
		{ "a\nb\nc !\n\nd\n", 1 },
		{ "a\n \t\r\n\n\nb !\n\n\n", 5 },
		{ "a long first block, longer than all\nof the others, with many words\n\nb\n\nc\n\n!", 8 },
		{ "! a long first block, longer than all\nof the others, with many words\n\nb\n\nc\n\nd", 1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct search s;
		int steps = 0;

		search_start(&s, (struct slice){ cases[i].text, strlen(cases[i].text) });
		while (!search_done(&s)) {
			struct slice piece = search_piece(&s);

			assert_true(++steps < 20);
			search_tried(&s, memchr(piece.at, '!', piece.len) != NULL);
		}
		assert_int_equal(search_line(&s), cases[i].line);
	}
}

int
main(void)
{
#define WITH_CHILD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		WITH_CHILD(test_documents), WITH_CHILD(test_sizes), WITH_CHILD(test_refused),
		WITH_CHILD(test_slow), WITH_CHILD(test_crash), WITH_CHILD(test_killed),
		WITH_CHILD(test_queue), WITH_CHILD(test_recycled), WITH_CHILD(test_confined),
		WITH_CHILD(test_no_child),
		cmocka_unit_test(test_freed), cmocka_unit_test(test_now), cmocka_unit_test(test_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
