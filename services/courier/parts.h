/*
 * A mail as a tree of its parts. GMime reads it; this holds what hostile mail could do with it: bytes
 * behind too many boundaries or fields are not looked at, mails inside a mail are not entered, and
 * what GLib has to say is not heard. All memory is the arena's. Linear in the mail's length.
 */
#ifndef RELAIS_COURIER_PARTS_H
#define RELAIS_COURIER_PARTS_H

#include "shared/base/arena.h"

enum { PARTS_FIELDS_MOST = 500, PARTS_MOST = 200, PARTS_DEPTH_MOST = 20 };

struct part_field {
	const char *name;
	const char *value;      /* unfolded, as sent otherwise; cut at 16 KB */
};

struct part {
	const char *type;       /* "text/plain", in lower case */
	const char *charset;    /* "" if it says none */
	const char *report;     /* report-type of multipart/report, in lower case; else "" */
	bool attached;          /* a file, not what one reads */
	bool flowed, delsp;     /* format=flowed (RFC 3676) */
	struct slice content;   /* of text and messages: decoded from its transfer encoding; cut at 1 MB */
	struct part **parts;
	size_t nparts;
};

struct parts {
	struct part_field *fields;      /* of the mail's head, in order */
	size_t nfields;
	struct part *body;
};

/* False: this is no mail. bytes are not kept. */
bool parts_read(struct arena *a, struct slice bytes, struct parts *out) must_check;

/* A head as it stands in a report or a returned mail: fields up to an empty line, which is passed. */
size_t parts_fields(struct arena *a, struct slice *bytes, struct part_field *fields, size_t room);

/* A field's value as people read it (RFC 2047), on one line. */
const char *parts_text(struct arena *a, const char *value);

/* The first address in a value, its domain in lower case, and the name beside it; "" if there is none that could be one. */
const char *parts_address(struct arena *a, const char *value, const char **name);

/* The message ids in a value, without < and >: how many were put into ids. */
size_t parts_ids(struct arena *a, const char *value, const char **ids, size_t room);

#endif
