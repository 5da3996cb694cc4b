#include "shared/http/gzip.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "shared/base/log.h"

enum {
	LEVEL = 6,
	/* A large body, such as a wide table, gets a tenth smaller for 2 ms more: worth it on a slow line. */
	LARGE = 64 * 1024,
	LARGE_LEVEL = 9,
	KEEP = 256 * 1024       /* a larger scratch is given back after use */
};

struct gzip {
	struct libdeflate_compressor *compressor, *large;
	char *scratch;
	size_t size;
};

struct gzip *
gzip_new(void)
{
	struct gzip *g = calloc(1, sizeof(*g));

	if (g == NULL || (g->compressor = libdeflate_alloc_compressor(LEVEL)) == NULL ||
	    (g->large = libdeflate_alloc_compressor(LARGE_LEVEL)) == NULL)
		fatal("out of memory");
	return g;
}

void
gzip_free(struct gzip *g)
{
	if (g == NULL)
		return;
	libdeflate_free_compressor(g->compressor);
	libdeflate_free_compressor(g->large);
	free(g->scratch);
	free(g);
}

/* A scratch shorter than the bytes makes libdeflate give up where nothing would be won. */
struct blob *
gzip_blob(struct gzip *g, const void *bytes, size_t len)
{
	struct blob *out = NULL;
	size_t n;

	if (len < 2)
		return NULL;
	if (g->size < len) {
		free(g->scratch);
		g->scratch = malloc(len);
		if (g->scratch == NULL)
			fatal("out of memory");
		g->size = len;
	}
	n = libdeflate_gzip_compress(len > LARGE ? g->large : g->compressor, bytes, len, g->scratch, len - 1);
	if (n > 0)
		out = blob_new(g->scratch, n);
	if (g->size > KEEP) {
		free(g->scratch);
		g->scratch = NULL;
		g->size = 0;
	}
	return out;
}
