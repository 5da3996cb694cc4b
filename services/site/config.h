/*
 * Configuration of relais-site: environment variables, or a file of the same keys.
 */
#ifndef RELAIS_SITE_CONFIG_H
#define RELAIS_SITE_CONFIG_H

#include "shared/base/base.h"

struct config {
	const char *database_url;
	const char *listen;             /* numeric address */
	const char *port;
	const char *url;                /* public address, without a slash at its end */
	const char *locale_dir;
	long demo;                      /* one-click sign-in of the demonstration's persons; url is of this machine then */
	long readers;                   /* database connections for reads */
	long cache_mb;                  /* memory for answers */
	long connections;               /* of clients, in total */
	long connections_per_peer;      /* of one address */
	bool https;                     /* url says so */
	char url_made[128];             /* where url was not given */
};

/*
 * Reads the environment and, if RELAIS_CONFIG names one, the file below it (the
 * environment wins). Prints help and exits 0 for --help; a wrong value is fatal().
 * Strings live as long as the program.
 */
void config_read(struct config *c, int argc, char **argv);

/* Is it this machine's own name: 127.0.0.1, localhost or [::1], with a port or without? */
bool config_is_loopback(const char *host, size_t len);

/* The public address, where none is given: http://LISTEN:port. c must not move afterwards. */
void config_url(struct config *c, const char *port);

#endif
