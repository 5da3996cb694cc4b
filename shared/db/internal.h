/*
 * Inside shared/db.
 *
 *      db.c       the public functions; a turn: expire, then send what waits
 *      queue.c    calls: copies of what was asked, in lists; their answers
 *      conn.c     the life of a connection: connect, up, lost, backoff
 *      prepare.c  its settings and prepared statements
 *      lookup.c   the addresses of the hosts' names
 *      hosts.c    connection options, and which of several hosts comes first
 *      pipe.c     calls under way in a connection, and the results that come back
 *      reader.c writer.c notify.c     the three sorts of connection
 *
 * Only conn.c closes a connection. The others return false, or call conn_lost(),
 * and then hold no pointer into its PGconn.
 */
#ifndef RELAIS_DB_INTERNAL_H
#define RELAIS_DB_INTERNAL_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <libpq-fe.h>

#include "shared/base/buf.h"
#include "shared/db/db.h"

enum { STEP_BEGIN, STEP_OWN, STEP_DONE };       /* of the two statements of a call */

struct call {
	struct call *next;
	unsigned statement;
	enum db_kind kind;
	db_done *done;
	void *arg;
	uint64_t deadline;              /* of waiting; ms, as db_now() */
	const char *key;                /* NULL: none; inside this allocation */
	bool again_ok;
	bool last;                      /* a sync follows it */
	unsigned step;                  /* whose result comes next */
	unsigned losses;                /* connections that were lost under it */
	unsigned conflicts;             /* serialisation failures and deadlocks */
	enum db_outcome refused;        /* in the list of refused calls only */
	PGresult *results[STEP_DONE];   /* kept until the sync is back; owned */
	PGresult *error;                /* the server's; owned */
	const char **begin, **values;   /* inside this allocation, as what they point to */
	const char *pointers[];
};

struct calls {
	struct call *first, *last;
	unsigned n;
};

enum conn_sort { CONN_READER = DB_READ, CONN_WRITER = DB_WRITE, CONN_NOTIFIER, CONN_SORTS };

enum conn_state {
	CONN_OFF,                       /* until the timer of the backoff rings */
	CONN_LOOKING_UP,                /* the hosts' names */
	CONN_CONNECTING,
	CONN_PREPARING,
	CONN_UP
};

struct conn {
	struct db *db;
	enum conn_sort sort;
	enum conn_state state;
	unsigned number;                /* from 0, among its sort; for the log */
	unsigned failures;              /* since it was up last */
	unsigned attempts;              /* for the turn of the hosts */
	PGconn *pg;                     /* owned; NULL until CONN_CONNECTING */
	int lookup;                     /* the answer comes there; owned; -1: none */
	const char *host;               /* as PQhost() gave it, to see it change; never followed */
	struct event readable, writable, timer;
	char why[160];                  /* it is about to be given up; "" unknown */
	unsigned step;                  /* while preparing: whose result comes next */
	unsigned syncs;                 /* not back yet */
	bool late;                      /* silent for statement_ms, with answers outstanding */
	bool doubt;                     /* the commit was local only */
	struct calls sent;              /* under way, in order */
	struct call *at;                /* in sent: whose result comes next; NULL: the sync's */
};

/* What the sorts do differently. A member that is NULL does nothing. */
struct conn_hooks {
	const char *name;
	bool prepares;
	bool (*set_up)(struct conn *);                  /* sends one more statement of the set-up */
	void (*up)(struct conn *);
	void (*readable)(struct conn *);                /* after the results */
	bool (*result)(struct conn *, PGresult *);      /* takes it; NULL: end of a statement */
	void (*finished)(struct conn *, struct calls *);        /* a sync is back: its calls */
	void (*lost)(struct conn *);
};

struct db {
	struct event_base *base;
	struct db_options o;            /* with the defaults; conninfo is not kept */
	PQconninfoOption *conninfo;     /* owned */
	char *role, *channel;           /* owned; o points here */
	bool closing;
	struct event soon, tick;        /* a turn: at the end of this round; at a deadline */
	struct calls reads, writes;     /* waiting */
	struct calls again;             /* writes to be sent each alone, before the others */
	struct calls refused;           /* to be answered without being sent */
	struct buf notes, sending;      /* payloads, each ended by NUL: to send, and under way */
	struct conn *conns;             /* readers, writer, notifier; owned */
	unsigned nconns;
	unsigned up[CONN_SORTS];        /* connections that are up */
	uint64_t down_since[CONN_SORTS];        /* 0: not known to be away, as while the first connections are made */
	bool proven[CONN_SORTS];        /* was up once, so the statements are right */
	struct db_stats stats;
};

extern const struct conn_hooks reader_hooks, writer_hooks, notifier_hooks;

/* db.c */
uint64_t db_now(void);                  /* ms, monotonic */
void db_soon(struct db *db);            /* a turn before the loop sleeps */
struct conn *db_writer(struct db *db);

/* queue.c */
struct call *call_new(const struct db *db, const struct db_call *from);
void call_rewind(struct call *c);       /* as if never sent */
void call_answer(struct db *db, struct call *c, enum db_outcome outcome);       /* and frees it */
void call_finish(struct db *db, struct call *c);        /* by its results */
bool call_conflict(const struct call *c);               /* may pass when sent again */
bool call_timed_out(const struct call *c);
bool call_lock_timed_out(const struct call *c);
void calls_push(struct calls *l, struct call *c);
struct call *calls_shift(struct calls *l);              /* NULL if empty */
void calls_insert(struct calls *l, struct call *c);     /* by key, behind its equals */
void calls_prepend(struct calls *l, struct calls *before);      /* empties before */
void calls_answer(struct db *db, struct calls *l, enum db_outcome outcome);
void calls_give_up(struct db *db, struct calls *l);      /* sent, and the connection is gone */

/* conn.c */
void conn_init(struct conn *c, struct db *db, enum conn_sort sort, unsigned number);
void db_conn_release(struct conn *c);      /* its calls stay in sent */
void conn_lost(struct conn *c);         /* closes, gives the calls back, connects again later */
bool conn_flush(struct conn *c) must_check;
void conn_is_up(struct conn *c);
const struct conn_hooks *conn_hooks(const struct conn *c);

/* prepare.c: false: give the connection up; a wrong statement is fatal() at first */
bool prepare_send(struct conn *c) must_check;
bool prepare_result(struct conn *c, PGresult *res);     /* takes the result */

/* lookup.c */
enum { HOSTS_MAX = 8192 };

struct hosts {                          /* lists separated by commas, inside text */
	const char *host, *hostaddr, *port;
	char text[HOSTS_MAX];
};

bool lookup_needed(const PQconninfoOption *conninfo);
int lookup_start(const PQconninfoOption *conninfo);     /* a descriptor to read from; -1 failed */
bool lookup_read(int fd, struct hosts *hosts) must_check;       /* false: no name has an address */

/* hosts.c: found: what was looked up, or NULL */
PGconn *hosts_connect(const PQconninfoOption *conninfo, const struct hosts *found, unsigned turn) must_check;

/* pipe.c */
bool pipe_send(struct conn *c, struct call *call) must_check;  /* takes the call, also if false */
bool pipe_sync(struct conn *c) must_check;
bool pipe_result(struct conn *c, PGresult *res);

/* reader.c, writer.c, notify.c: send what waits and has room */
void readers_send(struct db *db);
void writer_send(struct db *db);
void notify_send(struct db *db);

#endif
