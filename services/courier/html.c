#include "services/courier/html.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "services/courier/charset.h"
#include "shared/markdown/text.h"

enum { NEST_MOST = 100, QUOTE_MOST = 5 };

enum kind { INLINE, BLOCK, PARAGRAPH, BREAK, CELL, ITEM, RAW, DIV, QUOTE, NUMBERED, BULLETS, PRE };

static const struct element {
	const char *name;
	enum kind kind;
} elements[] = {
	{ "address", BLOCK }, { "article", BLOCK }, { "blockquote", QUOTE }, { "body", BLOCK }, { "br", BREAK }, { "center", BLOCK },
	{ "dd", BLOCK }, { "div", DIV }, { "dl", BLOCK }, { "dt", BLOCK }, { "fieldset", BLOCK }, { "footer", BLOCK }, { "form", BLOCK },
	{ "h1", PARAGRAPH }, { "h2", PARAGRAPH }, { "h3", PARAGRAPH }, { "h4", PARAGRAPH }, { "h5", PARAGRAPH }, { "h6", PARAGRAPH },
	{ "header", BLOCK }, { "hr", BLOCK }, { "li", ITEM }, { "ol", NUMBERED }, { "p", PARAGRAPH }, { "pre", PRE }, { "script", RAW },
	{ "section", BLOCK }, { "style", RAW }, { "table", BLOCK }, { "tbody", BLOCK }, { "td", CELL }, { "textarea", RAW },
	{ "th", CELL }, { "title", RAW }, { "tr", BLOCK }, { "ul", BULLETS },
};

/* What mailers call the parts of a mail that its writer did not write. */
static const struct mark {
	const char *attribute, *word;
	bool drop;              /* else it is quoted */
} marks[] = {
	{ "class", "yahoo_quoted", false }, { "name", "quote", false }, { "class", "moz-cite-prefix", false },
	{ "class", "gmail_signature", true }, { "class", "moz-signature", true }, { "class", "protonmail_signature_block", true },
	{ "id", "Signature", true }, { "id", "ms-outlook-mobile-signature", true },
};

/* An open element that matters to what is in it. */
struct open {
	enum kind kind;
	bool quotes, drops;
	unsigned count;         /* of a numbered list: the next item's number */
};

struct reader {
	struct buf *out;
	struct slice rest;
	struct open nest[NEST_MOST];
	unsigned depth, beyond;         /* open elements; those for which there was no room */
	unsigned quotes, drops, pres;   /* how many of them do so */
	unsigned breaks;                /* lines to end before the next character; 2: and an empty one */
	bool began, space;              /* something stands in out; a space comes before the next character */
	bool no_comment_ends;
};

static struct slice
cut(struct slice *s, size_t len)
{
	struct slice piece = { s->at, len };

	s->at += len;
	s->len -= len;
	return piece;
}

/* The value of a tag's attribute; empty if it has none. tag is what follows its name. */
static struct slice
attribute(struct slice tag, const char *name)
{
	while (tag.len > 0) {
		struct slice key = tag, value = { "", 0 };
		char end;

		if (isspace((unsigned char)*tag.at) || *tag.at == '/' || *tag.at == '=') {
			cut(&tag, 1);
			continue;
		}
		for (key.len = 0; tag.len > 0 && !isspace((unsigned char)*tag.at) && *tag.at != '='; key.len++)
			cut(&tag, 1);
		while (tag.len > 0 && isspace((unsigned char)*tag.at))
			cut(&tag, 1);
		if (tag.len > 0 && *tag.at == '=') {
			cut(&tag, 1);
			while (tag.len > 0 && isspace((unsigned char)*tag.at))
				cut(&tag, 1);
			end = tag.len > 0 && (*tag.at == '"' || *tag.at == '\'') ? *tag.at : ' ';
			if (end != ' ')
				cut(&tag, 1);
			for (value = (struct slice){ tag.at, 0 }; tag.len > 0 && (end == ' ' ? !isspace((unsigned char)*tag.at) : *tag.at != end);
			    value.len++)
				cut(&tag, 1);
		}
		if (key.len == strlen(name) && strncasecmp(key.at, name, key.len) == 0)
			return value;
	}
	return (struct slice){ "", 0 };
}

static bool
has_word(struct slice words, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= words.len; i++)
		if (memcmp(words.at + i, word, len) == 0 && (i == 0 || words.at[i - 1] == ' ') &&
		    (i + len == words.len || words.at[i + len] == ' '))
			return true;
	return false;
}

static void
end_line(struct reader *r, unsigned breaks)
{
	if (r->drops > 0)
		return;
	r->space = false;
	if (r->breaks < breaks)
		r->breaks = breaks;
}

static void
put(struct reader *r, uint32_t code)
{
	if (r->drops > 0)
		return;
	if (r->breaks > 0 || !r->began) {
		if (r->began)
			buf_add(r->out, "\n\n", r->breaks);
		for (unsigned i = 0; i < r->quotes && i < QUOTE_MOST; i++)
			buf_puts(r->out, "> ");
	} else if (r->space) {
		buf_putc(r->out, ' ');
	}
	r->began = true;
	r->space = false;
	r->breaks = 0;
	charset_put(r->out, code);
}

static void
put_all(struct reader *r, const char *text)
{
	for (; *text != '\0'; text++)
		put(r, (unsigned char)*text);
}

/* Does a tag begin here? */
static bool
is_tag(struct slice s)
{
	bool ends = s.len > 2 && s.at[1] == '/';

	return s.len > 1 && isalpha((unsigned char)s.at[ends ? 2 : 1]);
}

/* Character data up to the next '<'. */
static void
read_data(struct reader *r, struct slice data)
{
	while (data.len > 0) {
		struct text_char c = text_next(data);

		cut(&data, c.len);
		if (c.code == '\n' && r->pres > 0)
			r->breaks = r->breaks < 2 ? r->breaks + 1 : 2;
		else if (c.code == ' ' || c.code == '\t' || c.code == '\n')
			r->space = r->breaks == 0;
		else
			put(r, c.code);
	}
}

static void
open_element(struct reader *r, enum kind kind, struct slice tag)
{
	struct open o = { .kind = kind, .quotes = kind == QUOTE, .count = 1 };

	for (size_t i = 0; i < countof(marks); i++)
		if (has_word(attribute(tag, marks[i].attribute), marks[i].word)) {
			o.drops |= marks[i].drop;
			o.quotes |= !marks[i].drop;
		}
	if (kind == NUMBERED) {
		struct slice start = attribute(tag, "start");

		for (unsigned n = 0; start.len > 0 && isdigit((unsigned char)*start.at) && n < 1000; o.count = n)
			n = n * 10 + (unsigned)(*cut(&start, 1).at - '0');
	}
	if (r->depth == NEST_MOST) {
		r->beyond++;
		return;
	}
	r->quotes += o.quotes;
	r->drops += o.drops;
	r->pres += kind == PRE;
	r->nest[r->depth++] = o;
}

/* With it, what was left open in it. */
static void
close_element(struct reader *r, enum kind kind)
{
	unsigned at = r->depth;

	if (r->beyond > 0) {
		r->beyond--;
		return;
	}
	while (at > 0 && r->nest[at - 1].kind != kind)
		at--;
	while (at > 0 && r->depth >= at) {
		const struct open *o = &r->nest[--r->depth];

		r->quotes -= o->quotes;
		r->drops -= o->drops;
		r->pres -= o->kind == PRE;
	}
}

/* "1. " where a mailer made a list of what somebody numbered. */
static void
begin_item(struct reader *r)
{
	char number[16];
	size_t len = 0;
	unsigned n, at = r->depth;

	while (at > 0 && r->nest[at - 1].kind != NUMBERED && r->nest[at - 1].kind != BULLETS)
		at--;
	if (at == 0 || r->nest[at - 1].kind == BULLETS) {
		put_all(r, "- ");
		return;
	}
	for (n = r->nest[at - 1].count++; n > 0 && len < sizeof(number); n /= 10)
		number[len++] = (char)('0' + n % 10);
	while (len > 0)
		put(r, (unsigned char)number[--len]);
	put_all(r, ". ");
}

/* Leaves out all up to the end tag of an element that holds no text for people. */
static void
skip_raw(struct reader *r, struct slice name)
{
	while (r->rest.len > 0) {
		const char *at = memchr(r->rest.at, '<', r->rest.len);

		cut(&r->rest, at == NULL ? r->rest.len : (size_t)(at - r->rest.at) + 1);
		if (r->rest.len > name.len && *r->rest.at == '/' && strncasecmp(r->rest.at + 1, name.at, name.len) == 0)
			return;         /* "/style>" is read as text's tag below */
	}
}

static enum kind
kind_of(struct slice name)
{
	for (size_t i = 0; i < countof(elements); i++)
		if (strlen(elements[i].name) == name.len && strncasecmp(elements[i].name, name.at, name.len) == 0)
			return elements[i].kind;
	return INLINE;
}

static void
start(struct reader *r, enum kind kind, struct slice name, struct slice tag)
{
	struct slice class;

	switch (kind) {
	case INLINE:
		break;
	case RAW:
		skip_raw(r, name);
		if (r->rest.len > 0) {
			const char *end = memchr(r->rest.at, '>', r->rest.len);

			cut(&r->rest, end == NULL ? r->rest.len : (size_t)(end - r->rest.at) + 1);
		}
		break;
	case BREAK:
		end_line(r, r->breaks < 2 ? r->breaks + 1 : 2);
		break;
	case CELL:
		r->space = r->breaks == 0;
		break;
	case PARAGRAPH:         /* Outlook's have no room between them */
		class = attribute(tag, "class");
		end_line(r, class.len > 3 && memcmp(class.at, "Mso", 3) == 0 ? 1 : 2);
		break;
	case BLOCK:
		end_line(r, 1);
		break;
	case ITEM:
		end_line(r, 1);
		begin_item(r);
		break;
	case DIV:
	case QUOTE:
	case NUMBERED:
	case BULLETS:
	case PRE:
		end_line(r, 1);
		open_element(r, kind, tag);
		break;
	}
}

static void
end(struct reader *r, enum kind kind, struct slice tag)
{
	if (kind == INLINE || kind == RAW || kind == CELL)
		return;
	if (kind == BREAK)
		start(r, kind, tag, tag);
	else
		end_line(r, 1);
	if (kind >= DIV)
		close_element(r, kind);
}

/* The length of a tag with its '>', or of all there is. */
static size_t
tag_length(struct slice s)
{
	char quote = '\0';

	for (size_t i = 1; i < s.len; i++) {
		char c = s.at[i];

		if (quote != '\0' ? c == quote : (c == '"' || c == '\'') && s.at[i - 1] == '=')
			quote = quote != '\0' ? '\0' : c;
		else if (quote == '\0' && c == '>')
			return i + 1;
	}
	return s.len;
}

static void
read_tag(struct reader *r)
{
	size_t len = tag_length(r->rest);
	struct slice tag = { r->rest.at + 1, len - 1 }, name;
	bool ends;

	cut(&r->rest, len);
	ends = *tag.at == '/';
	if (tag.len > 0 && tag.at[tag.len - 1] == '>')
		tag.len--;
	if (ends)
		cut(&tag, 1);
	for (name = (struct slice){ tag.at, 0 }; tag.len > 0 && isalnum((unsigned char)*tag.at); name.len++)
		cut(&tag, 1);
	if (tag.len > 0 && *tag.at == ':')
		return;         /* Office's o:p and the like */
	if (ends)
		end(r, kind_of(name), tag);
	else
		start(r, kind_of(name), name, tag);
}

static void
skip_comment(struct reader *r)
{
	const char *at = NULL;

	if (r->rest.len >= 4 && memcmp(r->rest.at, "<!--", 4) == 0 && !r->no_comment_ends) {
		at = memmem(r->rest.at + 2, r->rest.len - 2, "-->", 3);
		r->no_comment_ends = at == NULL;
		at = at == NULL ? NULL : at + 2;
	}
	if (at == NULL)
		at = memchr(r->rest.at, '>', r->rest.len);
	cut(&r->rest, at == NULL ? r->rest.len : (size_t)(at - r->rest.at) + 1);
}

void
html_text(struct buf *out, struct slice html)
{
	struct reader r = { .out = out, .rest = html };

	while (r.rest.len > 0 && !out->failed) {
		char next = r.rest.len > 1 ? r.rest.at[1] : ' ';
		const char *at;

		if (*r.rest.at == '<' && (next == '!' || next == '?')) {
			skip_comment(&r);
		} else if (*r.rest.at == '<' && is_tag(r.rest)) {
			read_tag(&r);
		} else {
			at = memchr(r.rest.at + 1, '<', r.rest.len - 1);
			read_data(&r, cut(&r.rest, at == NULL ? r.rest.len : (size_t)(at - r.rest.at)));
		}
	}
}
