#include "shared/template/helpers.h"

#include <string.h>

#include "shared/i18n/i18n.h"
#include "shared/template/brief.h"

enum { LONGEST_DESCRIPTION = 160 };     /* what a search engine shows of it */

static const struct template_locale *
locale_of(const struct template_scope *scope)
{
	return template_user(scope);
}

static struct slice
text_of(const struct buf *b)
{
	return (struct slice){ buf_text(b), b->len };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The text as it stands in the catalogues: blanks in a row are one, none at the ends. */
static void
add_normal(struct buf *out, struct slice text)
{
	size_t i, from = 0;
	bool gap = false;

	for (i = 0; i <= text.len; i++) {
		if (i < text.len && !is_blank(text.at[i]))
			continue;
		if (i > from) {
			if (gap)
				buf_putc(out, ' ');
			buf_add(out, text.at + from, i - from);
			gap = true;
		}
		from = i + 1;
	}
}

/* Cuts the text up to the next end, or all of it, off the front of rest. */
static struct slice
cut(struct slice *rest, char end)
{
	const char *p = memchr(rest->at, end, rest->len);
	struct slice first = { rest->at, p == NULL ? rest->len : (size_t)(p - rest->at) };
	size_t used = first.len + (p != NULL);

	rest->at += used;
	rest->len -= used;
	return first;
}

/* Cuts the next word off the front of rest; empty when there is none. */
static struct slice
cut_word(struct slice *rest)
{
	struct slice word;

	while (rest->len > 0 && is_blank(*rest->at)) {
		rest->at++;
		rest->len--;
	}
	word = (struct slice){ rest->at, 0 };
	while (rest->len > 0 && !is_blank(*rest->at)) {
		rest->at++;
		rest->len--;
		word.len++;
	}
	return word;
}

static void
help_tr(struct template_scope *scope, struct slice raw, struct buf *out)
{
	cleanup(buf_release) struct buf msgid = { 0 };
	const char *text;

	add_normal(&msgid, raw);
	text = tr(locale_of(scope)->lang, buf_text(&msgid));
	/* Untranslated, it is what the template has compiled already. */
	if (strlen(text) == raw.len && memcmp(text, raw.at, raw.len) == 0)
		template_expand(scope, raw, out);
	else
		template_expand(scope, (struct slice){ text, strlen(text) }, out);
}

static unsigned long
count_of(const json_t *value)
{
	json_int_t n = json_integer_value(value);

	if (json_is_array(value))
		return json_array_size(value);
	return n < 0 ? -(unsigned long)n : (unsigned long)n;
}

static void
help_trn(struct template_scope *scope, struct slice raw, struct buf *out)
{
	cleanup(buf_release) struct buf one = { 0 }, many = { 0 };
	struct slice name = cut(&raw, '|');
	const char *text;

	name = cut_word(&name);
	add_normal(&one, cut(&raw, '|'));
	add_normal(&many, raw);
	text = trn(locale_of(scope)->lang, buf_text(&one), buf_text(&many),
	    count_of(template_lookup(scope, name)));
	template_expand(scope, (struct slice){ text, strlen(text) }, out);
}

/* A code: {{name}}, a value of the scope, or the literal itself. */
static void
add_code(struct buf *out, const struct template_scope *scope, struct slice text)
{
	const json_t *value;

	if (text.len < 4 || memcmp(text.at, "{{", 2) != 0) {
		add_normal(out, text);
		return;
	}
	text = (struct slice){ text.at + 2, text.len - 4 };
	value = template_lookup(scope, cut_word(&text));
	if (json_is_string(value))
		buf_add(out, json_string_value(value), json_string_length(value));
}

static void
help_word(struct template_scope *scope, struct slice raw, struct buf *out)
{
	cleanup(buf_release) struct buf context = { 0 }, code = { 0 };
	struct slice first = cut_word(&raw);
	const char *text;

	buf_add(&context, first.at, first.len);
	while (raw.len > 0 && is_blank(*raw.at)) {
		raw.at++;
		raw.len--;
	}
	while (raw.len > 0 && is_blank(raw.at[raw.len - 1]))
		raw.len--;
	add_code(&code, scope, raw);
	if (code.len == 0)
		return;
	text = trc(locale_of(scope)->lang, buf_text(&context), buf_text(&code));
	template_escape(scope, (struct slice){ text, strlen(text) }, out);
}

/* The string that the next name in raw stands for; NULL if it is none. */
static const char *
next_string(const struct template_scope *scope, struct slice *raw)
{
	return json_string_value(template_lookup(scope, cut_word(raw)));
}

static void
help_date(struct template_scope *scope, struct slice raw, struct buf *out)
{
	const struct template_locale *l = locale_of(scope);
	const char *iso = next_string(scope, &raw), *precision = next_string(scope, &raw);
	cleanup(buf_release) struct buf text = { 0 };

	/* A date that is not known may well be null. */
	if (iso == NULL && (precision == NULL || strcmp(precision, "unknown") != 0))
		return;
	i18n_date(&text, l->lang, l->zone, iso == NULL ? "" : iso, precision);
	template_escape(scope, text_of(&text), out);
}

static void
help_datetime(struct template_scope *scope, struct slice raw, struct buf *out)
{
	const struct template_locale *l = locale_of(scope);
	const char *iso = next_string(scope, &raw);
	cleanup(buf_release) struct buf text = { 0 };

	if (iso == NULL)
		return;
	i18n_datetime(&text, l->lang, l->zone, iso);
	template_escape(scope, text_of(&text), out);
}

static void
help_rfc822(struct template_scope *scope, struct slice raw, struct buf *out)
{
	const char *iso = next_string(scope, &raw);
	cleanup(buf_release) struct buf text = { 0 };

	if (iso == NULL)
		return;
	i18n_rfc822(&text, iso);
	template_escape(scope, text_of(&text), out);
}

static void
help_number(struct template_scope *scope, struct slice raw, struct buf *out)
{
	const json_t *value = template_lookup(scope, cut_word(&raw));

	if (json_is_integer(value))
		i18n_number(out, locale_of(scope)->lang, json_integer_value(value));
}

static void
help_lang(struct template_scope *scope, struct slice raw, struct buf *out)
{
	const char *code = next_string(scope, &raw), *name;

	if (code == NULL)
		return;
	name = i18n_language_name(code);
	template_escape(scope, (struct slice){ name, strlen(name) }, out);
}

/* ' lang="fr"' of a text that begins with a span that has it, and is not the reader's; empty for all others. */
static struct slice
own_lang(struct slice text, const char *reader)
{
	static const char span[] = "<span lang=\"";
	size_t len = sizeof(span) - 1, from = strlen("<span");
	const char *end;

	while (text.len > 0 && is_blank(*text.at)) {
		text.at++;
		text.len--;
	}
	if (text.len < len || memcmp(text.at, span, len) != 0 || (end = memchr(text.at + len, '"', text.len - len)) == NULL ||
	    ((size_t)(end - text.at) - len == strlen(reader) && memcmp(text.at + len, reader, strlen(reader)) == 0))
		return (struct slice){ "", 0 };
	return (struct slice){ text.at + from, (size_t)(end - text.at) - from + 1 };
}

static void
help_about(struct template_scope *scope, struct slice raw, struct buf *out)
{
	cleanup(buf_release) struct buf text = { 0 }, brief = { 0 };

	template_expand(scope, raw, &text);
	template_brief(text_of(&text), LONGEST_DESCRIPTION, &brief);
	if (brief.len > 0) {
		struct slice lang = own_lang(text_of(&text), locale_of(scope)->lang);

		buf_printf(out, "<meta name=\"description\"%.*s content=\"%s\">", (int)lang.len, lang.at, buf_text(&brief));
	}
}

const struct template_helper_row template_helpers_i18n[] = {
	{ "tr", help_tr },
	{ "trn", help_trn },
	{ "word", help_word },
	{ "date", help_date },
	{ "datetime", help_datetime },
	{ "rfc822", help_rfc822 },
	{ "number", help_number },
	{ "lang", help_lang },
	{ "about", help_about },
	{ NULL, NULL },
};
