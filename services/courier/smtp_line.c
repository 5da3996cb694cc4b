#include "services/courier/smtp_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "services/courier/smtp_reply.h"
#include "shared/base/log.h"

enum { CONNECT_MS = 30 * 1000, MAIL_MS = 300 * 1000, IDLE_MS = 10 * 1000 };

enum step { OPENING, IDLE, RSET, MAIL, RCPT, DATA, BODY, NSTEPS };

struct smtp_line {
	struct courier *courier;
	struct curl_loop *loop;
	const struct smtp_line_calls *calls;
	void *arg;
	CURL *easy;
	struct event *readable, *writable, *limit;
	char error[CURL_ERROR_SIZE];
	char said[512];                 /* the server's last line while libcurl speaks with it */
	bool utf8;                      /* it takes addresses in UTF-8 (RFC 6531) */
	enum step step;
	struct delivery *d;             /* under way; NULL: none */
	bool begun;                     /* a mail was begun and not finished: RSET first */
	bool used;                      /* a mail went before */
	bool broken;                    /* not to be used again */
	struct smtp_reply in;
	struct buf out;                 /* not sent yet */
};

/* What leads on from each step, and what a 5xx there means. */
static const struct {
	int good;                       /* first digit of the reply */
	enum step next;
	enum outcome refused;
	const char *name;
} steps[NSTEPS] = {
	[RSET] = { 2, MAIL, LATER, "RSET" },
	[MAIL] = { 2, RCPT, LATER, "MAIL" },            /* the sender is ours: no fault of who it is for */
	[RCPT] = { 2, DATA, REFUSED, "RCPT" },
	[DATA] = { 3, BODY, REFUSED, "DATA" },
	[BODY] = { 2, IDLE, REFUSED, "the message" },
};

static void
within_ms(struct smtp_line *l, long ms)
{
	const struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	if (event_add(l->limit, &tv) != 0)
		fatal("cannot start a timer for mail");
}

/* Nor more than so many eighths of the lease: a mail is ended and counted before somebody else may take it. */
static long
at_most(const struct smtp_line *l, long ms, int eighths)
{
	long most = l->courier->config.lease * 125 * eighths;

	return ms < most ? ms : most;
}

static bool
is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

static bool
needs_utf8(const struct delivery *d)
{
	return !is_ascii(d->email) || !is_ascii(d->from);
}

/* ---- how a mail ends ---- */

static void
ready(struct smtp_line *l)
{
	l->step = IDLE;
	within_ms(l, IDLE_MS);
	l->calls->ready(l->arg, l);
}

/*
 * The line is of no use any more. A mail on it is tried again: also one that was sent whole and
 * got no answer, for whoever cannot know has to take it for lost. If the server did take it, the
 * next one comes under the same Message-ID.
 */
static void
lost(struct smtp_line *l, const char *words, bool late)
{
	struct delivery *d = l->d;
	char text[256];
	struct smtp_end how = { .outcome = LATER, .words = text, .unsaid = l->used && !late && (l->step == RSET || l->step == MAIL) };

	l->d = NULL;
	l->broken = true;
	if (d != NULL) {
		(void)snprintf(text, sizeof(text), "%s%s%s", words, words[0] >= '4' && words[0] <= '5' ? "" : " after ",
		    words[0] >= '4' && words[0] <= '5' ? "" : steps[l->step].name);
		l->calls->ended(l->arg, l, d, &how);
	}
	l->calls->gone(l->arg, l, NULL);
}

/* The server answered; the line can be used again unless it has said more than was asked. */
static void
finish(struct smtp_line *l, const struct smtp_end *how)
{
	struct delivery *d = l->d;

	l->d = NULL;
	l->used = true;
	l->begun = l->step == RCPT || l->step == DATA;
	l->calls->ended(l->arg, l, d, how);
	if (l->broken || l->out.len > 0 || smtp_reply_pending(&l->in))
		l->calls->gone(l->arg, l, NULL);
	else
		ready(l);
}

/* ---- the dialogue ---- */

/* A connection that takes no more is told of by reading. */
static void
flush(struct smtp_line *l)
{
	CURLcode code = CURLE_OK;

	while (l->out.len > 0 && code == CURLE_OK) {
		size_t n = 0;

		code = curl_easy_send(l->easy, l->out.data, l->out.len, &n);
		buf_drop(&l->out, n);
	}
	if (code == CURLE_AGAIN)
		(void)event_add(l->writable, NULL);
	else if (code != CURLE_OK)
		l->broken = true;
}

static void
say(struct smtp_line *l, enum step step)
{
	const struct delivery *d = l->d;

	l->step = step;
	switch (step) {
	case RSET:
		buf_puts(&l->out, "RSET\r\n");
		break;
	case MAIL:
		buf_printf(&l->out, "MAIL FROM:<%s>%s\r\n", d->from, needs_utf8(d) ? " SMTPUTF8" : "");
		break;
	case RCPT:
		buf_printf(&l->out, "RCPT TO:<%s>\r\n", d->email);
		break;
	case DATA:
		buf_puts(&l->out, "DATA\r\n");
		break;
	case BODY:
		smtp_put_message(&l->out, d->message.data, d->message.len);
		buf_puts(&l->out, ".\r\n");
		break;
	case OPENING:
	case IDLE:
	case NSTEPS:
		break;
	}
	if (l->out.failed)
		fatal("out of memory");
	flush(l);
}

/*
 * Some servers say only to RCPT that they do not know us, or our sender (Postfix' smtpd_delay_reject):
 * not signed in (530), no relaying or another policy (x.7.x), the sender's address (x.1.7, x.1.8).
 */
static bool
is_ours(enum step step, int code, const char *text)
{
	return step == RSET || step == MAIL ||
	    (step == RCPT && (code == 530 || smtp_reply_says(text, 7, -1) || smtp_reply_says(text, 1, 7) || smtp_reply_says(text, 1, 8)));
}

static void
answered(struct smtp_line *l)
{
	const char *text = buf_text(&l->in.text);
	int code = l->in.code, class = code / 100;
	struct smtp_end how = { .outcome = LATER, .words = text };

	if (l->step == IDLE || code == 421) {           /* goodbye */
		lost(l, text, false);
	} else if (class == steps[l->step].good && l->step == BODY) {
		how.outcome = DELIVERED;
		finish(l, &how);
	} else if (class == steps[l->step].good && !smtp_reply_pending(&l->in)) {
		say(l, steps[l->step].next);
	} else if (class == 4 || class == 5) {
		how.ours = class == 5 && is_ours(l->step, code, text);
		how.outcome = class == 5 && !how.ours ? steps[l->step].refused : LATER;
		finish(l, &how);
	} else {
		lost(l, "the mail server said what was not asked", false);
	}
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct smtp_line *l = arg;
	char bytes[4096];
	size_t n = 1;
	CURLcode code = CURLE_OK;

	(void)fd;
	(void)what;
	while (code == CURLE_OK && n > 0 && !l->in.bytes.failed) {
		n = 0;
		code = curl_easy_recv(l->easy, bytes, sizeof(bytes), &n);
		smtp_reply_add(&l->in, bytes, n);
	}
	l->broken = l->broken || code != CURLE_AGAIN;
	switch (smtp_reply_next(&l->in)) {
	case SMTP_REPLY:
		answered(l);
		break;
	case SMTP_NONSENSE:
		lost(l, "the mail server said what is no answer", false);
		break;
	case SMTP_MORE:
		if (l->broken)
			lost(l, "the connection was closed", false);
		break;
	}
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	flush(arg);
}

static void
on_limit(evutil_socket_t fd, short what, void *arg)
{
	struct smtp_line *l = arg;

	(void)fd;
	(void)what;
	if (l->step == IDLE)
		l->calls->gone(l->arg, l, NULL);
	else
		lost(l, "no answer in time", true);
}

/* ---- its life ---- */

/* What the server says to libcurl, a line each. What it can before TLS does not count. */
static size_t
heard(char *at, size_t size, size_t n, void *arg)
{
	struct smtp_line *l = arg;
	size_t len = 0;

	while (len < size * n && len < sizeof(l->said) - 1 && at[len] != '\r' && at[len] != '\n')
		len++;
	(void)snprintf(l->said, sizeof(l->said), "%.*s", (int)len, at);
	if (strncmp(l->said, "220", 3) == 0)
		l->utf8 = false;
	else if (strcasecmp(l->said, "250-SMTPUTF8") == 0 || strcasecmp(l->said, "250 SMTPUTF8") == 0)
		l->utf8 = true;
	return size * n;
}

static void
opened(void *arg, CURLcode code)
{
	struct smtp_line *l = arg;
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (code == CURLE_OK)
		code = curl_easy_getinfo(l->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (code != CURLE_OK || fd == CURL_SOCKET_BAD) {
		l->broken = true;
		l->calls->gone(l->arg, l, l->said[0] >= '4' ? l->said : l->error[0] != '\0' ? l->error : curl_easy_strerror(code));
		return;
	}
	l->readable = event_new(l->courier->base, fd, EV_READ | EV_PERSIST, on_readable, l);
	l->writable = event_new(l->courier->base, fd, EV_WRITE, on_writable, l);
	if (l->readable == NULL || l->writable == NULL || event_add(l->readable, NULL) != 0)
		fatal("cannot watch the connection to the mail server");
	ready(l);
}

static void
set_up(struct smtp_line *l)
{
	const struct config *c = &l->courier->config;
	bool verified = c->tls == TLS_VERIFY;
	static const long use[] = { [TLS_NONE] = CURLUSESSL_NONE, [TLS_TRY] = CURLUSESSL_TRY, [TLS_VERIFY] = CURLUSESSL_ALL };

	curl_easy_setopt(l->easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(l->easy, CURLOPT_URL, c->smtp_url);
	curl_easy_setopt(l->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(l->easy, CURLOPT_PROXY, "");           /* none of the environment's */
	curl_easy_setopt(l->easy, CURLOPT_USE_SSL, use[c->tls]);
	curl_easy_setopt(l->easy, CURLOPT_SSL_VERIFYPEER, (long)verified);
	curl_easy_setopt(l->easy, CURLOPT_SSL_VERIFYHOST, verified ? 2L : 0L);
	if (*c->smtp_ca != '\0')
		curl_easy_setopt(l->easy, CURLOPT_CAINFO, c->smtp_ca);
	curl_easy_setopt(l->easy, CURLOPT_TIMEOUT_MS, at_most(l, CONNECT_MS, 2));
	curl_easy_setopt(l->easy, CURLOPT_ERRORBUFFER, l->error);
	curl_easy_setopt(l->easy, CURLOPT_HEADERFUNCTION, heard);
	curl_easy_setopt(l->easy, CURLOPT_HEADERDATA, l);
}

struct smtp_line *
smtp_line_open(struct courier *c, struct curl_loop *loop, const struct smtp_line_calls *calls, void *arg)
{
	struct smtp_line *l = calloc(1, sizeof(*l));

	if (l == NULL || (l->easy = curl_easy_init()) == NULL || (l->limit = evtimer_new(c->base, on_limit, l)) == NULL)
		fatal("out of memory");
	l->courier = c;
	l->loop = loop;
	l->calls = calls;
	l->arg = arg;
	set_up(l);
	curl_loop_add(loop, l->easy, opened, l);
	return l;
}

bool
smtp_line_opening(const struct smtp_line *l)
{
	return l->step == OPENING;
}

bool
smtp_line_idle(const struct smtp_line *l)
{
	return l->step == IDLE && !l->broken;
}

bool
smtp_line_takes(const struct smtp_line *l, const struct delivery *d)
{
	return l->utf8 || !needs_utf8(d);
}

void
smtp_line_send(struct smtp_line *l, struct delivery *d)
{
	l->d = d;
	within_ms(l, at_most(l, MAIL_MS, 4));
	say(l, l->begun ? RSET : MAIL);
}

struct delivery *
smtp_line_drop(struct smtp_line *l)
{
	struct delivery *d = l->d;

	l->d = NULL;
	l->broken = l->broken || d != NULL;
	return d;
}

void
smtp_line_free(struct smtp_line *l)
{
	size_t n;

	if (smtp_line_idle(l))
		(void)curl_easy_send(l->easy, "QUIT\r\n", 6, &n);       /* nobody waits for the answer */
	if (l->readable != NULL)
		event_free(l->readable);
	if (l->writable != NULL)
		event_free(l->writable);
	event_free(l->limit);
	curl_loop_remove(l->loop, l->easy);
	curl_easy_cleanup(l->easy);
	smtp_reply_release(&l->in);
	buf_release(&l->out);
	free(l);
}
