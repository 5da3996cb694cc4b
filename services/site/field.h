/*
 * Fields: what a request may carry, as data. A table of fields is written once and
 * serves the JSON body, the HTML form with its errors, and the OpenAPI document.
 *
 * Input shape is checked here; integrity is SQL's. Every value ends up in one JSON
 * object by the field's name; what was not given is absent.
 */
#ifndef RELAIS_SITE_FIELD_H
#define RELAIS_SITE_FIELD_H

#include <jansson.h>

#include "shared/base/base.h"
#include "shared/base/percent.h"

enum field_type {
	FIELD_LINE,             /* one line of text, trimmed */
	FIELD_PROSE,            /* several lines */
	FIELD_MARKDOWN,         /* prose that is rendered when it is saved: NAME_html */
	FIELD_CHOICE,           /* one of `choices` */
	FIELD_INTEGER,
	FIELD_BOOLEAN,
	FIELD_DATE,             /* 2024-09-28 */
	FIELD_PARTIAL_DATE,     /* 2024, 2024-09 or 2024-09-28 */
	FIELD_LANG,             /* one of the known languages */
	FIELD_SLUG,
	FIELD_EMAIL,
	FIELD_URL,
	FIELD_LINES,            /* a list of lines: a JSON array, one a line in a form */
	FIELD_CHOICES,          /* a list of `choices` */
	FIELD_INTEGERS,         /* a list of integers, of those in the page's `from` if given */
	FIELD_OBJECTS           /* a list of objects of the fields in `of` */
};

struct field {
	const char *name;               /* NULL ends a table */
	enum field_type type;
	bool required;
	bool api_only;                  /* not shown in forms */
	bool hidden;                    /* in a form's row, but not for its reader: which one it is */
	long min, max;                  /* characters, or the value; of a list's elements: of each. max 0: the type's own */
	long most;                      /* elements of a list; 0: the type's own */
	const char *const *choices;     /* codes, NULL-terminated */
	const char *context;            /* for the words of the choices: "status", "reason" …; an integer that has one is chosen by its word */
	const char *unit;               /* of an integer that is chosen from min to max: what is written after it, ":00" */
	const char *from;               /* where the page's value lists the choices: "choices" */
	const struct field *of;
	const char *label;              /* msgid; NULL: not shown */
	const char *hint;               /* msgid */
	const char *initial;            /* what an empty form shows */
	const char *readers;            /* who reads it, a word of the context "readers"; "group" is "everybody" in a public one */
};

/* How many elements a list may have. */
size_t field_most(const struct field *f);

/*
 * Checks `given` (a JSON object; anything else is one error) against the table, and
 * puts the clean values into `in`. Errors are appended to `errors` as {"field","code",
 * "limit"}; code is one of field_message()'s; unknown names are told as long as errors are
 * few. All three are borrowed.
 */
void fields_read(const struct field *fields, json_t *given, json_t *in, json_t *errors);

/*
 * A urlencoded form (or a query) as the JSON object that fields_read() takes: lists
 * from repeated names or lines, objects from NAME.N.SUB. What is not in the table is
 * left out. Numbers and booleans stay text; fields_read() accepts them so when `typed`
 * text is all there is. New reference; NULL if the encoding is broken.
 */
json_t *fields_decode(const struct field *fields, const char *body, size_t len) must_check;

/* The same unread: [{"name","value"}] in the order sent, at most `most`. New reference. */
json_t *form_pairs(const char *body, size_t len, size_t most) must_check;

/* Appends the urlencoded text as it is, without the pairs of that name. */
struct buf;
void form_without(struct buf *out, const char *body, size_t len, const char *name);

/* One value of a urlencoded text, decoded; new string reference, NULL if absent. */
json_t *form_value(const char *body, size_t len, const char *name) must_check;

/* The message for an error of this code, in the language: what to do. For the arena of the caller. */
struct arena;
const char *field_message(struct arena *a, const char *lang, const char *code, json_int_t limit);

void field_error(json_t *errors, const char *field, const char *code, json_int_t limit);

/* Appends the bytes of %XX and '+' decoded; false on a broken escape or NUL. */
bool percent_decode(struct buf *out, const char *text, size_t len, bool plus) must_check;

#endif
