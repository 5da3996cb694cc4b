/*
 * Writes share commits: what arrives while one is under way is the next batch. A batch
 * that the server refused is sent again, each call alone and in its order, before newer
 * ones, so that the one at fault fails alone. What waited too long is answered at once:
 * sent again, it would hold up all others for as long.
 */
#include "shared/db/internal.h"

#include <string.h>

enum { LOSSES_MAX = 3 };

/* At least one call must wait. In the order of the keys, all without a key alone. */
static struct calls
next_batch(struct db *db)
{
	bool alone = db->again.first != NULL;
	struct calls *from = alone ? &db->again : &db->writes, batch = {0};
	unsigned room = alone ? 1 : db->o.batch;

	calls_push(&batch, calls_shift(from));
	while (batch.n < room && from->first != NULL && batch.first->key != NULL && from->first->key != NULL)
		calls_insert(&batch, calls_shift(from));
	return batch;
}

void
writer_send(struct db *db)
{
	struct conn *c = db_writer(db);
	struct calls batch;
	struct call *call;
	bool ok = true;

	if (c->state != CONN_UP || c->sent.n > 0 || (db->again.first == NULL && db->writes.first == NULL))
		return;
	batch = next_batch(db);
	while (ok && (call = calls_shift(&batch)) != NULL)
		ok = pipe_send(c, call);
	if (!ok)                        /* without its sync nothing of the batch is done */
		calls_prepend(&db->again, &batch);
	if (!ok || !pipe_sync(c))
		conn_lost(c);
}

/* An error aborts all, so there is one at most. */
static const struct call *
failed_one(const struct calls *l)
{
	for (const struct call *c = l->first; c != NULL; c = c->next)
		if (c->error != NULL)
			return c;
	return NULL;
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

/* Those who need the same lock would each wait as long for whoever holds it, so they are busy too. */
static bool
shares_fate(const struct call *c, const struct call *late)
{
	return c == late || (call_lock_timed_out(late) && c->key != NULL && late->key != NULL &&
	    strcmp(c->key, late->key) == 0);
}

static void
set_aside(struct calls *from, const struct call *late, struct calls *to)
{
	struct calls keep = {0};
	struct call *c;

	while ((c = calls_shift(from)) != NULL)
		calls_push(shares_fate(c, late) ? to : &keep, c);
	*from = keep;
}

static void
timed_out(struct db *db, struct calls *unit, const struct call *late)
{
	struct calls busy = {0};

	set_aside(unit, late, &busy);
	set_aside(&db->again, late, &busy);
	set_aside(&db->writes, late, &busy);
	resend(db, unit);
	calls_answer(db, &busy, DB_BUSY);
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
	const struct call *failed = failed_one(unit);
	bool doubt = c->doubt;
	struct call *call;

	c->doubt = false;
	if (failed != NULL && call_timed_out(failed)) {
		timed_out(db, unit, failed);
	} else if (failed != NULL && unit->n > 1) {
		resend(db, unit);
	} else if (failed != NULL && call_conflict(failed)) {
		unit->first->conflicts++;
		resend(db, unit);
	} else if (doubt && failed == NULL) {
		resend_harmless(db, unit);
	} else {
		db->stats.commits += failed == NULL;
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
	if (failed_one(&unit) != NULL)
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
