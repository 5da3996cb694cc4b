#include "shared/template/brief.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_REFERENCE = 12 };        /* "&CounterCl…;": no more than this is looked at */

/* Tags within a word or a line; all others end one. */
static const char *const within[] = {
	"a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "q", "s", "small", "span", "strong", "sub", "sup", "u"
};

static bool
is_within(struct slice tag)
{
	size_t at = 1 + (tag.len > 1 && tag.at[1] == '/'), n = 0;

	while (at + n < tag.len && strchr(" \t\r\n/>", tag.at[at + n]) == NULL)
		n++;
	for (size_t i = 0; i < countof(within); i++)
		if (strlen(within[i]) == n && strncasecmp(within[i], tag.at + at, n) == 0)
			return true;
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Cuts what is one character to the reader, or one tag, off the front of rest, which is not empty. */
static struct slice
cut_one(struct slice *rest)
{
	struct slice one = { rest->at, 1 };
	const char *end = *rest->at == '<' ? memchr(rest->at, '>', rest->len) : *rest->at == '&' ?
	    memchr(rest->at, ';', rest->len < LONGEST_REFERENCE ? rest->len : LONGEST_REFERENCE) : NULL;

	if (end != NULL)
		one.len = (size_t)(end - rest->at) + 1;
	else
		while (one.len < rest->len && ((unsigned char)rest->at[one.len] & 0xc0) == 0x80)
			one.len++;
	rest->at += one.len;
	rest->len -= one.len;
	return one;
}

void
template_brief(struct slice html, size_t most, struct buf *out)
{
	size_t n = 0, start = out->len, whole = start, fits = start;    /* whole: up to the last word's end; fits: with room for "…" */
	bool gap = false;

	while (html.len > 0) {
		struct slice one = cut_one(&html);

		if (*one.at == '<' || is_blank(*one.at)) {
			gap = gap || is_blank(*one.at) || !is_within(one);
			continue;
		}
		if (gap && out->len > start) {
			if (n < most)
				whole = out->len;
			buf_putc(out, ' ');
			n++;
		}
		gap = false;
		if (n < most)
			fits = out->len;
		if (++n > most) {
			out->len = whole > start ? whole : fits;
			buf_puts(out, "…");
			return;
		}
		if (*one.at == '"')
			buf_puts(out, "&quot;");
		else
			buf_add(out, one.at, one.len);
	}
}
