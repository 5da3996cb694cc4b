#include "shared/base/blob.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared/base/log.h"

struct blob *
blob_new(const void *bytes, size_t len)
{
	struct blob *b = malloc(sizeof(*b) + len);

	if (b == NULL)
		fatal("out of memory");
	b->refs = 1;
	b->fd = 0;
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
	if (b == NULL || --b->refs > 0)
		return;
	if (b->fd != 0)
		close(b->fd);
	free(b);
}

bool
blob_put_in_file(struct blob *b)
{
	int fd = memfd_create("blob", MFD_CLOEXEC);

	if (fd < 0)
		return false;
	if (fd == 0 || write(fd, b->data, b->len) != (ssize_t)b->len) {
		close(fd);
		return false;
	}
	b->fd = fd;
	return true;
}
