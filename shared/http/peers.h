/*
 * How many connections each address has open. An IPv6 address counts by its /64,
 * which is what one customer gets.
 */
#ifndef RELAIS_HTTP_PEERS_H
#define RELAIS_HTTP_PEERS_H

#include <sys/socket.h>

#include "shared/base/base.h"

struct peers;
struct peer;

struct peers *peers_new(void) must_check;
void peers_free(struct peers *p);       /* after the last peer_leave() */

/* One more connection; NULL, and nothing counted, if it would be more than `most`. */
struct peer *peer_enter(struct peers *p, const struct sockaddr *address, size_t most) must_check;
void peer_leave(struct peers *p, struct peer *peer);    /* NULL is fine */

#endif
