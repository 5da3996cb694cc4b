/*
 * Writing mail (RFC 5322): header fields that are encoded (RFC 2047) and folded, texts that
 * flow (RFC 3676) as quoted-printable (RFC 2045 section 6.7). Lines end with CRLF. Nothing a
 * value holds can begin another field or line: control characters become spaces.
 */
#ifndef RELAIS_COURIER_MIME_H
#define RELAIS_COURIER_MIME_H

#include "shared/base/buf.h"

/* name: value, for unstructured values in UTF-8. */
void mime_field(struct buf *out, const char *name, const char *value);

/* name: "Display name" <address>. */
void mime_address(struct buf *out, const char *name, const char *display, const char *address);

/* Text as format=flowed: lines of at most 76 characters, at blanks; lines that end a paragraph end hard. LF in, LF out. */
void mime_flow(struct buf *out, const char *text);

/* UTF-8 text with LF as quoted-printable with CRLF, ending with one. */
void mime_quoted_printable(struct buf *out, const char *text, size_t len);

/* The date of RFC 5322 section 3.3 of a moment as PostgreSQL writes it. */
void mime_date(struct buf *out, const char *iso);

#endif
