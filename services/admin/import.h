/* Importing a document that tree_read() made; also for commands that take one file. */
#ifndef RELAIS_ADMIN_IMPORT_H
#define RELAIS_ADMIN_IMPORT_H

#include "services/admin/admin.h"

/*
 * Reads path, checks and renders it, and gives it to the statement (SQL_IMPORT, SQL_RESTORE).
 * Wholly or not at all: DONE with *answer (the caller's), or FAILED, and told why.
 */
int import_path(struct admin *a, const char *path, const char *group, unsigned statement, json_t **answer) must_check;

#endif
