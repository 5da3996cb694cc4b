#include "services/courier/fold.h"

#include <ctype.h>
#include <string.h>

#include "services/courier/charset.h"

enum { FOLDED_MOST = 3 };

/* U+00C0 to U+017F: the letter below the accent; a capital stands for two letters, ' ' for a mark. */
static const char latin[] =
    "aaaaaaAceeeeiiiidnooooo ouuuuytSaaaaaaAceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiIIjjkkklllllll"
    "lllnnnnnnnnnooooooOOrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static const struct {
	char key;
	const char *letters;
} two_letters[] = { { 'A', "ae" }, { 'I', "ij" }, { 'O', "oe" }, { 'S', "ss" } };

static const struct {
	uint32_t first, last;
	const char *as;
} marks[] = {
	{ 0x60, 0x60, "'" }, { 0xa0, 0xa0, " " }, { 0xab, 0xab, "\"" }, { 0xaa, 0xaa, "" }, { 0xb0, 0xb0, "" }, { 0xb4, 0xb4, "'" },
	{ 0xba, 0xba, "" }, { 0xbb, 0xbb, "\"" }, { 0x2bc, 0x2bc, "'" }, { 0x300, 0x36f, "" }, { 0x1ab0, 0x1aff, "" },
	{ 0x2000, 0x200a, " " }, { 0x200b, 0x200f, "" }, { 0x2010, 0x2015, "-" }, { 0x2018, 0x201b, "'" }, { 0x201c, 0x201f, "\"" },
	{ 0x2026, 0x2026, "." }, { 0x202f, 0x202f, " " }, { 0x2032, 0x2032, "'" }, { 0x205f, 0x205f, " " }, { 0x20e3, 0x20e3, "" },
	{ 0x2116, 0x2116, "no" }, { 0x2212, 0x2212, "-" }, { 0x3000, 0x3000, " " }, { 0xfe00, 0xfe0f, "" }, { 0xff01, 0xff01, "!" },
	{ 0xff1a, 0xff1a, ":" }, { 0xff1f, 0xff1f, "?" },
};

/* Writes what a character is compared as, at most FOLDED_MOST bytes; how many. Letters of other scripts stay. */
static size_t
fold_char(char *out, const char *from, size_t len, uint32_t code)
{
	if (code < 0x80 && code != 0x60) {
		out[0] = isspace((int)code) ? ' ' : (char)tolower((int)code);
		return 1;
	}
	if (code >= 0xc0 && code < 0x180) {
		out[0] = latin[code - 0xc0];
		for (size_t i = 0; i < countof(two_letters); i++)
			if (two_letters[i].key == out[0])
				return (size_t)(stpcpy(out, two_letters[i].letters) - out);
		return 1;
	}
	for (size_t i = 0; i < countof(marks); i++)
		if (code >= marks[i].first && code <= marks[i].last)
			return (size_t)(stpcpy(out, marks[i].as) - out);
	if ((code >= 0x2000 && code < 0x3000) || code >= 0x1f000 || len > FOLDED_MOST || code < 0xc0) {
		out[0] = '*';           /* arrows, ticks, smileys */
		return 1;
	}
	memcpy(out, from, len);
	return len;
}

static size_t
fold_next(char *out, struct slice *s)
{
	const char *from = s->at;
	uint32_t code = charset_next(s);

	return fold_char(out, from, (size_t)(s->at - from), code);
}

size_t
fold_text(char *out, size_t room, const char *line, size_t len)
{
	struct slice s = { line, len };
	size_t n = 0;

	while (s.len > 0 && n + FOLDED_MOST + 1 < room) {
		size_t more = fold_next(out + n, &s);

		if (more == 1 && out[n] == ' ' && (n == 0 || out[n - 1] == ' '))
			more = 0;
		n += more;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return n;
}

static enum token_kind
kind_of(char c)
{
	if (isdigit((unsigned char)c))
		return TOKEN_NUMBER;
	return isalpha((unsigned char)c) || ((unsigned char)c & 0x80) != 0 ? TOKEN_WORD : TOKEN_MARK;
}

void
fold_tokens(struct arena *a, const char *line, size_t len, struct tokens *out)
{
	char *to = arena_alloc(a, 2 * len + FOLDED_MOST + 1);   /* two letters for a byte at most */
	struct slice s = { line, len };

	out->n = 0;
	while (s.len > 0) {
		size_t from = len - s.len, n = fold_next(to, &s);
		struct token *last = out->n > 0 ? &out->list[out->n - 1] : NULL;
		bool touches = last != NULL && last->to == from;
		enum token_kind kind = n > 0 ? kind_of(*to) : TOKEN_MARK;

		if (n == 0) {
			last = touches ? last : NULL;
		} else if (touches && kind != TOKEN_MARK && kind == last->kind) {
			last->len += n;
		} else if (*to == ' ') {
			last = NULL;
		} else if (out->n < FOLD_TOKENS) {
			last = &out->list[out->n++];
			*last = (struct token){ .kind = kind, .text = to, .len = n, .from = from };
		} else {
			break;
		}
		if (last != NULL)
			last->to = len - s.len;
		if (kind == TOKEN_NUMBER && last->number < 1000000)
			last->number = last->number * 10 + (uint32_t)(*to - '0');
		to += n;
	}
}
