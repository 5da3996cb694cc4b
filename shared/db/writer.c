/*
 * Writes share commits: what arrives while one is under way is the next batch. A batch
 * that the server refused is sent again, each call alone and in its order, before newer
 * ones, so that the one at fault fails alone.
 */
#include "shared/db/internal.h"

enum { LOSSES_MAX = 3 };

void
writer_send(struct db *db)
{
	struct conn *c = db_writer(db);
	bool alone = db->again.first != NULL;
	struct calls *from = alone ? &db->again : &db->writes;
	unsigned room = alone ? 1 : db->o.batch;
	bool ok = true;

	if (c->state != CONN_UP || c->sent.n > 0 || from->first == NULL)
		return;
	for (; ok && room > 0 && from->first != NULL; room--)
		ok = pipe_send(c, calls_shift(from));
	if (!ok || !pipe_sync(c))
		conn_lost(c);
}

static bool
any_failed(const struct calls *l)
{
	for (const struct call *c = l->first; c != NULL; c = c->next)
		if (c->error != NULL)
			return true;
	return false;
}

/* The server said that nothing of it was done. */
static void
resend(struct db *db, struct calls *unit)
{
	for (struct call *c = unit->first; c != NULL; c = c->next)
		call_rewind(c);
	db->stats.retries += unit->n;
	calls_prepend(&db->again, unit);
}

/* Nobody can say whether it was done: only what is harmless twice is sent again. */
static void
resend_harmless(struct db *db, struct calls *unit)
{
	struct calls keep = {0}, gone = {0};
	struct call *c;

	while ((c = calls_shift(unit)) != NULL)
		calls_push(c->again_ok && ++c->losses <= LOSSES_MAX ? &keep : &gone, c);
	resend(db, &keep);
	for (c = gone.first; c != NULL; c = c->next)
		call_rewind(c);
	calls_give_up(db, &gone);
}

static void
finished(struct conn *c, struct calls *unit)
{
	struct db *db = c->db;
	bool failed = any_failed(unit), doubt = c->doubt;
	struct call *call;

	c->doubt = false;
	if (failed && unit->n > 1) {
		resend(db, unit);
	} else if (failed && call_conflict(unit->first)) {
		unit->first->conflicts++;
		resend(db, unit);
	} else if (doubt && !failed) {
		resend_harmless(db, unit);
	} else {
		db->stats.commits += !failed;
		while ((call = calls_shift(unit)) != NULL)
			call_finish(db, call);
	}
	db_soon(db);
}

static void
lost(struct conn *c)
{
	struct calls unit = c->sent;

	c->sent = (struct calls){0};
	if (any_failed(&unit))
		resend(c->db, &unit);
	else
		resend_harmless(c->db, &unit);
}

const struct conn_hooks writer_hooks = {
	.name = "writer",
	.prepares = true,
	.result = pipe_result,
	.finished = finished,
	.lost = lost,
};
