/*
 * What a group's lessons, or one of them, came to, in parts. A part has an address, a title, a
 * table and a figure; all are made from the value of one statement, in which what is not for the
 * reader is left out. New references.
 */
#ifndef RELAIS_SITE_TRENDS_H
#define RELAIS_SITE_TRENDS_H

#include <jansson.h>
#include <stdbool.h>

struct exchange;

enum { TRENDS_COLUMNS = 4 };

struct part {
	const char *name;                       /* of its address, and of what it shows in the value */
	const char *title, *note;               /* msgids */
	struct {
		const char *code, *label;       /* of the CSV; of the page, a msgid */
	} columns[TRENDS_COLUMNS + 1];
	json_t *(*rows)(struct exchange *x, json_t *value);     /* of the table: [{"cells": [{"code", "text", "head"}]}] */
	json_t *(*figure)(struct exchange *x, json_t *value);   /* see chart.h; NULL: nothing yet */
	bool names;                             /* one comes for the names in its table, which stands open */
};

/* In the order of the page; ends with one that has no name. */
extern const struct part trends_parts[];

/* All numbers of each lesson, as CSV. */
json_t *trends_lessons_csv(struct exchange *x, json_t *value);

#endif
