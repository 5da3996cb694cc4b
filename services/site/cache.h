/*
 * The memory of answers: what a public group's pages and feeds looked like at a version
 * of the group. Bounded in bytes; the least recently used goes first.
 */
#ifndef RELAIS_SITE_CACHE_H
#define RELAIS_SITE_CACHE_H

#include "shared/base/blob.h"

struct cache;

struct cached {
	int group;
	int64_t version;                /* of the group, when this was read */
	char etag[96];                  /* with its quotes */
	struct blob *head, *body;       /* of the 200 */
	struct blob *head304;
	const char *route;              /* pattern, for the log; static */
};

struct cache *cache_new(size_t bytes);
void cache_free(struct cache *c);

/* NULL if there is none; valid until the next cache_put. */
const struct cached *cache_get(struct cache *c, const char *key, size_t len);

/* Takes references of its own to the blobs; replaces what was there. */
void cache_put(struct cache *c, const char *key, size_t len, const struct cached *what);

#endif
