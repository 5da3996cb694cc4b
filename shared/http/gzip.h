/*
 * Whole bodies as gzip (RFC 1952), by libdeflate. The same bytes always give the
 * same result, so that an ETag holds.
 */
#ifndef RELAIS_GZIP_H
#define RELAIS_GZIP_H

#include "shared/base/blob.h"

struct gzip;                            /* a compressor and its memory, kept between bodies */

struct gzip *gzip_new(void) must_check; /* fatal() when memory is out */
void gzip_free(struct gzip *g);         /* NULL is fine */

/* One reference, owned by the caller; NULL if it would not be smaller than the bytes. */
struct blob *gzip_blob(struct gzip *g, const void *bytes, size_t len) must_check;

#endif
