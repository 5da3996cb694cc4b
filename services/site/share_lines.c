#include "services/site/share_lines.h"

#include <string.h>
#include <strings.h>

#include "shared/base/utf8.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"

enum {
	MOST_CHARACTERS = 590,  /* a message is read whole on a phone, without a tap on "more" */
	LONGEST_NAME = 60,      /* of who is named in a digest: one title of the longest has room beside */
	MOST_NEWS = 30
};

/* What a digest tells, the first thing first. */
static const char *const lists[] = { "lessons", "reports", "questions", "members" };

static const char *
text_at(json_t *value, const char *name)
{
	const char *text = json_string_value(json_object_get(value, name));

	return text != NULL ? text : "";
}

/* The text without what would make a second link of an address in it. */
static const char *
unlinked(struct exchange *x, const char *text)
{
	static const char *const schemes[] = { "https://", "http://" };
	cleanup(buf_release) struct buf b = {0};

	if (strstr(text, "://") == NULL)
		return text;
	while (*text != '\0') {
		size_t skip = 0;

		for (size_t i = 0; i < countof(schemes); i++)
			if (strncasecmp(text, schemes[i], strlen(schemes[i])) == 0)
				skip = strlen(schemes[i]);
		if (skip == 0)
			buf_putc(&b, *text++);
		text += skip;
	}
	return arena_copy(&x->req->arena, buf_text(&b), b.len);
}

/* The first characters of a text, up to the end of a word. */
static void
add_cut(struct buf *out, const char *text, size_t most)
{
	const char *at = text, *end = text;

	if (utf8_count(text) <= most) {
		buf_puts(out, text);
		return;
	}
	for (size_t n = 0; n + 1 < most; n++) {
		if (*at == ' ' || *at == '\n')
			end = at;
		for (at++; !utf8_begins(*at); at++)
			;
	}
	buf_add(out, text, (size_t)((end > text ? end : at) - text));
	buf_puts(out, "…");
}

/* Of a closed group no more than the title goes out. */
const char *
share_lesson(struct exchange *x, json_t *value, const char *url)
{
	cleanup(buf_release) struct buf b = {0};
	const char *summary = unlinked(x, text_at(value, "summary"));
	bool open = json_is_true(json_object_get(json_object_get(value, "group"), "public"));

	add_cut(&b, unlinked(x, text_at(value, "title")), 200);
	buf_printf(&b, " (%s)\n\n", text_at(json_object_get(value, "municipality"), "name"));
	if (open && *summary != '\0' && utf8_count(buf_text(&b)) + utf8_count(url) + 40 < MOST_CHARACTERS) {
		add_cut(&b, summary, MOST_CHARACTERS - 2 - utf8_count(buf_text(&b)) - utf8_count(url));
		buf_puts(&b, "\n\n");
	}
	buf_puts(&b, url);
	return arena_copy(&x->req->arena, buf_text(&b), b.len);
}

static void
cut_name(json_t *of)
{
	cleanup(buf_release) struct buf b = {0};

	if (!json_is_object(of))
		return;
	add_cut(&b, text_at(of, "name"), LONGEST_NAME);
	json_object_set_new(of, "name", json_string(buf_text(&b)));
}

/* The news of all sections in the order they are told: by subject, the first of each group, then the second of each. */
static json_t *
news(struct exchange *x, json_t *sections)
{
	json_t *all = json_array(), *section, *item;

	for (size_t l = 0; l < countof(lists); l++) {
		bool more = true;

		for (size_t n = 0; more; n++) {
			size_t i;

			more = false;
			json_array_foreach(sections, i, section) {
				if ((item = json_array_get(json_object_get(section, lists[l]), n)) == NULL)
					continue;
				more = true;
				item = json_deep_copy(item);
				cut_name(json_object_get(item, "municipality"));
				if (json_is_string(json_object_get(item, "title")))
					json_object_set_new(item, "title", json_string(unlinked(x, text_at(item, "title"))));
				json_object_set_new(item, "list", json_string(lists[l]));
				json_array_append_new(all, item);
			}
		}
	}
	return all;
}

/* The lines that tell the first `told` of the news. */
static bool
render(struct exchange *x, json_t *value, json_t *all, size_t told, struct buf *out)
{
	json_t *lines = json_deep_copy(value), *item;
	const char *zone = json_string_value(json_object_get(json_object_get(value, "umbrella"), "time_zone"));
	struct template_locale locale = { x->lang, x->zone != NULL ? x->zone : zone };
	size_t left = json_array_size(all) - told, i;
	bool well;

	cut_name(json_object_get(lines, "umbrella"));
	cut_name(json_object_get(lines, "group"));
	for (i = 0; i < countof(lists); i++)
		json_object_set_new(lines, lists[i], json_array());
	for (i = 0; i < told; i++) {
		item = json_array_get(all, i);
		json_array_append(json_object_get(lines, text_at(item, "list")), item);
	}
	json_object_set_new(lines, "any", json_boolean(told > 0));
	if (told > 0 && left > 0)
		json_object_set_new(lines, "more", json_integer((json_int_t)left));
	template_context(lines);
	well = template_render(x->site->templates, "digest_lines.txt", lines, &locale, out);
	json_decref(lines);
	return well;
}

/* Cut between two of the news, never within one: as many as there is room for, and how many more there are. */
const char *
share_digest(struct exchange *x, json_t *value, const char *url)
{
	json_t *all = news(x, json_object_get(value, "sections"));
	size_t told = json_array_size(all) < MOST_NEWS ? json_array_size(all) : MOST_NEWS;
	const char *text = NULL;

	while (text == NULL) {
		cleanup(buf_release) struct buf b = {0};

		if (!render(x, value, all, told, &b))
			break;
		buf_puts(&b, url);
		if (told == 0 || utf8_count(buf_text(&b)) <= MOST_CHARACTERS)
			text = arena_copy(&x->req->arena, buf_text(&b), b.len);
		else
			told--;
	}
	json_decref(all);
	return text;
}
