#include "services/courier/clause.h"

#include <string.h>

enum { LEADS_MOST = 8, THANKED_MOST = 5 };

bool
clause_is_polite(const struct tokens *t, size_t at)
{
	struct match m;

	while (at < t->n) {
		if (scan_token(t, at)->kind == TOKEN_MARK)
			at++;
		else if (scan_match(t, at, ROLE_POLITE, &m))
			at += m.n;
		else
			return false;
	}
	return true;
}

bool
clause_stands_alone(const struct tokens *t, size_t at, unsigned flags)
{
	if ((flags & (WORD_ALONE | WORD_FINAL)) == 0 || at >= t->n || clause_is_polite(t, at))
		return true;
	return (flags & WORD_FINAL) == 0 && scan_is_mark(t, at, ".,;:!?()-=");
}

/* "1 appliqué, 2 pas pour nous", "la leçon 2 est prévue": does another number begin here, with what is said of it? */
static bool
is_next_number(const struct tokens *t, size_t at)
{
	struct numbers next = {0};
	struct match m;
	size_t end;

	if (at > 0 && scan_token(t, at - 1)->kind == TOKEN_NUMBER)
		return false;
	end = scan_numbers(t, at, &next);
	if (next.n == 0)
		return false;
	end = scan_skip(t, end, ":.)-=,*\"");
	if (scan_is_mark(t, end, "?") || (at > 0 && scan_is_mark(t, at - 1, ".;!") && scan_match(t, end, ROLE_ASKS, &m)))
		return true;
	for (int i = 0; i < LEADS_MOST; i++) {
		if ((scan_match(t, end, ROLE_VERB, &m) && verb_is_status(m.row->verb)) || scan_match(t, end, ROLE_NEGATION, &m))
			return true;
		if (!(next.marked || next.named) || !scan_match(t, end, ROLE_LEAD, &m))
			return false;
		end += m.n;
	}
	return false;
}

/* "Pas pour nous. STOP", "…, merci de nous désabonner": is the last thing on the line one about the mails? */
static bool
is_next_order(const struct tokens *t, size_t at)
{
	bool please = false, parted = scan_is_mark(t, at - 1, ".!;");
	struct match m;

	if (!parted && !scan_is_mark(t, at - 1, ","))
		return false;
	while (scan_match(t, at, ROLE_PLEASE, &m)) {
		please = true;
		at += m.n;
	}
	return (parted || please) && scan_match(t, at, ROLE_VERB, &m) && (m.row->verb == VERB_STOP || m.row->verb == VERB_PAUSE) &&
	    clause_is_polite(t, at + m.n);
}

size_t
clause_next(const struct tokens *t, size_t at, bool numbered)
{
	while (at < t->n && !(numbered && is_next_number(t, at)) && !(at > 0 && is_next_order(t, at)))
		at++;
	return at < t->n ? at : t->n;
}

bool
clause_is_negated(const struct tokens *t, size_t at, enum verb verb, bool numbered)
{
	struct match m;
	size_t end, last = clause_next(t, at, numbered);

	if (!verb_is_status(verb) || verb == VERB_INTERRUPTED || verb == VERB_NOT_FOR_US)
		return false;   /* "interrompu : pas de budget" */
	if (scan_match(t, scan_skip(t, at, ":=-?("), ROLE_NEGATION, &m))
		return true;
	for (end = at; end < last && !scan_is_mark(t, end, ".;!?"); end++)
		;
	while (end > at && scan_is_mark(t, end - 1, ","))
		end--;
	return end > at && scan_match(t, end - 1, ROLE_NEGATION, &m);
}

size_t
clause_thanked(const struct tokens *t, size_t at)
{
	size_t end = at;

	while (end < t->n && end <= at + THANKED_MOST && !scan_is_mark(t, end, ",.!;:-"))
		end++;
	end = scan_is_mark(t, end, ",.!;:-") ? scan_skip(t, end, ",.!;:-") : t->n;
	return end < t->n ? end : 0;
}
