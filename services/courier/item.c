#include "services/courier/item.h"

#include <string.h>

#include "services/courier/clause.h"

enum { LEADS_MOST = 8, GREETED_MOST = 5, GREETED_ALONE = 3 };

struct reader {
	const struct tokens *t;
	size_t len;             /* of the line */
	struct item *item;
	bool in_slot;
	bool strict;            /* behind what may be a title: a word counts only if it stands there alone, as it should be written */
};

/* A verb's own words behind it; false: the verb needs one that is not there. */
static bool
read_value(struct reader *r, unsigned role, size_t *at)
{
	size_t from = scan_skip(r->t, *at, ":=-'\"(");
	struct match m;

	while (!scan_match(r->t, from, role, &m)) {
		if (!scan_match(r->t, from, ROLE_UNTIL, &m))
			return false;
		from += m.n;
	}
	r->item->value = m.row->code;
	*at = from + m.n;
	return clause_stands_alone(r->t, *at, WORD_FINAL);
}

/* The reason behind a verb, or else somewhere on the line; and where the note begins. */
static size_t
read_reason(struct reader *r, size_t at, bool near_only)
{
	size_t from = scan_skip(r->t, at, ":,;.-=(!");
	const char *found = NULL;
	struct match m;

	while (!scan_match(r->t, from, ROLE_REASON, &m) && scan_match(r->t, from, ROLE_BECAUSE, &m))
		from = scan_skip(r->t, from + m.n, "'");
	if (scan_match(r->t, from, ROLE_REASON, &m)) {
		r->item->reason = m.row->code;
		from += m.n;
		return from >= r->t->n || scan_is_mark(r->t, from, ".,;:!()-=") || clause_is_polite(r->t, from) ? from : at;
	}
	for (from = at; from < r->t->n && !near_only; from++) {
		if (!scan_match(r->t, from, ROLE_REASON, &m) || (m.row->flags & WORD_NEAR) != 0)
			continue;
		if (found != NULL && strcmp(found, m.row->code) != 0)
			return at;      /* several: which one is theirs to say */
		found = m.row->code;
	}
	r->item->reason = found;
	return at;
}

/* What a control word means for a lesson: "1 stop", "1 pause : budget". */
static enum verb
of_lesson(enum verb verb)
{
	if (verb == VERB_STOP || verb == VERB_PAUSE)
		return VERB_INTERRUPTED;
	return verb == VERB_THANKS || verb == VERB_RESUME || verb == VERB_SUBSCRIBE ? VERB_NONE : verb;
}

/* Behind "mais": what it comes to is said there. */
static size_t
read_turn(struct reader *r, size_t at)
{
	size_t from = scan_skip(r->t, at, ",.;:-");
	struct match m;

	if (!scan_match(r->t, from, ROLE_BUT, &m))
		return at;
	from += m.n;
	for (int i = 0; i < LEADS_MOST; i++) {
		struct match lead;

		if (scan_match(r->t, from, ROLE_VERB, &m) && verb_is_status(m.row->verb) && clause_stands_alone(r->t, from + m.n, m.row->flags) &&
		    !clause_is_negated(r->t, from + m.n, m.row->verb, r->item->numbers.n > 0)) {
			r->item->verb = m.row->verb;
			return from + m.n;
		}
		if (!scan_match(r->t, from, ROLE_LEAD | ROLE_BUT, &lead))
			return at;
		from = scan_skip(r->t, from + lead.n, "'");
	}
	return at;
}

/* A verb's row was found at `at`, m.n tokens long: takes it, if what follows lets it stand. */
static bool
take(struct reader *r, size_t at, const struct match *m, size_t *end)
{
	const struct words *row = m->row;
	struct item *item = r->item;
	enum verb verb = row->role == ROLE_LANGUAGE ? VERB_LANG : row->role == ROLE_CADENCE ? VERB_CADENCE : row->verb;
	size_t after = at + m->n;
	unsigned flags = row->flags | (r->strict ? WORD_ALONE : 0);
	bool lesson = r->in_slot || item->numbers.n > 0, turned;

	item->days = 0;
	item->reason = NULL;
	item->value = row->role == ROLE_VERB ? NULL : row->code;
	if (row->role != ROLE_VERB && ((row->flags & WORD_NEAR) != 0 || !clause_stands_alone(r->t, after, WORD_FINAL)))
		return false;
	if (row->role == ROLE_VERB && verb == VERB_LANG && !read_value(r, ROLE_LANGUAGE, &after))
		return false;
	if (row->role == ROLE_VERB && verb == VERB_CADENCE && !read_value(r, ROLE_CADENCE, &after))
		return false;
	if (verb == VERB_PAUSE && !lesson)
		after = scan_duration(r->t, after, &item->days);
	if (verb == VERB_PAUSE && !lesson && item->days == 0)
		after = wish_until(r->t, after, &item->wish);
	if (lesson && verb != VERB_NONE)
		verb = of_lesson(verb);
	if (verb == VERB_STOP) {
		size_t behind = read_reason(r, after, true);

		verb = item->reason != NULL ? VERB_INTERRUPTED : verb;
		after = item->reason != NULL ? behind : after;
	}
	if (verb == VERB_NONE || clause_is_negated(r->t, after, verb, item->numbers.n > 0))
		return false;
	turned = verb_is_status(verb) && !verb_is_status(row->verb);
	if (item->reason == NULL && item->days == 0 && *item->wish.until == '\0' && !turned && !clause_stands_alone(r->t, after, flags)) {
		struct numbers behind = {0};
		size_t to = scan_numbers(r->t, after, &behind);
		struct match until;

		if (to == after && !(verb == VERB_PAUSE && scan_match(r->t, after, ROLE_UNTIL, &until) && until.row->flags == 0))
			return false;
	}
	item->verb = verb;
	*end = after;
	return true;
}

/* "appliqué 1, 3", "appliqué (leçon 2)": numbers behind the verb, to the end of the line or before a mark. */
static size_t
read_numbers_behind(struct reader *r, size_t at)
{
	struct numbers behind = {0};
	size_t from = scan_skip(r->t, at, ":(-,"), end;
	struct match m, numbering;
	bool led = false, ends;

	while (scan_match(r->t, from, ROLE_LEAD, &m) && !scan_match(r->t, from, ROLE_NUMBERING, &numbering)) {
		from += m.n;
		led = true;
	}
	if (led && !scan_match(r->t, from, ROLE_NUMBERING, &numbering) && !scan_is_mark(r->t, from, "#["))
		return at;      /* "appliqué le 12" */
	end = scan_numbers(r->t, from, &behind);
	ends = end >= r->t->n || scan_is_mark(r->t, end, ".,;:)!") || scan_is_mark(r->t, end - 1, ":)]");
	if (behind.n == 0 || (!behind.named && !ends))
		return at;
	r->item->numbers = behind;
	return end;
}

/* A verb at `at` or behind words that may stand before it. */
static bool
find_verb(struct reader *r, size_t at, size_t *end)
{
	const unsigned roles = ROLE_VERB | ROLE_LANGUAGE | ROLE_CADENCE;
	bool led = false;
	struct match no, what;

	if (scan_match(r->t, at, ROLE_NEGATION, &no) && scan_is_mark(r->t, at + no.n, ",.!:;-") &&
	    scan_match(r->t, at + no.n + 1, ROLE_VERB, &what) && what.row->verb == VERB_NOT_FOR_US)
		at += no.n + 1;         /* "Non, pas pour nous" */
	for (int i = 0; i < LEADS_MOST && at < r->t->n; i++) {
		struct match m, lead;
		bool is_lead = scan_match(r->t, at, ROLE_LEAD, &lead), is_please = scan_match(r->t, at, ROLE_PLEASE, &m);
		bool found = scan_match(r->t, at, roles, &m);

		if (!found && !is_lead && !is_please && !r->strict)
			found = words_nearly(roles, &r->t->list[at], r->t->n - at, &m);
		if (found && m.row->verb == VERB_NONE && m.row->role == ROLE_VERB)
			return false;
		if (found && (!led || verb_is_status(m.row->verb) || m.row->verb == VERB_QUESTION) && take(r, at, &m, end))
			return true;
		if (found && m.row->verb == VERB_THANKS && !is_please && clause_thanked(r->t, at + m.n) > 0) {
			at = clause_thanked(r->t, at + m.n);
			continue;
		}
		if (is_please && scan_match(r->t, at, ROLE_PLEASE, &m)) {
			at += m.n;
		} else if (is_lead) {
			led = true;
			at += lead.n;
		} else {
			return false;
		}
		at = scan_skip(r->t, at, "',:-");
		if (r->item->numbers.n == 0) {
			struct numbers how = {0};
			unsigned number;

			if (scan_number(r->t, at, &number, &how) > 0 && (how.marked || how.named || is_please))
				at = scan_numbers(r->t, at, &r->item->numbers);
			at = scan_skip(r->t, at, ",:-");
		}
	}
	return false;
}

/* Behind a number and a title: "1. Budget participatif : appliqué". */
static bool
find_verb_behind(struct reader *r, size_t at, size_t *end)
{
	r->strict = true;
	for (; at < r->t->n; at++)
		if (scan_is_mark(r->t, at, ":") || (scan_is_mark(r->t, at, "-") && !scan_touches(r->t, at)))
			if (find_verb(r, scan_skip(r->t, at, ":-*\""), end))
				return true;
	return false;
}

/* From a token's start to an offset into the line; behind marks that only part. */
static size_t
offset(const struct reader *r, size_t at)
{
	return at < r->t->n ? r->t->list[at].from : r->len;
}

static void
finish(struct reader *r, size_t after)
{
	struct item *item = r->item;
	struct match object;
	size_t next;

	if (verb_is_status(item->verb) && item->reason == NULL)
		after = read_turn(r, after);
	next = scan_skip(r->t, after, ":=-");
	if (verb_is_status(item->verb) && scan_match(r->t, next, ROLE_OBJECT, &object) &&
	    (next + object.n >= r->t->n || scan_is_mark(r->t, next + object.n, ".,:;!(")))
		after = next + object.n;
	if (item->numbers.n == 0 && !r->in_slot && item->verb != VERB_PAUSE && item->verb != VERB_LANG && item->verb != VERB_CADENCE &&
	    item->verb != VERB_SUBSCRIBE)
		after = read_numbers_behind(r, after);
	next = verb_is_status(item->verb) ? clause_next(r->t, after, item->numbers.n > 0) : r->t->n;
	if ((item->verb == VERB_INTERRUPTED || item->verb == VERB_NOT_FOR_US) && item->reason == NULL) {
		struct tokens until = *r->t;
		struct reader short_line = { .t = &until, .len = r->len, .item = item };

		until.n = next;
		after = read_reason(&short_line, after, false);
	}
	item->next = offset(r, next);
	item->note = offset(r, after < next ? after : next);
	if (next < r->t->n) {
		struct match m;

		while (next > after && (scan_is_mark(r->t, next - 1, ",;.-/+&") || scan_match(r->t, next - 1, ROLE_AND | ROLE_LEAD, &m)))
			next--;
		item->note_end = next > 0 ? r->t->list[next - 1].to : 0;
		if (item->note > item->note_end)
			item->note = item->note_end;
	}
}

void
item_read(struct arena *a, const char *line, size_t len, bool in_slot, struct item *out)
{
	struct tokens t;
	struct reader r = { .t = &t, .len = len, .item = out, .in_slot = in_slot };
	struct match m;
	size_t at, after = 0;

	*out = (struct item){ .note_end = len, .next = len, .note = len };
	fold_tokens(a, line, len, &t);
	at = scan_skip(&t, 0, "*-\"_~.:,>+");
	out->text = offset(&r, at);
	if (!in_slot && wish_read(&t, at, &out->wish, &out->verb)) {
		out->value = out->wish.cadence;
		out->note = len;
		return;
	}
	at = scan_numbers(&t, at, &out->numbers);
	if (out->numbers.n > 0) {
		at = scan_skip(&t, at, ":.)]-=,*>\"");
		out->text = offset(&r, at);
	}
	if (scan_is_mark(&t, at, "?")) {
		out->verb = VERB_QUESTION;
		out->note = offset(&r, scan_skip(&t, at, "?"));
		return;
	}
	out->sentence = scan_match(&t, at, ROLE_LEAD, &m);
	if (find_verb(&r, at, &after) || (out->numbers.marked && find_verb_behind(&r, at, &after))) {
		finish(&r, after);
		return;
	}
	out->numbers.marked = out->numbers.n > 0 &&
	    (out->numbers.marked || at >= t.n || scan_match(&t, at, ROLE_NEGATION | ROLE_LEAD | ROLE_ASKS, &m));
	out->reason = out->value = NULL;        /* of words that were looked at */
	out->days = 0;
	if (!out->numbers.marked)
		out->numbers.n = 0;
}

bool
item_is_polite(struct arena *a, const char *line, size_t len, bool thanking)
{
	struct tokens t;
	struct match m;
	size_t at;

	fold_tokens(a, line, len, &t);
	at = scan_skip(&t, 0, "*-\"_~.:,!()");
	if (scan_match(&t, at, ROLE_IDLE, &m) || (scan_match(&t, at, ROLE_VERB, &m) && m.row->verb == VERB_THANKS))
		return clause_is_polite(&t, at + m.n);
	return thanking ? at >= t.n : clause_is_polite(&t, at);
}

size_t
item_greeting(struct arena *a, const char *line, size_t len)
{
	struct tokens t;
	struct reader r = { .t = &t, .len = len };
	struct match m;
	size_t at = 0, behind;

	fold_tokens(a, line, len, &t);
	while (scan_match(&t, at, ROLE_GREETING, &m)) {
		size_t passed = 0;

		at += m.n;
		for (behind = at; behind < t.n && !scan_is_mark(&t, behind, ",!.:;") && passed <= GREETED_MOST; behind++) {
			if (scan_match(&t, behind, ROLE_VERB, &m))
				return offset(&r, behind);
			passed += scan_token(&t, behind)->kind == TOKEN_WORD;
		}
		if (passed <= (behind < t.n ? GREETED_MOST : GREETED_ALONE))
			at = scan_skip(&t, behind, ",!.:;");
	}
	return offset(&r, at);
}
