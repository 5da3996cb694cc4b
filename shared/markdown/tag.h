/*
 * The tags the rewriter (sanitize.c) knows, as discount prints them: which elements
 * and attributes there are and where they may stand, and reading one. Private to
 * shared/markdown. Pure.
 */
#ifndef RELAIS_MARKDOWN_TAG_H
#define RELAIS_MARKDOWN_TAG_H

#include "shared/base/base.h"

enum element {
	EL_A, EL_BLOCKQUOTE, EL_BR, EL_CODE, EL_DEL, EL_EM, EL_H1, EL_H2, EL_H3, EL_H4, EL_H5,
	EL_H6, EL_HR, EL_IMG, EL_LI, EL_OL, EL_P, EL_PRE, EL_STRONG, EL_TABLE, EL_TBODY, EL_TD,
	EL_TH, EL_THEAD, EL_TR, EL_UL, EL_COUNT
};

/* What an element is, and what it may contain. */
enum {
	FLOW = 1, PHRASING = 2, ITEM = 4, ROWS = 8, ROW = 16, CELL = 32
};

struct element_rule {
	const char *name;
	unsigned is, contains;          /* contains 0: a void element */
};

extern const struct element_rule element_rules[EL_COUNT];

enum attribute {
	AT_ALIGN, AT_ALT, AT_CLASS, AT_HEIGHT, AT_HREF, AT_SRC, AT_STYLE, AT_TITLE, AT_WIDTH,
	AT_COUNT
};

struct tag {
	enum element el;
	bool closing;
	bool sound;                             /* all attributes allowed, none missing */
	struct slice value[AT_COUNT];           /* .at NULL: not given */
};

/*
 * Reads the tag that s starts with. Its length, or 0 if there is none of ours; never
 * looks past the next '<', so that a text full of them stays linear.
 */
size_t tag_read(struct slice s, struct tag *tag);

/* left, right or center of a th or td; NULL if it has none. */
const char *tag_align(const struct tag *tag);

#endif
