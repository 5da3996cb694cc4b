#include "services/courier/smtp.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include "services/courier/smtp_line.h"
#include "shared/base/log.h"

enum { TICK_MS = 250, AGAIN_MS = 5000, TOLD_MS = 60 * 1000 };

/* What waits for a line; lives in its delivery's arena. */
struct mail {
	TAILQ_ENTRY(mail) entry;
	struct delivery *d;
	int64_t until;
};

struct smtp {
	struct courier *courier;
	struct curl_loop *loop;
	struct smtp_line **lines;       /* room for as many as the configuration allows */
	size_t nlines;
	TAILQ_HEAD(queue, mail) waiting;
	struct event *clock;            /* while something waits */
	int64_t not_before;             /* the server refused a further line until then */
	int64_t told;                   /* when trouble was last told of; 0: never */
	bool draining;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* In the log, once a minute at most, and no address: a server likes to repeat them. */
static void
tell(struct smtp *s, const char *words)
{
	struct buf text = {0};

	if (s->told != 0 && now_ms() - s->told < TOLD_MS)
		return;
	s->told = now_ms();
	while (*words != '\0') {
		size_t len = strcspn(words, " "), blanks = strspn(words + len, " ");

		if (memchr(words, '@', len) != NULL)
			buf_puts(&text, "(address)");
		else
			buf_add(&text, words, len);
		buf_puts(&text, blanks > 0 ? " " : "");
		words += len + blanks;
	}
	log_error("mail cannot be sent, it is tried again: %s", buf_text(&text));
	buf_release(&text);
}

static struct delivery *
next(struct smtp *s)
{
	struct mail *m = TAILQ_FIRST(&s->waiting);

	TAILQ_REMOVE(&s->waiting, m, entry);
	return m->d;
}

static void
end_waiting(struct smtp *s, enum outcome outcome, const char *words)
{
	while (!TAILQ_EMPTY(&s->waiting))
		delivery_end(next(s), outcome, words);
}

/* ---- lines ---- */

static void line_ready(void *arg, struct smtp_line *line);
static void line_ended(void *arg, struct smtp_line *line, struct delivery *d, const struct smtp_end *how);
static void line_gone(void *arg, struct smtp_line *line, const char *why);

static const struct smtp_line_calls calls = { line_ready, line_ended, line_gone };

static void
hand_out(struct smtp *s, struct smtp_line *line)
{
	while (!TAILQ_EMPTY(&s->waiting) && smtp_line_idle(line)) {
		struct delivery *d = next(s);

		if (smtp_line_takes(line, d))
			smtp_line_send(line, d);
		else
			delivery_end(d, REFUSED, "the mail server takes no address with letters beyond ASCII (SMTPUTF8)");
	}
}

/* As many lines as there are mails to begin with, up to the limit. */
static void
open_more(struct smtp *s)
{
	const struct mail *m = TAILQ_FIRST(&s->waiting);
	size_t opening = 0;

	for (size_t i = 0; i < s->nlines; i++)
		opening += smtp_line_opening(s->lines[i]);
	for (size_t i = 0; i < opening && m != NULL; i++)
		m = TAILQ_NEXT(m, entry);
	for (; m != NULL && s->nlines < (size_t)s->courier->config.smtp_connections; m = TAILQ_NEXT(m, entry)) {
		if (s->nlines > 0 && now_ms() < s->not_before)
			break;          /* those that it took do the work */
		s->lines[s->nlines++] = smtp_line_open(s->courier, s->loop, &calls, s);
	}
}

static void
pump(struct smtp *s)
{
	for (size_t i = 0; i < s->nlines; i++)
		hand_out(s, s->lines[i]);
	open_more(s);
}

static void
line_ready(void *arg, struct smtp_line *line)
{
	hand_out(arg, line);
}

static void
wait_in_line(struct smtp *s, struct delivery *d, bool first)
{
	static const struct timeval tick = { TICK_MS / 1000, TICK_MS % 1000 * 1000 };
	struct mail *m;

	if (s->draining) {
		delivery_end(d, LEFT, NULL);
		return;
	}
	m = arena_alloc(&d->arena, sizeof(*m));
	m->d = d;
	m->until = now_ms() + s->courier->config.lease * (first ? 125 : 375);   /* and half a lease to send it */
	if (first)
		TAILQ_INSERT_HEAD(&s->waiting, m, entry);
	else
		TAILQ_INSERT_TAIL(&s->waiting, m, entry);
	if (!evtimer_pending(s->clock, NULL) && event_add(s->clock, &tick) != 0)
		fatal("cannot start a timer for mail");
}

static void
line_ended(void *arg, struct smtp_line *line, struct delivery *d, const struct smtp_end *how)
{
	struct smtp *s = arg;

	(void)line;
	if (how->unsaid) {
		wait_in_line(s, d, true);
		return;
	}
	if (how->ours)
		tell(s, how->words);
	delivery_end(d, how->outcome, how->words);
}

/*
 * A server that does not let us in at all is not asked once for each mail that waits. One that took
 * other lines may have had enough of them.
 */
static void
line_gone(void *arg, struct smtp_line *line, const char *why)
{
	struct smtp *s = arg;
	size_t i = 0;

	while (s->lines[i] != line)
		i++;
	s->lines[i] = s->lines[--s->nlines];
	if (why != NULL) {
		s->not_before = now_ms() + AGAIN_MS;
		if (s->nlines == 0) {
			tell(s, why);
			end_waiting(s, LATER, why);
		}
	}
	smtp_line_free(line);
	pump(s);
}

/* ---- from outside ---- */

/* What waited too long is left to be taken anew: before somebody else takes it. */
static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval tick = { TICK_MS / 1000, TICK_MS % 1000 * 1000 };
	struct smtp *s = arg;
	struct mail *m, *after;
	int64_t now = now_ms();

	(void)fd;
	(void)what;
	for (m = TAILQ_FIRST(&s->waiting); m != NULL; m = after) {
		after = TAILQ_NEXT(m, entry);
		if (m->until > now)
			continue;
		TAILQ_REMOVE(&s->waiting, m, entry);
		tell(s, "the mail server is too slow for what waits");
		delivery_end(m->d, LEFT, NULL);
	}
	open_more(s);
	if (!TAILQ_EMPTY(&s->waiting))
		(void)event_add(s->clock, &tick);
}

struct smtp *
smtp_new(struct courier *c, struct curl_loop *loop)
{
	struct smtp *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->lines = calloc((size_t)c->config.smtp_connections, sizeof(struct smtp_line *))) == NULL ||
	    (s->clock = evtimer_new(c->base, on_tick, s)) == NULL)
		fatal("out of memory");
	s->courier = c;
	s->loop = loop;
	TAILQ_INIT(&s->waiting);
	return s;
}

void
smtp_deliver(struct smtp *s, struct delivery *d)
{
	wait_in_line(s, d, false);
	pump(s);
}

void
smtp_drain(struct smtp *s)
{
	s->draining = true;
	end_waiting(s, LEFT, NULL);
}

void
smtp_free(struct smtp *s)
{
	if (s == NULL)
		return;
	end_waiting(s, LEFT, NULL);
	for (size_t i = 0; i < s->nlines; i++) {
		struct delivery *d = smtp_line_drop(s->lines[i]);

		if (d != NULL)
			delivery_end(d, LEFT, NULL);
		smtp_line_free(s->lines[i]);
	}
	event_free(s->clock);
	free(s->lines);
	free(s);
}
