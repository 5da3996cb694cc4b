#include "services/courier/scan.h"

#include <string.h>

const struct token *
scan_token(const struct tokens *t, size_t at)
{
	static const struct token none = { .kind = TOKEN_MARK, .text = "", .len = 0 };

	return at < t->n ? &t->list[at] : &none;
}

bool
scan_is_mark(const struct tokens *t, size_t at, const char *marks)
{
	const struct token *one = scan_token(t, at);

	return at < t->n && one->kind == TOKEN_MARK && strchr(marks, *one->text) != NULL;
}

size_t
scan_skip(const struct tokens *t, size_t at, const char *marks)
{
	while (scan_is_mark(t, at, marks))
		at++;
	return at;
}

bool
scan_match(const struct tokens *t, size_t at, unsigned roles, struct match *out)
{
	return at < t->n && words_match(roles, &t->list[at], t->n - at, out);
}

bool
scan_touches(const struct tokens *t, size_t at)
{
	return at > 0 && at < t->n && t->list[at].from == t->list[at - 1].to;
}

/* Is "2." the beginning of 2.5, "2-" of 2-3, "10:" of 10:30, "50" of 50%? */
static bool
is_part_of_number(const struct tokens *t, size_t at)
{
	return scan_touches(t, at + 1) && (scan_is_mark(t, at + 1, "%") || (scan_is_mark(t, at + 1, ".:-/") &&
	    scan_touches(t, at + 2) && scan_token(t, at + 2)->kind == TOKEN_NUMBER));
}

size_t
scan_number(const struct tokens *t, size_t at, unsigned *number, struct numbers *how)
{
	struct match m;
	bool marked = false, named = false;

	while (scan_match(t, at, ROLE_NUMBERING, &m)) {
		named = true;
		marked = marked || (m.row->flags & WORD_WEAK) == 0;
		at = scan_skip(t, at + m.n, ".*");
	}
	if (scan_is_mark(t, at, "#[(")) {
		marked = true;
		at++;
	}
	if (scan_token(t, at)->kind != TOKEN_NUMBER || scan_token(t, at)->number == 0 || scan_token(t, at)->number > SCAN_NUMBER_MOST ||
	    is_part_of_number(t, at))
		return 0;
	*number = scan_token(t, at)->number;
	at++;
	if (scan_touches(t, at) && scan_token(t, at)->kind == TOKEN_WORD)
		return 0;       /* 2e, 10h */
	if (scan_is_mark(t, at, ".):]=/") || (scan_is_mark(t, at, "-") && !scan_touches(t, at))) {
		marked = true;
		at++;
	}
	how->marked = how->marked || marked;
	how->named = how->named || named;
	return at;
}

size_t
scan_numbers(const struct tokens *t, size_t at, struct numbers *out)
{
	unsigned number = 0;
	size_t end, from = at;
	struct match m;

	while (out->n < SCAN_NUMBERS && (end = scan_number(t, from, &number, out)) > 0) {
		out->list[out->n++] = number;
		at = from = end;
		if (scan_is_mark(t, at, ",+&;"))
			from = at + 1;
		if (scan_match(t, from, ROLE_AND, &m))
			from += m.n;
		if (from == at)
			break;
	}
	return at;
}

size_t
scan_duration(const struct tokens *t, size_t at, unsigned *days)
{
	struct match m, unit;
	size_t from = scan_skip(t, at, ":(-,");
	unsigned count;

	while (scan_match(t, from, ROLE_UNTIL, &m) && !scan_match(t, from, ROLE_COUNT, &unit))
		from = scan_skip(t, from + m.n, "'");
	if (scan_token(t, from)->kind == TOKEN_NUMBER)
		count = scan_token(t, from++)->number;
	else if (scan_match(t, from, ROLE_COUNT, &m)) {
		count = m.row->number;
		from += m.n;
	} else
		return at;
	if (!scan_match(t, from, ROLE_UNIT, &unit) || count == 0 || count > 1000)
		return at;
	*days = count * unit.row->number;
	return from + unit.n;
}
