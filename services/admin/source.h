/*
 * Files of an import as JSON: tables (CSV), Markdown with YAML front matter, and the lines
 * of a log. Objects have "@" (yaml.h) and, once they are checked, "file". What is wrong is
 * told in p with file and line.
 */
#ifndef RELAIS_ADMIN_SOURCE_H
#define RELAIS_ADMIN_SOURCE_H

#include <jansson.h>

#include "services/admin/problems.h"
#include "services/admin/shape.h"

/* The whole file, terminated by NUL, line ends as LF, without a byte order mark; the caller frees. NULL: told. */
char *source_read(const char *path, size_t *len, struct problems *p) must_check;

/* The objects of a table, one a line; its header names the columns. NULL: told. */
json_t *source_table(const char *path, const struct shape *shape, struct problems *p) must_check;

/*
 * The first line of a table; the shape that knows all its columns and finds those that it
 * needs. NULL: there is none, or it can't be read; told.
 */
const struct shape *source_table_shape(const char *path, struct problems *p) must_check;

/*
 * A Markdown file: its front matter, and the rest as "body". Without front matter a first
 * line "# …" is the "title". Not checked yet. NULL: told.
 */
json_t *source_markdown(const char *path, struct problems *p) must_check;

/* A list of the objects of a file with one JSON object a line. NULL: told. */
json_t *source_log(const char *path, struct problems *p) must_check;

#endif
