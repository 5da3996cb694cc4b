#include "services/courier/web.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "services/courier/curl_loop.h"
#include "services/courier/guard.h"
#include "shared/base/log.h"

enum { OUTSIDE_MS = 10 * 1000, OUTSIDE_MOST = 64 * 1024, OURS_MOST = 16 * 1024 * 1024 };

struct exchange {
	LIST_ENTRY(exchange) entry;
	struct web *web;
	CURL *easy;
	struct curl_slist *headers;     /* owned */
	struct buf body;                /* what came */
	size_t came, most;              /* with the head */
	bool barred, cut;
	char error[CURL_ERROR_SIZE];
	void (*done)(void *arg, const struct web_answer *a);
	void *arg;
};

struct web {
	struct courier *courier;
	struct guard *guard;
	char agent[320];
	LIST_HEAD(exchanges, exchange) under_way;
};

/* The name has been looked up, nothing was sent yet: is it an address that may be pushed to? */
static curl_socket_t
open_guarded(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *x = arg;

	(void)purpose;
	if (!guard_passes(x->web->guard, &address->addr)) {
		x->barred = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* False: too much. */
static bool
counted(struct exchange *x, size_t n)
{
	x->came += n;
	x->cut = x->cut || x->came > x->most;
	return !x->cut;
}

static size_t
take_head(char *at, size_t size, size_t n, void *arg)
{
	(void)at;
	return counted(arg, size * n) ? size * n : 0;
}

static size_t
take_body(char *at, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;

	if (!counted(x, size * n))
		return 0;
	buf_add(&x->body, at, size * n);
	return x->body.failed ? 0 : size * n;
}

static void
exchange_free(struct exchange *x)
{
	LIST_REMOVE(x, entry);
	curl_easy_cleanup(x->easy);
	curl_slist_free_all(x->headers);
	buf_release(&x->body);
	free(x);
}

static void
finish(struct exchange *x, const char *trouble)
{
	struct web_answer a = { .body = &x->body, .barred = x->barred && trouble != NULL, .cut = x->cut, .trouble = trouble };
	curl_off_t us = 0;

	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &a.status);
	curl_easy_getinfo(x->easy, CURLINFO_CONTENT_TYPE, &a.type);
	curl_easy_getinfo(x->easy, CURLINFO_TOTAL_TIME_T, &us);
	a.ms = (long)(us / 1000);
	curl_loop_remove(x->web->courier->web_loop, x->easy);
	x->done(x->arg, &a);
	exchange_free(x);
}

static void
ended(void *arg, CURLcode code)
{
	struct exchange *x = arg;

	if (code == CURLE_OK)
		finish(x, NULL);
	else if (x->cut)
		finish(x, "the answer is too long");
	else if (x->barred)
		finish(x, "this address is not of the public internet (RELAIS_PUSH_ALLOW)");
	else
		finish(x, x->error[0] != '\0' ? x->error : curl_easy_strerror(code));
}

/* Counted before somebody else may take what it is of: a feed and its delivery within three quarters of the lease. */
static long
limit_ms(const struct web *w)
{
	long most = w->courier->config.lease * 375;

	return most < OUTSIDE_MS ? most : OUTSIDE_MS;
}

static void
set_up(struct exchange *x, const struct web_request *r)
{
	CURL *easy = x->easy;

	curl_easy_setopt(easy, CURLOPT_URL, r->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");              /* one would look names up where the guard does not see it */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, limit_ms(x->web));
	curl_easy_setopt(easy, CURLOPT_USERAGENT, x->web->agent);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->error);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, x->headers);
	if (!r->ours) {
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_guarded);
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, x);
		/* a connection that is kept, to our own site even, would pass the guard by */
		curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
		curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	}
	if (r->body != NULL) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, buf_text(r->body));
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body->len);
	}
}

static void
add_header(struct exchange *x, const char *line)
{
	struct curl_slist *more = curl_slist_append(x->headers, line);

	if (more == NULL)
		fatal("out of memory");
	x->headers = more;
}

void
web_send(struct web *w, const struct web_request *r, void (*done)(void *arg, const struct web_answer *a), void *arg)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (x == NULL || (x->easy = curl_easy_init()) == NULL)
		fatal("out of memory");
	x->web = w;
	x->most = r->ours ? OURS_MOST : OUTSIDE_MOST;
	x->done = done;
	x->arg = arg;
	LIST_INSERT_HEAD(&w->under_way, x, entry);
	add_header(x, "Expect:");       /* no waiting for a 100 */
	for (const char *const *line = r->headers; line != NULL && *line != NULL; line++)
		add_header(x, *line);
	set_up(x, r);
	curl_loop_add(w->courier->web_loop, x->easy, ended, x);
}

struct web *
web_new(struct courier *c)
{
	struct web *w = calloc(1, sizeof(*w));

	if (w == NULL)
		fatal("out of memory");
	w->courier = c;
	w->guard = guard_new(c->config.push_allow);
	if (w->guard == NULL)
		fatal("RELAIS_PUSH_ALLOW: '%s' is no list of addresses or prefixes like 10.1.0.0/16, fd00::/8", c->config.push_allow);
	(void)snprintf(w->agent, sizeof(w->agent), "Relais (+%.300s)", c->config.url);
	LIST_INIT(&w->under_way);
	return w;
}

void
web_free(struct web *w)
{
	if (w == NULL)
		return;
	while (!LIST_EMPTY(&w->under_way))
		finish(LIST_FIRST(&w->under_way), "the courier ends");
	guard_free(w->guard);
	free(w);
}
