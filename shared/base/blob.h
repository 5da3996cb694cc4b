/*
 * A blob: bytes counted by reference, that several answers and the cache share.
 * Never changed after it is filled. Single-threaded.
 */
#ifndef RELAIS_BLOB_H
#define RELAIS_BLOB_H

#include "shared/base/base.h"

struct blob {
	unsigned refs;
	int fd;                 /* of a file with the same bytes; 0: none */
	size_t len;
	char data[];
};

/* One reference, owned by the caller. Ends the program when memory is out. */
struct blob *blob_new(const void *bytes, size_t len);
struct blob *blob_ref(struct blob *b);
void blob_unref(struct blob *b);        /* NULL is fine */

/*
 * Puts a copy of the bytes into a file in memory, whose pages the kernel sends as they are
 * (sendfile), for what is large and sent often; once a blob, which owns the file. False:
 * there is none, and the blob stays as it is.
 */
bool blob_put_in_file(struct blob *b) must_check;

#endif
