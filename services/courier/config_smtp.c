#include "services/courier/config_smtp.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/config/config.h"

static void
url_release(CURLU **url)
{
	curl_url_cleanup(*url);
}

static void
part_release(char **part)
{
	curl_free(*part);
}

/* NULL: it has none. */
static char *
part(CURLU *url, CURLUPart what)
{
	char *text = NULL;

	return curl_url_get(url, what, &text, what == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) == CURLUE_OK ? text : NULL;
}

static bool
has(CURLU *url, CURLUPart what)
{
	cleanup(part_release) char *text = part(url, what);

	return text != NULL && *text != '\0';
}

/* The path is the name that we greet with. */
static bool
greeting_ok(CURLU *url)
{
	cleanup(part_release) char *path = part(url, CURLUPART_PATH);

	return path == NULL || path[strspn(path + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") + 1] == '\0';
}

/* True: it is TLS from the first byte on. */
static bool
read_url(struct config *c, bool *loopback)
{
	cleanup(url_release) CURLU *url = curl_url();
	cleanup(part_release) char *scheme = NULL, *host = NULL, *port = NULL;

	if (url == NULL)
		fatal("out of memory");
	if (curl_url_set(url, CURLUPART_URL, c->smtp_url, 0) == CURLUE_OK) {
		scheme = part(url, CURLUPART_SCHEME);
		host = part(url, CURLUPART_HOST);
		port = part(url, CURLUPART_PORT);
	}
	if (scheme == NULL || host == NULL || port == NULL || atoi(port) < 1 || (strcmp(scheme, "smtp") != 0 && strcmp(scheme, "smtps") != 0))
		fatal("RELAIS_SMTP_URL: not smtp://[user:password@]host[:port] or smtps://…");
	if (has(url, CURLUPART_USER) != has(url, CURLUPART_PASSWORD))
		fatal("RELAIS_SMTP_URL: to sign in takes a user and a password (their @ : / as %%40 %%3a %%2f)");
	if (!greeting_ok(url) || has(url, CURLUPART_QUERY) || has(url, CURLUPART_FRAGMENT))
		fatal("RELAIS_SMTP_URL: behind the host and port only /name can stand, to greet with");
	*loopback = config_is_loopback(host, strlen(host));
	if ((size_t)snprintf(c->smtp_shown, sizeof(c->smtp_shown), "%s://%s:%s", scheme, host, port) >= sizeof(c->smtp_shown))
		fatal("RELAIS_SMTP_URL: too long");
	return strcmp(scheme, "smtps") == 0;
}

static enum smtp_tls
read_tls(const char *word, enum smtp_tls initial)
{
	static const char *const words[] = { [TLS_NONE] = "none", [TLS_TRY] = "try", [TLS_VERIFY] = "verify" };

	if (*word == '\0')
		return initial;
	for (size_t i = 0; i < countof(words); i++)
		if (strcmp(words[i], word) == 0)
			return (enum smtp_tls)i;
	fatal("RELAIS_SMTP_TLS: '%s' is none of verify, try, none", word);
}

static void
check_ca(const char *path)
{
	char line[256];
	bool found = false;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		fatal("RELAIS_SMTP_CA: cannot read %s: %s", path, strerror(errno));
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = strncmp(line, "-----BEGIN CERTIFICATE-----", 27) == 0;
	fclose(f);
	if (!found)
		fatal("RELAIS_SMTP_CA: there is no certificate in %s", path);
}

void
config_smtp(struct config *c)
{
	bool loopback = false, from_the_start = *c->smtp_url != '\0' && read_url(c, &loopback);

	c->tls = read_tls(c->smtp_tls, loopback && !from_the_start ? TLS_TRY : TLS_VERIFY);
	if (from_the_start && c->tls != TLS_VERIFY)
		fatal("RELAIS_SMTP_TLS: smtps:// is always verified");
	if (*c->smtp_ca != '\0')
		check_ca(c->smtp_ca);
	if (c->smtp_connections < 1 || c->smtp_connections > 100)
		fatal("RELAIS_SMTP_CONNECTIONS: %ld is not from 1 to 100", c->smtp_connections);
}
