#include "services/courier/wish.h"

#include <stdio.h>
#include <string.h>

enum { NOON = 12, HOURS = 24, OLDEST = 2000 };

/* What a line has said so far. */
struct reader {
	const struct tokens *t;
	struct wish *wish;
	bool every;             /* of a weekday: "chaque lundi" */
	bool only, verb, mails, subscribe;
	bool near;              /* the cadence counts only where it is clear that it is about mails */
	bool at;                /* the word before leads to an hour */
	unsigned daytime;       /* "le soir" */
};

/* Says it again, or something else instead of what was said? The latter is not understood. */
static bool
says(const char **what, const char *code)
{
	bool same = *what == NULL || strcmp(*what, code) == 0;

	*what = code;
	return same;
}

static bool
says_number(unsigned *what, unsigned number)
{
	bool same = *what == 0 || *what == number;

	*what = number;
	return same;
}

static bool
says_kind(struct wish *w, const char *code)
{
	for (size_t i = 0; i < w->n_kinds; i++)
		if (strcmp(w->kinds[i], code) == 0)
			return true;
	if (w->n_kinds == WISH_KINDS)
		return false;
	w->kinds[w->n_kinds++] = code;
	return true;
}

/* "8 h", "8h30", "08:00", "at 8", "8 pm": how many tokens; 0: none. */
static size_t
read_hour(struct reader *r, size_t at)
{
	const struct token *number = scan_token(r->t, at);
	size_t end = at + 1;
	bool minutes = false;
	unsigned hour;
	struct match m = {0};

	if (number->kind != TOKEN_NUMBER || number->number > HOURS)
		return 0;
	hour = number->number;
	if (scan_is_mark(r->t, end, ":.") && scan_touches(r->t, end) && scan_token(r->t, end + 1)->kind == TOKEN_NUMBER) {
		minutes = true;
		end += 2;
	}
	if (scan_match(r->t, end, ROLE_OCLOCK, &m)) {
		end += m.n;
		if (m.row->number > hour)
			hour += m.row->number;
		if (scan_touches(r->t, end) && scan_token(r->t, end)->kind == TOKEN_NUMBER)
			end++;
	}
	if ((m.row == NULL && !minutes && !r->at) || !says_number(&r->wish->hour, hour == 0 ? HOURS : hour))
		return 0;
	return end - at;
}

/* Takes one word that says something; false: what it says goes against what was said. */
static bool
take(struct reader *r, const struct words *row)
{
	switch (row->role) {
	case ROLE_CADENCE:
		r->near = (row->flags & WORD_NEAR) != 0;
		return says(&r->wish->cadence, row->code);
	case ROLE_WEEKDAY:
		r->every = r->every || row->code != NULL;
		return says_number(&r->wish->weekday, row->number);
	case ROLE_LANGUAGE:
		return says(&r->wish->lang, row->code);
	case ROLE_KIND:
		return says_kind(r->wish, row->code);
	case ROLE_DAYTIME:
		return says_number(&r->daytime, row->number);
	default:
		return false;
	}
}

/* How many tokens the next word or hour takes; 0: it is none of a wish. */
static size_t
read_one(struct reader *r, size_t at)
{
	size_t hour = read_hour(r, at);
	struct match m, verb, and = {0};
	bool joins = scan_match(r->t, at, ROLE_AND, &and);

	if (hour > 0)
		return hour;
	if (scan_match(r->t, at, ROLE_VERB, &verb) && (verb.row->verb == VERB_SUBSCRIBE || verb.row->verb == VERB_CADENCE) &&
	    !(scan_match(r->t, at, ROLE_CADENCE, &m) && m.n > verb.n)) {
		r->subscribe = r->subscribe || verb.row->verb == VERB_SUBSCRIBE;
		r->verb = true;
		return verb.n;
	}
	if (scan_match(r->t, at, ROLE_CADENCE | ROLE_WEEKDAY | ROLE_LANGUAGE | ROLE_KIND | ROLE_DAYTIME, &m) &&
	    !(joins && m.n == and.n))   /* "en" is Dutch too */
		return take(r, m.row) ? m.n : 0;
	r->every = r->every || scan_match(r->t, at, ROLE_EVERY, &m);
	r->only = r->only || scan_match(r->t, at, ROLE_ONLY, &m);
	r->mails = r->mails || scan_match(r->t, at, ROLE_MAILS, &m);
	r->at = scan_match(r->t, at, ROLE_AT, &m);
	return scan_match(r->t, at, ROLE_EVERY | ROLE_ONLY | ROLE_MAILS | ROLE_AT | ROLE_PLEASE | ROLE_POLITE | ROLE_AND, &m) ? m.n : 0;
}

/* Enough of it, and nothing that would be clear only among mails' words. */
static bool
is_said(struct reader *r)
{
	struct wish *w = r->wish;
	bool all = w->n_kinds > 0 && strcmp(w->kinds[0], "all") == 0;
	bool about_mails = r->verb || r->mails || w->n_kinds > 0;

	if (r->daytime > 0 && w->hour == 0)
		w->hour = r->daytime;
	else if (r->daytime >= NOON && w->hour < NOON)
		w->hour += NOON;
	if ((w->n_kinds > 0 && !(all ? w->n_kinds == 1 : r->only)) || (r->only && w->n_kinds == 0))
		return false;
	if (w->cadence != NULL && r->near && !about_mails)
		return false;
	if (w->weekday > 0 && w->cadence == NULL && !r->every && !r->verb)
		return false;
	if (w->hour > 0 && w->cadence == NULL && w->weekday == 0 && !r->verb)
		return false;
	if (w->weekday > 0 && w->cadence == NULL)
		w->cadence = "weekly";
	return w->cadence != NULL || w->hour > 0 || w->n_kinds > 0 || (r->subscribe && w->lang != NULL);
}

bool
wish_read(const struct tokens *t, size_t at, struct wish *out, enum verb *verb)
{
	struct reader r = { .t = t, .wish = out };

	*out = (struct wish){0};
	while (at < t->n) {
		size_t n = scan_is_mark(t, at, ".,;:!-=()'\"*") ? 1 : read_one(&r, at);

		if (n == 0)
			break;
		at += n;
	}
	if (at < t->n || !is_said(&r)) {
		*out = (struct wish){0};
		return false;
	}
	*verb = r.subscribe ? VERB_SUBSCRIBE : VERB_CADENCE;
	return true;
}

static bool
number_at(const struct tokens *t, size_t at, unsigned from, unsigned to, unsigned *number)
{
	*number = scan_token(t, at)->number;
	return scan_token(t, at)->kind == TOKEN_NUMBER && *number >= from && *number <= to;
}

/* The year behind a date, if one stands there. */
static size_t
read_year(const struct tokens *t, size_t at, const char *marks, unsigned *year)
{
	size_t from = scan_skip(t, at, marks);

	return number_at(t, from, OLDEST, 9999, year) ? from + 1 : (*year = 0, at);
}

static size_t
put_date(struct wish *w, size_t end, unsigned year, unsigned month, unsigned day)
{
	char first[8] = "-", last[8] = "";

	if (year > 0)
		(void)snprintf(first, sizeof(first), "%04u", year % 10000);
	if (day > 0)
		(void)snprintf(last, sizeof(last), "-%02u", day % 100);
	(void)snprintf(w->until, sizeof(w->until), "%.4s-%02u%.3s", first, month % 100, last);
	return end;
}

/* "15 janvier 2027", "March 1", "septembre", "15/01", "2027-01-15", "lundi": where it ends; `at`: none. */
static size_t
read_date(const struct tokens *t, size_t at, struct wish *w)
{
	unsigned first, second, third, year;
	struct match m;
	size_t end;

	if (scan_match(t, at, ROLE_WEEKDAY, &m)) {
		(void)snprintf(w->until, sizeof(w->until), "w%u", m.row->number % 10);
		return at + m.n;
	}
	if (scan_match(t, at, ROLE_MONTH, &m)) {
		bool day = number_at(t, at + m.n, 1, 31, &first);

		end = read_year(t, at + m.n + day, ",", &year);
		return put_date(w, end, year, m.row->number, day ? first : 0);
	}
	if (number_at(t, at, OLDEST, 9999, &first) && number_at(t, at + 2, 1, 12, &second) && number_at(t, at + 4, 1, 31, &third))
		return put_date(w, at + 5, first, second, third);
	if (!number_at(t, at, 1, 31, &first))
		return at;
	if (scan_is_mark(t, at + 1, "/.-") && number_at(t, at + 2, 1, 12, &second)) {
		end = read_year(t, at + 3, "/.-", &year);
		return put_date(w, end, year, second, first);
	}
	end = scan_touches(t, at + 1) && scan_token(t, at + 1)->kind == TOKEN_WORD ? at + 2 : at + 1;   /* 1er, 1st */
	while (scan_match(t, end, ROLE_UNTIL | ROLE_POLITE, &m) && !scan_match(t, end, ROLE_MONTH, &m))
		end += m.n;
	if (!scan_match(t, end, ROLE_MONTH, &m))
		return at;
	end = read_year(t, end + m.n, ",", &year);
	return put_date(w, end, year, m.row->number, first);
}

size_t
wish_until(const struct tokens *t, size_t at, struct wish *out)
{
	size_t from = scan_skip(t, at, ":(-,"), end;
	struct match m;

	if (!scan_match(t, from, ROLE_UNTIL, &m) || m.row->flags != 0)
		return at;
	from = scan_skip(t, from + m.n, "'");
	while (scan_match(t, from, ROLE_UNTIL | ROLE_POLITE | ROLE_AT, &m))
		from = scan_skip(t, from + m.n, "'");
	end = read_date(t, from, out);
	return end > from ? end : at;
}
