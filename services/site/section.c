/* A section of the open draft on the desk of who edits it: its order, what is put first or left out, and its text. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/log.h"
#include "shared/i18n/i18n.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"
#include "statements.h"

static const struct field section_fields[] = {
	{ .name = "lang", .type = FIELD_LANG, .api_only = true },       /* the page's own, hidden in its form */
	{ .name = "text", .type = FIELD_MARKDOWN, .max = 60000, .label = N_("The section as everybody reads it"),
	  .hint = N_("Drafted from what happened in the group. Empty the field to get this draft back. "
	  "Everybody who sees the group reads this text; what only members may know is added below it.") },
	{ .name = "pin", .type = FIELD_INTEGERS, .api_only = true },
	{ .name = "leave_out", .type = FIELD_INTEGERS, .api_only = true },
	{ .name = NULL }
};

/* A button each, whose value is the item; or all items in their new order. */
static const struct field order_fields[] = {
	{ .name = "up", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "down", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "pin", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "unpin", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "leave_out", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "take_in", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "order", .type = FIELD_INTEGERS, .most = 1000 },
	{ .name = NULL }
};

static const struct {
	const char *name, *title;
} lists[] = {
	{ "lessons", N_("New lessons") },
	{ "questions", N_("Learning questions") },
	{ "reports", N_("Applied and tried") },
	{ "members", N_("In the group") },
	{ "others", N_("Inspired, planned, interrupted") },
	{ "left_out", N_("Left out") },
};

/* Which button was pressed, and on what. */
static void
read_act(struct exchange *x)
{
	for (const struct field *f = order_fields; f->type == FIELD_INTEGER; f++) {
		json_t *seq = json_object_get(x->in, f->name);

		if (seq != NULL) {
			json_object_set_new(x->in, "act", json_string(f->name));
			json_object_set(x->in, "seq", seq);
			return;
		}
	}
	if (json_array_size(json_object_get(x->in, "order")) == 0)
		field_error(x->errors, "order", "required", 0);
}

static bool
is_pinned(json_t *item)
{
	return json_is_true(json_object_get(item, "pinned"));
}

/* Each list with its items: which way one may go, and what it is called for who does not see it. */
static json_t *
lists_view(struct exchange *x, json_t *section)
{
	json_t *all = json_array();

	for (size_t k = 0; k < countof(lists); k++) {
		json_t *items = json_deep_copy(json_object_get(section, lists[k].name)), *item;
		size_t i, n = json_array_size(items);

		json_array_foreach(items, i, item) {
			if (json_object_get(item, "status") == NULL)     /* else the page's own would stand in for it */
				json_object_set_new(item, "status", json_null());
			json_object_set_new(item, "first", json_boolean(i == 0 || is_pinned(item) != is_pinned(json_array_get(items, i - 1))));
			json_object_set_new(item, "last", json_boolean(i + 1 == n || is_pinned(item) != is_pinned(json_array_get(items, i + 1))));
		}
		if (n > 0)
			json_array_append_new(all, json_pack("{s:s, s:s, s:b, s:b, s:O}", "name", lists[k].name,
			    "title", tr(x->lang, lists[k].title), "left", strcmp(lists[k].name, "left_out") == 0,
			    "sorted", strcmp(lists[k].name, "left_out") != 0, "items", items));
		json_decref(items);
	}
	return all;
}

/* The languages there are, each with whether its text was written by hand. */
static json_t *
languages_view(struct exchange *x, json_t *written)
{
	const char *const *codes;
	json_t *list = json_array(), *e;
	size_t n, i;

	codes = i18n_languages(&n);
	for (size_t k = 0; k < n; k++) {
		bool by_hand = false;

		json_array_foreach(written, i, e)
			by_hand |= strcmp(json_string_value(e), codes[k]) == 0;
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b}", "code", codes[k], "name", i18n_language_name(codes[k]),
		    "by_hand", by_hand, "current", strcmp(codes[k], x->lang) == 0));
	}
	return list;
}

/* The draft as everybody reads it, in Markdown. */
static void
draft_text(struct exchange *x, json_t *section, struct buf *text)
{
	struct template_locale locale = { x->lang, x->zone };
	json_t *open = json_deep_copy(json_object_get(section, "open"));

	json_object_set(open, "group", json_object_get(section, "group"));
	json_object_set_new(open, "site", json_string(x->site->config.url));
	template_context(open);
	if (!template_render(x->site->templates, "digest_section.md", open, &locale, text))
		log_error("digest_section.md cannot be rendered");
	json_decref(open);
}

/* What there is to arrange, and the text to edit: what was written, else the draft. */
static json_t *
with_draft(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf text = {0};
	json_t *section = json_object_get(value, "section"), *written = json_object_get(section, "markdown");

	if (json_is_string(written))
		buf_puts(&text, json_string_value(written));
	else
		draft_text(x, section, &text);
	json_object_set_new(value, "prefill", json_pack("{s:{s:s, s:s}}", "section", "text", buf_text(&text), "lang", x->lang));
	if (x->form == FORM_HTML) {
		json_object_set_new(value, "lists", lists_view(x, section));
		json_object_set_new(value, "texts", languages_view(x, json_object_get(value, "written")));
		json_object_set_new(value, "by_hand", json_boolean(json_is_string(written)));
	}
	return value;
}

/* An empty text takes the written one out; fields_read() leaves empty ones away. */
static void
keep_empty_text(struct exchange *x)
{
	if (json_is_string(json_object_get(x->given, "text")) && json_object_get(x->in, "text") == NULL)
		json_object_set_new(x->in, "text", json_string(""));
}

static const char *const section_forms[] = { "section", "section_order", NULL };

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/digests/{n}/sections/{group}", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API | PRIVATE, .forms = FORM_HTML | FORM_JSON, .statement = SQL_SECTION_GET, .template = "section",
	  .script = "section.js", .shows = section_forms, .shape = with_draft, .summary = "A section of the open draft, to edit it" },
	{ .method = HTTP_PUT, .pattern = "/umbrellas/{umbrella}/digests/{n}/sections/{group}", .who = SIGNED_IN, .flags = ON_API,
	  .statement = SQL_SECTION_CHANGE, .body = section_fields, .before = keep_empty_text, .summary = "Edits a section of the open draft" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/digests/{n}/sections/{group}", .who = SIGNED_IN, .flags = ON_WEB,
	  .statement = SQL_SECTION_CHANGE, .body = section_fields, .name = "section", .before = keep_empty_text,
	  .page = "/umbrellas/{umbrella}/digests/{n}/sections/{group}" },
	{ .method = HTTP_POST, .pattern = "/umbrellas/{umbrella}/digests/{n}/sections/{group}/order", .who = SIGNED_IN,
	  .flags = ON_WEB | ON_API, .statement = SQL_SECTION_ARRANGE, .body = order_fields, .body_max = SMALL_BODY,
	  .name = "section_order", .before = read_act, .summary = "Moves an item of a section, puts it first, leaves it out or takes it in; or orders all" },
	{ .pattern = NULL }
};

const struct resource section_resource = { "sections", routes };
