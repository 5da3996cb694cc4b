/*
 * YAML to JSON and back by libyaml. Reading keeps where things stand: every object has an entry "@",
 * {key: line}, with its own first line under the empty key.
 *
 * Plain scalars become numbers, true and false; what is quoted stays text; nothing or ~ is
 * null. Refused: a key twice, a key that is no text, and more than YAML_NODES (an alias counts
 * for all that it repeats).
 */
#ifndef RELAIS_ADMIN_YAML_H
#define RELAIS_ADMIN_YAML_H

#include <jansson.h>

#include "services/admin/problems.h"
#include "shared/base/buf.h"

enum { YAML_NODES = 20000, YAML_DEPTH = 16 };

/* The document's object; first is the line on which text begins. NULL: told in p. */
json_t *yaml_read(const char *text, size_t len, const char *file, int first, struct problems *p) must_check;

/* The line of a key (NULL: of the object itself) in an object with "@"; 0 unknown. */
int line_of(const json_t *object, const char *key);

/*
 * Adds the object as a block of lines "key: value"; what yaml_read() makes of it is the same
 * again. out->failed if memory is out.
 */
void yaml_write(struct buf *out, const json_t *object);

#endif
