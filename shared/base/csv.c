#include "shared/base/csv.h"

#include <string.h>

/* A spreadsheet would calculate it; or it is guarded already, and needs a further guard. */
static bool
is_formula(const char *text)
{
	text += strspn(text, "'");
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static void
csv_field(struct buf *out, const char *text)
{
	bool formula = is_formula(text);

	if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
		buf_puts(out, text);
		return;
	}
	buf_putc(out, '"');
	if (formula)
		buf_putc(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_putc(out, '"');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

void
csv_line(struct buf *out, const char *const *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		csv_field(out, fields[i]);
	}
	buf_puts(out, "\r\n");
}

static bool
wrong(struct csv *c, const char *what)
{
	c->error = what;
	return false;
}

/* The inside of a quoted field; leaves c->at behind the closing quote. */
static bool
quoted(struct csv *c)
{
	for (c->at++; c->at < c->end; c->at++) {
		if (*c->at == '"') {
			c->at++;
			if (c->at == c->end || *c->at != '"')
				return true;
		}
		if (*c->at == '\0')
			return wrong(c, "a NUL byte");
		c->next += *c->at == '\n';
		buf_putc(&c->text, *c->at);
	}
	return wrong(c, "a quote (\") is not closed");
}

static bool
field(struct csv *c)
{
	if (c->at < c->end && *c->at == '"') {
		if (!quoted(c))
			return false;
		if (c->at < c->end && strchr(",\r\n", *c->at) == NULL)
			return wrong(c, "behind a closing quote (\") comes a comma or the end of the line");
	}
	for (; c->at < c->end && strchr(",\r\n", *c->at) == NULL; c->at++) {
		if (*c->at == '"')
			return wrong(c, "a quote (\") inside a field that is not quoted");
		buf_putc(&c->text, *c->at);
	}
	if (c->at < c->end && *c->at == '\0')
		return wrong(c, "a NUL byte");
	buf_putc(&c->text, '\0');
	return true;
}

/* The fields stand one behind the other; a formula's guard is taken off. */
static void
point(struct csv *c)
{
	const char *at = buf_text(&c->text);

	for (size_t i = 0; i < c->n; i++) {
		size_t len = strlen(at);

		c->fields[i] = at[0] == '\'' && is_formula(at) ? at + 1 : at;
		at += len + 1;
	}
}

bool
csv_next(struct csv *c)
{
	if (c->next == 0) {
		c->next = 1;
		if (c->end - c->at >= 3 && memcmp(c->at, "\xEF\xBB\xBF", 3) == 0)
			c->at += 3;
	}
	for (; c->at < c->end && (*c->at == '\r' || *c->at == '\n'); c->at++)
		c->next += *c->at == '\n';
	c->line = c->next;
	c->n = 0;
	buf_reset(&c->text);
	if (c->at == c->end)
		return false;
	for (;;) {
		if (c->n == CSV_FIELDS)
			return wrong(c, "too many fields");
		if (!field(c))
			return false;
		c->n++;
		if (c->at == c->end || *c->at != ',')
			break;
		c->at++;
	}
	if (c->at < c->end && *c->at == '\r')
		c->at++;
	if (c->at < c->end && *c->at != '\n')
		return wrong(c, "a line ends in CR LF, or LF");
	if (c->at < c->end) {
		c->at++;
		c->next++;
	}
	if (c->text.failed)
		return wrong(c, "too long");
	point(c);
	return true;
}

void
csv_release(struct csv *c)
{
	buf_release(&c->text);
}
