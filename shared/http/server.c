#include "shared/http/server.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/http/conn.h"

enum {
	BACKLOG = 4096,
	ACCEPTS = 32,           /* to a wake-up, so that those who are in get their turn */
	LINGER_SECONDS = 5
};

const struct http_limits http_default_limits = {
	.connections = 4096,
	.connections_per_peer = 256,
	.head_seconds = 10,
	.idle_seconds = 60,
	.body_bytes_per_second = 500,
	.write_seconds = 30,
};

int64_t
http_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
accept_again(struct http_server *s, bool on)
{
	if (on == s->accepting || s->fd < 0)
		return;
	/* Failing for want of memory, the next tick tries again. */
	if ((on ? event_add(s->acceptor, NULL) : event_del(s->acceptor)) == 0)
		s->accepting = on;
}

static void
on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct http_server *s = arg;
	union {
		struct sockaddr any;
		struct sockaddr_storage room;
	} address;

	(void)what;
	s->now_us = http_now_us();
	for (int i = 0; i < ACCEPTS; i++) {
		socklen_t len = sizeof(address);
		int client = accept4(fd, &address.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (client < 0) {
			if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
				return;
			/* Out of descriptors or memory: waiting connections would spin us. */
			log_error("cannot accept: %s", strerror(errno));
			accept_again(s, false);
			return;
		}
		if (!conn_new(s, client, &address.any))
			close(client);
	}
}

/* Once a second: the Date line, and every deadline that has passed. */
static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct http_server *s = arg;
	time_t now = time(NULL);
	struct conn *c;
	struct tm tm;

	(void)fd;
	(void)what;
	gmtime_r(&now, &tm);
	strftime(s->date, sizeof(s->date), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
	s->now_us = http_now_us();
	for (c = s->conns; c != NULL; c = s->walk) {
		s->walk = c->next;
		if (c->deadline_us != 0 && c->deadline_us <= s->now_us)
			conn_expire(c);
	}
	accept_again(s, true);
}

/* Closes what is idle; says so when nothing is left. */
static void
on_drain(evutil_socket_t fd, short what, void *arg)
{
	struct http_server *s = arg;
	struct conn *c, *next;

	(void)fd;
	(void)what;
	for (c = s->conns; c != NULL; c = next) {
		next = c->next;
		if (c->state == CONN_IDLE)
			conn_close(c);
	}
	if (s->nconns == 0 && s->drained != NULL) {
		void (*drained)(void *) = s->drained;

		s->drained = NULL;
		drained(s->drained_arg);
	}
}

static void
stop_listening(struct http_server *s)
{
	if (s->fd < 0)
		return;
	accept_again(s, false);
	close(s->fd);
	s->fd = -1;
}

/* TCP_NODELAY here is inherited by what is accepted: one system call less for each. */
static int
bound_socket(const struct addrinfo *ai)
{
	const int on = 1;
	int type = ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(ai->ai_family, type, ai->ai_protocol);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0 &&
	    bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
listen_on(const char *host, const char *port)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
	};
	struct addrinfo *ai = NULL;
	int fd, rc = getaddrinfo(host, port, &hints, &ai);

	if (rc != 0) {
		log_error("cannot listen on %s port %s: %s", host, port, gai_strerror(rc));
		errno = EINVAL;
		return -1;
	}
	fd = bound_socket(ai);
	rc = errno;
	freeaddrinfo(ai);
	if (fd < 0) {
		log_error("cannot listen on %s port %s: %s", host, port, strerror(rc));
		errno = rc;
	}
	return fd;
}

static unsigned
port_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} address;
	socklen_t len = sizeof(address);

	if (getsockname(fd, &address.any, &len) < 0)
		return 0;
	return ntohs(address.any.sa_family == AF_INET6 ? address.six.sin6_port :
	    address.four.sin_port);
}

static void
set_limits(struct http_server *s, const struct http_limits *limits)
{
	const int64_t second = 1000000;

	s->limits = *limits;
	s->patience_us[CONN_IDLE] = limits->idle_seconds * second;
	s->patience_us[CONN_HEAD] = limits->head_seconds * second;
	/* Then its rate is looked at. */
	s->patience_us[CONN_BODY] = limits->head_seconds * second;
	s->patience_us[CONN_WRITING] = limits->write_seconds * second;
	s->patience_us[CONN_LINGER] = LINGER_SECONDS * second;
}

struct http_server *
http_server_new(struct event_base *base, const char *host, const char *port,
    const struct http_limits *limits, const struct http_calls *calls)
{
	const struct timeval second = { .tv_sec = 1 };
	int fd = listen_on(host, port);
	struct http_server *s;

	if (fd < 0)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		fatal("out of memory");
	s->base = base;
	s->fd = fd;
	s->port = port_of(fd);
	s->calls = *calls;
	set_limits(s, limits != NULL ? limits : &http_default_limits);
	s->peers = peers_new();
	s->acceptor = event_new(base, fd, EV_READ | EV_PERSIST, on_accept, s);
	s->tick = event_new(base, -1, EV_PERSIST, on_tick, s);
	s->drainer = event_new(base, -1, 0, on_drain, s);
	if (s->acceptor == NULL || s->tick == NULL || s->drainer == NULL ||
	    event_add(s->tick, &second) < 0)
		fatal("out of memory");
	on_tick(-1, 0, s);
	return s;
}

unsigned
http_server_port(const struct http_server *s)
{
	return s->port;
}

size_t
http_server_connections(const struct http_server *s)
{
	return s->nconns;
}

/* The rest happens in an event of its own: the caller may be inside a request. */
void
http_server_drain(struct http_server *s, void (*drained)(void *arg), void *arg)
{
	stop_listening(s);
	s->draining = true;
	s->drained = drained;
	s->drained_arg = arg;
	event_active(s->drainer, EV_TIMEOUT, 0);
}

/* Not from inside one of our own callbacks. A request still with its handler outlives us. */
void
http_server_free(struct http_server *s)
{
	struct conn *c, *next;

	stop_listening(s);
	s->draining = false;
	for (c = s->conns; c != NULL; c = next) {
		next = c->next;
		conn_close(c);
	}
	while ((c = s->conns) != NULL) {
		conn_unlink(c);
		c->server = NULL;
	}
	event_free(s->acceptor);
	event_free(s->tick);
	event_free(s->drainer);
	while (s->nspare > 0)
		work_free(s->spare[--s->nspare]);
	peers_free(s->peers);
	free(s);
}
