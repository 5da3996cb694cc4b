#include "services/courier/quote.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "services/courier/cite.h"
#include "services/courier/fold.h"
#include "services/courier/slot.h"
#include "shared/base/buf.h"

enum { LINES_MOST = 10000, WRAPPED_FROM = 60, WRAPPED_AT = 68, WRAPPED_MOST = 82, ORPHAN_MOST = 25, NAME_WORDS = 4 };

struct cutter {
	struct arena *arena;
	const struct cite_line *lines;
	size_t n;
	struct buf own, piece;          /* what they wrote; and what they wrote under a slot */
	unsigned under;                 /* the slot that piece answers; 0: none */
	unsigned last;                  /* the slot that the quoted line before holds; 0: it holds none */
	bool aside;                     /* in the brackets behind it, which give the words to choose from */
	unsigned depth;                 /* of the slots of the mail that is answered; those deeper are older ones' */
	bool signature;                 /* what follows signs */
	bool tail;                      /* what follows is quoted, though nothing marks it */
	bool older;                     /* and what follows is older than the mail that is answered */
	struct tokens name;
	bool labelled[QUOTE_SLOTS_MOST + 1];    /* slots whose label stands somewhere */
	struct quote_slot *slots;
	size_t nslots;
};

static struct cite_line *
split(struct arena *a, const char *text, size_t *n)
{
	struct cite_line *lines;
	size_t count = 1, i = 0;

	for (const char *at = text; (at = strchr(at, '\n')) != NULL && count < LINES_MOST; at++)
		count++;
	lines = arena_alloc(a, sizeof(*lines) * count);
	for (const char *at = text; i < count; i++) {
		size_t len = strcspn(at, "\n");
		struct cite_line *line = &lines[i];
		const char *next = at + len + 1;

		while (len > 0 && (*at == ' ' || *at == '>' || *at == '\t')) {
			line->depth += *at == '>';
			at++;
			len--;
		}
		while (len > 0 && strchr(" \t", at[len - 1]) != NULL)
			len--;
		while (len > 1 && memcmp(at + len - 2, "\xc2\xa0", 2) == 0)
			len -= 2;
		line->at = at;
		line->len = len;
		at = next;
	}
	*n = count;
	return lines;
}

static struct slice
trimmed(const struct buf *b)
{
	struct slice s = { buf_text(b), b->len };

	while (s.len > 0 && strchr(" \n\t*", *s.at) != NULL) {
		s.at++;
		s.len--;
	}
	while (s.len > 0 && strchr(" \n\t*", s.at[s.len - 1]) != NULL)
		s.len--;
	return s;
}

static void
add_slot(struct cutter *c, unsigned number, bool sure, const struct buf *text)
{
	struct slice s = trimmed(text);

	if (s.len > 0 && c->nslots < QUOTE_SLOTS_MOST)
		c->slots[c->nslots++] = (struct quote_slot){ number, sure, arena_copy(c->arena, s.at, s.len) };
}

static bool
has_address(const struct cite_line *line)
{
	return memmem(line->at, line->len, "://", 3) != NULL;
}

/* Does a line go on in the next, by a mailer's doing? */
static bool
goes_on(const struct cite_line *line, const struct cite_line *next)
{
	const char *space = memchr(next->at, ' ', next->len);
	size_t first = space == NULL ? next->len : (size_t)(space - next->at);

	return next->len > 0 && next->depth == line->depth && line->len >= WRAPPED_FROM && line->len <= WRAPPED_MOST &&
	    line->len + 1 + first > WRAPPED_AT && strchr("[(<*", *next->at) == NULL && !isupper((unsigned char)*next->at) &&
	    !has_address(next);
}

/* What was filled in behind the label, on this line and where it goes on; how many lines that takes. */
static size_t
read_filled(struct cutter *c, size_t at, size_t label, unsigned number, bool blank)
{
	const struct cite_line *line = &c->lines[at];
	struct buf text = {0};
	size_t used = 1;

	slot_add_filled(&text, line->at + label, line->len - label);
	if (trimmed(&text).len == 0 && !blank && at + 1 < c->n && line[1].depth == line->depth &&
	    slot_has_blank(line[1].at, line[1].len)) {
		slot_add_filled(&text, line[1].at, line[1].len);
		used++;
	}
	while (trimmed(&text).len > 0 && at + used < c->n && goes_on(&line[used - 1], &line[used])) {
		slot_add_filled(&text, line[used].at, line[used].len);
		used++;
	}
	slot_cut_links(c->arena, &text);
	add_slot(c, number, true, &text);
	buf_release(&text);
	return used;
}

/* A line that has a slot: how many lines it takes; 0: it has none. */
static size_t
read_slot(struct cutter *c, size_t at)
{
	const struct cite_line *line = &c->lines[at];
	unsigned number;
	size_t from = slot_number(line, &number), label;
	const char *colon;
	bool blank;

	if (from == 0 || line->depth != c->depth || c->older)
		return 0;
	blank = slot_has_blank(line->at + from, line->len - from);
	colon = memchr(line->at + from, ':', line->len - from);
	label = colon == NULL ? from : (size_t)(colon - line->at) + 1;
	if (colon != NULL && !cite_asks_answer(line->at + from, label - from)) {
		const char *second = memchr(line->at + label, ':', line->len - label);

		if (second != NULL && cite_asks_answer(line->at + label, (size_t)(second - line->at) - label))
			label = (size_t)(second - line->at) + 1;
	}
	if (blank || (colon != NULL && cite_asks_answer(line->at + from, label - from))) {
		c->last = number;
		c->labelled[number] = true;
		return read_filled(c, at, label, number, blank);
	}
	if (line->len > from) {
		struct buf text = {0};

		buf_add(&text, line->at + from, line->len - from);
		add_slot(c, number, false, &text);
		buf_release(&text);
	}
	return 1;
}

static void
end_piece(struct cutter *c)
{
	if (c->under > 0)
		add_slot(c, c->under, true, &c->piece);
	buf_reset(&c->piece);
	c->under = 0;
}

/* The lines behind a slot that belong to it: the words to choose from, a link. */
static bool
is_aside(struct cutter *c, const struct cite_line *line)
{
	bool inside = c->last > 0 && (c->aside || *line->at == '(');

	c->aside = inside && memchr(line->at, ')', line->len) == NULL;
	return inside || (c->last > 0 && has_address(line));
}

/* One that a mailer marked as quoted. */
static size_t
read_quoted(struct cutter *c, size_t at)
{
	size_t used;

	end_piece(c);
	c->signature = false;
	c->aside = c->aside && c->lines[at].len > 0;
	if (c->lines[at].len == 0 || is_aside(c, &c->lines[at]))
		return 1;
	c->last = 0;
	used = read_slot(c, at);
	return used > 0 ? used : 1;
}

static size_t
next_full(const struct cutter *c, size_t at)
{
	while (at < c->n && c->lines[at].len == 0)
		at++;
	return at;
}

/* The end of a quoted line that a mailer broke without marking what it broke off. */
static bool
is_orphan(const struct cutter *c, size_t at)
{
	const struct cite_line *line = &c->lines[at];

	if (at == 0 || at + 1 >= c->n || line[-1].depth == 0 || line[1].depth != line[-1].depth)
		return false;
	return line[1].len > 0 && line->len <= ORPHAN_MOST && line[-1].len >= WRAPPED_FROM && islower((unsigned char)*line->at);
}

/* Nothing but words of the writer's name. */
static bool
is_name(const struct cutter *c, const struct cite_line *line)
{
	struct tokens t;
	size_t found = 0;

	if (c->name.n == 0 || line->len > 80)
		return false;
	fold_tokens(c->arena, line->at, line->len, &t);
	for (size_t i = 0; i < t.n; i++) {
		size_t k = 0;

		if (t.list[i].kind == TOKEN_MARK)
			continue;
		while (k < c->name.n && (c->name.list[k].len != t.list[i].len ||
		    memcmp(c->name.list[k].text, t.list[i].text, t.list[i].len) != 0))
			k++;
		if (k == c->name.n || ++found > NAME_WORDS)
			return false;
	}
	return found > 0;
}

static bool
is_postscript(const struct cite_line *line)
{
	return line->len > 3 && strncasecmp(line->at, "ps", 2) == 0 && strchr(" :.", line->at[2]) != NULL;
}

static void
write_own(struct cutter *c, const struct cite_line *line)
{
	struct buf *to;

	if (c->last > 0) {
		end_piece(c);
		c->under = c->last;
		c->last = 0;
	}
	to = c->under > 0 ? &c->piece : &c->own;
	buf_add(to, line->at, line->len);
	buf_putc(to, '\n');
}

static size_t
read_own(struct cutter *c, size_t at)
{
	const struct cite_line *line = &c->lines[at];
	size_t announced = cite_announcement(line, c->n - at), used;
	unsigned number;

	if (announced > 0) {
		size_t next = next_full(c, at + announced);

		end_piece(c);
		c->last = 0;
		c->signature = false;
		c->tail = next < c->n && c->lines[next].depth == 0;
		return announced;
	}
	if (slot_number(line, &number) > 0 && slot_has_blank(line->at, line->len) && (used = read_slot(c, at)) > 0) {
		c->last = 0;
		c->tail = true;         /* it is our mail that stands here */
		return used;
	}
	if (c->signature && is_postscript(line))
		c->signature = false;
	if (c->signature || is_orphan(c, at) || cite_is_telephone(line))
		return 1;
	c->signature = cite_signs(line) || (c->own.len + c->nslots > 0 && is_name(c, line));
	if (!c->signature)
		write_own(c, line);
	return 1;
}

static size_t
read_tail(struct cutter *c, size_t at)
{
	size_t used = cite_announcement(&c->lines[at], c->n - at);

	if (used > 0)
		c->older = true;
	else
		used = read_slot(c, at);
	return used > 0 ? used : 1;
}

/* Slots in a quote within the quote were answered, or not, before. */
static unsigned
slots_depth(const struct cutter *c)
{
	unsigned depth = (unsigned)-1, number;

	for (size_t i = 0; i < c->n; i++)
		if (slot_number(&c->lines[i], &number) > 0 && c->lines[i].depth < depth)
			depth = c->lines[i].depth;
	return depth;
}

/* A number without its label is an answer typed over it only where the label stands nowhere; else it is a title. */
static void
drop_titles(struct cutter *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->nslots; i++)
		if (c->slots[i].sure || !c->labelled[c->slots[i].number])
			c->slots[kept++] = c->slots[i];
	c->nslots = kept;
}

void
quote_cut(struct arena *a, const char *text, const char *name, struct quote *out)
{
	struct cutter c = { .arena = a, .slots = arena_alloc(a, sizeof(*c.slots) * QUOTE_SLOTS_MOST) };
	struct slice own;

	c.lines = split(a, text, &c.n);
	c.depth = slots_depth(&c);
	fold_tokens(a, name, strlen(name), &c.name);
	for (size_t i = 0; i < c.n; ) {
		if (c.lines[i].depth > 0)
			i += read_quoted(&c, i);
		else if (c.lines[i].len > 0)
			i += c.tail ? read_tail(&c, i) : read_own(&c, i);
		else {
			struct buf *to = c.under > 0 ? &c.piece : &c.own;

			if (!c.tail && !c.signature && to->len > 0)
				buf_putc(to, '\n');
			i++;
		}
	}
	end_piece(&c);
	drop_titles(&c);
	own = trimmed(&c.own);
	*out = (struct quote){ .text = arena_copy(a, own.at, own.len), .slots = c.slots, .n = c.nslots };
	buf_release(&c.own);
	buf_release(&c.piece);
}
