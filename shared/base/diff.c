#include "shared/base/diff.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/buf.h"

struct words {
	struct slice *at;
	int n;
};

/* 0: space, 1: of a word, 2: a mark. */
static int
kind(unsigned char c)
{
	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return 0;
	return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ? 1 : 2;
}

static struct words
split(struct arena *a, struct slice text)
{
	struct words w = { arena_alloc(a, (text.len + 1) * sizeof(struct slice)), 0 };

	for (size_t i = 0; i < text.len;) {
		size_t from = i++;
		int k = kind((unsigned char)text.at[from]);

		while (k != 2 && i < text.len && kind((unsigned char)text.at[i]) == k)
			i++;
		w.at[w.n++] = (struct slice){ text.at + from, i - from };
	}
	return w;
}

static bool
same(struct slice x, struct slice y)
{
	return x.len == y.len && memcmp(x.at, y.at, x.len) == 0;
}

/* ------------------------------------------------------------------------- */
/* The runs, gathered front to back; a word joins the run before it if it can. */

struct runs {
	struct arena *arena;
	struct diff_run *at;
	size_t n, room;
};

static void
add(struct runs *r, enum diff_op op, struct slice text)
{
	struct diff_run *last = r->n > 0 ? &r->at[r->n - 1] : NULL;

	if (text.len == 0)
		return;
	if (last != NULL && last->op == op && last->text.at + last->text.len == text.at) {
		last->text.len += text.len;
		return;
	}
	if (r->n == r->room) {
		struct diff_run *more = arena_alloc(r->arena, (r->room * 2 + 16) * sizeof(*more));

		if (r->n > 0)
			memcpy(more, r->at, r->n * sizeof(*more));
		r->at = more;
		r->room = r->room * 2 + 16;
	}
	r->at[r->n++] = (struct diff_run){ op, text };
}

/* ------------------------------------------------------------------------- */

/*
 * The furthest x on diagonal k after d changes, for each d: row d has 2d + 1 of them.
 * Gives the number of changes, or -1 if there are more than DIFF_MOST.
 */
static int
search(struct words x, struct words y, int **rows, struct arena *a)
{
	for (int d = 0; d <= DIFF_MOST; d++) {
		const int *before = d > 0 ? rows[d - 1] + (d - 1) : NULL;       /* by diagonal */
		int *row;

		rows[d] = arena_alloc(a, (size_t)(2 * d + 1) * sizeof(int));
		row = rows[d] + d;
		for (int k = -d; k <= d; k += 2) {
			int i = d == 0 ? 0 : k == -d || (k != d && before[k - 1] < before[k + 1]) ? before[k + 1] : before[k - 1] + 1;
			int j = i - k;

			while (i < x.n && j < y.n && i >= 0 && j >= 0 && same(x.at[i], y.at[j]))
				i++, j++;
			row[k] = i;
			if (i >= x.n && j >= y.n)
				return d;
		}
	}
	return -1;
}

/* The way back from the end: one change a step, each followed by words that stayed. */
static void
walk(struct words x, struct words y, int **rows, int d, struct runs *out)
{
	struct step { int i, j; bool inserted; } *steps = arena_alloc(out->arena, (size_t)(d + 1) * sizeof(*steps));
	int i = x.n, j = y.n;

	for (int n = d; n > 0; n--) {
		const int *before = rows[n - 1] + (n - 1);
		int k = i - j;
		bool inserted = k == -n || (k != n && before[k - 1] < before[k + 1]);
		int from = inserted ? before[k + 1] : before[k - 1];

		steps[n] = (struct step){ from, from - (inserted ? k + 1 : k - 1), inserted };
		i = steps[n].i;
		j = steps[n].j;
	}
	for (int n = 0, at = 0; n <= d; n++) {
		int until = n < d ? steps[n + 1].i : x.n;

		if (n > 0 && steps[n].inserted)
			add(out, DIFF_INSERTED, y.at[steps[n].j]);
		else if (n > 0)
			add(out, DIFF_DELETED, x.at[at++]);
		while (at < until)
			add(out, DIFF_SAME, x.at[at++]);
	}
}

static bool
is_space(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (kind((unsigned char)text.at[i]) != 0)
			return false;
	return true;
}

/*
 * For reading: between two SAMEs stands one deletion and one insertion. A space that stayed
 * between two changes belongs to both, so that a reworded phrase is not told word by word.
 */
static struct runs
gather(const struct runs *in)
{
	struct runs out = { .arena = in->arena };

	for (size_t i = 0; i < in->n;) {
		cleanup(buf_release) struct buf deleted = {0}, inserted = {0};
		size_t from = i;

		if (in->at[i].op == DIFF_SAME) {
			add(&out, DIFF_SAME, in->at[i++].text);
			continue;
		}
		for (; i < in->n; i++) {
			const struct diff_run *r = &in->at[i];

			if (r->op == DIFF_SAME && !(i > from && i + 1 < in->n && is_space(r->text)))
				break;
			if (r->op != DIFF_INSERTED)
				buf_add(&deleted, r->text.at, r->text.len);
			if (r->op != DIFF_DELETED)
				buf_add(&inserted, r->text.at, r->text.len);
		}
		add(&out, DIFF_DELETED, (struct slice){ arena_copy(in->arena, buf_text(&deleted), deleted.len), deleted.len });
		add(&out, DIFF_INSERTED, (struct slice){ arena_copy(in->arena, buf_text(&inserted), inserted.len), inserted.len });
	}
	return out;
}

struct diff_run *
diff_words(struct arena *a, struct slice before, struct slice after, size_t *n)
{
	struct words x = split(a, before), y = split(a, after), mid_x, mid_y;
	struct runs runs = { .arena = a };
	int head = 0, tail = 0, d, *rows[DIFF_MOST + 1] = {0};

	while (head < x.n && head < y.n && same(x.at[head], y.at[head]))
		add(&runs, DIFF_SAME, x.at[head++]);
	while (tail < x.n - head && tail < y.n - head && same(x.at[x.n - 1 - tail], y.at[y.n - 1 - tail]))
		tail++;
	mid_x = (struct words){ x.at + head, x.n - head - tail };
	mid_y = (struct words){ y.at + head, y.n - head - tail };
	d = search(mid_x, mid_y, rows, a);
	if (d >= 0)
		walk(mid_x, mid_y, rows, d, &runs);
	for (int i = 0; d < 0 && i < mid_x.n; i++)
		add(&runs, DIFF_DELETED, mid_x.at[i]);
	for (int i = 0; d < 0 && i < mid_y.n; i++)
		add(&runs, DIFF_INSERTED, mid_y.at[i]);
	for (; tail > 0; tail--)
		add(&runs, DIFF_SAME, x.at[x.n - tail]);
	runs = gather(&runs);
	*n = runs.n;
	return runs.at;
}
