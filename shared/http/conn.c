#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/http/conn.h"

enum {
	LINGER_BYTES = 8 * 1024 * 1024,
	REFUSED_MAX = 64        /* that are told why at a time; more are just closed */
};

struct work *
conn_work(struct conn *c)
{
	struct http_server *s = c->server;

	if (c->work != NULL)
		return c->work;
	if (s->nspare > 0) {
		c->work = s->spare[--s->nspare];
	} else {
		c->work = malloc(sizeof(*c->work));
		if (c->work == NULL)
			fatal("out of memory");
	}
	c->work->conn = c;
	c->work->body = (struct buf){ 0 };
	c->work->out = (struct outgoing){ 0 };
	c->work->start = c->work->at = c->work->len = 0;
	return c->work;
}

void
work_free(struct work *w)
{
	if (w == NULL)
		return;
	buf_release(&w->body);
	reply_release(&w->out);
	free(w);
}

static void
give_back_work(struct conn *c)
{
	struct http_server *s = c->server;

	if (c->work == NULL)
		return;
	if (s != NULL && s->nspare < SPARE_MAX) {
		buf_release(&c->work->body);
		reply_release(&c->work->out);
		s->spare[s->nspare++] = c->work;
	} else {
		work_free(c->work);
	}
	c->work = NULL;
}

/* The only place where the state changes. */
void
conn_enter(struct conn *c, enum conn_state state)
{
	int64_t patience = c->server->patience_us[state];

	c->state = state;
	c->deadline_us = patience > 0 ? c->server->now_us + patience : 0;
}

void
conn_read_on(struct conn *c, bool on)
{
	if (on == c->reading || (on && c->eof))
		return;
	/* Failing for want of memory, its deadline ends it. */
	if ((on ? event_add(c->readable, NULL) : event_del(c->readable)) == 0)
		c->reading = on;
}

void
conn_unlink(struct conn *c)
{
	struct http_server *s = c->server;

	if (s->walk == c)
		s->walk = c->next;
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	s->nconns--;
	if (s->draining && s->nconns == 0)
		event_active(s->drainer, EV_TIMEOUT, 0);
}

void
conn_release(struct conn *c)
{
	if (c->running || c->owed)
		return;
	give_back_work(c);
	if (c->server != NULL)
		conn_unlink(c);
	free(c);
}

void
conn_close(struct conn *c)
{
	if (c->state != CONN_CLOSED) {
		conn_enter(c, CONN_CLOSED);
		event_free(c->readable);
		if (c->writable != NULL)
			event_free(c->writable);
		c->readable = c->writable = NULL;
		close(c->fd);
		c->fd = -1;
		peer_leave(c->server->peers, c->peer);
		c->server->nrefused -= c->refused;
	}
	conn_release(c);
}

/*
 * RFC 9112 section 9.6: closing with bytes unread would reset the connection and could
 * take the answer back before the client has read it.
 */
void
conn_linger(struct conn *c)
{
	if (c->eof || shutdown(c->fd, SHUT_WR) < 0) {
		conn_close(c);
		return;
	}
	give_back_work(c);
	conn_enter(c, CONN_LINGER);
	conn_read_on(c, true);
}

/* Drops what still arrives; the kernel copies nothing. */
static void
drop_input(struct conn *c)
{
	ssize_t n = recv(c->fd, NULL, LINGER_BYTES, MSG_TRUNC);

	if (n > 0)
		c->lingered += (size_t)n;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) || c->lingered > LINGER_BYTES)
		conn_close(c);
}

/* False if there is nothing new; c may be gone then. */
static bool
fill(struct conn *c)
{
	struct work *w = conn_work(c);
	size_t room = sizeof(w->bytes) - w->len;
	ssize_t n;

	if (room == 0) {
		/* A request is being handled, and as much again waits behind it. */
		conn_read_on(c, false);
		return false;
	}
	n = recv(c->fd, w->bytes + w->len, room, 0);
	if (n > 0) {
		w->len += (size_t)n;
	} else if (n == 0) {
		/* Perhaps it only closed its side and waits for answers. */
		c->eof = true;
		conn_read_on(c, false);
	} else if (errno != EAGAIN && errno != EINTR) {
		conn_close(c);
		return false;
	}
	return true;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	c->server->now_us = http_now_us();
	if (c->state == CONN_LINGER)
		drop_input(c);
	else if (fill(c))
		conn_run(c);
}

/*
 * One request after the other in a loop: a handler that answers at once comes back
 * here through http_reply(), so the stack does not grow with what a client pipelines.
 */
void
conn_run(struct conn *c)
{
	static bool (*const steps[CONN_STATES])(struct conn *c) = {
		[CONN_IDLE] = request_head,
		[CONN_HEAD] = request_head,
		[CONN_BODY] = request_body,
	};

	if (c->running)
		return;
	c->running = true;
	while (steps[c->state] != NULL && steps[c->state](c))
		continue;
	c->running = false;
	if (c->state == CONN_CLOSED) {
		conn_release(c);
	} else if (steps[c->state] != NULL) {
		if (c->eof) {
			conn_close(c);
			return;
		}
		if (c->state == CONN_IDLE)
			give_back_work(c);
		conn_read_on(c, true);
	}
}

/* A body has to bring its least rate again in every span of head_seconds. */
static void
check_rate(struct conn *c)
{
	const struct http_limits *limits = &c->server->limits;

	if (c->work->arrived < (size_t)limits->body_bytes_per_second * limits->head_seconds) {
		request_refuse(c, 408);
	} else {
		c->work->arrived = 0;
		conn_enter(c, CONN_BODY);
	}
}

static void
refuse_head(struct conn *c)
{
	http_head_clear(&c->work->request.head);
	request_refuse(c, 408);
}

void
conn_expire(struct conn *c)
{
	static void (*const expire[CONN_STATES])(struct conn *c) = {
		[CONN_IDLE] = conn_close,
		[CONN_HEAD] = refuse_head,
		[CONN_BODY] = check_rate,
		[CONN_WRITING] = conn_close,
		[CONN_LINGER] = conn_close,
	};

	if (expire[c->state] != NULL)
		expire[c->state](c);
}

/* Over a limit: told so without having been read. */
static void
refuse_connection(struct conn *c)
{
	c->refused = true;
	c->server->nrefused++;
	conn_work(c);
	request_begin(c);
	http_head_clear(&c->work->request.head);
	request_refuse(c, 503);
}

static void
name_peer(struct conn *c, const struct sockaddr *address)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;
	const void *bytes = &four->sin_addr;
	int family = address->sa_family;

	if (family == AF_INET6) {
		bytes = &six->sin6_addr;
		if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
			bytes = &six->sin6_addr.s6_addr[12];
			family = AF_INET;
		}
	}
	if (inet_ntop(family, bytes, c->address, sizeof(c->address)) == NULL)
		c->address[0] = '\0';
}

static void
link_conn(struct http_server *s, struct conn *c)
{
	c->server = s;
	c->next = s->conns;
	c->link = &s->conns;
	if (c->next != NULL)
		c->next->link = &c->next;
	s->conns = c;
	s->nconns++;
}

bool
conn_new(struct http_server *s, int fd, const struct sockaddr *address)
{
	struct peer *peer = peer_enter(s->peers, address, s->limits.connections_per_peer);
	bool over = peer == NULL || s->nconns - s->nrefused >= s->limits.connections;
	struct conn *c = NULL;

	if (!over || s->nrefused < REFUSED_MAX)
		c = calloc(1, sizeof(*c));
	if (c != NULL)
		c->readable = event_new(s->base, fd, EV_READ | EV_PERSIST, on_readable, c);
	if (c == NULL || c->readable == NULL || event_add(c->readable, NULL) < 0) {
		if (c != NULL && c->readable != NULL)
			event_free(c->readable);
		free(c);
		peer_leave(s->peers, peer);
		return false;
	}
	c->fd = fd;
	c->peer = peer;
	c->reading = true;
	link_conn(s, c);
	name_peer(c, address);
	conn_enter(c, CONN_IDLE);
	if (over)
		refuse_connection(c);
	return true;
}
