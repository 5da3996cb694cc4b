#include "services/courier/body.h"

#include <string.h>

#include "services/courier/charset.h"
#include "services/courier/html.h"
#include "shared/base/buf.h"

enum { TEXT_MOST = 256 * 1024 };

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static size_t
quotes(const char *line)
{
	return strspn(line, ">");
}

/*
 * Joins what a mailer broke into lines for sending: a line that ends with a space goes on in the next,
 * if that is quoted as deep (RFC 3676 section 4). Space before a line's text stuffs it.
 */
static void
put_flowed(struct buf *out, char *text, bool delsp)
{
	bool open = false;
	size_t depth = 0;

	for (char *line = text, *next; line != NULL; line = next) {
		size_t q = quotes(line), len;
		char *at = line + q;

		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		at += *at == ' ';
		len = strlen(at);
		if (!open || q != depth || len == 0) {
			if (out->len > 0)
				buf_putc(out, '\n');
			for (size_t i = 0; i < q; i++)
				buf_putc(out, '>');
			if (q > 0)
				buf_putc(out, ' ');
		}
		open = len > 0 && at[len - 1] == ' ' && strcmp(at, "-- ") != 0;
		depth = q;
		buf_add(out, at, len - (open && delsp));
	}
}

static void
put_text_part(struct buf *out, const struct part *part)
{
	struct buf text = { .limit = TEXT_MOST };

	charset_decode(&text, part->charset, part->content);
	if (out->len > 0)
		buf_putc(out, '\n');
	if (part->flowed && text.len > 0)
		put_flowed(out, text.data, part->delsp);
	else
		buf_add(out, buf_text(&text), text.len);
	buf_release(&text);
}

static void
put_html_part(struct buf *out, const struct part *part)
{
	struct buf html = {0};

	charset_decode(&html, part->charset, part->content);
	if (out->len > 0)
		buf_putc(out, '\n');
	html_text(out, (struct slice){ buf_text(&html), html.len });
	buf_release(&html);
}

/* Also where a mailer made a space that does not break of an empty line. */
static bool
is_blank(const char *text)
{
	while (*text != '\0' && (strchr(" \t\n", *text) != NULL || begins(text, "\xc2\xa0")))
		text += begins(text, "\xc2\xa0") ? 2 : 1;
	return *text == '\0';
}

static void put(struct buf *out, const struct part *part, bool html_too);

/* The first that says something: among the plain ones, else among all. */
static void
put_alternative(struct buf *out, const struct part *part, bool html_too)
{
	size_t before = out->len;

	for (int pass = 0; pass < (html_too ? 2 : 1); pass++)
		for (size_t i = 0; i < part->nparts; i++) {
			put(out, part->parts[i], pass > 0);
			if (!is_blank(buf_text(out) + before))
				return;
		}
}

static void
put(struct buf *out, const struct part *part, bool html_too)
{
	bool first_only = strcmp(part->type, "multipart/related") == 0 || strcmp(part->type, "multipart/signed") == 0 ||
	    strcmp(part->type, "multipart/report") == 0;

	if (part->attached || strcmp(part->type, "multipart/encrypted") == 0)
		return;
	if (strcmp(part->type, "text/plain") == 0)
		put_text_part(out, part);
	else if (html_too && strcmp(part->type, "text/html") == 0)
		put_html_part(out, part);
	else if (strcmp(part->type, "multipart/alternative") == 0)
		put_alternative(out, part, html_too);
	else if (begins(part->type, "multipart/"))
		for (size_t i = 0; i < part->nparts && (i == 0 || !first_only); i++)
			put(out, part->parts[i], html_too);
}

const char *
body_text(struct arena *a, const struct part *body)
{
	struct buf out = { .limit = TEXT_MOST };
	const char *text;

	put(&out, body, true);
	text = arena_copy(a, buf_text(&out), out.len);
	buf_release(&out);
	return text;
}
