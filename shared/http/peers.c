#include "shared/http/peers.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"

enum { BUCKETS = 1024 };

struct peer {
	struct peer *next;
	size_t count;
	unsigned char key[16];          /* IPv6, its last 64 bits zero; IPv4 as ::ffff:a.b.c.d */
};

struct peers {
	struct peer *buckets[BUCKETS];
};

struct peers *
peers_new(void)
{
	struct peers *p = calloc(1, sizeof(*p));

	if (p == NULL)
		fatal("out of memory");
	return p;
}

void
peers_free(struct peers *p)
{
	free(p);
}

static void
key_of(const struct sockaddr *address, unsigned char key[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	memset(key, 0, 16);
	if (address->sa_family == AF_INET) {
		memcpy(key, mapped, sizeof(mapped));
		memcpy(key + 12, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
	} else if (address->sa_family == AF_INET6) {
		memcpy(key, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
		if (memcmp(key, mapped, sizeof(mapped)) != 0)
			memset(key + 8, 0, 8);
	}
}

/* FNV-1a; who picks addresses to collide still has to open a connection from each. */
static struct peer **
bucket_of(struct peers *p, const unsigned char key[16])
{
	uint32_t hash = 2166136261U;

	for (int i = 0; i < 16; i++)
		hash = (hash ^ key[i]) * 16777619U;
	return &p->buckets[(hash ^ hash >> 16) % BUCKETS];
}

struct peer *
peer_enter(struct peers *p, const struct sockaddr *address, size_t most)
{
	unsigned char key[16];
	struct peer **bucket, *peer;

	key_of(address, key);
	bucket = bucket_of(p, key);
	for (peer = *bucket; peer != NULL; peer = peer->next) {
		if (memcmp(peer->key, key, sizeof(key)) == 0)
			break;
	}
	if (peer == NULL) {
		if (most == 0)
			return NULL;
		peer = calloc(1, sizeof(*peer));
		if (peer == NULL)
			fatal("out of memory");
		memcpy(peer->key, key, sizeof(key));
		peer->next = *bucket;
		*bucket = peer;
	}
	if (peer->count >= most)
		return NULL;
	peer->count++;
	return peer;
}

void
peer_leave(struct peers *p, struct peer *peer)
{
	struct peer **link;

	if (peer == NULL || --peer->count > 0)
		return;
	for (link = bucket_of(p, peer->key); *link != peer; link = &(*link)->next)
		continue;
	*link = peer->next;
	free(peer);
}
