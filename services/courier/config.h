/*
 * Configuration of relais-courier.
 */
#ifndef RELAIS_COURIER_CONFIG_H
#define RELAIS_COURIER_CONFIG_H

#include "shared/base/base.h"

struct config {
	const char *database_url;
	const char *url;                /* public address of the site, without a slash at its end */
	const char *locale_dir;
	const char *data_dir;
	const char *smtp_url;           /* "": mail goes into data_dir/mail */
	const char *from;               /* address that mail comes from */
	char from_made[270];            /* where it was not given */
	const char *domain;             /* of the addresses for replies and bounces; "": there are none */
	long batch;                     /* deliveries taken at once */
	long lease;                     /* seconds for which they are taken */
};

/* By shared/config; see there for what is fatal. c must not move afterwards. */
void config_read(struct config *c, int argc, char **argv);

#endif
