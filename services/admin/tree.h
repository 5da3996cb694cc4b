/*
 * The files of an import or an export, and where each stands:
 *
 *	umbrellas.csv municipalities.csv programmes.csv partnerships.csv people.csv log.jsonl
 *	groups/SLUG/group.md members.csv reports.csv questions/NAME.md lessons/NAME.md
 *
 * A folder is such a tree or one group's; a file by itself is a table, a lesson or a question.
 */
#ifndef RELAIS_ADMIN_TREE_H
#define RELAIS_ADMIN_TREE_H

#include <jansson.h>

#include "services/admin/problems.h"

/*
 * Reads the file or folder into the document that relais.import() takes (0013, 0015), with
 * the log's lines under "log" if log is wanted. group: what a single file of a group belongs
 * to; NULL: not said. The caller looks at p.
 */
json_t *tree_read(const char *path, const char *group, bool log, struct problems *p) must_check;

/* Renders every Markdown body of the document, as "html" beside it. */
void tree_render(json_t *document, struct problems *p);

#endif
