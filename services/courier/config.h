/*
 * Configuration of relais-courier.
 */
#ifndef RELAIS_COURIER_CONFIG_H
#define RELAIS_COURIER_CONFIG_H

#include "shared/base/base.h"

enum smtp_tls { TLS_NONE, TLS_TRY, TLS_VERIFY };

struct config {
	const char *database_url;
	const char *url;                /* public address of the site, without a slash at its end */
	const char *site_url;           /* where we fetch feeds ourselves */
	const char *push_allow;         /* addresses that may be pushed to though they are not public */
	const char *locale_dir;
	const char *data_dir;
	const char *smtp_url;           /* "": mail goes into data_dir/mail */
	const char *smtp_tls, *smtp_ca; /* as given */
	enum smtp_tls tls;
	char smtp_shown[300];           /* smtp_url without who signs in */
	long smtp_connections;          /* at most */
	const char *from;               /* address that mail comes from */
	char from_made[270];            /* where it was not given */
	const char *domain;             /* of the addresses for replies and bounces; "": there are none */
	const char *lmtp_listen;        /* "": nobody hands us mail that way */
	long batch;                     /* deliveries taken at once */
	long lease;                     /* seconds for which they are taken */
};

/* By shared/config; see there for what is fatal. c must not move afterwards. */
void config_read(struct config *c, int argc, char **argv);

#endif
