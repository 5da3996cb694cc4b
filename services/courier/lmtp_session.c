#include "services/courier/lmtp_session.h"

#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "services/courier/lmtp_mail.h"
#include "shared/base/address.h"
#include "shared/base/buf.h"
#include "shared/base/log.h"
#include "shared/db/db.h"
#include "statements.h"

enum { LINE_MOST = 2048, RECIPIENTS_MOST = 100, IDLE_SECONDS = 300 };

struct session {
	struct lmtp *lmtp;
	struct session *next;
	int fd;                         /* -1: closed, while answers of the database are awaited */
	struct event *readable, *writable;
	struct buf in, out;
	struct lmtp_mail mail;
	char *sender;                   /* owned; NULL before MAIL */
	char *recipients[RECIPIENTS_MOST];      /* owned */
	const char *answers[RECIPIENTS_MOST];   /* to each, when all are there; static */
	size_t nrecipients, answered;
	bool greeted, in_data, ends;
	bool awaited;                   /* an answer of the database */
	bool skipping;                  /* in a line that is too long */
};

static const struct timeval idle = { IDLE_SECONDS, 0 };

static const char later[] = "451 4.3.0 Later";

static void lines(struct session *s);

static void
forget_mail(struct session *s)
{
	free(s->sender);
	s->sender = NULL;
	for (size_t i = 0; i < s->nrecipients; i++)
		free(s->recipients[i]);
	s->nrecipients = s->answered = 0;
	buf_reset(&s->mail.text);
	s->in_data = false;
}

void
session_free(struct session *s)
{
	struct session **at = &s->lmtp->sessions;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	s->lmtp->nsessions--;
	forget_mail(s);
	event_free(s->readable);
	event_free(s->writable);
	if (s->fd >= 0)
		close(s->fd);
	buf_release(&s->in);
	buf_release(&s->out);
	buf_release(&s->mail.text);
	free(s);
}

/* At once, or when the database has answered what it was asked. */
static void
hang_up(struct session *s)
{
	if (!s->awaited) {
		session_free(s);
		return;
	}
	event_del(s->readable);
	event_del(s->writable);
	close(s->fd);
	s->fd = -1;
}

/*
 * Sends what there is to say; the session may be gone then. What more the other side says is only read when it has
 * taken all answers, so that it cannot fill our memory.
 */
static void
flush(struct session *s)
{
	while (s->out.len > 0) {
		ssize_t n = send(s->fd, s->out.data, s->out.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			(void)event_del(s->readable);
			if (event_add(s->writable, &idle) != 0)
				fatal("out of memory");
			return;
		}
		if (n <= 0) {
			hang_up(s);
			return;
		}
		buf_drop(&s->out, (size_t)n);
	}
	if (s->ends)
		hang_up(s);
	else if (s->awaited)
		(void)event_del(s->readable);
	else if (event_add(s->readable, &idle) != 0)
		fatal("out of memory");
}

/* <address> behind "FROM:" or "TO:"; a copy, "" for <>; NULL: none. */
static char *
path_of(const char *line, const char *before)
{
	size_t n = strlen(before);
	const char *end;

	if (strncasecmp(line, before, n) != 0)
		return NULL;
	line += n;
	line += strspn(line, " ");
	end = *line == '<' ? strchr(line, '>') : NULL;
	if (end == NULL || end - line > 320)
		return NULL;
	return strndup(line + 1, (size_t)(end - line - 1));
}

static const char *
mail(struct session *s, const char *words)
{
	char *sender = path_of(words, "FROM:");

	if (!s->greeted || s->sender != NULL || sender == NULL) {
		free(sender);
		return !s->greeted || s->sender != NULL ? "503 5.5.1 Not now" : "501 5.5.4 MAIL FROM:<address>";
	}
	s->sender = sender;
	return "250 2.1.0 Ok";
}

static const char *
rcpt(struct session *s, const char *words)
{
	char *recipient = path_of(words, "TO:");
	const char *answer = "250 2.1.5 Ok";

	if (s->sender == NULL)
		answer = "503 5.5.1 MAIL first";
	else if (recipient == NULL)
		answer = "501 5.5.4 RCPT TO:<address>";
	else if (!address_is_ours(recipient, s->lmtp->courier->config.domain))
		answer = "550 5.1.1 No such address here";
	else if (s->nrecipients == RECIPIENTS_MOST)
		answer = "452 4.5.3 Too many recipients";
	if (*answer == '2')
		s->recipients[s->nrecipients++] = recipient;
	else
		free(recipient);
	return answer;
}

static const char *
data(struct session *s, const char *words)
{
	(void)words;
	if (s->nrecipients == 0)
		return "503 5.5.1 RCPT first";
	lmtp_mail_begin(&s->mail);
	s->in_data = true;
	return "354 Go on, end with a dot";
}

static const char *
lhlo(struct session *s, const char *words)
{
	if (*words == '\0')
		return "501 5.5.4 LHLO name";
	forget_mail(s);
	s->greeted = true;
	return "250-relais\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 SIZE 33554432";
}

static const char *
rset(struct session *s, const char *words)
{
	(void)words;
	forget_mail(s);
	return "250 2.0.0 Ok";
}

static const char *
noop(struct session *s, const char *words)
{
	(void)s;
	(void)words;
	return "250 2.0.0 Ok";
}

static const char *
vrfy(struct session *s, const char *words)
{
	(void)s;
	(void)words;
	return "252 2.0.0 Try it";
}

static const char *
quit(struct session *s, const char *words)
{
	(void)words;
	s->ends = true;
	return "221 2.0.0 Bye";
}

static const struct verb_row {
	const char *name;
	const char *(*answer)(struct session *s, const char *words);
} verbs[] = {
	{ "LHLO", lhlo }, { "MAIL", mail }, { "RCPT", rcpt }, { "DATA", data }, { "RSET", rset }, { "NOOP", noop }, { "VRFY", vrfy }, { "QUIT", quit },
};

static void
command(struct session *s, const char *line)
{
	const char *answer = "500 5.5.2 Not known here";
	size_t n = strcspn(line, " ");

	for (size_t i = 0; i < countof(verbs); i++)
		if (strlen(verbs[i].name) == n && strncasecmp(line, verbs[i].name, n) == 0)
			answer = verbs[i].answer(s, line + n + strspn(line + n, " "));
	buf_printf(&s->out, "%s\r\n", answer);
}

static void post(struct session *s);

static const struct {
	const char *error, *answer;
} refusals[] = {
	{ "recipient_unknown", "550 5.1.1 No such address here" },
	{ "recipient_expired", "550 5.1.6 This address is too old; please answer a newer mail" },
};

/* What has come of a recipient: that the mail itself cannot be kept (SQLSTATE class 22) is for good. */
static const char *
answer_to(const struct db_result *r)
{
	json_t *answer = r->outcome == DB_OK ? json_loads(r->value, 0, NULL) : NULL;
	const char *error = json_string_value(json_object_get(answer, "error"));
	const char *said = "554 5.6.0 Not taken";

	if (json_is_integer(json_object_get(answer, "id")))
		said = "250 2.0.0 Ok";
	else if (r->outcome != DB_OK && (r->outcome != DB_FAILED || strncmp(r->sqlstate, "22", 2) != 0))
		said = later;
	for (size_t i = 0; error != NULL && i < countof(refusals); i++)
		if (strcmp(error, refusals[i].error) == 0)
			said = refusals[i].answer;
	json_decref(answer);
	return said;
}

static void
kept(void *arg, const struct db_result *r)
{
	struct session *s = arg;

	s->awaited = false;
	if (s->fd < 0) {
		session_free(s);        /* who was not answered tries all again */
		return;
	}
	s->answers[s->answered++] = answer_to(r);
	while (s->answers[s->answered - 1] == later && s->answered < s->nrecipients)
		s->answers[s->answered++] = later;
	if (s->answered < s->nrecipients) {
		post(s);
		return;
	}
	for (size_t i = 0; i < s->nrecipients; i++)
		buf_printf(&s->out, "%s\r\n", s->answers[i]);
	forget_mail(s);
	lines(s);
}

/* Keeps the mail for the next recipient; one after the other, as each takes a copy. */
static void
post(struct session *s)
{
	static const char *const nobody[6];
	size_t size = sodium_base64_ENCODED_LEN(s->mail.text.len, sodium_base64_VARIANT_ORIGINAL);
	char *text = malloc(size);

	if (text == NULL)
		fatal("out of memory");
	sodium_bin2base64(text, size, (const unsigned char *)buf_text(&s->mail.text), s->mail.text.len, sodium_base64_VARIANT_ORIGINAL);
	s->awaited = true;
	db_call(s->lmtp->courier->db, &(struct db_call){ .begin = nobody, .statement = SQL_INCOMING_POST,
	    .values = (const char *const[]){ s->recipients[s->answered], s->sender, text }, .done = kept, .arg = s });
	free(text);
}

/* The whole mail is there: one answer to each recipient (RFC 2033 section 4.2). */
static void
keep(struct session *s)
{
	s->in_data = false;
	if (s->mail.size <= s->lmtp->mail_most) {
		post(s);
		return;
	}
	for (size_t i = 0; i < s->nrecipients; i++)
		buf_puts(&s->out, "552 5.3.4 Too long\r\n");
	forget_mail(s);
}

/* A whole line, or with `skipping` the end of one. */
static void
line_there(struct session *s, char *line, size_t len)
{
	bool crlf = len > 0 && line[len - 1] == '\r';

	len -= crlf;
	if (s->in_data && s->skipping) {
		lmtp_mail_piece_end(&s->mail, len, crlf);
	} else if (s->in_data) {
		if (lmtp_mail_line(&s->mail, line, len, crlf, s->lmtp->kept_most))
			keep(s);
	} else if (s->skipping || len > LINE_MOST || memchr(line, '\0', len) != NULL) {
		buf_puts(&s->out, "500 5.5.2 Not a command\r\n");
	} else {
		line[len] = '\0';
		command(s, line);
	}
	s->skipping = false;
}

/* All whole lines that are there, until an answer is awaited. Of one that is too long only its last byte stays. */
static void
lines(struct session *s)
{
	size_t used = 0;

	while (!s->awaited && !s->ends) {
		char *line = s->in.data + used, *end = s->in.len > used ? memchr(line, '\n', s->in.len - used) : NULL;

		if (end == NULL)
			break;
		used += (size_t)(end - line) + 1;
		line_there(s, line, (size_t)(end - line));
	}
	buf_drop(&s->in, used);
	if (!s->awaited && s->in.len > (s->skipping ? 1 : s->in_data ? s->lmtp->kept_most : LINE_MOST + 1)) {
		if (s->in_data)
			lmtp_mail_piece(&s->mail, s->in.data, s->in.len - 1, !s->skipping);
		s->skipping = true;
		buf_drop(&s->in, s->in.len - 1);
	}
	flush(s);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	char piece[16384];
	ssize_t n = (what & EV_TIMEOUT) != 0 ? 0 : recv(fd, piece, sizeof(piece), 0);

	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(s);
		return;
	}
	buf_add(&s->in, piece, (size_t)n);
	lines(s);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	if ((what & EV_TIMEOUT) != 0)
		hang_up(arg);
	else
		lines(arg);
}

void
session_begin(struct lmtp *l, int fd)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		fatal("out of memory");
	s->lmtp = l;
	s->fd = fd;
	s->readable = event_new(l->courier->base, fd, EV_READ | EV_PERSIST, on_readable, s);
	s->writable = event_new(l->courier->base, fd, EV_WRITE, on_writable, s);
	s->next = l->sessions;
	l->sessions = s;
	l->nsessions++;
	if (s->readable == NULL || s->writable == NULL)
		fatal("out of memory");
	buf_puts(&s->out, "220 relais LMTP\r\n");
	flush(s);
}
