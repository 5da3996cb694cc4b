#include "services/courier/outbox.h"

#include <stdio.h>
#include <stdlib.h>

#include "services/courier/delivery.h"
#include "services/courier/journal.h"
#include "services/courier/keys.h"
#include "shared/base/log.h"
#include "shared/db/db.h"
#include "statements.h"

enum { PAUSE_MS = 1000, SOON_MS = 20, GATHER_MS = 5 };

struct outbox {
	struct courier *courier;
	unsigned claim;                 /* statement that takes what is due */
	void (*begin)(struct delivery *d);
	struct event *taker, *counter;  /* timers */
	struct journal *journal;        /* has both of the following */
	json_t *results;                /* of what ended and was not told to the database yet; owned */
	json_t *told;                   /* those being told; owned, NULL: none */
	size_t under_way;               /* taken, not ended */
	bool taking;                    /* a call to the database is under way */
	bool more;                      /* the last taking was a full hand */
	bool count_first;               /* nothing is taken before all that ended is counted */
	bool draining;
	void (*stopped)(void *arg);
	void *stopped_arg;
};

static const char *const nobody[6];

/* Unless it waits already. */
static void
within_ms(struct event *timer, long ms)
{
	const struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	if (!evtimer_pending(timer, NULL) && event_add(timer, &tv) != 0)
		fatal("cannot start a timer of the outbox");
}

static void
stop_if_idle(struct outbox *o)
{
	void (*stopped)(void *arg) = o->stopped;

	if (stopped == NULL || o->under_way > 0 || o->taking || o->told != NULL || json_array_size(o->results) > 0)
		return;
	o->stopped = NULL;
	stopped(o->stopped_arg);
}

static struct delivery *
delivery_new(struct outbox *o, json_t *row)
{
	struct delivery *d = calloc(1, sizeof(*d));
	json_t *to = json_object_get(row, "to");

	if (d == NULL)
		fatal("out of memory");
	d->courier = o->courier;
	d->outbox = o;
	d->row = json_incref(row);
	d->id = json_integer_value(json_object_get(row, "id"));
	d->turn = (int)json_integer_value(json_object_get(row, "turn"));
	d->person = (int)json_integer_value(json_object_get(to, "id"));
	d->kind = json_string_value(json_object_get(row, "kind"));
	d->email = json_string_value(json_object_get(to, "email"));
	d->lang = json_string_value(json_object_get(to, "lang"));
	d->from = o->courier->config.from;
	return d;
}

static void
taken(void *arg, const struct db_result *r)
{
	struct outbox *o = arg;
	json_t *answer = r->outcome == DB_OK ? json_loads(r->value, 0, NULL) : NULL;
	json_t *row;
	size_t i;

	o->taking = false;
	o->more = json_integer_value(json_object_get(answer, "taken")) >= o->courier->config.batch;
	json_array_foreach(json_object_get(answer, "deliveries"), i, row) {
		o->under_way++;
		o->begin(delivery_new(o, row));
	}
	json_decref(answer);
	within_ms(o->taker, o->more && o->under_way == 0 ? 0 : PAUSE_MS);
	stop_if_idle(o);
}

/* Half a hand is still under way while the next one is taken. */
static void
take(struct outbox *o)
{
	char most[16], lease[16];
	const char *values[] = { most, lease };

	if (o->draining || o->taking || o->count_first || !keys_ready(o->courier->keys) || o->under_way > (size_t)o->courier->config.batch / 2)
		return;
	(void)snprintf(most, sizeof(most), "%ld", o->courier->config.batch);
	(void)snprintf(lease, sizeof(lease), "%ld", o->courier->config.lease);
	o->taking = true;
	db_call(o->courier->db, &(struct db_call){ .begin = nobody, .statement = o->claim, .values = values, .done = taken, .arg = o });
}

/* What those who are no more could not tell is told, before anybody takes for unsent what they sent. */
static void
adopt(struct outbox *o)
{
	size_t before = json_array_size(o->results);

	journal_adopt(o->journal, o->results);
	if (json_array_size(o->results) == before)
		return;
	o->count_first = true;
	within_ms(o->counter, 0);
}

static void
take_tick(evutil_socket_t fd, short what, void *arg)
{
	struct outbox *o = arg;

	(void)fd;
	(void)what;
	adopt(o);
	take(o);
	within_ms(o->taker, keys_ready(o->courier->keys) ? PAUSE_MS : SOON_MS);
}

/* A hand that was full is not waited for with the next. */
static void
take_more(struct outbox *o)
{
	if (o->more)
		take(o);
}

/* What was told while the database was away is told again: a turn that was counted is not counted twice. */
static void
counted(void *arg, const struct db_result *r)
{
	struct outbox *o = arg;

	if (r->outcome != DB_OK) {
		json_array_extend(o->results, o->told);
		within_ms(o->counter, PAUSE_MS);
	}
	json_decref(o->told);
	o->told = NULL;
	if (json_array_size(o->results) > 0) {
		within_ms(o->counter, 0);
	} else {
		journal_clear(o->journal);
		o->count_first = false;
		take_more(o);
	}
	stop_if_idle(o);
}

static void
count_tick(evutil_socket_t fd, short what, void *arg)
{
	struct outbox *o = arg;
	char *text;

	(void)fd;
	(void)what;
	if (o->told != NULL || json_array_size(o->results) == 0)
		return;
	text = json_dumps(o->results, JSON_COMPACT);
	o->told = o->results;
	o->results = json_array();
	if (text == NULL || o->results == NULL)
		fatal("out of memory");
	db_call(o->courier->db, &(struct db_call){ .begin = nobody, .statement = SQL_DELIVERY_DONE,
	    .values = (const char *const[]){ text }, .again_ok = true, .done = counted, .arg = o });
	free(text);
}

/* As JSON and a log take it, whatever bytes the other side sent; as much as is kept. */
static const char *
plain(struct arena *a, const char *answer)
{
	char *text = answer != NULL ? arena_printf(a, "%.500s", answer) : NULL;

	for (char *p = text; p != NULL && *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = ' ';
	return text;
}

/* So many as a moment brings are told at once. */
static void
add_result(struct outbox *o, json_t *result)
{
	if (!journal_add(o->journal, result) || journal_long(o->journal))
		o->count_first = true;
	json_array_append_new(o->results, result);
	within_ms(o->counter, o->under_way > 1 ? GATHER_MS : 0);
}

void
delivery_end(struct delivery *d, enum outcome outcome, const char *answer)
{
	static const char *const words[] = { [DELIVERED] = "delivered", [LATER] = "later", [REFUSED] = "refused", [DROPPED] = "dropped",
	    [LEFT] = "left" };
	struct outbox *o = d->outbox;

	add_result(o, json_pack("{s:I, s:O, s:i, s:s, s:s?}", "id", d->id, "message_id", json_object_get(d->row, "message_id"),
	    "turn", d->turn, "outcome", words[outcome], "answer", plain(&d->arena, answer)));
	json_decref(d->row);
	buf_release(&d->message);
	arena_release(&d->arena);
	free(d);
	o->under_way--;
	take_more(o);
	stop_if_idle(o);
}

struct outbox *
outbox_new(struct courier *c, unsigned claim, void (*begin)(struct delivery *d))
{
	struct outbox *o = calloc(1, sizeof(*o));

	if (o == NULL)
		fatal("out of memory");
	o->courier = c;
	o->claim = claim;
	o->begin = begin;
	o->results = json_array();
	o->journal = journal_new(c->config.data_dir);
	o->taker = evtimer_new(c->base, take_tick, o);
	o->counter = evtimer_new(c->base, count_tick, o);
	if (o->results == NULL || o->taker == NULL || o->counter == NULL)
		fatal("out of memory");
	if (o->journal == NULL)
		fatal("cannot start");
	within_ms(o->taker, 0);
	return o;
}

void
outbox_drain(struct outbox *o, void (*stopped)(void *arg), void *arg)
{
	o->draining = true;
	o->stopped = stopped;
	o->stopped_arg = arg;
	stop_if_idle(o);
}

void
outbox_free(struct outbox *o)
{
	event_free(o->taker);
	event_free(o->counter);
	json_decref(o->results);
	journal_free(o->journal);
	free(o);
}
