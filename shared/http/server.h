/*
 * An HTTP/1.1 server on libevent events (RFC 9110, RFC 9112): it frames requests
 * strictly, keeps the deadlines, and hands over whole requests one at a time per
 * connection. It knows nothing of routes, languages or SQL.
 *
 * Ownership: a request belongs to the server. The handler answers it exactly once
 * with http_reply(), at once or later; after that the request and its arena are
 * gone. A client that leaves meanwhile changes nothing for the handler: its answer
 * is dropped. Everything runs in the event loop's thread.
 *
 * What cannot be framed is answered by the server itself through `refuse`.
 */
#ifndef RELAIS_HTTP_SERVER_H
#define RELAIS_HTTP_SERVER_H

#include <event2/event.h>

#include "shared/base/arena.h"
#include "shared/base/blob.h"
#include "shared/http/head.h"

struct http_server;

struct http_request {
	struct http_head head;          /* slices into the connection's buffer */
	const char *body;               /* body_len bytes, NUL behind them; "" if none */
	size_t body_len;
	const char *peer;               /* numeric address, without the port */
	char id[33];                    /* X-Request-Id: the client's if plain and short, else ours */
	int64_t started_us;             /* monotonic, when its first byte was there */
	struct arena arena;             /* dropped after the reply */
	void *user;                     /* the handler's own */
};

/*
 * An answer. `head` holds whole header lines "Name: value\r\n" and must not hold
 * Date, Content-Length, Connection, Transfer-Encoding or X-Request-Id: the server
 * writes those. A body is sent with its length, or only its length for HEAD; 304
 * and 204 send none. Both blobs are borrowed: the server takes its own references.
 */
struct http_reply {
	int status;
	struct blob *head;              /* may be NULL */
	struct blob *body;              /* may be NULL */
	bool close;                     /* close the connection behind it */
};

struct http_calls {
	/* A whole request; owes one http_reply(). */
	void (*request)(struct http_request *req, void *arg);
	/* After the head: how many body bytes are allowed; more is 413. */
	size_t (*body_limit)(const struct http_request *req, void *arg);
	/*
	 * The server refuses by itself (400, 408, 413, 414, 415, 417, 431, 501, 503, 505):
	 * fill in `reply` (status is set; head and body may be left NULL). head.method
	 * may be empty. Blobs put there are taken over by the server.
	 */
	void (*refuse)(struct http_request *req, struct http_reply *reply, void *arg);
	/* After each answer was handed to the socket, for the log and the metrics. May be NULL. */
	void (*done)(const struct http_request *req, int status, double ms, void *arg);
	void *arg;
};

struct http_limits {
	size_t connections;             /* in total (default 4096); above it 503 and close */
	size_t connections_per_peer;    /* default 256 */
	unsigned head_seconds;          /* whole head, from its first byte: 10 */
	unsigned idle_seconds;          /* between requests: 60 */
	unsigned body_bytes_per_second; /* least rate of a body, over each span of head_seconds: 500 */
	unsigned write_seconds;         /* no progress in sending: 30 */
};

extern const struct http_limits http_default_limits;

/*
 * Listens on host:port (numeric address; port "0" picks one). NULL with errno and a
 * logged reason if it cannot. limits NULL: the defaults. calls is copied.
 */
struct http_server *http_server_new(struct event_base *base, const char *host, const char *port,
    const struct http_limits *limits, const struct http_calls *calls) must_check;

/* The port it listens on. */
unsigned http_server_port(const struct http_server *s);

/* Stops accepting; ends each connection after its running answer; then calls drained(arg). */
void http_server_drain(struct http_server *s, void (*drained)(void *arg), void *arg);

/* Closes everything at once. */
void http_server_free(struct http_server *s);

/* Open connections, for the metrics. */
size_t http_server_connections(const struct http_server *s);

void http_reply(struct http_request *req, const struct http_reply *reply);

#endif
