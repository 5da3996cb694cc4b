/*
 * What ended and was not counted yet, in a file of DATA_DIR/courier: so a courier that is killed sends none of it again.
 *
 * Each has a file of its own, under a lock; whoever finds one without takes it over. Written before
 * the next mail is sent, not waited for by the disk: it outlives the process, not the machine.
 */
#ifndef RELAIS_COURIER_JOURNAL_H
#define RELAIS_COURIER_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>

struct journal;

/* NULL: it cannot be made; the log says why. */
struct journal *journal_new(const char *data_dir);

/* result: as the database is told of it (delivery_done); still the caller's. false: it cannot be written; the log says why. */
bool journal_add(struct journal *j, json_t *result);

/* Adds to results, and to its own file, what couriers left that are no more; in order of no meaning. */
void journal_adopt(struct journal *j, json_t *results);

/* It has grown so long that it should be counted whole before more is added. */
bool journal_long(const struct journal *j);

/* All that was added is counted. */
void journal_clear(struct journal *j);

void journal_free(struct journal *j);   /* the file stays where it is not empty */

#endif
