/*
 * Mustache (the core of the public specification: variables, sections, inverted
 * sections, partials, comments, delimiters, standalone lines) over jansson values.
 *
 * Templates are compiled once at the start; rendering allocates only in `out`.
 * Escaping goes by the template's kind. Helpers are sections whose name is in the
 * table given at load: {{#tr}}Publish a lesson{{/tr}}; the helper gets the raw text
 * between the tags.
 */
#ifndef RELAIS_TEMPLATE_H
#define RELAIS_TEMPLATE_H

#include <jansson.h>

#include "shared/base/buf.h"

enum template_escape {
	ESCAPE_HTML,            /* XML too: & < > " ' ; characters XML 1.0 forbids are dropped */
	ESCAPE_NONE             /* text and Markdown */
};

struct template_set;

struct template_scope;          /* the stack of contexts while rendering */

/*
 * A helper writes to out what stands for its section. `raw` is the unrendered text
 * between the tags.
 */
typedef void template_helper(struct template_scope *scope, struct slice raw, struct buf *out);

struct template_helper_row {
	const char *name;
	template_helper *call;
};

/* One source file; made from web/templates/ by the build (web.h). */
struct template_source {
	const char *name;       /* "lesson.html"; .txt and .md do not escape, all others do */
	const char *text;
	size_t len;
};

/*
 * Compiles all of them. helpers ends with a row of NULL. A template that does not
 * compile, or names a partial there is not, is logged with name and line, and NULL
 * returned. Templates and translations are trusted, data is not.
 *
 * {{{x}}} and {{&x}} print a string raw only if it is the member "html" of an object
 * with no other member ({"html": "<p>…"}, the sanitised type); anything else is
 * escaped, so that no template can leak markup. raw_strings lifts this (and a missing
 * partial is empty), for the tests against the specification only.
 */
struct template_set *template_set_new(const struct template_source *sources, size_t n,
    const struct template_helper_row *helpers, bool raw_strings) must_check;
void template_set_free(struct template_set *set);

/*
 * Renders `name` with context (borrowed) into out; user is for the helpers. false if
 * there is no such template, out failed, or the data nests too deep (out then failed).
 * The kind of the outermost template holds for its partials too.
 */
bool template_render(const struct template_set *set, const char *name, json_t *context, void *user,
    struct buf *out) must_check;

/* For helpers. */
void *template_user(const struct template_scope *scope);
enum template_escape template_kind(const struct template_scope *scope);
/* The value of a (dotted) name in the scope, borrowed; NULL if absent. */
json_t *template_lookup(const struct template_scope *scope, struct slice name);
/*
 * Renders text as a template in the current scope. The raw text a helper was given is
 * compiled already; other text with tags is compiled on the spot.
 */
void template_expand(struct template_scope *scope, struct slice text, struct buf *out);
/* Escapes by the kind of the current template. */
void template_escape(const struct template_scope *scope, struct slice text, struct buf *out);

#endif
