/* A group's pages, to be kept on a device as a whole: which there are, and about how large. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

/* Of a long list a page shows so many: it stays light. Its script takes them all. */
enum { MOST_ROWS = 60, KILOBYTE = 1024 };

/* Pages that are no question's and no lesson's. */
static const struct {
	const char *kind, *title;
} titles[] = {
	{ "lessons", N_("Lessons") }, { "questions", N_("Questions") }, { "uptake", N_("Application") },
	{ "came_back", N_("What came back") }, { "members", N_("Municipalities") }, { "digest", N_("Digest") },
};

static void
add_title(struct exchange *x, json_t *page, json_t *group)
{
	const char *kind = json_string_value(json_object_get(page, "kind"));

	if (strcmp(kind, "group") == 0)
		json_object_set(page, "title", json_object_get(group, "name"));
	for (size_t i = 0; i < countof(titles); i++)
		if (strcmp(kind, titles[i].kind) == 0)
			json_object_set_new(page, "title", json_string(tr(x->lang, titles[i].title)));
}

static void
add_language(struct exchange *x, json_t *page)
{
	const char *path = json_string_value(json_object_get(page, "path"));

	if (x->asked != NULL)
		json_object_set_new(page, "path", json_sprintf("%s%clang=%s", path, strchr(path, '?') != NULL ? '&' : '?', x->asked));
}

static json_t *
with_titles(struct exchange *x, json_t *value)
{
	json_t *pages = json_object_get(value, "pages"), *page;
	size_t i;

	json_array_foreach(pages, i, page)
		add_title(x, page, json_object_get(value, "group"));
	if (x->form != FORM_HTML)
		return value;
	json_array_foreach(pages, i, page)
		add_language(x, page);
	json_object_set_new(value, "kilobytes", json_integer((json_integer_value(json_object_get(value, "bytes")) + KILOBYTE - 1) / KILOBYTE));
	if (json_array_size(pages) > MOST_ROWS)
		json_object_set_new(value, "more", json_integer((json_int_t)json_array_size(pages) - MOST_ROWS));
	while (json_array_size(pages) > MOST_ROWS)
		json_array_remove(pages, json_array_size(pages) - 1);
	return value;
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/take-along", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON,
	  .statement = SQL_TAKE_ALONG, .template = "take_along", .script = "take.js", .shape = with_titles,
	  .summary = "The group's pages, to keep them all on a device, and about how many bytes that is" },
	{ .pattern = NULL }
};

const struct resource take_along_resource = { "take-along", routes };
