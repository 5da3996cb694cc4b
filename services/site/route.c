#include "services/site/route.h"

#include <stdlib.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "shared/base/buf.h"
#include "shared/i18n/i18n.h"

static const struct {
	enum form form;
	const char *ending, *type, *accept;
} forms[] = {
	{ FORM_HTML, ".html", "text/html; charset=utf-8", "text/html" },
	{ FORM_ATOM, ".atom", "application/atom+xml; charset=utf-8", "application/atom+xml" },
	{ FORM_RSS, ".rss", "application/rss+xml; charset=utf-8", "application/rss+xml" },
	{ FORM_SVG, ".svg", "image/svg+xml; charset=utf-8", "image/svg+xml" },
	{ FORM_JSONFEED, ".json", "application/feed+json; charset=utf-8", "application/feed+json" },
	{ FORM_JSON, ".json", "application/json; charset=utf-8", "application/json" },
	{ FORM_MD, ".md", "text/markdown; charset=utf-8", "text/markdown" },
	{ FORM_TXT, ".txt", "text/plain; charset=utf-8", "text/plain" },
	{ FORM_CSV, ".csv", "text/csv; charset=utf-8", "text/csv" },
	{ FORM_OPML, ".opml", "text/x-opml; charset=utf-8", "text/x-opml" },
};

const char *
method_text(enum http_method method)
{
	static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER" };

	return names[method];
}

const char *
form_ending(enum form form)
{
	for (size_t i = 0; i < countof(forms); i++)
		if (forms[i].form == form)
			return forms[i].ending;
	return "";
}

const char *
form_type(enum form form)
{
	for (size_t i = 0; i < countof(forms); i++)
		if (forms[i].form == form)
			return forms[i].type;
	return "application/octet-stream";
}

/* How closely a media range names a type: 3 itself, 2 its family, 1 anything; 0 not at all. */
static int
range_closeness(struct slice range, const char *type)
{
	if (range.len == 3 && memcmp(range.at, "*/*", 3) == 0)
		return 1;
	if (range.len > 2 && memcmp(range.at + range.len - 2, "/*", 2) == 0)
		return strncasecmp(range.at, type, range.len - 1) == 0 ? 2 : 0;
	return range.len == strlen(type) && strncasecmp(range.at, type, range.len) == 0 ? 3 : 0;
}

/* The weight among a range's parameters, in thousandths (RFC 9110 section 12.4.2); 1000 if there is none. */
static int
range_weight(const char *at, const char *end)
{
	while (at < end) {
		int weight = 0, scale = 1000;

		while (at < end && (*at == ';' || *at == ' ' || *at == '\t'))
			at++;
		if (end - at > 2 && (*at == 'q' || *at == 'Q') && at[1] == '=') {
			for (at += 2; at < end && scale > 0 && (isdigit((unsigned char)*at) || *at == '.'); at++) {
				if (*at == '.')
					continue;
				weight += (*at - '0') * scale;
				scale /= 10;
			}
			return weight;
		}
		while (at < end && *at != ';')
			at++;
	}
	return 1000;
}

/* What an Accept value gives a type, in thousandths: the closest of its ranges says it, not the best. */
static int
accept_weight(struct slice accept, const char *type)
{
	const char *at = accept.at, *end = accept.at + accept.len;
	int closest = 0, weight = 0;

	while (at < end) {
		const char *stop = memchr(at, ',', (size_t)(end - at)), *params;
		struct slice range;
		int closeness;

		stop = stop != NULL ? stop : end;
		while (at < stop && isspace((unsigned char)*at))
			at++;
		params = memchr(at, ';', (size_t)(stop - at));
		range = (struct slice){ at, (size_t)((params != NULL ? params : stop) - at) };
		while (range.len > 0 && isspace((unsigned char)range.at[range.len - 1]))
			range.len--;
		closeness = range_closeness(range, type);
		if (closeness > closest) {
			closest = closeness;
			weight = params != NULL ? range_weight(params, stop) : 1000;
		}
		at = stop < end ? stop + 1 : end;
	}
	return weight;
}

enum form
form_accept(unsigned wanted, struct slice accept)
{
	enum form best = 0;
	int best_weight = 0;

	for (size_t i = 0; i < countof(forms); i++) {
		int weight;

		if ((wanted & forms[i].form) == 0)
			continue;
		if (accept.len == 0)
			return forms[i].form;
		weight = accept_weight(accept, forms[i].accept);
		if (weight > best_weight) {
			best_weight = weight;
			best = forms[i].form;
		}
	}
	return best;
}

static bool
is_known_lang(struct slice value)
{
	char lang[8] = "";

	if (value.len >= sizeof(lang))
		return false;
	memcpy(lang, value.at, value.len);
	return i18n_known(lang);
}

#define DIGITS "0123456789"
#define SMALL "abcdefghijklmnopqrstuvwxyz"

/* What may stand for a name in a pattern; for any other, a slug. */
static const struct value_rule {
	const char *name, *letters;
	size_t most;
} value_rules[] = {
	{ "id", DIGITS, 9 }, { "n", DIGITS, 9 }, { "problem", DIGITS, 9 }, { "person", DIGITS, 9 },
	{ "token", DIGITS SMALL "._", 200 },
	{ "text_lang", SMALL, 7 },
};

static const struct value_rule *
rule_of(struct slice name)
{
	static const struct value_rule slug = { "", DIGITS SMALL "-", 60 };

	for (size_t i = 0; i < countof(value_rules); i++)
		if (strlen(value_rules[i].name) == name.len && memcmp(value_rules[i].name, name.at, name.len) == 0)
			return &value_rules[i];
	return &slug;
}

static bool
fits(struct slice name, struct slice value)
{
	const struct value_rule *rule = rule_of(name);

	if (value.len == 0 || value.len > rule->most)
		return false;
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] == '\0' || strchr(rule->letters, value.at[i]) == NULL)
			return false;
	return strcmp(rule->name, "text_lang") != 0 || is_known_lang(value);
}

/* Does the path follow the pattern? Values are set in `values` (may be NULL) on the way. */
static bool
follows(const char *pattern, struct slice path, json_t *values)
{
	const char *at = path.at, *end = path.at + path.len;

	while (*pattern != '\0') {
		if (*pattern == '{') {
			const char *close = strchr(pattern, '}');
			const char *stop = at < end ? memchr(at, '/', (size_t)(end - at)) : NULL;
			struct slice name = { pattern + 1, (size_t)(close - pattern - 1) };
			struct slice value = { at, (size_t)((stop != NULL ? stop : end) - at) };

			if (!fits(name, value))
				return false;
			if (values != NULL)
				json_object_setn_new(values, name.at, name.len, json_stringn(value.at, value.len));
			at += value.len;
			pattern = close + 1;
		} else if (at < end && *at == *pattern) {
			at++;
			pattern++;
		} else {
			return false;
		}
	}
	return at == end;
}

static bool
has_ending(struct slice path, const char *ending)
{
	size_t n = strlen(ending);

	return path.len > n + 1 && memcmp(path.at + path.len - n, ending, n) == 0;
}

/* Tries a row against a path; true when the path is the row's, whatever the method. */
static bool
try_row(const struct route *r, enum http_method method, struct slice path, enum form form, struct match *m)
{
	if ((r->flags & (m->api ? ON_API : ON_WEB)) == 0 || (m->api && form != 0 && form != FORM_JSON) ||
	    !follows(r->pattern, path, NULL))
		return false;
	m->allowed |= 1u << r->method;
	if (r->method == method && m->route == NULL) {
		m->route = r;
		m->form = form;
		m->values = json_object();
		(void)follows(r->pattern, path, m->values);
	}
	return true;
}

static void
try_all(enum http_method method, struct slice path, size_t ending, struct match *m)
{
	for (size_t i = 0; resources[i] != NULL; i++) {
		for (const struct route *r = resources[i]->routes; r->pattern != NULL; r++) {
			if (ending == countof(forms))
				(void)try_row(r, method, path, 0, m);
			else if (r->method == HTTP_GET && (r->forms & forms[ending].form) != 0)
				(void)try_row(r, method, path, forms[ending].form, m);
		}
	}
}

struct match
route_find(enum http_method method, struct slice path)
{
	static const char api[] = "/api/v1";
	struct match m = {0};
	enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;

	if (path.len > sizeof(api) && memcmp(path.at, api, sizeof(api) - 1) == 0 && path.at[sizeof(api) - 1] == '/') {
		m.api = true;
		path.at += sizeof(api) - 1;
		path.len -= sizeof(api) - 1;
	}
	try_all(wanted, path, countof(forms), &m);
	for (size_t e = 0; e < countof(forms) && m.route == NULL; e++) {
		struct slice bare = path;

		if (!has_ending(path, forms[e].ending))
			continue;
		bare.len -= strlen(forms[e].ending);
		try_all(wanted, bare, e, &m);
	}
	return m;
}

const struct route *
route_of(enum http_method method, const char *pattern)
{
	for (size_t i = 0; resources[i] != NULL; i++)
		for (const struct route *r = resources[i]->routes; r->pattern != NULL; r++)
			if (r->method == method && strcmp(r->pattern, pattern) == 0)
				return r;
	return NULL;
}

const struct route *
route_named(const char *name)
{
	for (size_t i = 0; resources[i] != NULL; i++)
		for (const struct route *r = resources[i]->routes; r->pattern != NULL; r++)
			if (r->name != NULL && strcmp(r->name, name) == 0)
				return r;
	return NULL;
}

char *
route_path(struct arena *a, const char *pattern, json_t *values)
{
	cleanup(buf_release) struct buf b = {0};

	while (*pattern != '\0') {
		const char *close = *pattern == '{' ? strchr(pattern, '}') : NULL;

		if (close != NULL) {
			json_t *v = json_object_getn(values, pattern + 1, (size_t)(close - pattern - 1));

			if (json_is_integer(v))
				buf_printf(&b, "%lld", (long long)json_integer_value(v));
			else
				buf_puts(&b, json_is_string(v) ? json_string_value(v) : "");
			pattern = close + 1;
		} else {
			buf_putc(&b, *pattern++);
		}
	}
	return arena_copy(a, buf_text(&b), b.len);
}
