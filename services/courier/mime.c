#include "services/courier/mime.h"

#include <stdio.h>
#include <string.h>

#include "shared/base/utf8.h"
#include "shared/i18n/i18n.h"

enum { LINE = 76, AROUND = 12 };        /* =?UTF-8?B??= */

static bool
is_plain(const char *value)
{
	for (const char *p = value; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x7f || (*p == '=' && p[1] == '?'))
			return false;
	return true;
}

static void
base64(struct buf *out, const unsigned char *at, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)at[i] << 16 | (i + 1 < n ? (unsigned)at[i + 1] << 8 : 0) | (i + 2 < n ? at[i + 2] : 0u);

		buf_putc(out, letters[v >> 18]);
		buf_putc(out, letters[v >> 12 & 63]);
		buf_putc(out, i + 1 < n ? letters[v >> 6 & 63] : '=');
		buf_putc(out, i + 2 < n ? letters[v & 63] : '=');
	}
}

/* Encoded words, none of which cuts a character in two, in lines of 76 (RFC 2047, sections 2 and 5). Gives the column behind them. */
static size_t
encoded(struct buf *out, const char *value, size_t column)
{
	for (const char *at = value, *end = value + strlen(value); at < end;) {
		size_t most = (LINE - AROUND - column) / 4 * 3, n = (size_t)(end - at) < most ? (size_t)(end - at) : most;

		while (at + n < end && n > 1 && !utf8_begins(at[n]))
			n--;
		buf_puts(out, "=?UTF-8?B?");
		base64(out, (const unsigned char *)at, n);
		buf_puts(out, "?=");
		at += n;
		column += AROUND + (n + 2) / 3 * 4;
		if (at < end) {
			buf_puts(out, "\r\n ");
			column = 1;
		}
	}
	return column;
}

/* A plain value, folded at its blanks. */
static void
folded(struct buf *out, const char *value, size_t column)
{
	while (*value != '\0') {
		size_t word = strcspn(value, " ");

		if (column + word > LINE && column > 1 && value[-1] == ' ') {
			out->len--;             /* the blank begins the next line */
			buf_puts(out, "\r\n ");
			column = 1;
		}
		buf_add(out, value, word);
		column += word;
		value += word;
		for (; *value == ' '; value++, column++)
			buf_putc(out, ' ');
	}
}

static void
without_controls(struct buf *out, const char *value)
{
	for (; *value != '\0'; value++)
		buf_putc(out, (unsigned char)*value < ' ' || *value == 0x7f ? ' ' : *value);
}

void
mime_field(struct buf *out, const char *name, const char *value)
{
	cleanup(buf_release) struct buf clean = {0};

	without_controls(&clean, value);
	buf_printf(out, "%s: ", name);
	if (is_plain(buf_text(&clean)))
		folded(out, buf_text(&clean), strlen(name) + 2);
	else
		(void)encoded(out, buf_text(&clean), strlen(name) + 2);
	buf_puts(out, "\r\n");
}

void
mime_address(struct buf *out, const char *name, const char *display, const char *address)
{
	cleanup(buf_release) struct buf clean = {0};
	size_t column = strlen(name) + 2;

	without_controls(&clean, display != NULL ? display : "");
	buf_printf(out, "%s: ", name);
	if (clean.len > 0 && is_plain(buf_text(&clean))) {
		column += clean.len + 2;
		buf_putc(out, '"');
		for (const char *p = buf_text(&clean); *p != '\0'; p++)
			buf_printf(out, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
		buf_putc(out, '"');
	} else if (clean.len > 0) {
		column = encoded(out, buf_text(&clean), column);
	}
	if (clean.len > 0)
		buf_puts(out, column + strlen(" <>") + strlen(address) > LINE ? "\r\n " : " ");
	buf_printf(out, "<%s>\r\n", address);
}

/* One paragraph's line: soft breaks end with a blank, which the reader joins again. */
static void
flow_line(struct buf *out, const char *line, size_t len)
{
	const char *end = line + len;

	while (end > line && end[-1] == ' ')
		end--;                  /* a blank at the end would join the next line to it */
	do {
		const char *at = line, *cut = NULL;
		size_t n = 0;

		if (*line == ' ' || *line == '>' || strncmp(line, "From ", 5) == 0)
			buf_putc(out, ' ');     /* stuffed, RFC 3676 section 4.4 */
		for (; at < end && (n < LINE - 2 || cut == NULL); at++) {
			n += utf8_begins(*at);
			if (*at == ' ' && at > line)
				cut = at + 1;
		}
		if (at >= end)
			cut = end;
		buf_add(out, line, (size_t)(cut - line));
		buf_putc(out, '\n');
		line = cut;
	} while (line < end);
}

void
mime_flow(struct buf *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (len == 3 && memcmp(text, "-- ", 3) == 0)
			buf_puts(out, "-- \n");         /* the signature's separator keeps its blank */
		else
			flow_line(out, text, len);
		text += len + (text[len] == '\n');
	}
}

static void
quoted(struct buf *out, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char three[] = { '=', digits[c >> 4], digits[c & 15] };

	buf_add(out, three, 3);
}

void
mime_quoted_printable(struct buf *out, const char *text, size_t len)
{
	size_t column = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		bool last = i + 1 == len || text[i + 1] == '\n';
		/* a dot alone ends a mail for some servers, "From " is changed by others */
		bool plain = (c > ' ' && c < 0x7f && c != '=' && !(column == 0 && (c == '.' || c == 'F'))) || (c == ' ' && !last);

		if (c == '\n') {
			buf_puts(out, "\r\n");
			column = 0;
			continue;
		}
		/* room for the = of a soft break, which may also come behind the last character */
		if (column + (plain ? 1 : 3) > LINE - 1 && !(text[i + 1] == '\n' && i + 1 < len && column + (plain ? 1 : 3) <= LINE)) {
			buf_puts(out, "=\r\n");
			column = 0;
			plain = plain && c != '.' && c != 'F';
		}
		if (plain)
			buf_putc(out, (char)c);
		else
			quoted(out, c);
		column += plain ? 1 : 3;
	}
	if (column > 0)
		buf_puts(out, "\r\n");
}

void
mime_date(struct buf *out, const char *iso)
{
	i18n_rfc822(out, iso);
}
