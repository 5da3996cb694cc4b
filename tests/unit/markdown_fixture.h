/* Markdown through the real child: a loop, a renderer, and answers that are waited for. */
#ifndef RELAIS_TESTS_MARKDOWN_FIXTURE_H
#define RELAIS_TESTS_MARKDOWN_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/markdown/markdown.h"
#include "tests/unit/files.h"

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

static inline void
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

static inline void
render(struct fixture *f, const char *text, size_t len, struct answer *a)
{
	*a = (struct answer){ 0 };
	inside_call = true;
	markdown_render(f->m, text, len, on_done, a);
	inside_call = false;
}

static inline void
wait_for(struct fixture *f, const struct answer *a)
{
	while (a->place == 0)
		assert_int_equal(event_base_loop(f->base, EVLOOP_ONCE), 0);
}

static inline void
expect(struct fixture *f, const char *text, size_t len, enum markdown_outcome outcome, int line)
{
	struct answer a;

	render(f, text, len, &a);
	wait_for(f, &a);
	assert_int_equal(a.outcome, outcome);
	assert_int_equal(a.line, line);
	free(a.html);
}

static inline int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	answers = 0;
	f->base = event_base_new();
	f->m = markdown_new(f->base);
	*state = f;
	return f->m == NULL ? -1 : 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	markdown_free(f->m);
	event_base_free(f->base);
	free(f);
	return 0;
}

/* before, piece times over, after. */
static inline void
repeat(struct buf *out, const char *before, const char *piece, int times, const char *after)
{
	buf_reset(out);
	buf_puts(out, before);
	while (times-- > 0)
		buf_puts(out, piece);
	buf_puts(out, after);
}

/* The one child process of pid; 0 if there is none. */
static inline pid_t
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
static inline pid_t
renderer(void)
{
	pid_t server = child_of(getpid());

	return server == 0 ? 0 : child_of(server);
}

#define WITH_CHILD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
