/*
 * Which addresses may be pushed to: those of the public internet, asked for each connection, when
 * its name has been looked up. Whoever names an address to us must not reach through us what
 * only we can reach.
 */
#ifndef RELAIS_COURIER_GUARD_H
#define RELAIS_COURIER_GUARD_H

#include <sys/socket.h>

#include "shared/base/base.h"

struct guard;

/*
 * allow: prefixes that may be pushed to all the same ("10.1.0.0/16, fd00::/8, 192.168.1.5"), with
 * commas or blanks between. NULL if one is none; owned by the caller.
 */
struct guard *guard_new(const char *allow) must_check;
void guard_free(struct guard *g);

/* Also no port below 1024 but those of the web, for what listens there understands something else. */
bool guard_passes(const struct guard *g, const struct sockaddr *address);

#endif
