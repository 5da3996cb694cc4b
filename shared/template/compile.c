#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/template/node.h"

enum { NESTING_MAX = 64, DELIMITER_MAX = 16 };

struct compiler {
	struct template *t;
	const struct template_set *set;
	const char *start, *end, *at;
	struct slice open, close;       /* the delimiters now */
	size_t sections[NESTING_MAX];   /* indexes of those still open */
	size_t depth, cap;
	bool failed;
};

/* A tag as it was found: from its first delimiter to behind its last one. */
struct tag {
	const char *start, *end;
	char sigil;                     /* '\0' for a plain variable */
	struct slice name;
};

static void
complain(struct compiler *c, const char *at, const char *what, struct slice name)
{
	size_t line = 1;
	const char *p;

	for (p = c->start; p < at; p++)
		line += *p == '\n';
	log_error("template %s line %zu: %s%s%.*s", c->t->source.name, line, what,
	    name.len > 0 ? " " : "", (int)name.len, name.len > 0 ? name.at : "");
	c->failed = true;
}

static struct node *
add_node(struct compiler *c, enum node_type type, const char *tag, struct slice text)
{
	struct template *t = c->t;
	struct node *node;

	if (t->n == c->cap) {
		c->cap = c->cap == 0 ? 16 : c->cap * 2;
		t->nodes = reallocarray(t->nodes, c->cap, sizeof(*t->nodes));
		if (t->nodes == NULL)
			fatal("out of memory");
	}
	node = &t->nodes[t->n++];
	*node = (struct node){
		.type = type,
		.line_start = tag == c->start || tag[-1] == '\n',
		.text = text,
		.tag = tag,
	};
	return node;
}

static bool
is_space(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

static struct slice
trimmed(const char *from, const char *to)
{
	while (from < to && is_space(*from))
		from++;
	while (from < to && is_space(to[-1]))
		to--;
	return (struct slice){ from, (size_t)(to - from) };
}

static const char *
find(const char *from, const char *end, struct slice what)
{
	return memmem(from, (size_t)(end - from), what.at, what.len);
}

/* The tag whose opening delimiter is at `start`. */
static bool
read_tag(struct compiler *c, const char *start, struct tag *tag)
{
	const char *p = start + c->open.len, *close;
	struct slice closing = c->close;
	char ending[DELIMITER_MAX + 1];

	*tag = (struct tag){ .start = start };
	while (p < c->end && is_space(*p))
		p++;
	if (p < c->end && strchr("#^/>!=&{<$", *p) != NULL)
		tag->sigil = *p++;
	if (tag->sigil == '{' || tag->sigil == '=') {
		ending[0] = tag->sigil == '{' ? '}' : '=';
		memcpy(ending + 1, c->close.at, c->close.len);
		closing = (struct slice){ ending, c->close.len + 1 };
	}
	close = find(p, c->end, closing);
	if (close == NULL) {
		complain(c, start, "the tag is not closed", (struct slice){ 0 });
		return false;
	}
	tag->end = close + closing.len;
	tag->name = trimmed(p, close);
	return true;
}

/*
 * If only blanks stand around the tag on its line, the line goes with it: returns
 * true, where the line begins and where the next one does.
 */
static bool
standalone(const struct compiler *c, const struct tag *tag, const char **line, const char **next)
{
	const char *before = tag->start, *after = tag->end;

	while (before > c->start && (before[-1] == ' ' || before[-1] == '\t'))
		before--;
	if (before > c->start && before[-1] != '\n')
		return false;
	while (after < c->end && (*after == ' ' || *after == '\t'))
		after++;
	if (after < c->end && *after == '\r' && after + 1 < c->end && after[1] == '\n')
		after++;
	if (after < c->end && *after++ != '\n')
		return false;
	*line = before;
	*next = after;
	return true;
}

static void
set_delimiters(struct compiler *c, const struct tag *tag)
{
	const char *p = tag->name.at, *end = p + tag->name.len, *q = p;
	struct slice open, close;

	while (q < end && !is_space(*q))
		q++;
	open = (struct slice){ p, (size_t)(q - p) };
	close = trimmed(q, end);
	if (open.len == 0 || open.len > DELIMITER_MAX ||
	    close.len == 0 || close.len > DELIMITER_MAX ||
	    memchr(close.at, ' ', close.len) != NULL ||
	    memchr(tag->name.at, '=', tag->name.len) != NULL) {
		complain(c, tag->start, "bad delimiters", tag->name);
		return;
	}
	c->open = open;
	c->close = close;
}

static template_helper *
find_helper(const struct template_set *set, struct slice name)
{
	const struct template_helper_row *row;

	for (row = set->helpers; row != NULL && row->name != NULL; row++)
		if (strlen(row->name) == name.len && memcmp(row->name, name.at, name.len) == 0)
			return row->call;
	return NULL;
}

static void
open_section(struct compiler *c, const struct tag *tag, struct node *node)
{
	if (c->depth == NESTING_MAX) {
		complain(c, tag->start, "too many sections in each other:", tag->name);
		return;
	}
	if (tag->sigil == '#')
		node->helper = find_helper(c->set, tag->name);
	if (node->helper != NULL)
		node->type = NODE_HELPER;
	node->raw.at = c->at;
	c->sections[c->depth++] = (size_t)(node - c->t->nodes);
}

/* before: where the text between the tags ends. */
static void
close_section(struct compiler *c, const struct tag *tag, const char *before)
{
	struct node *node;

	if (c->depth == 0) {
		complain(c, tag->start, "nothing to close:", tag->name);
		return;
	}
	node = &c->t->nodes[c->sections[--c->depth]];
	if (node->text.len != tag->name.len ||
	    memcmp(node->text.at, tag->name.at, tag->name.len) != 0) {
		complain(c, tag->start, "closes what is not open:", tag->name);
		return;
	}
	node->raw.len = (size_t)(before - node->raw.at);
	node->end = c->t->n;
}

static bool
name_fits(const struct tag *tag)
{
	size_t i;

	if (tag->sigil == '!' || tag->sigil == '=')
		return true;
	for (i = 0; i < tag->name.len; i++)
		if (is_space(tag->name.at[i]))
			return false;
	return tag->name.len > 0;
}

/* What the tag stands for; before: where the text in front of it ended. */
static void
add_tag(struct compiler *c, const struct tag *tag, const char *before, bool alone)
{
	static const enum node_type types[] = {
		['\0'] = NODE_VALUE, ['&'] = NODE_RAW, ['{'] = NODE_RAW,
		['#'] = NODE_SECTION, ['^'] = NODE_INVERTED, ['>'] = NODE_PARTIAL,
	};
	struct node *node;

	if (tag->sigil == '/' || tag->sigil == '!' || tag->sigil == '=') {
		/* They print nothing, but a line that begins with one still begins. */
		if (!alone && (tag->start == c->start || tag->start[-1] == '\n'))
			(void)add_node(c, NODE_TEXT, tag->start, (struct slice){ tag->start, 0 });
		if (tag->sigil == '/')
			close_section(c, tag, before);
		else if (tag->sigil == '=')
			set_delimiters(c, tag);
		return;
	}
	if (tag->sigil == '<' || tag->sigil == '$') {
		complain(c, tag->start, "not a tag of the core of Mustache:", tag->name);
		return;
	}
	node = add_node(c, types[(unsigned char)tag->sigil], tag->start, tag->name);
	if (alone)
		node->line_start = false;
	if (tag->sigil == '#' || tag->sigil == '^')
		open_section(c, tag, node);
	else if (tag->sigil == '>' && alone)
		node->raw = (struct slice){ before, (size_t)(tag->start - before) };
}

static void
add_text(struct compiler *c, const char *from, const char *to)
{
	if (to > from)
		(void)add_node(c, NODE_TEXT, from, (struct slice){ from, (size_t)(to - from) });
}

static void
next_tag(struct compiler *c)
{
	const char *start = find(c->at, c->end, c->open), *before, *next;
	struct tag tag;
	bool alone;

	if (start == NULL) {
		add_text(c, c->at, c->end);
		c->at = c->end;
		return;
	}
	if (!read_tag(c, start, &tag))
		return;
	if (!name_fits(&tag)) {
		complain(c, start, "not a name:", tag.name);
		return;
	}
	before = tag.start;
	next = tag.end;
	alone = tag.sigil != '\0' && tag.sigil != '&' && tag.sigil != '{' &&
	    standalone(c, &tag, &before, &next);
	add_text(c, c->at, before);
	c->at = next;
	add_tag(c, &tag, before, alone);
}

bool
template_compile(struct template *t, const struct template_set *set)
{
	struct compiler c = {
		.t = t,
		.set = set,
		.start = t->source.text,
		.end = t->source.text + t->source.len,
		.at = t->source.text,
		.open = { "{{", 2 },
		.close = { "}}", 2 },
	};
	const struct node *node;

	while (c.at < c.end && !c.failed)
		next_tag(&c);
	if (!c.failed && c.depth > 0) {
		node = &t->nodes[c.sections[c.depth - 1]];
		complain(&c, node->tag, "the section is not closed:", node->text);
	}
	if (!c.failed)
		return true;
	free(t->nodes);
	t->nodes = NULL;
	t->n = 0;
	return false;
}

bool
template_link(struct template *t, const struct template_set *set)
{
	struct compiler c = { .t = t, .start = t->source.text };
	size_t i;

	for (i = 0; i < t->n; i++) {
		struct node *node = &t->nodes[i];

		if (node->type != NODE_PARTIAL)
			continue;
		node->partial = template_find(set, node->text);
		if (node->partial == NULL && !set->raw_strings)
			complain(&c, node->tag, "no such partial:", node->text);
	}
	return !c.failed;
}
