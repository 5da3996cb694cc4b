#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/template/node.h"

/* Sections, partials and helpers in each other: data decides how often a partial names itself. */
enum { DEPTH_MAX = 200 };

/* The indentation of a standalone partial, inside that of the one that includes it. */
struct indent {
	struct slice blanks;
	const struct indent *up;
};

static void render_nodes(struct template_scope *scope, size_t from, size_t to);

static bool
enter(struct template_scope *scope)
{
	if (scope->depth == DEPTH_MAX && !scope->out->failed) {
		log_error("template %s: the data nests too deep", scope->at->source.name);
		scope->out->failed = true;
	}
	if (scope->out->failed)
		return false;
	scope->depth++;
	return true;
}

static void
leave(struct template_scope *scope)
{
	scope->depth--;
}

static void
add_plain(struct buf *out, struct slice text)
{
	buf_add(out, text.at, text.len);
}

static json_t *
member(const json_t *object, struct slice name)
{
	return json_object_getn(object, name.at, name.len);
}

json_t *
template_lookup(const struct template_scope *scope, struct slice name)
{
	const struct frame *frame;
	const char *dot = memchr(name.at, '.', name.len);
	struct slice first = { name.at, dot == NULL ? name.len : (size_t)(dot - name.at) };
	json_t *value = NULL;

	if (name.len == 1 && dot != NULL)
		return scope->top->value;
	for (frame = scope->top; frame != NULL && value == NULL; frame = frame->up)
		value = member(frame->value, first);
	/* The first part alone decides which context; the others are looked for in it only. */
	while (dot != NULL && value != NULL) {
		name.len -= first.len + 1;
		name.at = dot + 1;
		dot = memchr(name.at, '.', name.len);
		first = (struct slice){ name.at, dot == NULL ? name.len : (size_t)(dot - name.at) };
		value = member(value, first);
	}
	return value;
}

/* The text of {"html": "…"}, the type that only the sanitiser makes; NULL for anything else. */
static const json_t *
sanitized(const json_t *value)
{
	const json_t *html;

	if (!json_is_object(value) || json_object_size(value) != 1)
		return NULL;
	html = json_object_get(value, "html");
	return json_is_string(html) ? html : NULL;
}

static void
render_value(struct template_scope *scope, const struct node *node)
{
	const json_t *value = template_lookup(scope, node->text), *html = sanitized(value);
	bool raw = node->type == NODE_RAW;

	if (scope->escape == ESCAPE_NONE || (raw && scope->set->raw_strings))
		value_print(scope->out, html != NULL ? html : value, add_plain);
	else if (html != NULL)
		value_print(scope->out, html, raw ? escape_forbidden : escape_html);
	else
		value_print(scope->out, value, escape_html);
}

static bool
is_false(const json_t *value)
{
	return value == NULL || json_is_null(value) || json_is_false(value) ||
	    (json_is_array(value) && json_array_size(value) == 0);
}

static void
render_with(struct template_scope *scope, json_t *value, size_t from, size_t to)
{
	struct frame frame = { value, scope->top };

	scope->top = &frame;
	render_nodes(scope, from, to);
	scope->top = frame.up;
}

static void
render_section(struct template_scope *scope, size_t i)
{
	const struct node *node = &scope->at->nodes[i];
	json_t *value = template_lookup(scope, node->text);
	size_t k;

	if (is_false(value) != (node->type == NODE_INVERTED) || !enter(scope))
		return;
	if (node->type == NODE_INVERTED)
		render_nodes(scope, i + 1, node->end);
	else if (!json_is_array(value))
		render_with(scope, value, i + 1, node->end);
	else
		for (k = 0; k < json_array_size(value) && !scope->out->failed; k++)
			render_with(scope, json_array_get(value, k), i + 1, node->end);
	leave(scope);
}

static void
render_helper(struct template_scope *scope, const struct node *node)
{
	const struct node *outer = scope->helper;

	if (!enter(scope))
		return;
	scope->helper = node;
	node->helper(scope, node->raw, scope->out);
	scope->helper = outer;
	leave(scope);
}

/* Another template in the same scope: all that depends on which one is set and put back. */
static void
render_template(struct template_scope *scope, const struct template *t, const struct indent *indent)
{
	struct template_scope outer = *scope;

	if (!enter(scope))
		return;
	scope->at = t;
	scope->indent = indent;
	scope->helper = NULL;
	render_nodes(scope, 0, t->n);
	scope->at = outer.at;
	scope->indent = outer.indent;
	scope->helper = outer.helper;
	leave(scope);
}

static void
render_partial(struct template_scope *scope, const struct node *node)
{
	struct indent indent = { node->raw, scope->indent };

	if (node->partial == NULL)
		return;
	/* A standalone one is indented as the lines around it are; one inside a line is not. */
	if (node->raw.at == NULL)
		render_template(scope, node->partial, NULL);
	else
		render_template(scope, node->partial, &indent);
}

static void
add_indent(struct buf *out, const struct indent *indent)
{
	if (indent == NULL)
		return;
	add_indent(out, indent->up);
	buf_add(out, indent->blanks.at, indent->blanks.len);
}

/* The first line is indented by its caller. */
static void
render_text(struct template_scope *scope, struct slice text)
{
	const char *end = text.at + text.len, *newline;

	if (scope->indent == NULL) {
		buf_add(scope->out, text.at, text.len);
		return;
	}
	while ((newline = memchr(text.at, '\n', (size_t)(end - text.at))) != NULL &&
	    newline + 1 < end) {
		buf_add(scope->out, text.at, (size_t)(newline + 1 - text.at));
		add_indent(scope->out, scope->indent);
		text.at = newline + 1;
	}
	buf_add(scope->out, text.at, (size_t)(end - text.at));
}

/* The nodes from..to of scope->at, without their children twice. */
static void
render_nodes(struct template_scope *scope, size_t from, size_t to)
{
	const struct node *nodes = scope->at->nodes;
	size_t i;

	for (i = from; i < to; i = nodes[i].end > i ? nodes[i].end : i + 1) {
		if (nodes[i].line_start && scope->indent != NULL)
			add_indent(scope->out, scope->indent);
		switch (nodes[i].type) {
		case NODE_TEXT:
			render_text(scope, nodes[i].text);
			break;
		case NODE_VALUE:
		case NODE_RAW:
			render_value(scope, &nodes[i]);
			break;
		case NODE_SECTION:
		case NODE_INVERTED:
			render_section(scope, i);
			break;
		case NODE_HELPER:
			render_helper(scope, &nodes[i]);
			break;
		case NODE_PARTIAL:
			render_partial(scope, &nodes[i]);
			break;
		}
	}
}

bool
template_render(const struct template_set *set, const char *name, json_t *context, void *user,
    struct buf *out)
{
	const struct template *t = template_find(set, (struct slice){ name, strlen(name) });
	struct frame frame = { context, NULL };
	struct template_scope scope = {
		.set = set, .user = user, .out = out, .top = &frame, .at = t,
	};

	if (t == NULL)
		return false;
	scope.escape = t->escape;
	render_nodes(&scope, 0, t->n);
	return !out->failed;
}

void *
template_user(const struct template_scope *scope)
{
	return scope->user;
}

enum template_escape
template_kind(const struct template_scope *scope)
{
	return scope->escape;
}

void
template_escape(const struct template_scope *scope, struct slice text, struct buf *out)
{
	if (scope->escape == ESCAPE_NONE)
		add_plain(out, text);
	else
		escape_html(out, text);
}

static void
expand_new(struct template_scope *scope, struct slice text)
{
	struct template t = {
		.source = { "(text of a helper)", text.at, text.len },
		.escape = scope->escape,
	};

	if (template_compile(&t, scope->set) && template_link(&t, scope->set))
		render_template(scope, &t, NULL);
	else
		template_escape(scope, text, scope->out);
	free(t.nodes);
}

void
template_expand(struct template_scope *scope, struct slice text, struct buf *out)
{
	const struct node *helper = scope->helper;
	struct buf *outer = scope->out;
	size_t i;

	scope->out = out;
	if (helper != NULL && text.at == helper->raw.at && text.len == helper->raw.len) {
		i = (size_t)(helper - scope->at->nodes);
		render_nodes(scope, i + 1, helper->end);
	} else if (memmem(text.at, text.len, "{{", 2) == NULL) {
		buf_add(out, text.at, text.len);
	} else {
		expand_new(scope, text);
	}
	scope->out = outer;
}
