#include "shared/markdown/tag.h"

#include <ctype.h>
#include <string.h>

#include "shared/markdown/text.h"

const struct element_rule element_rules[EL_COUNT] = {
	[EL_A] = { "a", PHRASING, PHRASING },
	[EL_BLOCKQUOTE] = { "blockquote", FLOW, FLOW | PHRASING },
	[EL_BR] = { "br", PHRASING, 0 },
	[EL_CODE] = { "code", PHRASING, PHRASING },
	[EL_DEL] = { "del", PHRASING, PHRASING },
	[EL_EM] = { "em", PHRASING, PHRASING },
	[EL_H1] = { "h1", FLOW, PHRASING },
	[EL_H2] = { "h2", FLOW, PHRASING },
	[EL_H3] = { "h3", FLOW, PHRASING },
	[EL_H4] = { "h4", FLOW, PHRASING },
	[EL_H5] = { "h5", FLOW, PHRASING },
	[EL_H6] = { "h6", FLOW, PHRASING },
	[EL_HR] = { "hr", FLOW, 0 },
	[EL_IMG] = { "img", PHRASING, 0 },
	[EL_LI] = { "li", ITEM, FLOW | PHRASING },
	[EL_OL] = { "ol", FLOW, ITEM },
	[EL_P] = { "p", FLOW, PHRASING },
	[EL_PRE] = { "pre", FLOW, PHRASING },
	[EL_STRONG] = { "strong", PHRASING, PHRASING },
	[EL_TABLE] = { "table", FLOW, ROWS | ROW },
	[EL_TBODY] = { "tbody", ROWS, ROW },
	[EL_TD] = { "td", CELL, FLOW | PHRASING },
	[EL_TH] = { "th", CELL, PHRASING },
	[EL_THEAD] = { "thead", ROWS, ROW },
	[EL_TR] = { "tr", ROW, CELL },
	[EL_UL] = { "ul", FLOW, ITEM },
};

static bool
value_any(struct slice s)
{
	(void)s;
	return true;
}

static bool
value_number(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!isdigit((unsigned char)s.at[i]))
			return false;
	}
	return true;
}

static bool
equals(struct slice s, const char *text)
{
	return s.len > 0 && s.at[0] == text[0] && s.len == strlen(text) &&
	    memcmp(s.at, text, s.len) == 0;
}

static const struct align {
	const char *name, *style;
} aligns[] = {
	{ "left", "text-align:left;" },
	{ "right", "text-align:right;" },
	{ "center", "text-align:center;" },
};

/* The alignment meant by an align or style attribute; NULL if it is none. */
static const struct align *
align_find(struct slice s)
{
	for (size_t i = 0; i < countof(aligns); i++) {
		if (equals(s, aligns[i].name) || equals(s, aligns[i].style))
			return &aligns[i];
	}
	return NULL;
}

static bool
value_align(struct slice s)
{
	return align_find(s) != NULL;
}

static bool
value_checkbox(struct slice s)
{
	return equals(s, "github_checkbox");
}

/* Some that discount prints are let through and then left out: they say nothing to a reader. */
static const struct attribute_rule {
	const char *name;
	unsigned on;                    /* elements, a bit each */
	bool (*valid)(struct slice value);
} attributes[AT_COUNT] = {
	[AT_ALIGN] = { "align", 1u << EL_TH | 1u << EL_TD, value_align },
	[AT_ALT] = { "alt", 1u << EL_IMG, value_any },
	[AT_CLASS] = { "class", 1u << EL_LI, value_checkbox },
	[AT_HEIGHT] = { "height", 1u << EL_IMG, value_number },
	[AT_HREF] = { "href", 1u << EL_A, url_allowed },
	[AT_SRC] = { "src", 1u << EL_IMG, url_allowed },
	[AT_STYLE] = { "style", 1u << EL_TH | 1u << EL_TD, value_align },
	[AT_TITLE] = { "title", 1u << EL_A | 1u << EL_IMG, value_any },
	[AT_WIDTH] = { "width", 1u << EL_IMG, value_number },
};

static size_t
name_length(struct slice s)
{
	size_t n = 0;

	while (n < s.len && isalnum((unsigned char)s.at[n]))
		n++;
	return n;
}

static bool
take(struct slice *s, const char *text)
{
	size_t len = strlen(text);

	if (s->len < len || memcmp(s->at, text, len) != 0)
		return false;
	s->at += len;
	s->len -= len;
	return true;
}

static bool
take_element(struct slice *s, enum element *el)
{
	struct slice name = { s->at, name_length(*s) };

	for (int i = 0; i < EL_COUNT; i++) {
		if (equals(name, element_rules[i].name)) {
			*el = (enum element)i;
			return take(s, element_rules[i].name);
		}
	}
	return false;
}

/* One ` name="value"`; false if it has another form. What is not allowed spoils the tag. */
static bool
take_attribute(struct slice *s, struct tag *tag)
{
	struct slice name, value;
	size_t end = 0;

	name = (struct slice){ s->at, name_length(*s) };
	s->at += name.len;
	s->len -= name.len;
	if (name.len == 0 || !take(s, "=\""))
		return false;
	while (end < s->len && s->at[end] != '"' && s->at[end] != '<')
		end++;
	value = (struct slice){ s->at, end };
	s->at += end;
	s->len -= end;
	if (!take(s, "\""))
		return false;
	for (int i = 0; i < AT_COUNT; i++) {
		const struct attribute_rule *rule = &attributes[i];

		if (!equals(name, rule->name) || (rule->on & 1u << tag->el) == 0)
			continue;
		if (tag->value[i].at != NULL || !rule->valid(value))
			break;
		tag->value[i] = value;
		return true;
	}
	tag->sound = false;
	return true;
}

size_t
tag_read(struct slice s, struct tag *tag)
{
	const char *start = s.at;

	*tag = (struct tag){ .sound = true };
	if (!take(&s, "<"))
		return 0;
	tag->closing = take(&s, "/");
	if (!take_element(&s, &tag->el))
		return 0;
	if (tag->closing)
		return take(&s, ">") ? (size_t)(s.at - start) : 0;
	while (take(&s, " ")) {
		if (s.len > 0 && (s.at[0] == '/' || s.at[0] == '>'))
			break;
		if (!take_attribute(&s, tag))
			return 0;
	}
	if (take(&s, "/") && element_rules[tag->el].contains != 0)
		return 0;
	if (!take(&s, ">"))
		return 0;
	if ((tag->el == EL_A && tag->value[AT_HREF].at == NULL) ||
	    (tag->el == EL_IMG && tag->value[AT_SRC].at == NULL))
		tag->sound = false;
	return (size_t)(s.at - start);
}

const char *
tag_align(const struct tag *tag)
{
	struct slice s = tag->value[AT_STYLE].at != NULL ? tag->value[AT_STYLE] : tag->value[AT_ALIGN];

	return s.at == NULL ? NULL : align_find(s)->name;
}
