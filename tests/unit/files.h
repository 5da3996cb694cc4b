/* Files that tests read: cases, mails, limits. */
#ifndef RELAIS_TESTS_FILES_H
#define RELAIS_TESTS_FILES_H

#include <stdio.h>

#include "shared/base/buf.h"

/* out becomes all of it. */
static inline void
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "r");
	char piece[4096];
	size_t n;

	assert_non_null(f);
	buf_reset(out);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

#endif
