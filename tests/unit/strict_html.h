/*
 * What sanitised HTML has to be, said a second time and independently of the
 * rewriter: well-formed as XML, and nothing but the allowed elements, attributes and
 * addresses. For the unit test and the fuzz target, which include it once each.
 */
#ifndef RELAIS_TESTS_STRICT_HTML_H
#define RELAIS_TESTS_STRICT_HTML_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/base.h"

enum { STRICT_DEPTH = 65 };             /* 64 elements and a link made by the rewriter */

struct strict {
	const char *at, *end;
	char stack[STRICT_DEPTH][16];
	int depth;
	const char *fault;              /* the first thing wrong */
};

static bool
strict_fail(struct strict *s, const char *fault)
{
	if (s->fault == NULL)
		s->fault = fault;
	return false;
}

static bool
strict_take(struct strict *s, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(s->end - s->at) < len || memcmp(s->at, text, len) != 0)
		return false;
	s->at += len;
	return true;
}

static bool
strict_is_char(unsigned long c)
{
	return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xd7ff) ||
	    (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

/* One character or reference; its code in *code. */
static bool
strict_char(struct strict *s, unsigned long *code)
{
	static const struct { const char *text; unsigned long code; } names[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
	};
	static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)*s->at;
	int more = c < 0x80 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;

	for (size_t i = 0; i < countof(names); i++) {
		*code = names[i].code;
		if (strict_take(s, names[i].text))
			return true;
	}
	if (strict_take(s, "&#")) {
		for (*code = 0; s->at < s->end && isdigit((unsigned char)*s->at); s->at++)
			*code = *code * 10 + (unsigned long)(*s->at - '0');
		return (strict_take(s, ";") && strict_is_char(*code)) || strict_fail(s, "bad reference");
	}
	if (strchr("&<>\"", c) != NULL || (c >= 0x80 && c < 0xc2) || c > 0xf4)
		return strict_fail(s, "unescaped or ill-formed character");
	*code = more == 0 ? c : c & (0x3fu >> more);
	s->at++;
	for (int i = 0; i < more; i++, s->at++) {
		if (s->at == s->end || ((unsigned char)*s->at & 0xc0) != 0x80)
			return strict_fail(s, "cut UTF-8");
		*code = *code << 6 | ((unsigned char)*s->at & 0x3f);
	}
	if (!strict_is_char(*code) || *code < least[more + 1])
		return strict_fail(s, "forbidden character");
	return true;
}

/* As a browser reads it: tabs and line ends gone, backslashes as slashes, spaces in front gone. */
static bool
strict_address(struct strict *s, const char *value)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:" };
	const char *colon = strchr(value, ':'), *mark = strpbrk(value, "/?#");

	for (size_t i = 0; i < countof(schemes); i++) {
		if (strncasecmp(value, schemes[i], strlen(schemes[i])) == 0)
			return true;
	}
	if (colon != NULL && (mark == NULL || colon < mark))
		return strict_fail(s, "scheme");
	if (value[0] == '/' && value[1] == '/')
		return strict_fail(s, "other host");
	return true;
}

static bool
strict_value(struct strict *s, char *out, size_t size)
{
	size_t n = 0;

	while (s->at < s->end && *s->at != '"') {
		unsigned long code;
		if (!strict_char(s, &code))
			return false;
		if (code == '\t' || code == '\n' || code == '\r' || (n == 0 && code <= ' '))
			continue;
		if (n + 1 < size)
			out[n++] = code == '\\' ? '/' : code < 0x80 ? (char)code : 'u';
	}
	out[n] = '\0';
	return strict_take(s, "\"") || strict_fail(s, "open quote");
}

static bool
strict_attributes(struct strict *s, const char *element)
{
	char value[256];

	if (strcmp(element, "a") == 0) {
		if (!strict_take(s, " href=\"") || !strict_value(s, value, sizeof(value)))
			return strict_fail(s, "link without href");
		if (!strict_address(s, value))
			return false;
		if (strict_take(s, " title=\"") && !strict_value(s, value, sizeof(value)))
			return false;
		return strict_take(s, " rel=\"nofollow noopener noreferrer\"") || strict_fail(s, "no rel");
	}
	if ((strcmp(element, "th") == 0 || strcmp(element, "td") == 0) && strict_take(s, " align=\"")) {
		if (!strict_value(s, value, sizeof(value)))
			return false;
		return strcmp(value, "left") == 0 || strcmp(value, "right") == 0 ||
		    strcmp(value, "center") == 0 || strict_fail(s, "align");
	}
	return true;
}

static bool
strict_tag(struct strict *s)
{
	static const char allowed[] = " a blockquote br code del em h3 h4 h5 h6 hr li ol p pre strong "
	    "table tbody td th thead tr ul ";
	bool closing = strict_take(s, "/");
	char name[16] = "", listed[20];
	size_t n = 0;

	while (s->at < s->end && isalnum((unsigned char)*s->at) && n < sizeof(name) - 1)
		name[n++] = *s->at++;
	(void)snprintf(listed, sizeof(listed), " %s ", name);
	if (n == 0 || strstr(allowed, listed) == NULL)
		return strict_fail(s, "element");
	if (closing) {
		if (s->depth == 0 || strcmp(s->stack[--s->depth], name) != 0)
			return strict_fail(s, "closed out of order");
		return strict_take(s, ">") || strict_fail(s, "end tag");
	}
	for (int i = 0; i < s->depth; i++) {
		if (strcmp(name, "a") == 0 && strcmp(s->stack[i], "a") == 0)
			return strict_fail(s, "link in a link");
	}
	if (!strict_attributes(s, name))
		return false;
	if (strcmp(name, "br") == 0 || strcmp(name, "hr") == 0)
		return strict_take(s, "/>") || strict_fail(s, "void element");
	if (s->depth == STRICT_DEPTH)
		return strict_fail(s, "too deep");
	memcpy(s->stack[s->depth++], name, sizeof(name));
	return strict_take(s, ">") || strict_fail(s, "start tag");
}

/* NULL, or what is wrong. */
static const char *
strict_html_fault(const char *html, size_t len)
{
	struct strict s = { .at = html, .end = html + len };
	unsigned long code;

	while (s.at < s.end && s.fault == NULL) {
		if (strict_take(&s, "<"))
			(void)strict_tag(&s);
		else
			(void)strict_char(&s, &code);
	}
	if (s.depth > 0)
		(void)strict_fail(&s, "left open");
	return s.fault;
}

#endif
