/*
 * Configuration of a service: environment variables, or a file of the same keys. One table
 * gives key, type, default and help; it fills a struct of the service's own, and prints --help.
 */
#ifndef RELAIS_CONFIG_H
#define RELAIS_CONFIG_H

#include "shared/base/base.h"

enum config_type { CONFIG_TEXT, CONFIG_NUMBER };

struct config_key {
	const char *name;
	enum config_type type;          /* const char * or long in the struct */
	size_t at;                      /* offsetof() in the struct */
	const char *initial, *help;
};

struct config_program {
	const char *name;               /* relais-site */
	const char *purpose;            /* one line of --help */
	const struct config_key *keys;
	size_t nkeys;
};

/*
 * Fills `into` from the environment and, if RELAIS_CONFIG names one, the file below it (the
 * environment wins). Prints help and exits 0 for --help, exits 2 for any other argument; a
 * wrong value is fatal(). Strings live as long as the program; an unset text is its initial.
 */
void config_load(const struct config_program *program, void *into, int argc, char **argv);

/* fatal() unless url starts with http:// or https:// and ends without a slash; true: https. */
bool config_https(const char *url);

/* Is it this machine's own name: 127.0.0.1, localhost or [::1], with a port or without? */
bool config_is_loopback(const char *host, size_t len);

/* The same of an address http://HOST…. */
bool config_url_is_loopback(const char *url);

#endif
