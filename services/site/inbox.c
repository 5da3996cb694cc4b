/* What waits for the reader, and what they answered a moment ago. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/field.h"
#include "services/site/resources.h"
#include "shared/base/utf8.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

/* Of a long list a page shows the oldest: it stays light, and there are more when these are answered. */
enum { MOST_ROWS = 20 };

/* Words go with an answer by what it says: which fields a row offers. */
static void
add_fields(json_t *row)
{
	const char *status = json_string_value(json_object_get(row, "status"));

	json_object_set_new(row, "changed", json_boolean(strcmp(status, "adapted") == 0));
	json_object_set_new(row, "stopped", json_boolean(strcmp(status, "interrupted") == 0 || strcmp(status, "not_for_us") == 0));
	json_object_set_new(row, "worded", json_boolean(json_is_string(json_object_get(row, "note")) ||
	    json_is_string(json_object_get(row, "adaptation")) || json_is_string(json_object_get(row, "reason"))));
}

/* What was begun, by the first of these that says something, or its beginning. */
static const char *const telling[] = { "title", "text", "summary", "body", "conditions" };
enum { MOST_LETTERS = 80 };

static json_t *
first_words(const char *content)
{
	for (size_t i = 0; i < countof(telling); i++) {
		json_t *value = form_value(content, strlen(content), telling[i]);
		const char *text = json_string_value(value);
		size_t len = text != NULL ? strcspn(text, "\r\n") : 0, letters = 0, end = 0;

		while (end < len && (letters += utf8_begins(text[end])) <= MOST_LETTERS)
			end++;
		json_t *words = end > 0 ? json_sprintf("%.*s%s", (int)end, text, text[end] != '\0' ? " …" : "") : NULL;
		json_decref(value);
		if (words != NULL)
			return words;
	}
	return json_null();
}

/* Forms whose page keeps what is written, and what they make. */
static const struct {
	const char *form, *what;
} made[] = {
	{ "lesson", N_("New lesson") }, { "lesson_text", N_("Text of a lesson") },
};

static void
name_unfinished(struct exchange *x, json_t *row)
{
	const char *form = json_string_value(json_object_get(row, "form"));

	json_object_set_new(row, "title", first_words(json_string_value(json_object_get(row, "content"))));
	json_object_del(row, "content");
	for (size_t i = 0; x->form == FORM_HTML && i < countof(made); i++)
		if (strcmp(form, made[i].form) == 0)
			json_object_set_new(row, "what", json_string(tr(x->lang, made[i].what)));
}

/* The page: the last answer is in sight, those before it are folded away. */
static json_t *
with_rows(struct exchange *x, json_t *value)
{
	json_t *waiting = json_object_get(value, "waiting"), *answered = json_object_get(value, "answered"), *earlier, *row;
	size_t i;

	json_array_foreach(json_object_get(value, "unfinished"), i, row)
		name_unfinished(x, row);
	if (x->form != FORM_HTML)
		return value;
	json_array_foreach(answered, i, row)
		add_fields(row);
	earlier = json_array();
	while (json_array_size(answered) > 1) {
		json_array_append(earlier, json_array_get(answered, 1));
		json_array_remove(answered, 1);
	}
	json_object_set_new(value, "earlier", earlier);
	if (json_array_size(waiting) > MOST_ROWS)
		json_object_set_new(value, "more", json_integer((json_int_t)json_array_size(waiting) - MOST_ROWS));
	while (json_array_size(waiting) > MOST_ROWS)
		json_array_remove(waiting, MOST_ROWS);
	return value;
}

static const char *const forms[] = { "lesson_report", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/inbox", .who = SIGNED_IN, .flags = ON_WEB | ON_API | PRIVATE,
	  .forms = FORM_HTML | FORM_JSON, .statement = SQL_INBOX, .template = "inbox", .script = "inbox.js", .shows = forms,
	  .shape = with_rows, .summary = "What waits for the reader" },
	{ .pattern = NULL }
};

const struct resource inbox_resource = { "inbox", routes };
