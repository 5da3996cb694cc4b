#include "services/courier/lmtp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/listener.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "services/courier/lmtp_session.h"
#include "shared/base/address.h"
#include "shared/base/log.h"

enum { SESSIONS_MOST = 64 };

static void
on_connection(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from, int len, void *arg)
{
	struct lmtp *l = arg;

	(void)listener;
	(void)from;
	(void)len;
	if (l->nsessions < SESSIONS_MOST)
		session_begin(l, fd);
	else
		close(fd);
}

/* 127.0.0.1:2424 or [::1]:2424; port 0 picks one. */
static socklen_t
numeric_address(const char *setting, struct sockaddr_storage *to)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
	const char *colon = strrchr(setting, ':');
	char host[64] = "";
	struct addrinfo *found;
	socklen_t len;

	if (colon != NULL)
		(void)snprintf(host, sizeof(host), "%.*s", (int)(colon - setting - 2 * (*setting == '[')), setting + (*setting == '['));
	if (*host == '\0' || getaddrinfo(host, colon + 1, &hints, &found) != 0)
		fatal("RELAIS_LMTP_LISTEN: '%s' is no numeric address:port", setting);
	len = found->ai_addrlen;
	memcpy(to, found->ai_addr, len);
	freeaddrinfo(found);
	return len;
}

/* Fills in where to listen, by the setting: a path begins with a slash. */
static socklen_t
address_of(const char *setting, struct sockaddr_storage *to)
{
	struct sockaddr_un *path = (struct sockaddr_un *)to;

	memset(to, 0, sizeof(*to));
	if (*setting != '/')
		return numeric_address(setting, to);
	if (strlen(setting) >= sizeof(path->sun_path))
		fatal("RELAIS_LMTP_LISTEN: the path is too long");
	path->sun_family = AF_UNIX;
	strcpy(path->sun_path, setting);
	(void)unlink(setting);          /* what an earlier run left behind */
	return sizeof(*path);
}

/* Where it is, with the port that was picked. */
static void
read_place(struct lmtp *l)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);
	char host[64] = "";
	const char *setting = l->courier->config.lmtp_listen, *colon = strrchr(setting, ':');

	(void)snprintf(l->place, sizeof(l->place), "%s", setting);
	if (*setting == '/' || colon == NULL || getsockname(evconnlistener_get_fd(l->listener), (struct sockaddr *)&at, &len) != 0)
		return;
	(void)snprintf(host, sizeof(host), "%.*s", (int)(colon - setting), setting);
	(void)snprintf(l->place, sizeof(l->place), "%s:%u", host, ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port :
	    ((struct sockaddr_in *)&at)->sin_port));
}

struct lmtp *
lmtp_new(struct courier *c)
{
	struct lmtp *l = calloc(1, sizeof(*l));
	struct sockaddr_storage at;
	socklen_t len = address_of(c->config.lmtp_listen, &at);

	if (l == NULL)
		fatal("out of memory");
	if (*c->config.domain == '\0')
		fatal("RELAIS_LMTP_LISTEN needs RELAIS_MAIL_DOMAIN");
	l->courier = c;
	l->mail_most = MAIL_IN_MOST;
	l->kept_most = MAIL_KEPT_MOST;
	l->listener = evconnlistener_new_bind(c->base, on_connection, l, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE, 16,
	    (struct sockaddr *)&at, (int)len);
	if (l->listener == NULL)
		fatal("cannot listen on %s: %s", c->config.lmtp_listen, strerror(errno));
	/* who may connect is for its directory to say: the mail server is another user */
	if (*c->config.lmtp_listen == '/' && chmod(c->config.lmtp_listen, 0666) != 0)
		fatal("cannot open %s to the mail server: %s", c->config.lmtp_listen, strerror(errno));
	read_place(l);
	return l;
}

void
lmtp_free(struct lmtp *l)
{
	if (l == NULL)
		return;
	evconnlistener_free(l->listener);
	while (l->sessions != NULL)
		session_free(l->sessions);
	if (*l->courier->config.lmtp_listen == '/')
		(void)unlink(l->courier->config.lmtp_listen);
	free(l);
}

const char *
lmtp_place(const struct lmtp *l)
{
	return l->place;
}
