#include "services/courier/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/courier/config_smtp.h"
#include "shared/base/address.h"
#include "shared/base/log.h"
#include "shared/config/config.h"
#include "shared/i18n/i18n.h"

#define AT(member) offsetof(struct config, member)

/* Every key there is: what --help prints. */
static const struct config_key keys[] = {
	{ "DATABASE_URL", CONFIG_TEXT, AT(database_url), "postgresql:///relais", "PostgreSQL, as a libpq connection string" },
	{ "RELAIS_URL", CONFIG_TEXT, AT(url), "http://127.0.0.1:8080", "public address of the site; links in mail lead there" },
	{ "RELAIS_SITE_URL", CONFIG_TEXT, AT(site_url), "", "where this machine reaches the site, to fetch feeds that are pushed; default RELAIS_URL" },
	{ "RELAIS_PUSH_ALLOW", CONFIG_TEXT, AT(push_allow), "", "addresses or prefixes that may be pushed to though they are not of the public internet" },
	{ "RELAIS_LOCALE_DIR", CONFIG_TEXT, AT(locale_dir), "", "compiled translations; default beside the program" },
	{ "DATA_DIR", CONFIG_TEXT, AT(data_dir), "var", "its courier/ has what ended and is not counted yet; without RELAIS_SMTP_URL, mail goes into its mail/ (a maildir)" },
	{ "RELAIS_SMTP_URL", CONFIG_TEXT, AT(smtp_url), "", "mail server: smtp://[user:password@]host[:port], or smtps://…" },
	{ "RELAIS_SMTP_TLS", CONFIG_TEXT, AT(smtp_tls), "", "verify: only with STARTTLS and a certificate that is right, as smtps:// does; try: STARTTLS if "
	    "it is offered, any certificate; none; default verify, on this machine try" },
	{ "RELAIS_SMTP_CA", CONFIG_TEXT, AT(smtp_ca), "", "file of certificates (PEM) that the mail server's is checked by; default those of the system" },
	{ "RELAIS_SMTP_CONNECTIONS", CONFIG_NUMBER, AT(smtp_connections), "4", "connections to the mail server at once" },
	{ "RELAIS_MAIL_FROM", CONFIG_TEXT, AT(from), "", "address that mail comes from; default relais@ the host of RELAIS_URL" },
	{ "RELAIS_MAIL_DOMAIN", CONFIG_TEXT, AT(domain), "", "domain whose mail server hands reply+… and bounce+… to us; default none" },
	{ "RELAIS_LMTP_LISTEN", CONFIG_TEXT, AT(lmtp_listen), "", "where the mail server hands us replies by LMTP: numeric address:port, or the path of a socket" },
	{ "RELAIS_COURIER_BATCH", CONFIG_NUMBER, AT(batch), "64", "deliveries taken at once" },
	{ "RELAIS_COURIER_LEASE", CONFIG_NUMBER, AT(lease), "600", "seconds after which another courier may take what this one took" },
};

static const struct config_program program = {
	"relais-courier", "delivers what waits in Relais' outbox, by mail and by push, and takes in replies", keys, countof(keys)
};

/* relais@ the site's host, without its port. */
static void
default_from(struct config *c)
{
	const char *host = strstr(c->url, "://") + 3;

	if (*host == '[')
		host = "localhost";
	snprintf(c->from_made, sizeof(c->from_made), "relais@%.*s", (int)strcspn(host, ":/"), host);
	c->from = c->from_made;
}

void
config_read(struct config *c, int argc, char **argv)
{
	config_load(&program, c, argc, argv);
	if (*c->locale_dir == '\0')
		c->locale_dir = i18n_place();
	(void)config_https(c->url);
	if (*c->site_url == '\0')
		c->site_url = c->url;
	(void)config_https(c->site_url);
	if (*c->from == '\0')
		default_from(c);
	if (!address_ok(c->from))
		fatal("RELAIS_MAIL_FROM: '%s' is no address", c->from);
	config_smtp(c);
	if (c->batch < 1 || c->batch > 1000)
		fatal("RELAIS_COURIER_BATCH: %ld is not from 1 to 1000", c->batch);
	if (c->lease < 1 || c->lease > 86400)
		fatal("RELAIS_COURIER_LEASE: %ld is not from 1 to 86400", c->lease);
}
