/*
 * Counters for /metrics, in the text format of Prometheus 0.0.4.
 */
#ifndef RELAIS_SITE_METRICS_H
#define RELAIS_SITE_METRICS_H

#include "shared/base/buf.h"

struct metrics;
struct site;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *m);

void metrics_count(struct metrics *m, int status, double ms);
void metrics_memory(struct metrics *m, bool hit);       /* answered from memory, or not */
void metrics_print(const struct site *site, struct buf *out);

#endif
