#include "services/site/config.h"

#include <stdio.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/config/config.h"
#include "shared/i18n/i18n.h"

#define AT(member) offsetof(struct config, member)

/* Every key there is: what --help prints. */
static const struct config_key keys[] = {
	{ "DATABASE_URL", CONFIG_TEXT, AT(database_url), "postgresql:///relais", "PostgreSQL, as a libpq connection string" },
	{ "RELAIS_URL", CONFIG_TEXT, AT(url), "", "public address; default http://LISTEN:PORT" },
	{ "RELAIS_LISTEN", CONFIG_TEXT, AT(listen), "127.0.0.1", "numeric address to listen on" },
	{ "PORT", CONFIG_TEXT, AT(port), "8080", "port to listen on; 0 picks one" },
	{ "RELAIS_LOCALE_DIR", CONFIG_TEXT, AT(locale_dir), "", "compiled translations; default beside the program" },
	{ "DATA_DIR", CONFIG_TEXT, AT(data_dir), "var", "the demonstration shows the mail in its mail/" },
	{ "RELAIS_DEMO", CONFIG_NUMBER, AT(demo), "0", "1: one-click sign-in for the demonstration's persons, on this machine only" },
	{ "RELAIS_READERS", CONFIG_NUMBER, AT(readers), "4", "database connections for reading" },
	{ "RELAIS_CACHE_MB", CONFIG_NUMBER, AT(cache_mb), "64", "memory for answers, in MiB" },
	{ "RELAIS_CONNECTIONS", CONFIG_NUMBER, AT(connections), "4096", "connections of clients in total" },
	{ "RELAIS_CONNECTIONS_PER_ADDRESS", CONFIG_NUMBER, AT(connections_per_peer), "256",
	  "connections of one address (raise it behind a proxy)" },
};

static const struct config_program program = { "relais-site", "the web pages, feeds and API of Relais", keys, countof(keys) };

void
config_url(struct config *c, const char *port)
{
	bool v6 = strchr(c->listen, ':') != NULL;

	snprintf(c->url_made, sizeof(c->url_made), "http://%s%s%s:%s", v6 ? "[" : "", c->listen, v6 ? "]" : "", port);
	c->url = c->url_made;
}

void
config_read(struct config *c, int argc, char **argv)
{
	config_load(&program, c, argc, argv);
	if (*c->locale_dir == '\0')
		c->locale_dir = i18n_place();
	if (*c->url == '\0')
		config_url(c, c->port);
	c->https = config_https(c->url);
	if (c->demo != 0 && !config_url_is_loopback(c->url)) {
		log_error("RELAIS_DEMO is left out: RELAIS_URL is not of this machine");
		c->demo = 0;
	}
}
