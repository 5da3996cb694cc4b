/* The Markdown of an import's document. */
#include <stdlib.h>
#include <string.h>

#include "services/admin/tree.h"
#include "services/admin/yaml.h"
#include "shared/base/utf8.h"
#include "shared/markdown/markdown.h"

enum { MOST_CHARACTERS = 65536 };       /* of a Markdown text in the database, which refuses more in its own words */

/* The HTML of a text as a new string; NULL: told, with file and line. */
static json_t *
rendered(const char *text, const char *file, int line, struct problems *p)
{
	char *html = NULL;
	size_t len = 0;
	int at = 0;
	json_t *value = NULL;
	enum markdown_outcome outcome;

	if (utf8_count(text) > MOST_CHARACTERS)
		return json_string("");
	outcome = markdown_render_now(text, strlen(text), &html, &len, &at);
	if (outcome == MARKDOWN_OK)
		value = json_stringn(html, len);
	else if (outcome == MARKDOWN_TOO_LONG)
		problem(p, file, line, "the text is too long");
	else if (outcome == MARKDOWN_TOO_COMPLEX)
		problem(p, file, line, "the text cannot be rendered: too much stands within one another (its line %d)", at);
	else
		problem(p, file, line, "the text cannot be rendered now: no process could be started");
	free(html);
	return value;
}

static void
beside_body(json_t *object, const char *file, struct problems *p)
{
	const char *body = json_string_value(json_object_get(object, "body"));
	json_t *html = body != NULL ? rendered(body, file, line_of(object, "body"), p) : NULL;

	if (html != NULL)
		json_object_set_new(object, "html", html);
}

static void
item(json_t *object, struct problems *p)
{
	const char *file = json_string_value(json_object_get(object, "file")), *lang;
	json_t *translation;

	beside_body(object, file, p);
	json_object_foreach(json_object_get(object, "translations"), lang, translation)
		beside_body(translation, file, p);
}

/* A line of the log: an old text, or a digest with what people wrote in its sections. */
static void
log_line(json_t *line, struct problems *p)
{
	json_t *section, *text, *html;
	const char *lang;
	size_t i;

	beside_body(line, "log.jsonl", p);
	json_array_foreach(json_object_get(line, "sections"), i, section) {
		json_t *all = json_object();

		json_object_foreach(json_object_get(section, "texts"), lang, text) {
			html = rendered(json_string_value(text) != NULL ? json_string_value(text) : "", "log.jsonl", 0, p);
			if (html != NULL)
				json_object_set_new(all, lang, html);
		}
		json_object_set_new(section, "html", all);
	}
}

void
tree_render(json_t *document, struct problems *p)
{
	json_t *group, *entry;
	size_t i, k;

	json_array_foreach(json_object_get(document, "groups"), i, group)
		json_array_foreach(json_object_get(group, "items"), k, entry)
			item(entry, p);
	json_array_foreach(json_object_get(document, "log"), i, entry)
		log_line(entry, p);
}
