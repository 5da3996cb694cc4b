/*
 * What the files of the server know of each other. Private: others include server.h.
 *
 *   server.c   listening, limits, the clock, draining
 *   conn.c     a connection's life, its states and deadlines, reading
 *   request.c  from bytes to a request handed over, or refused
 *   reply.c    writing answers
 *   ident.c    X-Request-Id
 *
 * A connection is small; what it needs while a request is under way is its `work`,
 * taken when bytes arrive and given back when none are left, so that idle connections
 * cost little. Two things keep a closed connection's memory alive: `running`, and a
 * request that its handler has yet to answer.
 */
#ifndef RELAIS_HTTP_CONN_H
#define RELAIS_HTTP_CONN_H

#include <netinet/in.h>
#include <sys/uio.h>

#include "shared/base/buf.h"
#include "shared/http/body.h"
#include "shared/http/peers.h"
#include "shared/http/server.h"

enum {
	WORK_BYTES = 24 * 1024,         /* more than a whole head: a body needs room behind it */
	LINES_MAX = 256,                /* status line and the fields we write */
	DATE_LINE = 37,                 /* "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" */
	IDENT_POOL = 1024,
#ifdef RELAIS_ASAN
	SPARE_MAX = 0                   /* so that a late use of a request is seen */
#else
	SPARE_MAX = 32
#endif
};

enum conn_state {
	CONN_IDLE,                      /* no byte of the next request yet */
	CONN_HEAD,
	CONN_BODY,
	CONN_HANDLING,                  /* the handler has it */
	CONN_WRITING,                   /* the socket did not take the whole answer */
	CONN_LINGER,                    /* answered for the last time; the client is to close */
	CONN_CLOSED,
	CONN_STATES
};

/* An answer that waits for the socket. */
struct outgoing {
	struct iovec parts[4];
	size_t first, n;
	int file;                       /* the body's, behind the parts */
	off_t offset;
	size_t left;                    /* of the file; 0: none */
	struct blob *head, *body;       /* references */
	bool close;
};

struct work {
	struct conn *conn;
	struct http_request request;
	struct http_body decoder;
	struct buf body;
	struct outgoing out;
	size_t start;                   /* where the request under way begins in bytes */
	size_t at;                      /* first byte not yet understood */
	size_t len;
	size_t head_end;
	size_t searched;                /* no line ends before it that was not parsed */
	bool has_line;
	size_t body_limit;
	size_t arrived;                 /* of the body, since the deadline was set */
	char lines[LINES_MAX];
	char bytes[WORK_BYTES];
};

struct conn {
	struct http_server *server;     /* NULL once it is freed under a handler */
	struct conn *next, **link;
	struct event *readable, *writable;      /* writable: NULL until first needed */
	struct work *work;              /* NULL while idle */
	struct peer *peer;
	int64_t deadline_us;            /* 0: none */
	int fd;
	enum conn_state state;
	bool running;                   /* somebody on the stack goes on with it: not to be freed */
	bool reading;                   /* readable is added */
	bool eof;                       /* the client sends no more */
	bool refused;                   /* over a limit: does not count as a connection */
	bool owed;                      /* a handler owes http_reply() */
	size_t lingered;
	char address[INET6_ADDRSTRLEN];
};

struct http_server {
	struct event_base *base;
	struct http_limits limits;
	int64_t patience_us[CONN_STATES];       /* 0: for ever */
	struct http_calls calls;
	struct event *acceptor, *tick, *drainer;
	int fd;
	unsigned port;
	struct conn *conns;
	struct conn *walk;              /* the next one of the tick's walk */
	size_t nconns, nrefused;
	struct peers *peers;
	struct work *spare[SPARE_MAX + 1];
	int nspare;
	int64_t now_us;                 /* monotonic, at the last event */
	char date[DATE_LINE + 1];
	unsigned char pool[IDENT_POOL]; /* random bytes */
	size_t pool_left;
	bool accepting;
	bool draining;
	void (*drained)(void *arg);
	void *drained_arg;
};

/* server.c */
int64_t http_now_us(void);

/* conn.c */
bool conn_new(struct http_server *s, int fd, const struct sockaddr *address) must_check;
void conn_enter(struct conn *c, enum conn_state state);         /* sets the deadline, too */
void conn_run(struct conn *c);          /* goes on with what is there; may free c */
void conn_close(struct conn *c);        /* at once; may free c */
void conn_release(struct conn *c);      /* frees a closed one, if nothing holds it */
void conn_unlink(struct conn *c);       /* off the server's list */
void conn_read_on(struct conn *c, bool on);
void conn_linger(struct conn *c);
void conn_expire(struct conn *c);       /* its deadline has passed; may free c */
struct work *conn_work(struct conn *c); /* takes one if it has none */
void work_free(struct work *w);

/* request.c: a step gives true if another may follow at once */
void request_begin(struct conn *c);
bool request_head(struct conn *c) must_check;
bool request_body(struct conn *c) must_check;
void request_refuse(struct conn *c, int status);        /* may close c, not free it while running */

/* reply.c */
void reply_send(struct conn *c, const struct http_reply *reply);
void reply_release(struct outgoing *out);
bool reply_continue(struct conn *c) must_check;

/* ident.c */
void ident_set(struct http_server *s, struct http_request *req);

#endif
