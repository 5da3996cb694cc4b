/* Results on standard output: JSON for programs, columns for people. */
#ifndef RELAIS_ADMIN_PRINT_H
#define RELAIS_ADMIN_PRINT_H

#include "services/admin/admin.h"

void print_json(const json_t *value);

/* A list of objects as a table; nothing but a remark for an empty one. */
void print_table(const json_t *list, const struct column *columns);

/* An object, a line each for its texts and numbers. */
void print_object(const json_t *object);

/* The text of a value found by a path, "umbrella.slug"; "" if there is none. The caller frees. */
char *print_text(const json_t *object, const char *path);

#endif
