/*
 * CSV (RFC 4180), written and read: fields in quotes where they need them, lines end in
 * CRLF. A field that a spreadsheet would take for a formula is written behind a quote
 * mark (').
 */
#ifndef RELAIS_CSV_H
#define RELAIS_CSV_H

#include "shared/base/buf.h"

void csv_line(struct buf *out, const char *const *fields, size_t n);

#endif
