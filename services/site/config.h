/*
 * Configuration of relais-site.
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
	const char *data_dir;           /* where the courier leaves mail, if no server takes it */
	long demo;                      /* one-click sign-in of the demonstration's persons; url is of this machine then */
	long readers;                   /* database connections for reads */
	long cache_mb;                  /* memory for answers */
	long connections;               /* of clients, in total */
	long connections_per_peer;      /* of one address */
	bool https;                     /* url says so */
	char url_made[128];             /* where url was not given */
};

/* By shared/config; see there for what is fatal. */
void config_read(struct config *c, int argc, char **argv);

/* The public address, where none is given: http://LISTEN:port. c must not move afterwards. */
void config_url(struct config *c, const char *port);

#endif
