/* The public functions, and a turn: what waited too long is answered, then what waits is sent. */
#include "shared/db/db.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/log.h"
#include "shared/db/internal.h"

enum { DOWN_MS = 1000 };        /* away for longer, and new calls are not kept waiting */

uint64_t
db_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void
db_soon(struct db *db)
{
	event_active(&db->soon, EV_TIMEOUT, 0);
}

struct conn *
db_writer(struct db *db)
{
	return db->conns + db->o.readers;
}

/* ---- a turn ---- */

static void
expire(struct db *db, struct calls *l, enum db_kind kind, uint64_t now)
{
	while (l->first != NULL && l->first->deadline <= now)
		call_answer(db, calls_shift(l), db->up[kind] > 0 ? DB_BUSY : DB_DOWN);
}

/* Calls refused while this goes on have their own turn. */
static void
answer_refused(struct db *db)
{
	struct calls refused = db->refused;
	struct call *c;

	db->refused = (struct calls){0};
	while ((c = calls_shift(&refused)) != NULL)
		call_answer(db, c, c->refused);
}

/* A list is in the order of its deadlines, so its first call is the one to wake up for. */
static void
wake_up(struct db *db, uint64_t now)
{
	const struct call *first[] = {
		db->reads.first, db->writes.first, db->up[CONN_WRITER] > 0 ? NULL : db->again.first
	};
	uint64_t at = UINT64_MAX;
	struct timeval tv;

	for (size_t i = 0; i < countof(first); i++)
		if (first[i] != NULL && first[i]->deadline < at)
			at = first[i]->deadline;
	if (at == UINT64_MAX) {
		event_del(&db->tick);
		return;
	}
	at = at > now ? at - now : 0;
	tv.tv_sec = (time_t)(at / 1000);
	tv.tv_usec = (suseconds_t)(at % 1000 * 1000);
	event_add(&db->tick, &tv);
}

static void
turn(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;
	uint64_t now = db_now();

	(void)fd;
	(void)what;
	answer_refused(db);
	expire(db, &db->reads, DB_READ, now);
	expire(db, &db->writes, DB_WRITE, now);
	if (db->up[CONN_WRITER] == 0)
		expire(db, &db->again, DB_WRITE, now);
	readers_send(db);
	writer_send(db);
	notify_send(db);
	wake_up(db, now);
}

/* ---- calls ---- */

static bool
is_down(const struct db *db, enum db_kind kind)
{
	return db->closing || (db->up[kind] == 0 && db->down_since[kind] != 0 && db_now() - db->down_since[kind] > DOWN_MS);
}

void
db_call(struct db *db, const struct db_call *call)
{
	struct calls *waiting;
	struct call *c;

	if (call->statement >= db->o.nstatements)
		fatal("database: no statement %u", call->statement);
	c = call_new(db, call);
	waiting = c->kind == DB_READ ? &db->reads : &db->writes;
	if (is_down(db, c->kind)) {
		c->refused = DB_DOWN;
		waiting = &db->refused;
	} else if (waiting->n >= db->o.queue) {
		c->refused = DB_BUSY;
		waiting = &db->refused;
	}
	calls_push(waiting, c);
	db_soon(db);
}

bool
db_ready(const struct db *db)
{
	for (const struct conn *c = db->conns; c < db->conns + db->nconns; c++)
		if (c->late)
			return false;
	return db->up[CONN_READER] > 0 && db->up[CONN_WRITER] > 0;
}

struct db_stats
db_stats(const struct db *db)
{
	struct db_stats s = db->stats;

	s.connections = db->up[CONN_READER] + db->up[CONN_WRITER] + db->up[CONN_NOTIFIER];
	s.waiting_reads = db->reads.n;
	s.waiting_writes = db->writes.n + db->again.n;
	return s;
}

/* ---- life ---- */

static char *
copy(const char *text)
{
	char *to = text == NULL ? NULL : strdup(text);

	if (text != NULL && to == NULL)
		fatal("out of memory");
	return to;
}

static void
set_options(struct db *db, const struct db_options *from)
{
	struct db_options *o = &db->o;

	*o = *from;
	o->conninfo = NULL;
	o->role = db->role = copy(from->role);
	o->channel = db->channel = copy(from->channel);
	o->readers = from->readers > 0 ? from->readers : 4;
	o->per_reader = from->per_reader > 0 ? from->per_reader : 16;
	o->batch = from->batch > 0 ? from->batch : 64;
	o->queue = from->queue > 0 ? from->queue : 1024;
	o->wait_ms = from->wait_ms > 0 ? from->wait_ms : 5000;
	o->lock_ms = from->lock_ms > 0 ? from->lock_ms : 2000;
	o->statement_ms = from->statement_ms > 0 ? from->statement_ms : 10000;
}

struct db *
db_new(struct event_base *base, const struct db_options *options)
{
	const char *text = options->conninfo == NULL ? "" : options->conninfo;
	PQconninfoOption *conninfo = PQconninfoParse(text, NULL);
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL)
		fatal("out of memory");
	if (conninfo == NULL || options->statements == NULL ||
	    options->begin >= options->nstatements) {
		PQconninfoFree(conninfo);
		free(db);
		return NULL;
	}
	db->base = base;
	db->conninfo = conninfo;
	set_options(db, options);
	event_assign(&db->soon, base, -1, 0, turn, db);
	evtimer_assign(&db->tick, base, turn, db);
	db->nconns = db->o.readers + 1 + (db->o.channel != NULL);
	db->conns = calloc(db->nconns, sizeof(*db->conns));
	if (db->conns == NULL)
		fatal("out of memory");
	for (unsigned i = 0; i < db->o.readers; i++)
		conn_init(&db->conns[i], db, CONN_READER, i);
	conn_init(db_writer(db), db, CONN_WRITER, 0);
	if (db->o.channel != NULL)
		conn_init(db->conns + db->nconns - 1, db, CONN_NOTIFIER, 0);
	return db;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	db->closing = true;
	for (struct conn *c = db->conns; c < db->conns + db->nconns; c++) {
		db_conn_release(c);
		calls_give_up(db, &c->sent);
	}
	calls_answer(db, &db->again, DB_DOWN);
	calls_answer(db, &db->reads, DB_DOWN);
	calls_answer(db, &db->writes, DB_DOWN);
	while (db->refused.first != NULL)
		answer_refused(db);
	event_del(&db->soon);
	event_del(&db->tick);
	PQconninfoFree(db->conninfo);
	free(db->conns);
	buf_release(&db->notes);
	buf_release(&db->sending);
	free(db->role);
	free(db->channel);
	free(db);
}
