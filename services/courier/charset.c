#include "services/courier/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

enum { NAME_MOST = 40, PIECE = 4096, REPLACEMENT = 0xfffd };

/* 0x80 to 0x9f; 0 where there is none. */
static const uint16_t windows_1252[32] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

/* Characters that show nothing and would stand between a word and the one it is compared with. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{ 0x00ad, 0x00ad }, { 0x200b, 0x200b }, { 0x200e, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x2069 },
	{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
};

static const char *const western[] = { "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "windows-1252", "cp1252", "cp-1252", NULL };
static const char *const unicode[] = { "", "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", NULL };

static bool
is_one_of(const char *const *names, const char *name)
{
	while (*names != NULL && strcasecmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

/* The length of the character at the start, by RFC 3629 section 4; 0 if it is none. */
static size_t
utf8_length(const unsigned char *b, size_t len)
{
	size_t n = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : b[0] < 0xf5 ? 4 : 0;

	if (n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) || (b[0] == 0xf0 && b[1] < 0x90) ||
	    (b[0] == 0xf4 && b[1] > 0x8f))
		return 0;
	return n;
}

uint32_t
charset_next(struct slice *s)
{
	const unsigned char *b = (const unsigned char *)s->at;
	size_t n = utf8_length(b, s->len);
	uint32_t code = b[0];

	if (n == 0 && b[0] < 0xa0)
		code = windows_1252[b[0] - 0x80];
	if (n > 1)
		code = b[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++)
		code = code << 6 | (b[i] & 0x3fu);
	s->at += n == 0 ? 1 : n;
	s->len -= n == 0 ? 1 : n;
	return code;
}

void
charset_put(struct buf *out, uint32_t code)
{
	char b[4];
	size_t len;

	if (code == 0x2028 || code == 0x2029)
		code = '\n';
	if (code >= 0x80 && code < 0xa0)
		code = windows_1252[code - 0x80];
	if ((code < 0x20 && code != '\n' && code != '\t') || code == 0x7f || code > 0x10ffff)
		return;
	for (size_t i = 0; i < countof(unseen); i++)
		if (code >= unseen[i].first && code <= unseen[i].last)
			return;
	len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = len - 1; i > 0; i--, code >>= 6)
		b[i] = (char)(0x80 | (code & 0x3f));
	b[0] = (char)(len == 1 ? code : (0xf00u >> len & 0xffu) | code);
	buf_add(out, b, len);
}

/* Bytes that should be UTF-8. */
static void
put_text(struct buf *out, struct slice s)
{
	while (s.len > 0 && !out->failed) {
		uint32_t code = charset_next(&s);

		if (code == '\r' && s.len > 0 && *s.at == '\n')
			continue;
		charset_put(out, code == '\r' ? '\n' : code);
	}
}

/* Does it hold characters of UTF-8 beyond ASCII, and nothing that is none? */
static bool
is_plainly_utf8(struct slice s)
{
	size_t n, beyond = 0;

	for (; s.len > 0; s.at += n, s.len -= n) {
		n = utf8_length((const unsigned char *)s.at, s.len);
		if (n == 0)
			return false;
		beyond += n > 1;
	}
	return beyond > 0;
}

/* The C library's converters take more than a name ("//TRANSLIT"). */
static bool
is_name(const char *charset)
{
	size_t len = strspn(charset, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

	return len > 0 && len <= NAME_MOST && charset[len] == '\0';
}

static void
convert(struct buf *out, iconv_t how, struct slice bytes)
{
	char *from = (char *)(uintptr_t)bytes.at;
	size_t left = bytes.len;

	while (left > 0 && !out->failed) {
		char piece[PIECE], *to = piece;
		size_t room = sizeof(piece), rc = iconv(how, &from, &left, &to, &room);
		int error = rc == (size_t)-1 ? errno : 0;

		buf_add(out, piece, sizeof(piece) - room);
		if (error == EILSEQ) {
			charset_put(out, REPLACEMENT);
			from++;
			left--;
		} else if (error != 0 && error != E2BIG) {
			return;         /* it ends amid a character */
		}
	}
}

void
charset_decode(struct buf *out, const char *charset, struct slice bytes)
{
	bool is_western = is_one_of(western, charset);
	struct buf text = { .limit = 4 * bytes.len + 16 };
	iconv_t how;

	if (bytes.len == 0)
		return;
	if (is_one_of(unicode, charset) || !is_name(charset) || (is_western && is_plainly_utf8(bytes))) {
		put_text(out, bytes);
		return;
	}
	how = iconv_open("UTF-8", is_western ? "WINDOWS-1252" : charset);
	if (how == (iconv_t)-1) {
		put_text(out, bytes);
		return;
	}
	convert(&text, how, bytes);
	iconv_close(how);
	put_text(out, (struct slice){ buf_text(&text), text.len });
	buf_release(&text);
}
