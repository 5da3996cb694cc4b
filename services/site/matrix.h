/*
 * The matrix of uptake as the database packs it: reading a place of a row, and which
 * municipalities and lessons are shown in which order. Values are changed in place.
 */
#ifndef RELAIS_SITE_MATRIX_H
#define RELAIS_SITE_MATRIX_H

#include <jansson.h>
#include <stddef.h>

#include "services/site/field.h"

struct exchange;

/* One packed row: character p-1 of statuses and reasons, 8 hexadecimal digits of ats. */
struct packed {
	const char *statuses, *reasons, *ats;
	size_t places, with_reason, with_at;
};

struct packed packed_row(json_t *row);

/* The code at a place; NULL: none is shown to this reader. */
const char *packed_status(const struct packed *p, size_t place);
const char *packed_reason(const struct packed *p, size_t place);
/* Seconds since 1970; 0 where there is no status. */
unsigned long packed_time(const struct packed *p, size_t place);

/* The place of a municipality in each row. */
size_t matrix_place(json_t *municipality);

/* What may be asked: before, then the order and what narrows it down. */
extern const struct field matrix_query[];

/*
 * Leaves out what was not asked for, and sorts. Adds "shown" and "all", the numbers of
 * municipalities; for a page also "choose" (the form's choices) and "chosen", the query
 * that keeps them.
 */
void matrix_choose(struct exchange *x, json_t *value);

#endif
