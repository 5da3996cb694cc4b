/*
 * CSV (RFC 4180), written and read: fields in quotes where they need them, lines end in
 * CRLF. A field that a spreadsheet would take for a formula is written behind a quote
 * mark ('), which the reader takes off again.
 */
#ifndef RELAIS_CSV_H
#define RELAIS_CSV_H

#include "shared/base/buf.h"

void csv_line(struct buf *out, const char *const *fields, size_t n);

enum { CSV_FIELDS = 64 };

/*
 * Reads record by record: csv = { .at = text, .end = text + len }. Lines may end in LF too;
 * empty ones are passed over; a byte order mark at the beginning as well.
 */
struct csv {
	const char *at, *end;
	int line;                       /* on which the record begins, from 1 */
	size_t n;                       /* fields of the record */
	const char *fields[CSV_FIELDS]; /* terminated by NUL, until the next call */
	const char *error;              /* what is wrong, on the line `line` */
	int next;                       /* on which the next begins; for the reader */
	struct buf text;                /* of the fields; csv_release() */
};

/* False at the end, and when `error` is set. */
bool csv_next(struct csv *c) must_check;
void csv_release(struct csv *c);

#endif
