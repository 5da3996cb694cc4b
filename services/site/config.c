#include "services/site/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/log.h"
#include "shared/i18n/i18n.h"

enum type { TEXT, NUMBER };

#define AT(member) offsetof(struct config, member)

/* Every key there is: what --help prints. */
static const struct key {
	const char *name;
	enum type type;
	size_t at;
	const char *initial, *help;
} keys[] = {
	{ "DATABASE_URL", TEXT, AT(database_url), "postgresql:///relais", "PostgreSQL, as a libpq connection string" },
	{ "RELAIS_URL", TEXT, AT(url), "", "public address; default http://LISTEN:PORT" },
	{ "RELAIS_LISTEN", TEXT, AT(listen), "127.0.0.1", "numeric address to listen on" },
	{ "PORT", TEXT, AT(port), "8080", "port to listen on; 0 picks one" },
	{ "RELAIS_LOCALE_DIR", TEXT, AT(locale_dir), "", "compiled translations; default beside the program" },
	{ "RELAIS_DEMO", NUMBER, AT(demo), "0", "1: one-click sign-in for the demonstration's persons, on this machine only" },
	{ "RELAIS_READERS", NUMBER, AT(readers), "4", "database connections for reading" },
	{ "RELAIS_CACHE_MB", NUMBER, AT(cache_mb), "64", "memory for answers, in MiB" },
	{ "RELAIS_CONNECTIONS", NUMBER, AT(connections), "4096", "connections of clients in total" },
	{ "RELAIS_CONNECTIONS_PER_ADDRESS", NUMBER, AT(connections_per_peer), "256", "connections of one address (raise it behind a proxy)" },
};

static _Noreturn void
help(void)
{
	printf("relais-site: the web pages, feeds and API of Relais\n\n"
	    "Configured by the environment, or by a file of KEY=value lines named in RELAIS_CONFIG:\n\n");
	for (size_t i = 0; i < countof(keys); i++)
		printf("  %-32s %s%s%s%s\n", keys[i].name, keys[i].help, keys[i].initial[0] ? " (" : "", keys[i].initial,
		    keys[i].initial[0] ? ")" : "");
	exit(0);
}

/* Puts KEY=value lines into the environment, where it does not have them yet. */
static void
read_file(const char *path)
{
	char line[4096];
	FILE *f = fopen(path, "re");
	int n = 0;

	if (f == NULL)
		fatal("cannot read the configuration file %s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f) != NULL) {
		char *equals = strchr(line, '=');

		n++;
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		if (equals == NULL)
			fatal("%s:%d: not KEY=value", path, n);
		*equals = '\0';
		(void)setenv(line, equals + 1, 0);
	}
	fclose(f);
}

static void
set(struct config *c, const struct key *k, const char *value)
{
	char *end;
	long n;

	if (k->type == TEXT) {
		memcpy((char *)c + k->at, &value, sizeof(value));
		return;
	}
	n = strtol(value, &end, 10);
	if (*value == '\0' || *end != '\0' || n < 0 || n > 1000000)
		fatal("%s: '%s' is not a number this setting takes", k->name, value);
	memcpy((char *)c + k->at, &n, sizeof(n));
}

void
config_url(struct config *c, const char *port)
{
	bool v6 = strchr(c->listen, ':') != NULL;

	snprintf(c->url_made, sizeof(c->url_made), "http://%s%s%s:%s", v6 ? "[" : "", c->listen, v6 ? "]" : "", port);
	c->url = c->url_made;
}

bool
config_is_loopback(const char *host, size_t len)
{
	static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };

	for (size_t i = 0; i < countof(names); i++) {
		size_t n = strlen(names[i]);

		if (len >= n && strncasecmp(host, names[i], n) == 0 &&
		    (len == n || (host[n] == ':' && strspn(host + n + 1, "0123456789") >= len - n - 1)))
			return true;
	}
	return false;
}

void
config_read(struct config *c, int argc, char **argv)
{
	const char *host;

	if (argc > 1) {
		if (strcmp(argv[1], "--help") == 0)
			help();
		fprintf(stderr, "relais-site: takes no arguments; see relais-site --help\n");
		exit(2);
	}
	if (getenv("RELAIS_CONFIG") != NULL)
		read_file(getenv("RELAIS_CONFIG"));
	for (size_t i = 0; i < countof(keys); i++) {
		const char *value = getenv(keys[i].name);

		set(c, &keys[i], value != NULL && *value != '\0' ? value : keys[i].initial);
	}
	if (*c->locale_dir == '\0')
		c->locale_dir = i18n_place();
	if (*c->url == '\0')
		config_url(c, c->port);
	if (strncmp(c->url, "http://", 7) != 0 && strncmp(c->url, "https://", 8) != 0)
		fatal("RELAIS_URL: '%s' does not start with http:// or https://", c->url);
	if (c->url[strlen(c->url) - 1] == '/')
		fatal("RELAIS_URL: leave out the slash at the end of '%s'", c->url);
	c->https = strncmp(c->url, "https://", 8) == 0;
	host = strstr(c->url, "://") + 3;
	if (c->demo != 0 && !config_is_loopback(host, strcspn(host, "/"))) {
		log_error("RELAIS_DEMO is left out: RELAIS_URL is not of this machine");
		c->demo = 0;
	}
}
