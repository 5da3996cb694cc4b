#include "services/site/metrics.h"

#include <stdlib.h>

#include "services/site/site.h"
#include "shared/base/log.h"
#include "shared/db/db.h"
#include "shared/http/server.h"

/* Upper bounds of the histogram's buckets, in milliseconds. */
static const double bounds[] = { 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 5000 };

struct metrics {
	uint64_t by_class[6];           /* 1xx … 5xx */
	uint64_t buckets[countof(bounds)];
	uint64_t count, hits, misses;
	double total_ms;
};

struct metrics *
metrics_new(void)
{
	struct metrics *m = calloc(1, sizeof(*m));

	if (m == NULL)
		fatal("out of memory");
	return m;
}

void
metrics_free(struct metrics *m)
{
	free(m);
}

void
metrics_count(struct metrics *m, int status, double ms)
{
	if (status >= 100 && status < 600)
		m->by_class[status / 100]++;
	for (size_t i = 0; i < countof(bounds); i++) {
		if (ms <= bounds[i]) {
			m->buckets[i]++;
			break;
		}
	}
	m->count++;
	m->total_ms += ms;
}

void
metrics_memory(struct metrics *m, bool hit)
{
	*(hit ? &m->hits : &m->misses) += 1;
}

static void
one(struct buf *out, const char *name, const char *type, const char *help, double value)
{
	buf_printf(out, "# HELP relais_%s %s\n# TYPE relais_%s %s\nrelais_%s %.10g\n", name, help, name, type, name, value);
}

void
metrics_print(const struct site *site, struct buf *out)
{
	const struct metrics *m = site->metrics;
	struct db_stats db = db_stats(site->db);
	uint64_t sum = 0;

	buf_puts(out, "# HELP relais_requests_total Answers by class of status.\n# TYPE relais_requests_total counter\n");
	for (int class = 1; class < 6; class++)
		buf_printf(out, "relais_requests_total{class=\"%dxx\"} %llu\n", class, (unsigned long long)m->by_class[class]);
	buf_puts(out, "# HELP relais_request_seconds Time from the first byte to the answer.\n"
	    "# TYPE relais_request_seconds histogram\n");
	for (size_t i = 0; i < countof(bounds); i++) {
		sum += m->buckets[i];
		buf_printf(out, "relais_request_seconds_bucket{le=\"%g\"} %llu\n", bounds[i] / 1000, (unsigned long long)sum);
	}
	buf_printf(out, "relais_request_seconds_bucket{le=\"+Inf\"} %llu\nrelais_request_seconds_sum %.6f\n"
	    "relais_request_seconds_count %llu\n", (unsigned long long)m->count, m->total_ms / 1000, (unsigned long long)m->count);
	one(out, "memory_hits_total", "counter", "Public answers given from memory.", (double)m->hits);
	one(out, "memory_misses_total", "counter", "Public answers that had to be made.", (double)m->misses);
	one(out, "connections", "gauge", "Open connections of clients.", (double)http_server_connections(site->http));
	one(out, "database_connections", "gauge", "Open connections to PostgreSQL.", db.connections);
	one(out, "database_waiting_reads", "gauge", "Reads waiting for a connection.", db.waiting_reads);
	one(out, "database_waiting_writes", "gauge", "Writes waiting for a commit.", db.waiting_writes);
	one(out, "database_reads_total", "counter", "Statements read.", (double)db.reads);
	one(out, "database_writes_total", "counter", "Statements written.", (double)db.writes);
	one(out, "database_commits_total", "counter", "Commits; writes share them.", (double)db.commits);
	one(out, "database_retries_total", "counter", "Writes repeated alone.", (double)db.retries);
	one(out, "database_failures_total", "counter", "Statements that failed.", (double)db.failures);
	one(out, "database_busy_total", "counter", "Calls turned away because the queue was full or slow.", (double)db.busy);
}
