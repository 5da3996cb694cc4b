#include <string.h>
#include <strings.h>

#include "shared/i18n/i18n.h"

/* One element of the header: a language range and its weight in thousandths. */
struct range {
	struct slice tag;
	int weight;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_blanks(struct slice *rest)
{
	while (rest->len > 0 && is_blank(*rest->at)) {
		rest->at++;
		rest->len--;
	}
}

static bool
is_tag_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '*';
}

/* RFC 9110 section 12.4.2: 0, 1, and up to three decimals; -1 for anything else. */
static int
read_weight(struct slice text)
{
	int weight, scale = 100;
	size_t i;

	if (text.len == 0 || text.len > 5 || (text.at[0] != '0' && text.at[0] != '1'))
		return -1;
	weight = (text.at[0] - '0') * 1000;
	if (text.len > 1 && text.at[1] != '.')
		return -1;
	for (i = 2; i < text.len; i++, scale /= 10) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return -1;
		weight += (text.at[i] - '0') * scale;
	}
	return weight > 1000 ? -1 : weight;
}

/* One element, without the commas around it; false if it is none. */
static bool
read_range(struct slice element, struct range *range)
{
	size_t len = 0;

	skip_blanks(&element);
	while (element.len > 0 && is_blank(element.at[element.len - 1]))
		element.len--;
	while (len < element.len && is_tag_char(element.at[len]))
		len++;
	range->tag = (struct slice){ element.at, len };
	range->weight = 1000;
	element.at += len;
	element.len -= len;
	skip_blanks(&element);
	if (element.len == 0)
		return len > 0;
	if (len == 0 || *element.at != ';')
		return false;
	element.at++;
	element.len--;
	skip_blanks(&element);
	if (element.len < 2 || strncasecmp(element.at, "q=", 2) != 0)
		return false;
	range->weight = read_weight((struct slice){ element.at + 2, element.len - 2 });
	return range->weight >= 0;
}

/* fr-BE asks for fr too (RFC 4647 section 3.4). */
static const char *
known_language(struct slice tag)
{
	size_t n, i, len;
	const char *const *codes = i18n_languages(&n);

	for (i = 0; i < n; i++) {
		len = strlen(codes[i]);
		if (tag.len >= len && strncasecmp(tag.at, codes[i], len) == 0 &&
		    (tag.len == len || tag.at[len] == '-'))
			return codes[i];
	}
	return NULL;
}

/* Of equal weights the first counts. "*" is no preference, which is the caller's to fill. */
const char *
i18n_accept(struct slice header)
{
	const char *best = NULL, *lang;
	int weight = 0;

	while (header.len > 0) {
		const char *comma = memchr(header.at, ',', header.len);
		size_t len = comma == NULL ? header.len : (size_t)(comma - header.at);
		struct range range;

		if (read_range((struct slice){ header.at, len }, &range) && range.weight > weight &&
		    (lang = known_language(range.tag)) != NULL) {
			best = lang;
			weight = range.weight;
		}
		if (comma == NULL)
			break;
		header.at += len + 1;
		header.len -= len + 1;
	}
	return best;
}
