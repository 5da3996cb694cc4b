#include "shared/base/blob.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"

struct blob *
blob_new(const void *bytes, size_t len)
{
	struct blob *b = malloc(sizeof(*b) + len);

	if (b == NULL)
		fatal("out of memory");
	b->refs = 1;
	b->len = len;
	if (len > 0)
		memcpy(b->data, bytes, len);
	return b;
}

struct blob *
blob_ref(struct blob *b)
{
	b->refs++;
	return b;
}

void
blob_unref(struct blob *b)
{
	if (b != NULL && --b->refs == 0)
		free(b);
}
