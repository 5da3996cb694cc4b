#include "shared/markdown/sanitize.h"

#include <ctype.h>
#include <string.h>

#include "shared/markdown/tag.h"
#include "shared/markdown/text.h"

/*
 * One pass, no recursion. A tag is either wholly as the tables in tag.c allow, or it is
 * text: then only its '<' is escaped and reading goes on behind it.
 */
enum { DEPTH_MAX = 64 };

struct rewriter {
	struct buf *out;
	struct slice in;
	uint8_t stack[DEPTH_MAX];               /* open elements, outermost first */
	unsigned depth;
	unsigned open[EL_COUNT];                /* how often each is in the stack */
	unsigned refused[EL_COUNT];             /* starts shown as text, whose ends have to be too */
	unsigned first, level;                  /* the first heading as it came, the last as it went out; 0: none yet */
};

enum { HEADINGS_BEGIN = 3, HEADINGS_END = 6 };  /* below the page's own, h1 and h2 */

static unsigned
content_allowed(const struct rewriter *r)
{
	return r->depth == 0 ? FLOW | PHRASING : element_rules[r->stack[r->depth - 1]].contains;
}

static bool
is_heading(enum element el)
{
	return el >= EL_H1 && el <= EL_H6;
}

/*
 * The first heading of a text is an h3, whatever its writer began with, and none is more
 * than one below the last: who hears the page goes by them.
 */
static void
set_level(struct rewriter *r, enum element el)
{
	unsigned came = el - EL_H1 + 1, level = HEADINGS_BEGIN;

	if (r->level == 0)
		r->first = came;
	else if (came > r->first)
		level += came - r->first;
	if (r->level > 0 && level > r->level + 1)
		level = r->level + 1;
	r->level = level > HEADINGS_END ? HEADINGS_END : level;
}

/* A heading holds no other, so that its end has the level of its start. */
static void
put_name(struct rewriter *r, enum element el)
{
	if (is_heading(el))
		buf_printf(r->out, "h%u", r->level);
	else
		buf_puts(r->out, element_rules[el].name);
}

static void
pop(struct rewriter *r)
{
	enum element el = r->stack[--r->depth];

	r->open[el]--;
	memset(r->refused, 0, sizeof(r->refused));
	buf_puts(r->out, "</");
	put_name(r, el);
	buf_putc(r->out, '>');
}

static void
put_link(struct rewriter *r, struct slice href, struct slice title)
{
	buf_puts(r->out, "<a href=\"");
	text_put_url(r->out, href);
	if (title.at != NULL) {
		buf_puts(r->out, "\" title=\"");
		text_put(r->out, title);
	}
	buf_puts(r->out, "\" rel=\"nofollow noopener noreferrer\">");
}

/* A picture costs too much on a bad line, and tells its server who reads: a link instead. */
static void
put_image(struct rewriter *r, const struct tag *tag)
{
	struct slice text = tag->value[AT_ALT].len > 0 ? tag->value[AT_ALT] : tag->value[AT_SRC];

	if (r->open[EL_A] > 0) {
		text_put(r->out, text);
		return;
	}
	put_link(r, tag->value[AT_SRC], tag->value[AT_TITLE]);
	text_put(r->out, text);
	buf_puts(r->out, "</a>");
}

static void
put_start(struct rewriter *r, const struct tag *tag)
{
	const struct element_rule *rule = &element_rules[tag->el];
	const char *align = tag_align(tag);

	if (tag->el == EL_IMG) {
		put_image(r, tag);
		return;
	}
	if (tag->el == EL_A) {
		put_link(r, tag->value[AT_HREF], tag->value[AT_TITLE]);
		return;
	}
	if (is_heading(tag->el))
		set_level(r, tag->el);
	buf_putc(r->out, '<');
	put_name(r, tag->el);
	if (align != NULL) {
		buf_puts(r->out, " align=\"");
		buf_puts(r->out, align);
		buf_putc(r->out, '"');
	}
	buf_puts(r->out, rule->contains == 0 ? "/>" : ">");
}

/* false: the tag is to be shown as text. */
static bool
start(struct rewriter *r, const struct tag *tag)
{
	bool is_void = element_rules[tag->el].contains == 0;

	if (!tag->sound || (content_allowed(r) & element_rules[tag->el].is) == 0 ||
	    (!is_void && r->depth == DEPTH_MAX) || (tag->el == EL_A && r->open[EL_A] > 0)) {
		if (!is_void)
			r->refused[tag->el]++;
		return false;
	}
	put_start(r, tag);
	if (!is_void) {
		r->stack[r->depth++] = (uint8_t)tag->el;
		r->open[tag->el]++;
	}
	return true;
}

/* Closes what is still open inside, too. */
static bool
finish(struct rewriter *r, enum element el)
{
	if (r->refused[el] > 0) {
		r->refused[el]--;
		return false;
	}
	if (r->open[el] == 0)
		return false;
	while (r->stack[r->depth - 1] != el)
		pop(r);
	pop(r);
	return true;
}

/* Takes the tag at the start of s; 0 if what is there is text. */
static size_t
rewrite_tag(struct rewriter *r, struct slice s)
{
	struct tag tag;
	size_t len = tag_read(s, &tag);

	if (len == 0)
		return 0;
	return (tag.closing ? finish(r, tag.el) : start(r, &tag)) ? len : 0;
}

/* discount's AUTOLINK is quadratic, so bare addresses become links here. */
static size_t
rewrite_url(struct rewriter *r, struct slice s)
{
	struct slice url = s;

	if (r->open[EL_A] + r->open[EL_CODE] + r->open[EL_PRE] > 0 ||
	    (content_allowed(r) & PHRASING) == 0 || (s.at > r->in.at && isalnum((unsigned char)s.at[-1])))
		return 0;
	url.len = url_span(s);
	if (url.len == 0)
		return 0;
	put_link(r, url, (struct slice){ NULL, 0 });
	text_put(r->out, url);
	buf_puts(r->out, "</a>");
	return url.len;
}

/* Whether c goes out as it is, whatever is around it. */
static inline bool
plain(char c)
{
	if (c == '&' || c == '<' || c == '>' || c == '"' || c == 'h' || c == 'H')
		return false;
	return (c >= ' ' && c <= '~') || c == '\n' || c == '\t';
}

/* Copies a run of plain characters; how many. */
static size_t
rewrite_plain(struct rewriter *r, struct slice s)
{
	size_t n = 0;

	while (n < s.len && plain(s.at[n]))
		n++;
	buf_add(r->out, s.at, n);
	return n;
}

bool
sanitize_html(struct buf *out, const char *html, size_t len)
{
	struct rewriter r = { .out = out, .in = { html, len } };
	struct slice s = r.in;

	while (s.len > 0 && !out->failed) {
		size_t n = rewrite_plain(&r, s);

		if (n == 0 && s.at[0] == '<')
			n = rewrite_tag(&r, s);
		else if (n == 0 && (s.at[0] == 'h' || s.at[0] == 'H'))
			n = rewrite_url(&r, s);
		if (n == 0) {
			struct text_char c = text_next(s);

			text_put_char(out, c);
			n = c.len;
		}
		s.at += n;
		s.len -= n;
	}
	while (r.depth > 0)
		pop(&r);
	return !out->failed;
}
