/* What waits for the reader, and what they answered a moment ago. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
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

/* The page: the last answer is in sight, those before it are folded away. */
static json_t *
with_rows(struct exchange *x, json_t *value)
{
	json_t *waiting = json_object_get(value, "waiting"), *answered = json_object_get(value, "answered"), *earlier, *row;
	size_t i;

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
