#include "services/courier/sweep.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/log.h"
#include "shared/db/db.h"
#include "statements.h"

/* Each step does a bounded piece of work, and says whether there may be more, and after what. */
static const struct task {
	unsigned statement;
	bool goes_on;                   /* has a parameter: after what */
	time_t seconds;                 /* between its rounds */
} tasks[] = {
	{ SQL_MAILING_DUE, true, 60 },
	{ SQL_WEBSUB_DUE, false, 2 },
	{ SQL_WEBSUB_CHECK, true, 60 },
	{ SQL_WEBSUB_HOUSEKEEP, false, 3600 },
	{ SQL_WEBHOOK_DUE, false, 2 },
	{ SQL_WEBHOOK_HOUSEKEEP, false, 3600 },
	{ SQL_DELIVERIES_HOUSEKEEP, false, 3600 },
	{ SQL_INCOMING_HOUSEKEEP, false, 3600 },
};

struct round {
	struct sweep *sweep;
	const struct task *task;
	struct event *timer;
	char after[16];                 /* "" at its beginning */
};

struct sweep {
	struct courier *courier;
	struct round rounds[countof(tasks)];
};

static void
wait_for(struct round *r, time_t seconds)
{
	const struct timeval tv = { seconds, 0 };

	if (event_add(r->timer, &tv) != 0)
		fatal("cannot start a timer of the sweep");
}

static void
done(void *arg, const struct db_result *result)
{
	struct round *r = arg;
	json_t *answer = result->outcome == DB_OK ? json_loads(result->value, 0, NULL) : NULL;
	bool more = json_is_true(json_object_get(answer, "more"));

	r->after[0] = '\0';
	if (more && r->task->goes_on)
		(void)snprintf(r->after, sizeof(r->after), "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(answer, "after")));
	json_decref(answer);
	wait_for(r, more ? 0 : r->task->seconds);
}

static void
step(evutil_socket_t fd, short what, void *arg)
{
	static const char *const nobody[6];
	struct round *r = arg;
	const char *values[] = { r->after[0] == '\0' ? NULL : r->after };

	(void)fd;
	(void)what;
	db_call(r->sweep->courier->db, &(struct db_call){ .begin = nobody, .statement = r->task->statement, .values = values, .done = done, .arg = r });
}

struct sweep *
sweep_new(struct courier *c)
{
	struct sweep *s = calloc(1, sizeof(*s));

	if (s == NULL)
		fatal("out of memory");
	s->courier = c;
	for (size_t i = 0; i < countof(tasks); i++) {
		struct round *r = &s->rounds[i];

		r->sweep = s;
		r->task = &tasks[i];
		r->timer = evtimer_new(c->base, step, r);
		if (r->timer == NULL)
			fatal("out of memory");
		wait_for(r, 1);
	}
	return s;
}

void
sweep_free(struct sweep *s)
{
	for (size_t i = 0; i < countof(s->rounds); i++)
		event_free(s->rounds[i].timer);
	free(s);
}
