/*
 * Words as people type them, made comparable: lower case, no accents, one apostrophe, one kind of
 * space, nothing unseen. Pure.
 */
#ifndef RELAIS_COURIER_FOLD_H
#define RELAIS_COURIER_FOLD_H

#include "shared/base/arena.h"

enum { FOLD_TOKENS = 200 };

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_MARK };

/* A word, a number, or one mark; an apostrophe or a hyphen is a mark between two words. */
struct token {
	enum token_kind kind;
	const char *text;       /* folded; a mark beyond ASCII is "*" */
	size_t len;
	uint32_t number;
	size_t from, to;        /* where it stands in what was folded */
};

struct tokens {
	struct token list[FOLD_TOKENS];
	size_t n;
};

/* The first FOLD_TOKENS tokens of a line of UTF-8; their text is the arena's. */
void fold_tokens(struct arena *a, const char *line, size_t len, struct tokens *out);

/*
 * The line folded as text, with one space for many and none around it, as far as `out` has room (with
 * its NUL); the length.
 */
size_t fold_text(char *out, size_t room, const char *line, size_t len);

#endif
