/*
 * The connection that listens on the channel and tells of our own commits. In the
 * writing transaction a NOTIFY would serialise the commits. A note is a hint: listeners
 * look for themselves now and then, so notes that pile up while it is away are dropped.
 */
#include "shared/db/internal.h"

#include <string.h>

#include "shared/base/log.h"

enum {
	PAYLOAD_MAX = 7899,             /* PostgreSQL's limit is below 8000 */
	NOTES_MAX = 64 * 1024
};

static bool
send_listen(struct conn *c)
{
	const char *channel = c->db->o.channel;
	char *name = PQescapeIdentifier(c->pg, channel, strlen(channel));
	struct buf sql = {0};
	bool ok;

	buf_printf(&sql, "LISTEN %s", name == NULL ? "" : name);
	ok = name != NULL && !sql.failed &&
	    PQsendQueryParams(c->pg, sql.data, 0, NULL, NULL, NULL, NULL, 0) == 1;
	PQfreemem(name);
	buf_release(&sql);
	return ok;
}

static bool
noted(const struct buf *notes, const char *payload)
{
	for (size_t at = 0; at < notes->len; at += strlen(notes->data + at) + 1)
		if (strcmp(notes->data + at, payload) == 0)
			return true;
	return false;
}

void
db_notify(struct db *db, const char *payload)
{
	size_t len = strlen(payload);

	if (db->o.channel == NULL || db->closing || noted(&db->notes, payload))
		return;
	if (len == 0 || len > PAYLOAD_MAX || db->notes.len + len >= NOTES_MAX) {
		log_error("database: a notification of %zu bytes was dropped", len);
		return;
	}
	buf_add(&db->notes, payload, len + 1);
	db_soon(db);
}

/* As many of the notes from `from` on as fit, joined by a space; returns where it stopped. */
static size_t
join(const struct buf *notes, size_t from, char payload[PAYLOAD_MAX + 1])
{
	size_t len = 0, n;

	for (; from < notes->len; from += n + 1) {
		n = strlen(notes->data + from);
		if (len + (len > 0) + n > PAYLOAD_MAX)
			break;
		if (len > 0)
			payload[len++] = ' ';
		memcpy(payload + len, notes->data + from, n);
		len += n;
	}
	payload[len] = '\0';
	return from;
}

static bool
send_all(struct conn *c, const struct buf *notes)
{
	char payload[PAYLOAD_MAX + 1];
	static const char sql[] = "SELECT pg_notify($1, $2)";
	const char *const values[] = { c->db->o.channel, payload };
	size_t at = 0;

	while (at < notes->len) {
		at = join(notes, at, payload);
		if (PQsendQueryParams(c->pg, sql, 2, NULL, values, NULL, NULL, 0) != 1)
			return false;
	}
	c->syncs++;
	return PQpipelineSync(c->pg) == 1 && conn_flush(c);
}

void
notify_send(struct db *db)
{
	struct conn *c = db->conns + db->nconns - 1;
	struct buf empty;

	if (db->notes.len == 0 || c->sort != CONN_NOTIFIER || c->state != CONN_UP || c->syncs > 0)
		return;
	empty = db->sending;
	db->sending = db->notes;
	db->notes = empty;
	if (!send_all(c, &db->sending))
		conn_lost(c);
}

static bool
result(struct conn *c, PGresult *res)
{
	if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
		c->syncs--;
		buf_reset(&c->db->sending);
		db_soon(c->db);
	}
	PQclear(res);
	return true;
}

static void
readable(struct conn *c)
{
	PGnotify *n;

	while ((n = PQnotifies(c->pg)) != NULL) {
		if (c->db->o.notified != NULL)
			c->db->o.notified(c->db->o.arg, n->extra);
		PQfreemem(n);
	}
}

static void
up(struct conn *c)
{
	if (c->db->o.reconnected != NULL)
		c->db->o.reconnected(c->db->o.arg);
}

/* What was under way is told again: a note twice does no harm. */
static void
lost(struct conn *c)
{
	struct buf *sending = &c->db->sending;
	size_t n;

	for (size_t at = 0; at < sending->len; at += n) {
		n = strlen(sending->data + at) + 1;
		if (!noted(&c->db->notes, sending->data + at) && c->db->notes.len + n <= NOTES_MAX)
			buf_add(&c->db->notes, sending->data + at, n);
	}
	buf_reset(sending);
}

const struct conn_hooks notifier_hooks = {
	.name = "notifier",
	.set_up = send_listen,
	.up = up,
	.readable = readable,
	.result = result,
	.lost = lost,
};
