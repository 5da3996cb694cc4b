#include "shared/markdown/locate.h"

#include <string.h>

/*
 * What a person types stays far below these. Nesting counts the marks in front of a
 * line's text, whatever stands between them.
 */
static const struct pattern {
	char mark;
	bool nesting;           /* else: one right after the other */
	unsigned most;
} patterns[] = {
	{ '>', true, 32 },
	{ '<', false, 1000 },
	{ '[', false, 1000 },
	{ '`', false, 1000 },
	{ '*', false, 1000 },
	{ '_', false, 1000 },
};

/* Whether a line may still be in its quote and list marks. */
static bool
in_marks(char c)
{
	return strchr("> \t-+*.)0123456789", c) != NULL && c != '\0';
}

static bool
line_refused(struct slice line, const struct pattern *p)
{
	unsigned n = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (p->nesting && !in_marks(line.at[i]))
			return false;
		if (line.at[i] == p->mark)
			n++;
		else if (!p->nesting)
			n = 0;
		if (n > p->most)
			return true;
	}
	return false;
}

static size_t
line_end(struct slice text, size_t at)
{
	const char *nl = memchr(text.at + at, '\n', text.len - at);

	return nl == NULL ? text.len : (size_t)(nl - text.at) + 1;
}

int
refused_line(struct slice text)
{
	int number = 1;

	for (size_t at = 0, next; at < text.len; at = next, number++) {
		next = line_end(text, at);
		for (size_t i = 0; i < countof(patterns); i++) {
			if (line_refused((struct slice){ text.at + at, next - at }, &patterns[i]))
				return number;
		}
	}
	return 0;
}

static bool
blank(struct slice text, size_t from, size_t to)
{
	while (from < to && memchr(" \t\r\n", text.at[from], 4) != NULL)
		from++;
	return from == to;
}

/* Chooses the halves: the block that starts nearest to the middle starts the second. */
static void
split(struct search *s)
{
	size_t half, line, next;
	bool after_blank = false;

	while (s->from < s->to && blank(s->text, s->from, line = line_end(s->text, s->from)))
		s->from = line;
	half = s->from + (s->to - s->from) / 2;
	s->middle = s->to;
	for (line = s->from; line < s->to; line = next) {
		next = line_end(s->text, line);
		if (blank(s->text, line, next)) {
			after_blank = true;
			continue;
		}
		if (after_blank && (line <= half || s->middle == s->to || line - half < half - s->middle))
			s->middle = line;
		if (after_blank && line > half)
			break;
		after_blank = false;
	}
	s->trying = s->middle < s->to ? SEARCH_FIRST : SEARCH_DONE;
}

void
search_start(struct search *s, struct slice text)
{
	*s = (struct search){ .text = text, .to = text.len };
	split(s);
}

bool
search_done(const struct search *s)
{
	return s->trying == SEARCH_DONE;
}

struct slice
search_piece(const struct search *s)
{
	if (s->trying == SEARCH_FIRST)
		return (struct slice){ s->text.at + s->from, s->middle - s->from };
	return (struct slice){ s->text.at + s->middle, s->to - s->middle };
}

void
search_tried(struct search *s, bool failed)
{
	if (!failed) {
		s->trying = s->trying == SEARCH_FIRST ? SEARCH_SECOND : SEARCH_DONE;
		return;
	}
	if (s->trying == SEARCH_FIRST)
		s->to = s->middle;
	else
		s->from = s->middle;
	split(s);
}

int
search_line(const struct search *s)
{
	int line = 1;

	for (size_t i = 0; i < s->from; i++)
		line += s->text.at[i] == '\n';
	return line;
}
