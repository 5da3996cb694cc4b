#include "shared/markdown/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
	REPLACEMENT = 0xfffd,
	REFERENCE_MAX = 12              /* "&thetasym;" and "&#x10ffff;" fit */
};

/* XML 1.0 section 2.2: Char. */
static bool
xml_char(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
	    (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* What stands behind "&#"; 0 if it is no number of a character that XML knows. */
static uint32_t
number_code(struct slice s)
{
	uint32_t code = 0;
	int base = 10;

	if (s.len > 0 && (s.at[0] == 'x' || s.at[0] == 'X')) {
		base = 16;
		s.at++;
		s.len--;
	}
	for (size_t i = 0; i < s.len; i++) {
		int digit = digit_value(s.at[i]);

		if (digit >= base || code > 0x10ffff)
			return 0;
		code = code * (uint32_t)base + (uint32_t)digit;
	}
	return xml_char(code) ? code : 0;
}

static struct text_char
reference_next(struct slice s)
{
	struct text_char c = { .code = '&', .len = 1 };
	size_t most = s.len < REFERENCE_MAX ? s.len : REFERENCE_MAX;
	const char *end = memchr(s.at, ';', most);
	struct slice name;
	uint32_t code;

	if (end == NULL)
		return c;
	name = (struct slice){ s.at + 1, (size_t)(end - s.at) - 1 };
	if (name.len > 0 && name.at[0] == '#')
		code = number_code((struct slice){ name.at + 1, name.len - 1 });
	else
		code = entity_code(name);
	if (code == 0)
		return c;
	return (struct text_char){ .code = code, .len = name.len + 2, .reference = true };
}

/* RFC 3629 section 4, by the first byte; ranges of the second keep out overlong forms. */
static const struct utf8_form {
	unsigned char first, last, second_min, second_max, len;
} utf8_forms[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static struct text_char
utf8_next(struct slice s)
{
	const unsigned char *b = (const unsigned char *)s.at;
	const struct text_char bad = { .code = REPLACEMENT, .len = 1 };

	for (size_t i = 0; i < countof(utf8_forms); i++) {
		const struct utf8_form *f = &utf8_forms[i];
		uint32_t code;

		if (b[0] < f->first || b[0] > f->last)
			continue;
		if (s.len < f->len || b[1] < f->second_min || b[1] > f->second_max)
			return bad;
		code = b[0] & (0x7fu >> f->len);
		for (size_t k = 1; k < f->len; k++) {
			if ((b[k] & 0xc0) != 0x80)
				return bad;
			code = code << 6 | (b[k] & 0x3fu);
		}
		return (struct text_char){ .code = code, .len = f->len };
	}
	return bad;
}

struct text_char
text_next(struct slice s)
{
	unsigned char c = (unsigned char)s.at[0];

	if (c == '&')
		return reference_next(s);
	if (c < 0x80)
		return (struct text_char){ .code = c, .len = 1 };
	return utf8_next(s);
}

static void
put_utf8(struct buf *out, uint32_t code)
{
	char b[4];
	size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = len - 1; i > 0; i--, code >>= 6)
		b[i] = (char)(0x80 | (code & 0x3f));
	b[0] = (char)(len == 1 ? code : (0xf00u >> len & 0xffu) | code);
	buf_add(out, b, len);
}

void
text_put_char(struct buf *out, struct text_char c)
{
	static const char *const escapes[] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;",
	};

	if (!xml_char(c.code))
		return;
	if (c.code < countof(escapes) && escapes[c.code] != NULL)
		buf_puts(out, escapes[c.code]);
	else if (c.reference && (c.code < 0x20 || c.code >= 0x7f))
		buf_printf(out, "&#%u;", (unsigned)c.code);
	else
		put_utf8(out, c.code);
}

void
text_put(struct buf *out, struct slice s)
{
	while (s.len > 0) {
		struct text_char c = text_next(s);

		text_put_char(out, c);
		s.at += c.len;
		s.len -= c.len;
	}
}

void
text_put_url(struct buf *out, struct slice s)
{
	while (s.len > 0) {
		struct text_char c = text_next(s);

		if (c.code == ' ')
			buf_puts(out, "%20");
		else
			text_put_char(out, c);
		s.at += c.len;
		s.len -= c.len;
	}
}

/*
 * What a browser strips or reads as a slash is refused rather than understood: no
 * control characters, no space in front, no backslash at the start (WHATWG URL,
 * section 4.4).
 */
bool
url_allowed(struct slice s)
{
	static const struct scheme {
		const char *name;
		bool host;
	} schemes[] = { { "http", true }, { "https", true }, { "mailto", false } };
	char head[16] = "";             /* the start, references resolved */
	size_t n = 0, colon = 0;
	bool scheme = true;             /* still in what may be a scheme */

	while (s.len > 0) {
		struct text_char c = text_next(s);

		if (c.code < 0x20 || (c.code >= 0x7f && c.code <= 0x9f) || (n == 0 && c.code == ' '))
			return false;
		if (n < sizeof(head) - 1)
			head[n] = c.code < 0x80 ? (char)c.code : 'x';
		if (scheme && c.code == ':')
			colon = n + 1;
		if (strchr(":/?#", (int)(c.code < 0x80 ? c.code : 'x')) != NULL)
			scheme = false;
		n++;
		s.at += c.len;
		s.len -= c.len;
	}
	if (colon == 0)
		return head[0] != '\\' && !(head[0] == '/' && (head[1] == '/' || head[1] == '\\'));
	for (size_t i = 0; i < countof(schemes); i++) {
		size_t len = strlen(schemes[i].name);

		if (colon == len + 1 && strncasecmp(head, schemes[i].name, len) == 0)
			return !schemes[i].host || (head[colon] == '/' && head[colon + 1] == '/' &&
			    head[colon + 2] != '\0' && strchr("/\\?#", head[colon + 2]) == NULL);
	}
	return false;
}

/* Characters that never belong to a bare address, among them the quotes of every language. */
static bool
ends_url(struct text_char c)
{
	if (c.reference)
		return c.code != '&';
	if (c.code < 0x80)
		return c.code <= ' ' || c.code == 0x7f || strchr("<>\"`\\^{|}", (int)c.code) != NULL;
	return c.code <= 0xbf || (c.code >= 0x2000 && c.code <= 0x206f) ||
	    (c.code >= 0x3000 && c.code <= 0x303f) || c.code >= 0xfe00;
}

size_t
url_span(struct slice s)
{
	size_t prefix, len, opened = 0, closed = 0;

	if (s.len > 7 && strncasecmp(s.at, "http://", 7) == 0)
		prefix = 7;
	else if (s.len > 8 && strncasecmp(s.at, "https://", 8) == 0)
		prefix = 8;
	else
		return 0;
	/* The host starts with a letter or digit of any script; seen first, to stay linear. */
	if (!isalnum((unsigned char)s.at[prefix]) && (s.at[prefix] & 0x80) == 0)
		return 0;
	for (len = prefix; len < s.len; ) {
		struct text_char c = text_next((struct slice){ s.at + len, s.len - len });

		if (ends_url(c))
			break;
		opened += c.code == '(';
		closed += c.code == ')';
		len += c.len;
	}
	/* A closing parenthesis stays if the address opened it itself. */
	for (; len > prefix; len--) {
		char last = s.at[len - 1];

		if (last == ')' && closed > opened)
			closed--;
		else if (last == ';' && len > prefix + 4 && memcmp(s.at + len - 5, "&amp;", 5) == 0)
			len -= 4;
		else if (strchr(".,;:!?'*_~]", last) == NULL)
			break;
	}
	return len > prefix ? len : 0;
}
