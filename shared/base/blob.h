/*
 * A blob: bytes counted by reference, that several answers and the cache share.
 * Never changed after it is filled. Single-threaded.
 */
#ifndef RELAIS_BLOB_H
#define RELAIS_BLOB_H

#include "shared/base/base.h"

struct blob {
	unsigned refs;
	size_t len;
	char data[];
};

/* One reference, owned by the caller. Ends the program when memory is out. */
struct blob *blob_new(const void *bytes, size_t len);
struct blob *blob_ref(struct blob *b);
void blob_unref(struct blob *b);        /* NULL is fine */

#endif
