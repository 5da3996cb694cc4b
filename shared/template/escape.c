#include <string.h>

#include "shared/template/node.h"

enum { PLAIN, FORBIDDEN, SPECIAL, MAYBE, F = FORBIDDEN };

/*
 * By byte. XML 1.0 section 2.2 forbids the controls but tab, line feed and carriage
 * return, and U+FFFE and U+FFFF (EF BF BE, EF BF BF), of which EF is the first byte.
 */
static const unsigned char classes[256] = {
	F, F, F, F, F, F, F, F, F, PLAIN, PLAIN, F, F, PLAIN, F, F,
	F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
	['&'] = SPECIAL, ['<'] = SPECIAL, ['>'] = SPECIAL, ['"'] = SPECIAL, ['\''] = SPECIAL,
	[0xef] = MAYBE,
};

static const char *
reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return "&#39;";
	}
}

/* How many bytes of what no XML may hold stand at p. */
static size_t
forbidden(const char *p, const char *end)
{
	if (classes[(unsigned char)*p] == FORBIDDEN)
		return 1;
	if (end - p >= 3 && memcmp(p, "\xef\xbf", 2) == 0 && (p[2] == '\xbe' || p[2] == '\xbf'))
		return 3;
	return 0;
}

static void
escape(struct buf *out, struct slice text, bool markup)
{
	const char *p = text.at, *end = p + text.len, *from = p;
	size_t skip;

	while (p < end) {
		unsigned char class = classes[(unsigned char)*p];

		if (class == PLAIN || (class == SPECIAL && !markup)) {
			p++;
			continue;
		}
		skip = class == SPECIAL ? 1 : forbidden(p, end);
		if (skip == 0) {
			p++;
			continue;
		}
		buf_add(out, from, (size_t)(p - from));
		if (class == SPECIAL)
			buf_puts(out, reference(*p));
		p += skip;
		from = p;
	}
	buf_add(out, from, (size_t)(p - from));
}

void
escape_html(struct buf *out, struct slice text)
{
	escape(out, text, true);
}

void
escape_forbidden(struct buf *out, struct slice text)
{
	escape(out, text, false);
}
