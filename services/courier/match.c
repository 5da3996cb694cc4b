#include "services/courier/words.h"

#include <string.h>

enum { LONG_WORD = 6, LONGEST = 40 };

/* Marks that may stand between the words of one phrase: "c'est", "n.v.t.", "désabonnez-moi". */
static bool
joins(const struct token *t)
{
	return t->kind == TOKEN_MARK && (*t->text == '\'' || *t->text == '-' || *t->text == '.');
}

/* Are they the same, but for one letter, or two changed about? Both are long enough. */
static bool
is_near(const char *a, size_t la, const char *b, size_t lb)
{
	size_t head = 0, tail = 0;

	while (head < la && head < lb && a[head] == b[head])
		head++;
	while (tail < la - head && tail < lb - head && a[la - 1 - tail] == b[lb - 1 - tail])
		tail++;
	la -= head + tail;
	lb -= head + tail;
	a += head;
	b += head;
	return (la <= 1 && lb <= 1) || (la == 2 && lb == 2 && a[0] == b[1] && a[1] == b[0]);
}

/* How many tokens the phrase takes up at t[0]; 0: it does not stand there. `wrong` counts words that are only near. */
static size_t
phrase_at(const char *phrase, size_t len, const struct token *t, size_t n, bool nearly, unsigned *wrong)
{
	size_t used = 0;

	*wrong = 0;
	while (len > 0) {
		const char *space = memchr(phrase, ' ', len);
		size_t word = space == NULL ? len : (size_t)(space - phrase), skip = used;

		while (used > 0 && skip < n && joins(&t[skip]))
			skip++;
		if (skip == n || t[skip].kind == TOKEN_MARK)
			return 0;
		if (t[skip].len != word || memcmp(t[skip].text, phrase, word) != 0) {
			if (!nearly || word < LONG_WORD || t[skip].len > LONGEST || !is_near(phrase, word, t[skip].text, t[skip].len))
				return 0;
			(*wrong)++;
		}
		used = skip + 1;
		len -= word + (space != NULL);
		phrase += word + (space != NULL);
	}
	return used;
}

struct search {
	struct match best;
	bool ambiguous;
};

static void
consider(struct search *s, const struct words *row, size_t n)
{
	const struct words *had = s->best.row;

	if (n < s->best.n || n == 0)
		return;
	if (n > s->best.n)
		s->ambiguous = false;
	else if (had != NULL && (had->verb != row->verb || had->code != row->code || had->role != row->role))
		s->ambiguous = true;
	if (n > s->best.n)
		s->best = (struct match){ row, n };
}

static bool
search(struct search *s, unsigned roles, const struct token *t, size_t n, bool nearly)
{
	if (n == 0 || t[0].kind == TOKEN_MARK)
		return false;
	for (size_t i = 0; i < words_count; i++) {
		const char *at = words[i].phrases;

		while ((words[i].role & roles) != 0 && *at != '\0') {
			size_t len = strcspn(at, "|"), used = 0;
			unsigned wrong = 0;

			if (nearly || *at == *t[0].text)
				used = phrase_at(at, len, t, n, nearly, &wrong);
			if (used > 0 && wrong <= 1)
				consider(s, &words[i], used);
			at += len + (at[len] == '|');
		}
	}
	return s->best.n > 0;
}

bool
words_match(unsigned roles, const struct token *t, size_t n, struct match *out)
{
	struct search s = {0};

	if (!search(&s, roles, t, n, false))
		return false;
	*out = s.best;
	return true;
}

bool
words_nearly(unsigned roles, const struct token *t, size_t n, struct match *out)
{
	struct search s = {0};

	if (!search(&s, roles, t, n, true) || s.ambiguous)
		return false;
	*out = s.best;
	return true;
}
