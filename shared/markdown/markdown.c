#include "shared/markdown/markdown.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include "shared/base/buf.h"
#include "shared/base/log.h"
#include "shared/markdown/locate.h"
#include "shared/markdown/sanitize.h"
#include "shared/markdown/worker.h"

enum {
	WAITING_MAX = 64,
	RENDER_MS = 1000,
	PROBE_MS = 250,                 /* for a piece, while looking for the line */
	SEARCH_MS = 3000,               /* for all its pieces */
	HTML_MAX = 8 * 1024 * 1024
};

/* One text: waiting, running (again and again while its line is looked for), answered. */
struct job {
	STAILQ_ENTRY(job) next;
	char *text;
	size_t len;
	markdown_done *done;
	void *arg;
	bool retried;                   /* its child died once, which may have had other causes */
	bool searching;
	struct search search;
	int64_t search_ms;              /* left */
	int64_t started_ms;
	enum markdown_outcome outcome;
	struct buf html;
	int line;
};

STAILQ_HEAD(jobs, job);

struct markdown {
	struct worker *worker;
	struct event *wake;             /* answers are waiting */
	struct job *running;
	struct jobs waiting, answered;
	unsigned nwaiting;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
job_free(struct job *j)
{
	buf_release(&j->html);
	free(j->text);
	free(j);
}

/* Gives the next text to the worker, if that is free. */
static void
pump(struct markdown *m)
{
	struct job *j = STAILQ_FIRST(&m->waiting);

	if (m->running != NULL || j == NULL)
		return;
	STAILQ_REMOVE_HEAD(&m->waiting, next);
	m->nwaiting--;
	m->running = j;
	j->started_ms = now_ms();
	if (j->searching)
		worker_render(m->worker, search_piece(&j->search), PROBE_MS);
	else
		worker_render(m->worker, (struct slice){ j->text, j->len }, RENDER_MS);
}

/* Callbacks run from the loop, so that markdown_render() never calls one. */
static void
job_answer(struct markdown *m, struct job *j, enum markdown_outcome outcome)
{
	j->outcome = outcome;
	STAILQ_INSERT_TAIL(&m->answered, j, next);
	event_active(m->wake, EV_TIMEOUT, 0);
}

static void
job_wait(struct markdown *m, struct job *j)
{
	STAILQ_INSERT_TAIL(&m->waiting, j, next);
	m->nwaiting++;
}

/* Each piece waits its turn behind other people's texts. */
static void
search_on(struct markdown *m, struct job *j)
{
	if (search_done(&j->search) || j->search_ms <= 0) {
		j->line = search_line(&j->search);
		job_answer(m, j, MARKDOWN_TOO_COMPLEX);
	} else {
		job_wait(m, j);
	}
}

static void
search_answered(struct markdown *m, struct job *j, enum worker_outcome outcome)
{
	j->search_ms -= now_ms() - j->started_ms;
	search_tried(&j->search, outcome != WORKER_DONE);
	search_on(m, j);
}

static void
job_failed(struct markdown *m, struct job *j, enum worker_outcome outcome)
{
	if (outcome == WORKER_DIED && !j->retried) {
		j->retried = true;
		STAILQ_INSERT_HEAD(&m->waiting, j, next);
		m->nwaiting++;
		return;
	}
	j->searching = true;
	j->search_ms = SEARCH_MS;
	search_start(&j->search, (struct slice){ j->text, j->len });
	search_on(m, j);
}

static void
on_answer(void *arg, enum worker_outcome outcome, struct slice html)
{
	struct markdown *m = arg;
	struct job *j = m->running;

	m->running = NULL;
	if (outcome == WORKER_NO_CHILD) {
		job_answer(m, j, MARKDOWN_BUSY);
	} else if (j->searching) {
		search_answered(m, j, outcome);
	} else if (outcome != WORKER_DONE) {
		job_failed(m, j, outcome);
	} else {
		j->html.limit = HTML_MAX;
		if (sanitize_html(&j->html, html.at, html.len))
			job_answer(m, j, MARKDOWN_OK);
		else
			job_failed(m, j, WORKER_FAILED);
	}
	pump(m);
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct markdown *m = arg;
	struct jobs now = STAILQ_HEAD_INITIALIZER(now);
	struct job *j;

	(void)fd;
	(void)what;
	STAILQ_CONCAT(&now, &m->answered);
	while ((j = STAILQ_FIRST(&now)) != NULL) {
		const bool ok = j->outcome == MARKDOWN_OK;
		const struct markdown_result result = {
			.outcome = j->outcome,
			.html = ok ? buf_text(&j->html) : "",
			.len = ok ? j->html.len : 0,
			.line = j->line,
		};

		STAILQ_REMOVE_HEAD(&now, next);
		j->done(j->arg, &result);
		job_free(j);
	}
}

struct markdown *
markdown_new(struct event_base *base)
{
	struct markdown *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	STAILQ_INIT(&m->waiting);
	STAILQ_INIT(&m->answered);
	m->worker = worker_new(base, on_answer, m);
	m->wake = event_new(base, -1, 0, on_wake, m);
	if (m->worker == NULL || m->wake == NULL) {
		markdown_free(m);
		return NULL;
	}
	return m;
}

void
markdown_free(struct markdown *m)
{
	struct job *j;

	if (m == NULL)
		return;
	worker_free(m->worker);
	if (m->running != NULL)
		job_answer(m, m->running, MARKDOWN_BUSY);
	while ((j = STAILQ_FIRST(&m->waiting)) != NULL) {
		STAILQ_REMOVE_HEAD(&m->waiting, next);
		job_answer(m, j, MARKDOWN_BUSY);
	}
	on_wake(-1, 0, m);
	if (m->wake != NULL)
		event_free(m->wake);
	free(m);
}

void
markdown_render(struct markdown *m, const char *text, size_t len, markdown_done *done, void *arg)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		fatal("out of memory");
	j->done = done;
	j->arg = arg;
	if (len <= MARKDOWN_MAX)
		j->line = refused_line((struct slice){ text, len });
	if (len > MARKDOWN_MAX) {
		job_answer(m, j, MARKDOWN_TOO_LONG);
	} else if (j->line != 0) {
		job_answer(m, j, MARKDOWN_TOO_COMPLEX);
	} else if (m->nwaiting >= WAITING_MAX) {
		job_answer(m, j, MARKDOWN_BUSY);
	} else {
		j->text = malloc(len + 1);
		if (j->text == NULL)
			fatal("out of memory");
		j->len = len;
		if (len > 0)
			memcpy(j->text, text, len);
		job_wait(m, j);
		pump(m);
	}
}

struct waiting_caller {
	enum markdown_outcome outcome;
	char *html;
	size_t len;
	int line;
	bool answered;
};

static void
on_answered(void *arg, const struct markdown_result *result)
{
	struct waiting_caller *w = arg;

	w->outcome = result->outcome;
	w->html = strndup(result->html, result->len);
	w->len = result->len;
	w->line = result->line;
	w->answered = true;
	if (w->html == NULL)
		fatal("out of memory");
}

enum markdown_outcome
markdown_render_now(const char *text, size_t len, char **html, size_t *html_len, int *line)
{
	struct waiting_caller w = { .outcome = MARKDOWN_BUSY };
	struct event_base *base = event_base_new();
	struct markdown *m = base == NULL ? NULL : markdown_new(base);

	if (m != NULL) {
		markdown_render(m, text, len, on_answered, &w);
		while (!w.answered && event_base_loop(base, EVLOOP_ONCE) == 0)
			continue;
		markdown_free(m);
	}
	if (base != NULL)
		event_base_free(base);
	*html = w.html;
	*html_len = w.len;
	*line = w.line;
	return w.outcome;
}
