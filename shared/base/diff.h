/*
 * What changed between two texts, word by word (E. W. Myers, "An O(ND) Difference
 * Algorithm and Its Variations", Algorithmica 1, 1986).
 *
 * A word is letters and digits (any byte from 0x80 up is one), a run of space, or one
 * mark. Texts with more than DIFF_MOST words changed are told as one deletion and one
 * insertion, so that no pair of texts takes long.
 */
#ifndef RELAIS_DIFF_H
#define RELAIS_DIFF_H

#include "shared/base/arena.h"

enum { DIFF_MOST = 500 };

enum diff_op { DIFF_SAME, DIFF_DELETED, DIFF_INSERTED };

struct diff_run {
	enum diff_op op;
	struct slice text;      /* a piece of before (SAME, DELETED) or after (INSERTED) */
};

/*
 * The runs, in order; *n of them, none empty, no two neighbours of one kind. SAME and
 * DELETED together are `before`, SAME and INSERTED together are `after`. They point into
 * the texts and live in the arena.
 */
struct diff_run *diff_words(struct arena *a, struct slice before, struct slice after, size_t *n);

#endif
