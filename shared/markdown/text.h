/*
 * Characters, references and addresses inside HTML text, for the rewriter
 * (sanitize.c). Private to shared/markdown. Pure; nothing allocates but `out`.
 */
#ifndef RELAIS_MARKDOWN_TEXT_H
#define RELAIS_MARKDOWN_TEXT_H

#include "shared/base/buf.h"

/* One character as it stands in the source. */
struct text_char {
	uint32_t code;          /* U+FFFD for bytes that are no UTF-8 */
	size_t len;             /* bytes it takes up, at least 1 */
	bool reference;         /* written as &…; */
};

/* The character at the start of s, which is not empty. An unknown reference is a plain '&'. */
struct text_char text_next(struct slice s);

/* Writes it for text and quoted attributes, of HTML and XML alike. */
void text_put_char(struct buf *out, struct text_char c);

/* All of s, written so. */
void text_put(struct buf *out, struct slice s);

/* The same for an address: spaces become %20. */
void text_put_url(struct buf *out, struct slice s);

/* Whether an address (with references) is http, https, mailto, or relative on this host. */
bool url_allowed(struct slice s);

/*
 * How many bytes at the start of s are a bare http(s) address, without the punctuation
 * that ends the sentence; 0 if none. Linear in what it returns and that punctuation.
 */
size_t url_span(struct slice s);

/* The code of a named reference, without & and ; or 0. */
uint32_t entity_code(struct slice name);

#endif
