#include "services/site/sweep.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/site/versions.h"
#include "shared/base/log.h"
#include "shared/db/db.h"
#include "statements.h"

enum { FIRST_SECONDS = 60, NEXT_SECONDS = 1, EVERY_SECONDS = 3600 };

struct sweep {
	struct site *site;
	struct event *timer;
	size_t task;                    /* in tasks */
	char after[16];                 /* where the task goes on; "" at its beginning */
};

/* Each does a bounded piece of work and says whether there may be more, and after what. */
static const unsigned tasks[] = { SQL_HOUSEKEEP, SQL_SCHEDULES_DUE, SQL_DEADLINES_DUE, SQL_DIGESTS_DUE };

static void
wait_for(struct sweep *s, time_t seconds)
{
	const struct timeval tv = { seconds, 0 };

	if (event_add(s->timer, &tv) != 0)
		fatal("cannot start the timer of the sweep");
}

/* True if the task has more to do. A task that failed has its next turn in an hour. */
static bool
go_on(struct sweep *s, const struct db_result *r)
{
	json_t *answer = r->outcome == DB_OK ? json_loads(r->value, 0, NULL) : NULL;
	bool more = json_is_true(json_object_get(answer, "more"));
	json_int_t after = json_integer_value(json_object_get(answer, "after"));

	s->after[0] = '\0';
	if (more && after != 0)
		(void)snprintf(s->after, sizeof(s->after), "%" JSON_INTEGER_FORMAT, after);
	versions_changed(s->site->versions, json_object_get(answer, "changed"));
	json_decref(answer);
	return more;
}

static void
done(void *arg, const struct db_result *r)
{
	struct sweep *s = arg;
	time_t seconds = NEXT_SECONDS;

	if (!go_on(s, r) && ++s->task == countof(tasks)) {
		s->task = 0;
		seconds = EVERY_SECONDS;
	}
	wait_for(s, seconds);
}

static void
step(evutil_socket_t fd, short what, void *arg)
{
	static const char *const nobody[6];
	struct sweep *s = arg;
	const char *values[] = { s->after[0] == '\0' ? NULL : s->after };

	(void)fd;
	(void)what;
	db_call(s->site->db, &(struct db_call){ .begin = nobody, .statement = tasks[s->task], .values = values,
	    .again_ok = true, .done = done, .arg = s });
}

struct sweep *
sweep_new(struct site *site)
{
	struct sweep *s = calloc(1, sizeof(*s));

	if (s == NULL)
		fatal("out of memory");
	s->site = site;
	s->timer = evtimer_new(site->base, step, s);
	if (s->timer == NULL)
		fatal("out of memory");
	wait_for(s, FIRST_SECONDS);
	return s;
}

void
sweep_free(struct sweep *s)
{
	event_free(s->timer);
	free(s);
}
