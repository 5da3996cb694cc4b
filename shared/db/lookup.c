/*
 * Names of hosts are looked up in a thread, for getaddrinfo() waits and libpq would call it in
 * the event loop. The thread has copies of what it needs and answers through a socket, so that
 * a connection that was given up leaves it alone.
 */
#include "shared/db/internal.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/base/log.h"

struct lookup {
	int fd;                         /* the answer goes there: the three lists, each ended by NUL */
	char *hosts, *ports;            /* separated by commas; ports may be NULL */
};

/* An entry for each address; the name stays beside it, for TLS. */
struct lists {
	struct buf host, hostaddr, port;
	unsigned n;
};

static const char *
option(const PQconninfoOption *conninfo, const char *keyword)
{
	for (const PQconninfoOption *o = conninfo; o->keyword != NULL; o++)
		if (strcmp(o->keyword, keyword) == 0)
			return o->val;
	return NULL;
}

static char *
copy(const char *text)
{
	char *to = text == NULL ? NULL : strdup(text);

	if (text != NULL && to == NULL)
		fatal("out of memory");
	return to;
}

/* A path or an address is no name. */
static bool
is_name(const char *host)
{
	unsigned char address[16];

	return host[0] != '\0' && host[0] != '/' && host[0] != '@' &&
	    inet_pton(AF_INET, host, address) != 1 && inet_pton(AF_INET6, host, address) != 1;
}

bool
lookup_needed(const PQconninfoOption *conninfo)
{
	const char *hostaddr = option(conninfo, "hostaddr");
	char *hosts = copy(option(conninfo, "host")), *rest = hosts, *host;
	bool needed = false;

	while ((host = strsep(&rest, ",")) != NULL)
		needed |= is_name(host);
	free(hosts);
	return needed && (hostaddr == NULL || hostaddr[0] == '\0');
}

/* ---- in the thread ---- */

static void
add(struct lists *l, const char *host, const char *hostaddr, const char *port)
{
	const char *comma = l->n++ == 0 ? "" : ",";

	buf_printf(&l->host, "%s%s", comma, host);
	buf_printf(&l->hostaddr, "%s%s", comma, hostaddr);
	buf_printf(&l->port, "%s%s", comma, port);
}

/* A name without an address is left out. */
static void
add_addresses(struct lists *l, const char *host, const char *port)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char text[NI_MAXHOST];

	if (getaddrinfo(host, NULL, &hints, &found) != 0)
		return;
	for (const struct addrinfo *a = found; a != NULL; a = a->ai_next)
		if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST) == 0)
			add(l, host, text, port);
	freeaddrinfo(found);
}

static void
answer(int fd, struct lists *l)
{
	struct buf *const lists[] = { &l->host, &l->hostaddr, &l->port };
	struct buf message = {0};

	for (size_t i = 0; l->n > 0 && i < countof(lists); i++)
		buf_add(&message, lists[i]->len > 0 ? lists[i]->data : "", lists[i]->len + 1);
	if (!message.failed && message.len <= HOSTS_MAX)
		(void)send(fd, message.data, message.len, MSG_NOSIGNAL);
	for (size_t i = 0; i < countof(lists); i++)
		buf_release(lists[i]);
	buf_release(&message);
}

static void *
look_up(void *arg)
{
	struct lookup *l = arg;
	struct lists lists = {0};
	char *hosts = l->hosts, *ports = l->ports, *host, *next;
	const char *port = "";

	while ((host = strsep(&hosts, ",")) != NULL) {
		if ((next = strsep(&ports, ",")) != NULL)       /* a single one is every host's */
			port = next;
		if (is_name(host))
			add_addresses(&lists, host, port);
		else
			add(&lists, host, "", port);
	}
	answer(l->fd, &lists);
	close(l->fd);
	free(l->hosts);
	free(l->ports);
	free(l);
	return NULL;
}

/* ---- in the loop ---- */

static bool
start_thread(struct lookup *l)
{
	pthread_attr_t detached;
	pthread_t thread;
	sigset_t all, before;
	bool ok;

	sigfillset(&all);               /* signals are for the loop */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	ok = pthread_create(&thread, &detached, look_up, l) == 0;
	pthread_attr_destroy(&detached);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ok;
}

int
lookup_start(const PQconninfoOption *conninfo)
{
	struct lookup *l = calloc(1, sizeof(*l));
	int fds[2];

	if (l == NULL)
		fatal("out of memory");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
		free(l);
		return -1;
	}
	l->fd = fds[1];
	l->hosts = copy(option(conninfo, "host"));
	l->ports = copy(option(conninfo, "port"));
	if (!start_thread(l)) {
		close(fds[0]);
		close(fds[1]);
		free(l->hosts);
		free(l->ports);
		free(l);
		return -1;
	}
	return fds[0];
}

bool
lookup_read(int fd, struct hosts *hosts)
{
	ssize_t n = recv(fd, hosts->text, sizeof(hosts->text), MSG_DONTWAIT);

	if (n <= 0)
		return false;
	hosts->host = hosts->text;
	hosts->hostaddr = hosts->host + strlen(hosts->host) + 1;
	hosts->port = hosts->hostaddr + strlen(hosts->hostaddr) + 1;
	return true;
}
