/*
 * The allow-list rewriter over discount's HTML. Pure. What is not on the list is
 * escaped, never dropped: the reader sees what the writer typed.
 *
 * Allowed: p br hr em strong code pre blockquote ul ol li h1-h6 (moved down to
 * h3-h6, h1 and h2 belong to the page) a[href title] del table thead tbody tr
 * th td[align: left right center] img is turned into a link. href only http, https,
 * mailto, or relative and never starting with `//`, `/\`; links get
 * rel="nofollow noopener noreferrer". Output is well-formed: every element is closed
 * in order, attributes quoted, text escaped, so that it stands in XML too (named
 * entities other than amp lt gt quot become numeric; control characters XML forbids
 * are dropped).
 */
#ifndef RELAIS_SANITIZE_H
#define RELAIS_SANITIZE_H

#include "shared/base/buf.h"

/* Appends to out; false only when out failed. Linear in len. */
bool sanitize_html(struct buf *out, const char *html, size_t len) must_check;

#endif
