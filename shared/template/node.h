/*
 * Inside shared/template: the compiled form. A template is a flat array of nodes;
 * a section says where its children end, so rendering is a walk without a tree.
 * Slices point into the source, which outlives the nodes.
 */
#ifndef RELAIS_TEMPLATE_NODE_H
#define RELAIS_TEMPLATE_NODE_H

#include "shared/template/template.h"

enum node_type {
	NODE_TEXT,
	NODE_VALUE,             /* {{x}} */
	NODE_RAW,               /* {{{x}}} {{&x}} */
	NODE_SECTION,           /* {{#x}} */
	NODE_INVERTED,          /* {{^x}} */
	NODE_HELPER,            /* {{#x}} with x in the table of helpers */
	NODE_PARTIAL            /* {{>x}} */
};

struct node {
	enum node_type type;
	bool line_start;        /* stands where a line of the source begins */
	struct slice text;      /* the text, or the name */
	struct slice raw;       /* a helper's text between its tags; a partial's indentation */
	const char *tag;        /* where it stands in the source, for messages */
	size_t end;             /* sections: index of the first node after the children */
	union {
		template_helper *helper;
		const struct template *partial; /* linked when all are compiled; may be NULL */
	};
};

struct template {
	struct template_source source;  /* borrowed */
	enum template_escape escape;
	struct node *nodes;             /* owned */
	size_t n;
};

struct template_set {
	struct template *templates;     /* owned, sorted by name */
	size_t n;
	const struct template_helper_row *helpers;
	bool raw_strings;
};

/* One context on the stack; lives on the C stack of the renderer. */
struct frame {
	json_t *value;                  /* borrowed */
	const struct frame *up;
};

struct template_scope {
	const struct template_set *set;
	enum template_escape escape;
	void *user;
	struct buf *out;
	const struct frame *top;
	const struct indent *indent;
	const struct template *at;      /* what is being rendered */
	const struct node *helper;      /* the innermost helper section being rendered, in at */
	unsigned depth;
};

/*
 * Fills t->nodes from t->source; true if it compiles, else it is logged with the
 * line and nothing is left to free. Partials are linked by name.
 */
bool template_compile(struct template *t, const struct template_set *set) must_check;
bool template_link(struct template *t, const struct template_set *set) must_check;
/* By name; NULL if there is none. */
const struct template *template_find(const struct template_set *set, struct slice name);

/* Appends text with & < > " ' as references and without what XML 1.0 forbids. */
void escape_html(struct buf *out, struct slice text);
/* Appends text without the characters XML 1.0 forbids. */
void escape_forbidden(struct buf *out, struct slice text);

/* Appends what a value prints as: numbers, strings, true, false; nothing for the rest. */
void value_print(struct buf *out, const json_t *value, void (*add)(struct buf *, struct slice));

#endif
