#include "services/courier/slot.h"

#include <ctype.h>
#include <string.h>

#include "services/courier/words.h"

size_t
slot_number(const struct cite_line *line, unsigned *number)
{
	size_t at = 0, from;

	while (at < line->len && line->at[at] == '*')
		at++;
	if (at == line->len || line->at[at++] != '[')
		return 0;
	*number = 0;
	for (from = at; at < line->len && at < from + 2 && isdigit((unsigned char)line->at[at]); at++)
		*number = *number * 10 + (unsigned)(line->at[at] - '0');
	return *number > 0 && at < line->len && line->at[at] == ']' ? at + 1 : 0;
}

bool
slot_has_blank(const char *at, size_t len)
{
	return memmem(at, len, "____", 4) != NULL;
}

void
slot_add_filled(struct buf *out, const char *at, size_t len)
{
	if (out->len > 0)
		buf_putc(out, ' ');
	for (size_t i = 0; i < len; i++) {
		bool blank = at[i] == '_' && ((i + 1 < len && at[i + 1] == '_') || (i > 0 && at[i - 1] == '_'));

		if (!blank)
			buf_putc(out, at[i]);
		else if (out->len > 0 && out->data[out->len - 1] != ' ')
			buf_putc(out, ' ');
	}
}

void
slot_cut_links(struct arena *a, struct buf *text)
{
	const char *address = strstr(buf_text(text), "://");
	struct tokens t;
	struct match m;
	size_t len = text->len;

	if (address != NULL)
		while (len > (size_t)(address - text->data) || (len > 0 && strchr(" \n", text->data[len - 1]) == NULL))
			len--;
	fold_tokens(a, buf_text(text), len, &t);
	for (size_t i = 0; i < t.n; i++)
		if (words_match(ROLE_LINK, &t.list[i], t.n - i, &m)) {
			len = t.list[i].from;
			break;
		}
	if (len < text->len) {
		text->len = len;
		text->data[len] = '\0';
	}
}
