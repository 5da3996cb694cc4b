/*
 * What the files of an import may say: tables of columns and keys, one for each kind of
 * file, and the check of an object against one.
 */
#ifndef RELAIS_ADMIN_SHAPE_H
#define RELAIS_ADMIN_SHAPE_H

#include <jansson.h>

#include "services/admin/problems.h"

enum shape_type {
	SHAPE_TEXT,             /* a number is a text too: 2024 */
	SHAPE_NUMBER,           /* from 1 */
	SHAPE_SIZE,             /* a number from 0 */
	SHAPE_SWITCH,           /* true, false, yes, no */
	SHAPE_TEXTS,            /* a list, or one */
	SHAPE_NUMBERS,
	SHAPE_OBJECTS,          /* a list of objects of the shape `of` */
	SHAPE_BY_NAME           /* {name: object of the shape `of`, or text where that is NULL} */
};

struct shape_key {
	const char *name;
	enum shape_type type;
	bool required;
	const struct shape *of;
	const char *const *choices;     /* of texts; ends with NULL */
};

struct shape {
	const char *name;               /* "municipalities": of the file and in the document */
	bool of_group;                  /* stands in a group's folder */
	const struct shape_key *keys;   /* ends with name NULL */
	const char *text_as;            /* an object that is only a text is {text_as: text} */
};

extern const struct shape shape_group, shape_lesson, shape_question;
/* The tables, municipalities first: a header that fits several is the first one's. Ends with NULL. */
extern const struct shape *const shape_tables[];

/*
 * Brings an object to its shape in place: texts, numbers and lists become what their key
 * says, what is empty is left out. What does not fit is told in p, with the file and line
 * of the key ("@").
 */
void shape_check(json_t *object, const struct shape *shape, const char *file, struct problems *p);

#endif
