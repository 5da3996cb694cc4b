#include "services/site/cache.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"

enum {
	BUCKETS = 1 << 14,
	FILES_MAX = 64,                 /* descriptors are for connections */
	WORTH_A_FILE = 16 * 1024        /* below it copying costs less than one more system call */
};

struct entry {
	struct entry *next;             /* in the bucket */
	struct entry *newer, *older;    /* by use */
	struct cached what;
	uint64_t hash;
	size_t cost, len;
	char key[];
};

struct cache {
	struct entry *buckets[BUCKETS];
	struct entry *newest, *oldest;
	size_t bytes, used;
	unsigned files;                 /* bodies that are in files */
};

struct cache *
cache_new(size_t bytes)
{
	struct cache *c = calloc(1, sizeof(*c));

	if (c == NULL)
		fatal("out of memory");
	c->bytes = bytes;
	return c;
}

/* FNV-1a, eight bytes at a step for the bulk of it. */
static uint64_t
hash_of(const char *key, size_t len)
{
	uint64_t h = 14695981039346656037u, word;

	for (; len >= 8; key += 8, len -= 8) {
		memcpy(&word, key, 8);
		h = (h ^ word) * 1099511628211u;
		h ^= h >> 29;
	}
	for (; len > 0; key++, len--)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return h ^ h >> 32;
}

static void
unlink_use(struct cache *c, struct entry *e)
{
	*(e->newer != NULL ? &e->newer->older : &c->newest) = e->older;
	*(e->older != NULL ? &e->older->newer : &c->oldest) = e->newer;
}

static void
link_newest(struct cache *c, struct entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest != NULL ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void
drop(struct cache *c, struct entry *e)
{
	struct entry **at = &c->buckets[e->hash % BUCKETS];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	unlink_use(c, e);
	c->used -= e->cost;
	c->files -= e->what.body->fd != 0;
	blob_unref(e->what.head);
	blob_unref(e->what.head304);
	blob_unref(e->what.body);
	free(e);
}

static struct entry *
find(struct cache *c, const char *key, size_t len, uint64_t hash)
{
	struct entry *e = c->buckets[hash % BUCKETS];

	while (e != NULL && !(e->hash == hash && e->len == len && memcmp(e->key, key, len) == 0))
		e = e->next;
	return e;
}

const struct cached *
cache_get(struct cache *c, const char *key, size_t len)
{
	struct entry *e = find(c, key, len, hash_of(key, len));

	if (e == NULL)
		return NULL;
	if (e != c->newest) {
		unlink_use(c, e);
		link_newest(c, e);
	}
	return &e->what;
}

void
cache_put(struct cache *c, const char *key, size_t len, const struct cached *what)
{
	uint64_t hash = hash_of(key, len);
	struct entry *e = find(c, key, len, hash);
	size_t cost = sizeof(*e) + len + what->head->len + what->head304->len + what->body->len;

	if (e != NULL)
		drop(c, e);
	if (cost > c->bytes / 8)
		return;
	while (c->oldest != NULL && c->used + cost > c->bytes)
		drop(c, c->oldest);
	e = calloc(1, sizeof(*e) + len);
	if (e == NULL)
		return;
	e->what = *what;
	blob_ref(e->what.head);
	blob_ref(e->what.head304);
	blob_ref(e->what.body);
	if (what->body->len >= WORTH_A_FILE && what->body->fd == 0 && c->files < FILES_MAX)
		c->files += blob_put_in_file(what->body);
	e->hash = hash;
	e->cost = cost;
	e->len = len;
	memcpy(e->key, key, len);
	e->next = c->buckets[hash % BUCKETS];
	c->buckets[hash % BUCKETS] = e;
	link_newest(c, e);
	c->used += cost;
}

void
cache_free(struct cache *c)
{
	while (c->newest != NULL)
		drop(c, c->newest);
	free(c);
}
