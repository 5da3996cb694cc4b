/*
 * A mail server's side of the LMTP dialogue, whole and in pieces, with the database answering at once or late: both have
 * to get the same answers and to keep the same mails. Each answer is well-formed, there are never more of them than were
 * asked for, and a connection never takes more memory than its longest mail needs.
 *
 * The input: the size of the pieces, what the database answers, when it does and when the other side reads; then the bytes.
 */
#include <ctype.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "services/courier/courier.h"
#include "services/courier/lmtp_session.h"
#include "shared/base/address.h"
#include "shared/base/buf.h"
#include "shared/db/db.h"
#include "statements.h"

enum { HEAD = 3, KEPT_MOST = 3000, MAIL_MOST = 5000, MEMORY_MOST = 3 << 19, TURNS_MOST = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t __sanitizer_get_current_allocated_bytes(void);

struct call {
	db_done *done;
	void *arg;
};

/* What the database has been asked, in the run at hand. */
static struct {
	uint8_t answers;                /* two bits each */
	size_t asked;
	struct call waiting;            /* done NULL: nothing is */
	struct buf kept;
} database;

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* In the place of shared/db: keeps the one call of the only session. */
void
db_call(struct db *db, const struct db_call *call)
{
	const char *text = call->values[2];
	size_t most = strlen(text), len;
	unsigned char *mail = malloc(most + 1);

	(void)db;
	must(mail != NULL && database.waiting.done == NULL && call->statement == SQL_INCOMING_POST);
	must(sodium_base642bin(mail, most, text, most, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 && len <= KEPT_MOST);
	must(len == 0 || (len > 1 && mail[len - 2] == '\r' && mail[len - 1] == '\n'));
	must(address_is_ours(call->values[0], "relais.example") && strlen(call->values[1]) <= 320);
	buf_printf(&database.kept, "%s %s %zu ", call->values[0], call->values[1], len);
	buf_add(&database.kept, mail, len);
	free(mail);
	database.waiting = (struct call){ call->done, call->arg };
}

static void
database_answers(void)
{
	static const struct db_result results[] = {
		{ .outcome = DB_OK, .value = "{\"id\": 1}" }, { .outcome = DB_OK, .value = "{\"error\": \"x\"}" },
		{ .outcome = DB_DOWN }, { .outcome = DB_FAILED, .sqlstate = "22021" },
	};
	struct call call = database.waiting;

	if (call.done == NULL)
		return;
	database.waiting.done = NULL;
	call.done(call.arg, &results[database.answers >> database.asked++ % 4 * 2 & 3]);
}

/* What the session has said so far; false: it has closed the connection. */
static bool
hear(int fd, struct buf *said)
{
	char piece[4096];
	ssize_t n;

	while ((n = recv(fd, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		buf_add(said, piece, (size_t)n);
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

/* Says all of it in pieces; the database and who listens come only every so many turns. */
static void
run(struct event_base *base, struct buf *said, const struct buf *bytes, size_t piece, unsigned patience, unsigned deaf)
{
	struct courier courier = { .base = base, .config.domain = "relais.example" };
	struct lmtp lmtp = { .courier = &courier, .mail_most = MAIL_MOST, .kept_most = KEPT_MOST };
	size_t at = 0, before = __sanitizer_get_current_allocated_bytes();
	bool ended = false;
	int fds[2], small = 4096;

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
	(void)setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	session_begin(&lmtp, fds[0]);
	for (unsigned turn = 1; lmtp.nsessions > 0; turn++) {
		must(turn < TURNS_MOST);
		if (at < bytes->len) {
			ssize_t n = send(fds[1], bytes->data + at, bytes->len - at < piece ? bytes->len - at : piece, MSG_NOSIGNAL);

			at = n >= 0 ? at + (size_t)n : errno == EAGAIN ? at : bytes->len;
		} else if (!ended) {
			ended = shutdown(fds[1], SHUT_WR) == 0 || errno != EINTR;
		}
		must(event_base_loop(base, EVLOOP_NONBLOCK) >= 0);
		if (turn % (patience + 1) == 0)
			database_answers();
		if (turn % (deaf + 1) == 0)
			(void)hear(fds[1], said);
		must(__sanitizer_get_current_allocated_bytes() < before + MEMORY_MOST + said->cap + database.kept.cap);
	}
	must(!hear(fds[1], said) && database.waiting.done == NULL);
	close(fds[1]);
}

static size_t
count(const struct buf *in, const char *what)
{
	size_t n = 0, len = strlen(what);

	for (const char *at = buf_text(in), *end = at + in->len; (at = memmem(at, (size_t)(end - at), what, len)) != NULL; at += len)
		n++;
	return n;
}

/* A greeting, an answer to each line at most, and one for each recipient that was taken. */
static void
look(const struct buf *said, const struct buf *bytes)
{
	const char *at = buf_text(said), *end = at + said->len, *line_end;
	size_t answers = 0;

	for (; at < end; at = line_end + 2) {
		line_end = memmem(at, (size_t)(end - at), "\r\n", 2);
		must(line_end != NULL && line_end - at > 4 && *at >= '2' && *at <= '5' && isdigit(at[1]) && isdigit(at[2]) && (at[3] == ' ' || at[3] == '-'));
		for (const char *p = at; p < line_end; p++)
			must(*p >= ' ' && *p <= '~');
		answers += at[3] == ' ';
	}
	must(answers >= 1 && answers <= 1 + count(bytes, "\n") + count(said, "250 2.1.5 "));
}

static struct event_base *
start(void)
{
	static struct event_base *base;

	if (base == NULL)
		must(sodium_init() >= 0 && (base = event_base_new()) != NULL);
	return base;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf bytes = { 0 }, said[2] = { { 0 } }, kept[2];

	if (size < HEAD || size > 32768)
		return 0;
	buf_add(&bytes, data + HEAD, size - HEAD);
	for (unsigned i = 0; i < 2; i++) {
		size_t piece = i == 0 ? SIZE_MAX : data[0] % 64 + 1 + bytes.len / 256;

		memset(&database, 0, sizeof(database));
		database.answers = data[1];
		run(start(), &said[i], &bytes, piece, i == 0 ? 0 : data[2] & 7, i == 0 ? 0 : data[2] >> 3);
		look(&said[i], &bytes);
		kept[i] = database.kept;
	}
	must(said[0].len == said[1].len && memcmp(said[0].data, said[1].data, said[0].len) == 0);
	must(kept[0].len == kept[1].len && memcmp(buf_text(&kept[0]), buf_text(&kept[1]), kept[0].len) == 0);
	for (unsigned i = 0; i < 2; i++) {
		buf_release(&said[i]);
		buf_release(&kept[i]);
	}
	buf_release(&bytes);
	return 0;
}
