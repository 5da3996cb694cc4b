#include "shared/config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/log.h"

static _Noreturn void
help(const struct config_program *p)
{
	printf("%s: %s\n\n"
	    "Configured by the environment, or by a file of KEY=value lines named in RELAIS_CONFIG:\n\n", p->name, p->purpose);
	for (size_t i = 0; i < p->nkeys; i++) {
		const struct config_key *k = &p->keys[i];

		printf("  %-32s %s%s%s%s\n", k->name, k->help, k->initial[0] ? " (" : "", k->initial, k->initial[0] ? ")" : "");
	}
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
set(void *into, const struct config_key *k, const char *value)
{
	char *end;
	long n;

	if (k->type == CONFIG_TEXT) {
		memcpy((char *)into + k->at, &value, sizeof(value));
		return;
	}
	n = strtol(value, &end, 10);
	if (*value == '\0' || *end != '\0' || n < 0 || n > 1000000)
		fatal("%s: '%s' is not a number this setting takes", k->name, value);
	memcpy((char *)into + k->at, &n, sizeof(n));
}

void
config_load(const struct config_program *p, void *into, int argc, char **argv)
{
	if (argc > 1) {
		if (strcmp(argv[1], "--help") == 0)
			help(p);
		fprintf(stderr, "%s: takes no arguments; see %s --help\n", p->name, p->name);
		exit(2);
	}
	if (getenv("RELAIS_CONFIG") != NULL)
		read_file(getenv("RELAIS_CONFIG"));
	for (size_t i = 0; i < p->nkeys; i++) {
		const char *value = getenv(p->keys[i].name);

		set(into, &p->keys[i], value != NULL && *value != '\0' ? value : p->keys[i].initial);
	}
}

bool
config_https(const char *url)
{
	if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
		fatal("RELAIS_URL: '%s' does not start with http:// or https://", url);
	if (url[strlen(url) - 1] == '/')
		fatal("RELAIS_URL: leave out the slash at the end of '%s'", url);
	return strncmp(url, "https://", 8) == 0;
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

bool
config_url_is_loopback(const char *url)
{
	const char *host = strstr(url, "://");

	return host != NULL && config_is_loopback(host + 3, strcspn(host + 3, "/"));
}
