#include "shared/markdown/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/base/log.h"
#include "shared/markdown/child.h"

enum {
	START_MS = 5000,
	STARTS_MAX = 2,                 /* in a row, before a text is told that it can't be done */
	CHILD_TEXTS = 1000,             /* then a fresh one: leaks of discount end there */
	READ_SIZE = 64 * 1024
};

enum child_state { CHILD_NONE, CHILD_STARTING, CHILD_IDLE, CHILD_WORKING };

struct worker {
	struct event_base *base;
	worker_answer *answer;
	void *arg;
	struct fork_server server;
	enum child_state state;
	int fd;                         /* to the child; -1 with CHILD_NONE */
	struct event *readable, *writable, *timer;
	unsigned texts, failed_starts;
	struct buf frame;               /* what the child said so far */
	bool wanted;                    /* a text is under way or waits for the child to start */
	struct slice text;
	int limit_ms;
	uint32_t head;                  /* of the frame being sent */
	size_t sent;
};

static void on_readable(evutil_socket_t fd, short what, void *arg);
static void on_writable(evutil_socket_t fd, short what, void *arg);

static void
set_timer(struct worker *w, int ms)
{
	const struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	event_add(w->timer, &tv);
}

/* The text is no longer ours; the owner may give the next one from inside. */
static void
answer(struct worker *w, enum worker_outcome outcome, struct slice html)
{
	w->wanted = false;
	w->answer(w->arg, outcome, html);
}

static void
child_drop(struct worker *w)
{
	event_del(w->timer);
	if (w->readable != NULL)
		event_free(w->readable);
	if (w->writable != NULL)
		event_free(w->writable);
	w->readable = w->writable = NULL;
	if (w->fd >= 0)
		(void)close(w->fd);
	w->fd = -1;
	w->state = CHILD_NONE;
	buf_reset(&w->frame);
}

/* A fresh child; the fork server kills the one before. */
static bool
child_start(struct worker *w)
{
	child_drop(w);
	w->fd = fork_server_spawn(&w->server);
	if (w->fd < 0)
		return false;
	w->readable = event_new(w->base, w->fd, EV_READ | EV_PERSIST, on_readable, w);
	w->writable = event_new(w->base, w->fd, EV_WRITE, on_writable, w);
	if (w->readable == NULL || w->writable == NULL || event_add(w->readable, NULL) < 0) {
		child_drop(w);
		return false;
	}
	w->state = CHILD_STARTING;
	w->texts = 0;
	set_timer(w, START_MS);
	return true;
}

/* No child came up; the text that waits for it gets one more. */
static void
start_failed(struct worker *w)
{
	log_error("markdown: no child could be started");
	if (!w->wanted)
		return;
	if (++w->failed_starts < STARTS_MAX && child_start(w))
		return;
	w->failed_starts = 0;
	answer(w, WORKER_NO_CHILD, (struct slice){ NULL, 0 });
}

/* The child ended, ran out of time, or said nonsense. */
static void
child_lost(struct worker *w, enum worker_outcome outcome, const char *why)
{
	enum child_state was = w->state;

	child_drop(w);
	if (was == CHILD_STARTING) {
		start_failed(w);
	} else if (was == CHILD_WORKING) {
		log_info("markdown: the child is replaced: %s", why);
		/* At once, whether or not a text waits: the old one may still be busy. */
		(void)child_start(w);
		answer(w, outcome, (struct slice){ NULL, 0 });
	}
}

static void
child_send(struct worker *w)
{
	const size_t total = sizeof(w->head) + w->text.len;

	while (w->sent < total) {
		size_t head = w->sent < sizeof(w->head) ? w->sent : sizeof(w->head);
		size_t body = w->sent - head;
		struct iovec io[2] = {
			{ (char *)&w->head + head, sizeof(w->head) - head },
			{ (char *)(uintptr_t)w->text.at + body, w->text.len - body },
		};
		struct msghdr msg = { .msg_iov = io, .msg_iovlen = 2 };
		ssize_t n = sendmsg(w->fd, &msg, MSG_NOSIGNAL);

		if (n >= 0)
			w->sent += (size_t)n;
		else if (errno == EAGAIN)
			event_add(w->writable, NULL);
		if (n < 0 && errno != EINTR)
			return;         /* a dead child shows when its end is read */
	}
}

static void
child_work(struct worker *w)
{
	w->state = CHILD_WORKING;
	w->head = (uint32_t)w->text.len;
	w->sent = 0;
	set_timer(w, w->limit_ms);
	child_send(w);
}

static void
child_hello(struct worker *w)
{
	event_del(w->timer);
	w->failed_starts = 0;
	w->state = CHILD_IDLE;
	buf_reset(&w->frame);
	if (w->wanted)
		child_work(w);
}

/* The answer's bytes stay in a buffer of their own: the owner may go on from inside. */
static void
child_answered(struct worker *w, uint32_t head, size_t len)
{
	struct buf frame = w->frame;

	w->frame = (struct buf){ .limit = frame.limit };
	event_del(w->timer);
	w->state = CHILD_IDLE;
	if (++w->texts >= CHILD_TEXTS)
		child_drop(w);
	if (head == FRAME_REFUSED)
		answer(w, WORKER_FAILED, (struct slice){ NULL, 0 });
	else
		answer(w, WORKER_DONE, (struct slice){ frame.data + sizeof(head), len });
	buf_release(&frame);
}

/* Looks for a whole frame. Everything a child says is suspect. */
static void
child_said(struct worker *w)
{
	uint32_t head;
	size_t len;

	if (w->frame.len < sizeof(head))
		return;
	memcpy(&head, w->frame.data, sizeof(head));
	len = head <= CHILD_HTML_MAX ? head : 0;
	if (w->frame.len < sizeof(head) + len)
		return;
	if (w->frame.len > sizeof(head) + len)
		child_lost(w, WORKER_DIED, "it said too much");
	else if (w->state == CHILD_STARTING && head == FRAME_HELLO)
		child_hello(w);
	else if (w->state == CHILD_WORKING && (head <= CHILD_HTML_MAX || head == FRAME_REFUSED))
		child_answered(w, head, len);
	else
		child_lost(w, WORKER_DIED, "it said what it may not");
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;
	ssize_t n;

	(void)what;
	if (!buf_reserve(&w->frame, READ_SIZE)) {
		child_lost(w, WORKER_DIED, "it said too much");
		return;
	}
	n = recv(fd, w->frame.data + w->frame.len, READ_SIZE, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		child_lost(w, WORKER_DIED, "it died over a text");
		return;
	}
	w->frame.len += (size_t)n;
	child_said(w);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	child_send(arg);
}

/* Time is over: for a start, for a text, or (without a child) for trying to start one. */
static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;

	(void)fd;
	(void)what;
	if (w->state == CHILD_NONE)
		start_failed(w);
	else
		child_lost(w, WORKER_FAILED, "a text took too long");
}

struct worker *
worker_new(struct event_base *base, worker_answer *answered, void *arg)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->base = base;
	w->answer = answered;
	w->arg = arg;
	w->fd = -1;
	w->server.control = -1;
	w->frame.limit = CHILD_HTML_MAX + 2 * READ_SIZE;
	w->timer = evtimer_new(base, on_timer, w);
	if (w->timer == NULL || !fork_server_start(&w->server) || !child_start(w)) {
		worker_free(w);
		return NULL;
	}
	return w;
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	if (w->timer != NULL) {
		child_drop(w);
		event_free(w->timer);
	}
	fork_server_stop(&w->server);
	buf_release(&w->frame);
	free(w);
}

void
worker_render(struct worker *w, struct slice text, int limit_ms)
{
	w->wanted = true;
	w->text = text;
	w->limit_ms = limit_ms;
	if (w->state == CHILD_IDLE)
		child_work(w);
	else if (w->state == CHILD_NONE && !child_start(w))
		set_timer(w, 0);        /* to answer from the loop */
}
