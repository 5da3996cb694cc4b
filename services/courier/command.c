#include "services/courier/command.h"

#include <ctype.h>
#include <string.h>

#include "services/courier/charset.h"
#include "services/courier/item.h"
#include "shared/base/buf.h"
#include "shared/base/utf8.h"

enum { LINES_MOST = 1000, TEXT_MOST = 16 * 1024, COMMANDS_MOST = 100, QUESTION_LINES = 6, WRAPPED_FROM = 60, WRAPPED_AT = 68 };

/* A line of what is read, as written and without the space around it. */
struct line {
	const char *at;
	size_t len;
	bool after_empty;       /* an empty line, or none, comes before it */
};

struct reader {
	struct arena *arena;
	struct command *list;
	size_t n;
	size_t open;            /* the commands that the lines now read belong to begin here; n: there are none */
	struct buf note, rest;
	struct numbers waiting; /* with a title, or nothing, behind them: the next line says what of them */
	size_t before_title;    /* of rest */
	const char *thanks;     /* the line that says no more than that */
	unsigned slot;          /* what is read answers here; 0: anywhere */
	bool sure;
};

static const char *const spaces[] = { " ", "\t", "\n", "\xc2\xa0", "\xe2\x80\xaf", NULL };
static const char *const parting[] = { ":", ";", ",", ".", "!", "-", "=", "*", ">", ")", "]", "\xe2\x80\x93", "\xe2\x80\x94",
	"\xe2\x80\xa6", NULL };

/* The length of one of these where s begins, or ends. */
static size_t
one_of(const char *const *these, struct slice s, bool at_end)
{
	for (; *these != NULL; these++) {
		size_t len = strlen(*these);

		if (s.len >= len && memcmp(at_end ? s.at + s.len - len : s.at, *these, len) == 0)
			return len;
	}
	return 0;
}

static struct slice
trim(const char *at, size_t len)
{
	struct slice s = { at, len };
	size_t n;

	while ((n = one_of(spaces, s, false)) > 0)
		s = (struct slice){ s.at + n, s.len - n };
	while ((n = one_of(spaces, s, true)) > 0)
		s.len -= n;
	return s;
}

/* Without the marks that part a note from its verb, and without brackets around all of it. */
static struct slice
trim_note(const char *at, size_t len)
{
	struct slice s = trim(at, len);
	size_t n;

	while ((n = one_of(parting, s, false)) > 0)
		s = trim(s.at + n, s.len - n);
	while (s.len > 0 && strchr("*_", s.at[s.len - 1]) != NULL)
		s = trim(s.at, s.len - 1);
	if (s.len > 1 && s.at[0] == '(' && memchr(s.at, ')', s.len) == s.at + s.len - 1)
		s = trim(s.at + 1, s.len - 2);
	return s;
}

/* Gives the note to the commands it belongs to. */
static void
close_note(struct reader *r)
{
	struct slice s = trim_note(buf_text(&r->note), r->note.len);
	const char *note = arena_copy(r->arena, s.at, s.len);

	if (r->open < r->n && r->list[r->open].verb != VERB_QUESTION &&
	    item_is_polite(r->arena, note, strlen(note), r->list[r->open].verb <= VERB_NOT_FOR_US))
		note = "";
	for (size_t i = r->open; i < r->n; i++)
		r->list[i].note = note;
	r->open = r->n;
	buf_reset(&r->note);
}

static void
add_note(struct reader *r, const char *at, size_t len)
{
	if (r->note.len > 0 && len > 0)
		buf_putc(&r->note, ' ');
	buf_add(&r->note, at, len);
}

static void
add_rest(struct reader *r, const char *at, size_t len)
{
	if (!r->sure)
		return;
	if (r->rest.len > 0)
		buf_putc(&r->rest, '\n');
	if (r->slot > 0)
		buf_printf(&r->rest, "[%u] ", r->slot);
	buf_add(&r->rest, at, len);
}

/* "lesson,question"; NULL if none is named. */
static const char *
kinds_of(struct arena *a, const struct wish *w)
{
	const char *kinds = NULL;

	for (size_t i = 0; i < w->n_kinds; i++)
		kinds = kinds == NULL ? w->kinds[i] : arena_printf(a, "%s,%s", kinds, w->kinds[i]);
	return kinds;
}

static void
add_command(struct reader *r, const struct item *item, unsigned slot, const char *line)
{
	const struct wish *w = &item->wish;

	if (r->n == COMMANDS_MOST)
		return;
	r->list[r->n++] = (struct command){ .slot = slot, .verb = item->verb, .reason = item->reason, .value = item->value,
		.days = item->days, .until = *w->until != '\0' ? arena_printf(r->arena, "%s", w->until) : NULL, .weekday = w->weekday,
		.hour = w->hour, .kinds = kinds_of(r->arena, w), .lang = w->lang, .note = "", .line = line };
}

/* One for each lesson that the item names. */
static void
open_commands(struct reader *r, const struct item *item, unsigned slot, struct slice line)
{
	const char *copy = arena_copy(r->arena, line.at, line.len);

	close_note(r);
	if (item->numbers.n == 0)
		add_command(r, item, slot, copy);
	for (size_t i = 0; i < item->numbers.n; i++)
		add_command(r, item, item->numbers.list[i], copy);
}

static size_t
characters(const char *at, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += utf8_begins(at[i]);
	return n;
}

/* Did a mailer break a sentence here? Then a line that begins with a verb says nothing by it. */
static bool
is_wrapped(const struct line *before, const struct line *line)
{
	const char *space = memchr(line->at, ' ', line->len);
	size_t first = characters(line->at, space == NULL ? line->len : (size_t)(space - line->at));
	size_t width = characters(before->at, before->len);

	return !line->after_empty && width >= WRAPPED_FROM && width + 1 + first > WRAPPED_AT && !isupper((unsigned char)*line->at) &&
	    !isdigit((unsigned char)*line->at) && strchr("[(#", *line->at) == NULL && strchr(".!?:;", before->at[before->len - 1]) == NULL;
}

static bool
asks(const char *at, size_t len)
{
	while (len > 0 && strchr(" )\"'*_!.", at[len - 1]) != NULL)
		len--;
	return len > 0 && at[len - 1] == '?';
}

/* "Appliqué dans quelles communes ?" asks, "Appliqué. Et vous ?" does not only ask. */
static bool
only_asks(const struct item *item, const char *at)
{
	const char *note = at + item->note;
	size_t len = item->note_end - item->note, mark = 0;

	if (item->verb == VERB_QUESTION || item->verb == VERB_HELP || item->next != item->note_end || !asks(note, len))
		return false;
	while (mark < len && strchr(".,;:!", note[mark]) == NULL)
		mark++;
	return mark == len;
}

/* How many lines from here make up a question, which ends with the last; 0: none. */
static size_t
question_lines(struct reader *r, const struct line *lines, size_t n)
{
	for (size_t i = 0; i < n && i < QUESTION_LINES; i++) {
		struct item item;

		if (i > 0 && lines[i].after_empty)
			return 0;
		if (i > 0) {
			item_read(r->arena, lines[i].at, lines[i].len, r->slot > 0, &item);
			if ((item.verb != VERB_NONE && !is_wrapped(&lines[i - 1], &lines[i])) || item.numbers.n > 0)
				return 0;
		}
		if (asks(lines[i].at, lines[i].len))
			return i + 1;
	}
	return 0;
}

/* The lesson that a question without a number is about: that of the lines before it, unless an empty one parts them. */
static unsigned
slot_before(const struct reader *r, const struct line *line)
{
	if (r->slot > 0 || line->after_empty || r->open + 1 != r->n)
		return r->slot;
	return r->list[r->open].slot;
}

static size_t
read_question(struct reader *r, const struct line *lines, size_t n, struct item *item)
{
	unsigned slot = slot_before(r, lines);
	bool goes_on = !lines->after_empty && item->numbers.n == 0 && r->open < r->n && r->list[r->open].verb == VERB_QUESTION;
	size_t more = goes_on ? 0 : question_lines(r, lines, n);

	if (more == 0)
		return 0;
	item->verb = VERB_QUESTION;
	item->reason = item->value = NULL;
	item->days = 0;
	open_commands(r, item, slot, (struct slice){ lines->at, lines->len });
	add_note(r, lines->at + item->text, lines->len - item->text);
	for (size_t i = 1; i < more; i++)
		add_note(r, lines[i].at, lines[i].len);
	return more;
}

/* What is on a line that has a verb; all of it, if it has several. */
static void
read_items(struct reader *r, const struct line *line, struct item *item)
{
	size_t from = 0;

	for (;;) {
		const char *at = line->at + from;

		if (item->verb == VERB_NONE && asks(at, line->len - from)) {
			item->verb = VERB_QUESTION;
			item->note = item->text;
		}
		if (item->verb == VERB_NONE) {
			close_note(r);
			add_rest(r, at, line->len - from);
			return;
		}
		open_commands(r, item, r->slot, (struct slice){ line->at, line->len });
		add_note(r, at + item->note, item->note_end - item->note);
		if (item->next >= line->len - from)
			return;
		from += item->next;
		item_read(r->arena, line->at + from, line->len - from, r->slot > 0, item);
	}
}

/* "Appliqué." and then "Nous avons testé …": a sentence behind a status explains it, it is no other status. */
static bool
tells_more(const struct reader *r, const struct item *item)
{
	return r->open < r->n && verb_is_status(r->list[r->open].verb) && verb_is_status(item->verb) && item->sentence;
}

/* "Appliqué." and, right below it, "Chaque lundi": that is when they apply it, not when they want their mails. */
static bool
tells_when(const struct reader *r, const struct line *line, const struct item *item)
{
	return r->open < r->n && verb_is_status(r->list[r->open].verb) && item->verb == VERB_CADENCE && !line->after_empty;
}

/* Reads what begins at a line: how many lines that took. */
static size_t
read_line(struct reader *r, const struct line *lines, size_t n, const struct line *before)
{
	const struct line *line = lines;
	bool wrapped = before != NULL && is_wrapped(before, line);
	struct item item;
	size_t asked;

	item_read(r->arena, line->at, line->len, r->slot > 0, &item);
	if (item.numbers.n == 0 && r->waiting.n > 0 && (verb_is_status(item.verb) || item.verb == VERB_QUESTION)) {
		item.numbers = r->waiting;
		r->rest.len = r->before_title;
		if (r->rest.data != NULL)
			r->rest.data[r->rest.len] = '\0';
	}
	r->waiting.n = 0;
	if (item.verb == VERB_THANKS || (item.numbers.n == 0 && item_is_polite(r->arena, line->at, line->len, true))) {
		if (item.verb == VERB_THANKS && r->thanks == NULL)
			r->thanks = arena_copy(r->arena, line->at, line->len);
		return 1;
	}
	if (item.numbers.n == 0 && (wrapped || tells_more(r, &item) || tells_when(r, line, &item)))
		item.verb = VERB_NONE;
	if (item.verb != VERB_NONE && !only_asks(&item, line->at)) {
		read_items(r, line, &item);
		return 1;
	}
	asked = wrapped ? 0 : read_question(r, lines, n, &item);
	if (asked > 0)
		return asked;
	if (item.numbers.marked) {
		close_note(r);
		r->waiting = item.numbers;
		r->before_title = r->rest.len;
		if (item.text == line->len)
			return 1;
	}
	if (r->open < r->n)
		add_note(r, line->at, line->len);
	else
		add_rest(r, line->at, line->len);
	return 1;
}

static struct line *
split(struct arena *a, const char *text, size_t *n)
{
	size_t len = strnlen(text, TEXT_MOST), count = 1;
	struct line *lines;
	bool after_empty = true;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\n';
	lines = arena_alloc(a, sizeof(*lines) * count);
	*n = 0;
	for (size_t at = 0; at < len && *n < LINES_MOST; ) {
		size_t end = strcspn(text + at, "\n");
		struct slice s = trim(text + at, end < len - at ? end : len - at);

		if (s.len > 0)
			lines[(*n)++] = (struct line){ s.at, s.len, after_empty };
		after_empty = s.len == 0;
		at += end + 1;
	}
	return lines;
}

static void
read_text(struct reader *r, const char *text)
{
	size_t n, first = r->n;
	struct line *lines = split(r->arena, text, &n);
	bool greeted = r->slot > 0;

	for (size_t i = 0; i < n; ) {
		size_t skip = greeted || r->n > first ? 0 : item_greeting(r->arena, lines[i].at, lines[i].len);

		lines[i].at += skip;
		lines[i].len -= skip;
		greeted = greeted || lines[i].len > 0;
		if (lines[i].len == 0) {
			if (i + 1 < n)
				lines[i + 1].after_empty = true;
			i++;
			continue;
		}
		if (!r->sure && r->n == first && i > 0)
			break;          /* the first line was no answer */
		i += read_line(r, &lines[i], n - i, i > 0 && lines[i - 1].len > 0 ? &lines[i - 1] : NULL);
	}
	close_note(r);
}

/* Without those that say again what another says; how many are left. */
static size_t
unite(struct command *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < kept && (list[k].verb != list[i].verb || list[k].slot != list[i].slot || list[k].reason != list[i].reason ||
		    list[k].value != list[i].value || list[k].days != list[i].days ||
		    (*list[i].note != '\0' && strcmp(list[k].note, list[i].note) != 0)))
			k++;
		if (k == kept)
			list[kept++] = list[i];
	}
	return kept;
}

void
command_read(struct arena *a, const struct quote *said, struct commands *out)
{
	struct reader r = { .arena = a, .list = arena_alloc(a, sizeof(*r.list) * COMMANDS_MOST), .sure = true };

	read_text(&r, said->text);
	for (size_t i = 0; i < said->n; i++) {
		r.slot = said->slots[i].number;
		r.sure = said->slots[i].sure;
		read_text(&r, said->slots[i].text);
	}
	r.n = r.open = unite(r.list, r.n);
	if (r.n == 0 && r.rest.len == 0 && r.thanks != NULL)
		r.list[r.n++] = (struct command){ .verb = VERB_THANKS, .note = "", .line = r.thanks };
	out->list = r.list;
	out->n = r.n;
	out->rest = arena_copy(a, buf_text(&r.rest), r.rest.len);
	buf_release(&r.note);
	buf_release(&r.rest);
}
