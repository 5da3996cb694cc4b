#include "services/courier/smtp_reply.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MOST = 2048, TEXT_MOST = 2048, REPLY_MOST = 65536 };

void
smtp_reply_release(struct smtp_reply *r)
{
	buf_release(&r->bytes);
	buf_release(&r->text);
}

void
smtp_reply_add(struct smtp_reply *r, const char *bytes, size_t len)
{
	r->bytes.limit = REPLY_MOST;
	buf_add(&r->bytes, bytes, len);
}

bool
smtp_reply_pending(const struct smtp_reply *r)
{
	return r->bytes.len > 0;
}

/* "250-PIPELINING" or "250 done": its code, and whether another line follows; 0: nothing of the kind. */
static int
read_line(const char *line, size_t len, bool *last)
{
	if (len < 3 || line[0] < '2' || line[0] > '5' || !isdigit((unsigned char)line[1]) || !isdigit((unsigned char)line[2]) ||
	    (len > 3 && line[3] != ' ' && line[3] != '-'))
		return 0;
	*last = len == 3 || line[3] == ' ';
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
}

/* The code is said once, in front of all. What is too much to be kept is cut. */
static void
keep(struct smtp_reply *r, const char *line, size_t len)
{
	size_t from = r->text.len == 0 ? 0 : 3, n = len - from;

	if (r->text.len + n > TEXT_MOST)
		return;
	buf_add(&r->text, line + from, n);
	if (r->text.len == n && n > 3)
		r->text.data[3] = ' ';
	else if (from > 0 && n > 0)
		r->text.data[r->text.len - n] = ' ';
}

enum smtp_reading
smtp_reply_next(struct smtp_reply *r)
{
	if (r->whole || r->code == 0) {
		buf_reset(&r->text);
		r->code = 0;
		r->whole = false;
	}
	while (!r->whole) {
		const char *line = buf_text(&r->bytes), *end = memchr(line, '\n', r->bytes.len);
		size_t len = end != NULL ? (size_t)(end - line) : r->bytes.len;
		int code;

		if (len > LINE_MOST || r->bytes.failed)
			return SMTP_NONSENSE;
		if (end == NULL)
			return SMTP_MORE;
		len -= len > 0 && line[len - 1] == '\r';
		code = memchr(line, '\0', len) == NULL ? read_line(line, len, &r->whole) : 0;
		if (code == 0 || (r->code != 0 && code != r->code))
			return SMTP_NONSENSE;
		r->code = code;
		keep(r, line, len);
		buf_drop(&r->bytes, (size_t)(end - line) + 1);
	}
	return SMTP_REPLY;
}

bool
smtp_reply_says(const char *text, int subject, int detail)
{
	int class, said, more;

	return strlen(text) > 4 && sscanf(text + 4, "%1d.%3d.%3d", &class, &said, &more) == 3 && class == text[0] - '0' && said == subject &&
	    (detail < 0 || more == detail);
}

/* Line ends that are not CRLF would let a server see other lines than we do (RFC 5321 section 2.3.8). */
void
smtp_put_message(struct buf *out, const char *message, size_t len)
{
	const char *at = message, *end = message + len;

	buf_reserve(out, len + len / 64 + 16);
	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at)), *stop = lf != NULL ? lf : end;
		const char *cr = memchr(at, '\r', (size_t)(stop - at));

		if (cr != NULL)
			stop = cr;
		if (*at == '.')
			buf_putc(out, '.');
		buf_add(out, at, (size_t)(stop - at));
		buf_puts(out, "\r\n");
		at = stop < end ? stop + 1 : end;
		if (cr != NULL && at == lf)
			at++;
	}
}
