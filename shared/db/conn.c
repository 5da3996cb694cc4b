/*
 * The life of a connection:
 *
 *      OFF -> (LOOKING_UP ->) CONNECTING -> PREPARING -> UP
 *       ^---------+---------------+------------+--------+      conn_lost(), then a backoff with jitter
 *
 * Nothing waits: libpq is driven by events, and the timer that libpq lacks here is ours.
 */
#include "shared/db/internal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"

enum {
	HOST_MS = 10000,                /* for one host to let us in, and for preparing */
	BACKOFF_MIN_MS = 50,
	BACKOFF_MAX_MS = 5000
};

static void on_readable(evutil_socket_t fd, short what, void *arg);
static void on_writable(evutil_socket_t fd, short what, void *arg);
static void on_timer(evutil_socket_t fd, short what, void *arg);

const struct conn_hooks *
conn_hooks(const struct conn *c)
{
	static const struct conn_hooks *const hooks[CONN_SORTS] = {
		[CONN_READER] = &reader_hooks,
		[CONN_WRITER] = &writer_hooks,
		[CONN_NOTIFIER] = &notifier_hooks,
	};

	return hooks[c->sort];
}

/* The one place where a state changes. */
static void
set_state(struct conn *c, enum conn_state state)
{
	struct db *db = c->db;

	if (c->state == CONN_UP && state != CONN_UP && --db->up[c->sort] == 0)
		db->down_since[c->sort] = db_now();
	if (c->state != CONN_UP && state == CONN_UP)
		db->up[c->sort]++;
	c->state = state;
}

static void
set_timer(struct conn *c, unsigned ms)
{
	const struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	event_add(&c->timer, &tv);
}

/* The descriptor may be another one than before, or the same number for another socket. */
static void
watch(struct conn *c, bool readable, bool writable)
{
	evutil_socket_t fd = PQsocket(c->pg);

	event_del(&c->readable);
	event_del(&c->writable);
	event_assign(&c->readable, c->db->base, fd, EV_READ | EV_PERSIST, on_readable, c);
	event_assign(&c->writable, c->db->base, fd, EV_WRITE, on_writable, c);
	if (readable)
		event_add(&c->readable, NULL);
	if (writable)
		event_add(&c->writable, NULL);
}

/*
 * Once for each time it is away, not at every attempt. libpq's own text is told only while
 * connecting: later it may quote a value of the statement before.
 */
static void
log_trouble(const struct conn *c)
{
	const char *why = c->why;

	if (c->failures > 0)
		return;
	if (why[0] == '\0')
		why = c->state == CONN_CONNECTING ? PQerrorMessage(c->pg) : "connection lost";
	log_error("database %s %u: %.*s", conn_hooks(c)->name, c->number,
	    (int)strcspn(why, "\n"), why);
}

static void
set_why(struct conn *c, const char *why)
{
	(void)snprintf(c->why, sizeof(c->why), "%s", why == NULL ? "" : why);
}

static void
shut(struct conn *c)
{
	event_del(&c->readable);
	event_del(&c->writable);
	event_del(&c->timer);
	PQfinish(c->pg);
	c->pg = NULL;
	if (c->lookup != -1)
		close(c->lookup);
	c->lookup = -1;
	c->why[0] = '\0';
	c->syncs = 0;
	c->step = 0;
	c->at = NULL;
	c->doubt = false;
	c->late = false;
	set_state(c, CONN_OFF);
}

static unsigned
backoff(const struct conn *c)
{
	unsigned ms = BACKOFF_MIN_MS, jitter;

	for (unsigned i = 0; i < c->failures && ms < BACKOFF_MAX_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	evutil_secure_rng_get_bytes(&jitter, sizeof(jitter));
	return ms / 2 + jitter % (ms / 2 + 1);
}

void
conn_lost(struct conn *c)
{
	log_trouble(c);
	shut(c);
	if (c->db->down_since[c->sort] == 0)
		c->db->down_since[c->sort] = db_now();
	set_timer(c, backoff(c));
	c->failures++;
	if (conn_hooks(c)->lost != NULL)
		conn_hooks(c)->lost(c);
	db_soon(c->db);
}

/* ---- connecting ---- */

/*
 * A synchronous standby was not waited for: the commit is real here and may be gone after
 * a failover. Known by the server's function, since the text is translated.
 */
static void
on_notice(void *arg, const PGresult *res)
{
	struct conn *c = arg;
	const char *from = PQresultErrorField(res, PG_DIAG_SOURCE_FUNCTION);

	if (from != NULL && strcmp(from, "SyncRepWaitForLSN") == 0)
		c->doubt = true;
}

static void
poll_connecting(struct conn *c)
{
	PostgresPollingStatusType next;

	event_del(&c->readable);
	event_del(&c->writable);
	next = PQconnectPoll(c->pg);
	if (PQhost(c->pg) != c->host) {
		c->host = PQhost(c->pg);
		set_timer(c, HOST_MS);
	}
	switch (next) {
	case PGRES_POLLING_READING:
		watch(c, true, false);
		break;
	case PGRES_POLLING_WRITING:
		watch(c, false, true);
		break;
	case PGRES_POLLING_OK:
		set_timer(c, HOST_MS);
		set_state(c, CONN_PREPARING);
		watch(c, true, false);
		if (!prepare_send(c))
			conn_lost(c);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
	default:
		conn_lost(c);
	}
}

static void
connect_to(struct conn *c, const struct hosts *found)
{
	c->pg = hosts_connect(c->db->conninfo, found, c->attempts++);
	set_state(c, CONN_CONNECTING);
	if (PQstatus(c->pg) == CONNECTION_BAD) {
		conn_lost(c);
		return;
	}
	PQsetNoticeReceiver(c->pg, on_notice, c);
	c->host = PQhost(c->pg);
	set_timer(c, HOST_MS);
	watch(c, false, true);
}

static void
look_up(struct conn *c)
{
	c->lookup = lookup_start(c->db->conninfo);
	set_state(c, CONN_LOOKING_UP);
	if (c->lookup == -1) {
		set_why(c, "cannot start to look up its host");
		conn_lost(c);
		return;
	}
	set_timer(c, HOST_MS);
	event_assign(&c->readable, c->db->base, c->lookup, EV_READ, on_readable, c);
	event_add(&c->readable, NULL);
}

static void
looked_up(struct conn *c)
{
	struct hosts found;

	if (lookup_read(c->lookup, &found)) {
		close(c->lookup);
		c->lookup = -1;
		connect_to(c, &found);
	} else {
		set_why(c, "the name of its host has no address");
		conn_lost(c);
	}
}

/* ---- up ---- */

/* Where one gets in, the others need not wait out a long backoff. */
static void
hurry_others(const struct db *db)
{
	for (struct conn *c = db->conns; c < db->conns + db->nconns; c++)
		if (c->state == CONN_OFF && c->failures > 1)
			set_timer(c, BACKOFF_MIN_MS);
}

void
conn_is_up(struct conn *c)
{
	event_del(&c->timer);
	set_state(c, CONN_UP);
	hurry_others(c->db);
	if (c->failures > 0)
		log_info("database %s %u: connected again", conn_hooks(c)->name, c->number);
	c->failures = 0;
	c->attempts = 0;
	c->db->proven[c->sort] = true;
	if (conn_hooks(c)->up != NULL)
		conn_hooks(c)->up(c);
	db_soon(c->db);
}

/* ---- traffic ---- */

/*
 * The server owes an answer from the first thing sent on; whatever is heard gives it time
 * anew, what is sent meanwhile does not. A call is two statements, hence two times.
 */
static void
heard(struct conn *c)
{
	c->late = false;
	if (c->syncs > 0)
		set_timer(c, c->db->o.statement_ms);
	else
		event_del(&c->timer);
}

bool
conn_flush(struct conn *c)
{
	int left = PQflush(c->pg);

	if (c->state == CONN_UP && c->syncs > 0 && !evtimer_pending(&c->timer, NULL))
		set_timer(c, c->db->o.statement_ms);
	if (left == 1)
		event_add(&c->writable, NULL);
	return left >= 0;
}

/* An error that speaks of the connection (or of the server's end), not of a statement. */
static bool
speaks_of_connection(const PGresult *res)
{
	const char *sqlstate, *severity;

	if (res == NULL || PQresultStatus(res) != PGRES_FATAL_ERROR)
		return false;
	sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
	return sqlstate == NULL || severity == NULL ||
	    strncmp(sqlstate, "08", 2) == 0 || strncmp(sqlstate, "57P", 3) == 0 ||
	    strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}

static bool
take_results(struct conn *c)
{
	while (c->syncs > 0 && !PQisBusy(c->pg)) {
		PGresult *res = PQgetResult(c->pg);

		if (speaks_of_connection(res)) {
			set_why(c, PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
			PQclear(res);
			return false;
		}
		if (!(c->state == CONN_PREPARING ? prepare_result : conn_hooks(c)->result)(c, res))
			return false;
	}
	return PQstatus(c->pg) == CONNECTION_OK;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	if (c->state == CONN_LOOKING_UP) {
		looked_up(c);
	} else if (c->state == CONN_CONNECTING) {
		poll_connecting(c);
	} else if (PQconsumeInput(c->pg) != 1 || !conn_flush(c) || !take_results(c)) {
		conn_lost(c);
	} else if (c->state == CONN_UP) {
		heard(c);
		if (conn_hooks(c)->readable != NULL)
			conn_hooks(c)->readable(c);
	}
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	if (c->state == CONN_CONNECTING)
		poll_connecting(c);
	else if (!conn_flush(c))
		conn_lost(c);
}

/* The backoff is over, or the patience with a host or with an answer is. */
static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	if (c->state == CONN_OFF && lookup_needed(c->db->conninfo)) {
		look_up(c);
	} else if (c->state == CONN_OFF) {
		connect_to(c, NULL);
	} else if (c->state == CONN_UP && !c->late) {
		c->late = true;
		set_timer(c, c->db->o.statement_ms);
	} else {
		set_why(c, "no answer in time");
		conn_lost(c);
	}
}

void
conn_init(struct conn *c, struct db *db, enum conn_sort sort, unsigned number)
{
	*c = (struct conn){ .db = db, .sort = sort, .number = number, .lookup = -1 };
	event_assign(&c->readable, db->base, -1, 0, on_readable, c);
	event_assign(&c->writable, db->base, -1, 0, on_writable, c);
	evtimer_assign(&c->timer, db->base, on_timer, c);
	set_timer(c, 0);
}

void
db_conn_release(struct conn *c)
{
	shut(c);
}
