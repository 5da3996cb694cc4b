/* The doctor's look at the site: its configuration, and whether it answers. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "services/admin/doctor.h"

enum { WAIT_SECONDS = 5 };

struct address {
	char host[256], port[8];
	const char *authority;  /* both, as they stand in the address */
	const char *path;       /* behind them: "" or "/below" */
	bool https;
};

static void
close_socket(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* http://host, http://host:8080/below, http://[::1]:8080; false if it is nothing of the kind. */
static bool
address_parse(struct address *a, const char *url)
{
	const char *at = strstr(url, "://"), *colon;
	size_t len;

	a->https = strncmp(url, "https://", 8) == 0;
	if (!a->https && strncmp(url, "http://", 7) != 0)
		return false;
	at += 3;
	a->authority = at;
	len = *at == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":/");
	colon = at + len;
	if (len == 0 || len >= sizeof(a->host) || (*at == '[' && colon[-1] != ']'))
		return false;
	snprintf(a->host, sizeof(a->host), "%.*s", *at == '[' ? (int)len - 2 : (int)len, *at == '[' ? at + 1 : at);
	snprintf(a->port, sizeof(a->port), "%s", a->https ? "443" : "80");
	if (*colon == ':') {
		len = strspn(colon + 1, "0123456789");
		if (len == 0 || len > 5)
			return false;
		snprintf(a->port, sizeof(a->port), "%.*s", (int)len, colon + 1);
		colon += 1 + len;
	}
	a->path = colon;
	return *colon == '\0' || *colon == '/';
}

/* A connected socket; -1: *why says why not. */
static int
reach(const struct address *a, const char **why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
	struct timeval wait = { .tv_sec = WAIT_SECONDS };
	int fd = -1, code = getaddrinfo(a->host, a->port, &hints, &found);

	if (code != 0) {
		*why = gai_strerror(code);
		return -1;
	}
	for (const struct addrinfo *one = found; one != NULL && fd < 0; one = one->ai_next) {
		fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0)
			continue;
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
		if (connect(fd, one->ai_addr, one->ai_addrlen) != 0) {
			*why = errno == EINPROGRESS ? "it does not answer in time" : strerror(errno);
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	return fd;
}

/* The status of GET /readyz; 0: *why says why there is none. */
static int
ready(const struct address *a, const char **why)
{
	cleanup(close_socket) int fd = reach(a, why);
	char text[1024];
	size_t len = 0;
	ssize_t n;
	int status;

	if (fd < 0)
		return 0;
	n = snprintf(text, sizeof(text), "GET %.300s/readyz HTTP/1.1\r\nHost: %.*s\r\nConnection: close\r\n\r\n", a->path,
	    (int)(a->path - a->authority), a->authority);
	if (send(fd, text, (size_t)n, MSG_NOSIGNAL) != n) {
		*why = strerror(errno);
		return 0;
	}
	/* the status line is all that matters, however it is cut */
	while (len < 12 && (n = recv(fd, text + len, sizeof(text) - 1 - len, 0)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	*why = n < 0 ? "it does not answer in time" : "what answers does not speak HTTP";
	return len >= 12 && sscanf(text, "HTTP/1.%*1[01] %3d", &status) == 1 ? status : 0;
}

static void
site(const struct patient *p, struct finding *f)
{
	const char *url = getenv("RELAIS_URL"), *why = "";
	struct address a;
	int status, fd;

	(void)p;
	if (url == NULL || *url == '\0') {
		says(f, "RELAIS_URL is not set here, so it was not asked");
		return;
	}
	if (!address_parse(&a, url) || url[strlen(url) - 1] == '/') {
		says(f, "RELAIS_URL is no address: %.200s", url);
		mend(f, PROBLEM, "It is http:// or https://, the host, perhaps a port, and no slash at the end: https://relais.example.org");
		return;
	}
	if (a.https) {
		fd = reach(&a, &why);
		says(f, "%.200s: %s", url, fd < 0 ? why : "something listens there; whether it is well, curl -fsS $RELAIS_URL/readyz says");
		close_socket(&fd);
		if (fd < 0)
			mend(f, PROBLEM, "Look whether the name leads to this machine and the proxy runs: systemctl status nginx");
		return;
	}
	status = ready(&a, &why);
	if (status == 200) {
		says(f, "%.200s is ready", url);
	} else if (status == 503) {
		says(f, "%.200s runs, but is not ready", url);
		mend(f, PROBLEM, "The site does not reach its database: look at its DATABASE_URL and its log");
	} else if (status != 0) {
		says(f, "%.200s/readyz gives %d", url, status);
		mend(f, PROBLEM, "Something else answers there, or a proxy that does not reach the site");
	} else {
		says(f, "%.200s: %s", url, why);
		mend(f, PROBLEM, "Start the site: systemctl start relais-site, or make run");
	}
}

/* The file that relais-site would read. */
static void
configuration(const struct patient *p, struct finding *f)
{
	const char *path = getenv("RELAIS_CONFIG"), *demo = getenv("RELAIS_DEMO"), *url = getenv("RELAIS_URL");

	(void)p;
	if (path != NULL && access(path, R_OK) != 0) {
		says(f, "RELAIS_CONFIG names %.150s: %s", path, strerror(errno));
		mend(f, PROBLEM, "relais-site does not start without it: make the file readable, or leave RELAIS_CONFIG out");
	} else if (demo != NULL && strcmp(demo, "1") == 0 && url != NULL && strncmp(url, "https://", 8) == 0) {
		says(f, "RELAIS_DEMO is 1 at a public address");
		mend(f, WARNING, "With it anybody on this machine signs in as anybody of the demonstration: leave it out");
	} else {
		says(f, "%s%.150s", path != NULL ? "from " : "from the environment", path != NULL ? path : "");
	}
}

const struct check doctor_site[] = {
	{ "configuration", false, configuration },
	{ "site", false, site },
	{ NULL, false, NULL }
};
