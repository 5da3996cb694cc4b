/* Reads: several under way in each of a few connections, each its own transaction. */
#include "shared/db/internal.h"

/* The reader with the least under way; NULL if none has room. */
static struct conn *
idlest(struct db *db)
{
	struct conn *best = NULL;

	for (struct conn *c = db->conns; c < db->conns + db->o.readers; c++)
		if (c->state == CONN_UP && c->sent.n < db->o.per_reader &&
		    (best == NULL || c->sent.n < best->sent.n))
			best = c;
	return best;
}

void
readers_send(struct db *db)
{
	struct conn *c;

	while (db->reads.first != NULL && (c = idlest(db)) != NULL)
		if (!pipe_send(c, calls_shift(&db->reads)) || !pipe_sync(c))
			conn_lost(c);
}

static void
again(struct db *db, struct call *call)
{
	struct calls one = {0};

	call_rewind(call);
	calls_push(&one, call);
	calls_prepend(&db->reads, &one);
	db->stats.retries++;
}

static void
finished(struct conn *c, struct calls *unit)
{
	struct db *db = c->db;
	struct call *call;

	while ((call = calls_shift(unit)) != NULL) {
		if (call_conflict(call)) {
			call->conflicts++;
			again(db, call);
		} else {
			call_finish(db, call);
		}
	}
	if (db->reads.first != NULL)
		db_soon(db);
}

/* Once to each other connection: when the server goes down they go one after the other. */
static void
lost(struct conn *c)
{
	struct calls keep = {0}, gone = {0};
	struct call *call;

	while ((call = calls_shift(&c->sent)) != NULL) {
		call_rewind(call);
		calls_push(++call->losses <= c->db->o.readers ? &keep : &gone, call);
	}
	c->db->stats.retries += keep.n;
	calls_prepend(&c->db->reads, &keep);
	calls_give_up(c->db, &gone);
}

const struct conn_hooks reader_hooks = {
	.name = "reader",
	.prepares = true,
	.result = pipe_result,
	.finished = finished,
	.lost = lost,
};
