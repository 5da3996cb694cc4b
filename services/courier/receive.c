#include "services/courier/receive.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/courier/command.h"
#include "services/courier/incoming.h"
#include "services/courier/quote.h"
#include "shared/base/log.h"
#include "shared/db/db.h"
#include "statements.h"

enum { PAUSE_MS = 1000, HAND = 16 };

struct receive {
	struct courier *courier;
	struct event *timer;
	unsigned under_way;             /* being acted on */
	bool claiming;
	void (*stopped)(void *arg);     /* NULL: it goes on */
	void *stopped_arg;
};

static const char *const nobody[6];

static void
wait_ms(struct receive *r, long ms)
{
	const struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	if (event_add(r->timer, &tv) != 0)
		fatal("cannot start the timer of what comes in");
}

static void
stop_if_idle(struct receive *r)
{
	if (r->stopped != NULL && !r->claiming && r->under_way == 0)
		r->stopped(r->stopped_arg);
}

static json_t *
bounce_of(const struct incoming *in)
{
	json_t *list;

	if (!in->bounce.is)
		return json_null();
	list = json_array();
	for (size_t i = 0; i < in->bounce.n; i++) {
		const struct bounce_recipient *b = &in->bounce.recipients[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "action", b->action, "status", b->status, "diagnostic", b->diagnostic));
	}
	return list;
}

static json_t *
commands_of(const struct commands *said)
{
	json_t *list = json_array();

	for (size_t i = 0; i < said->n; i++) {
		const struct command *c = &said->list[i];

		json_array_append_new(list, json_pack("{s:i, s:s, s:s?, s:s?, s:i, s:s?, s:i, s:i, s:s?, s:s?, s:s, s:s}", "slot", (int)c->slot,
		    "verb", verb_name(c->verb), "reason", c->reason, "value", c->value, "days", (int)c->days, "until", c->until,
		    "weekday", (int)c->weekday, "hour", (int)c->hour, "kinds", c->kinds, "lang", c->lang, "note", c->note, "line", c->line));
	}
	return list;
}

/* What relais.incoming_act() is told; NULL: these bytes are no mail. */
static json_t *
understand(struct arena *a, const char *bytes, size_t len)
{
	struct incoming in;
	struct quote quote;
	struct commands said;
	const char *automatic;

	if (!incoming_read(a, bytes, len, &in))
		return NULL;
	quote_cut(a, in.text, in.from_name, &quote);
	command_read(a, &quote, &said);
	automatic = in.automatic != NULL ? in.automatic : in.loop ? "our own mail" : NULL;
	return json_pack("{s:s, s:s, s:s, s:s?, s:o, s:o, s:s, s:s}", "from", in.from, "message_id", in.message_id, "subject", in.subject,
	    "automatic", automatic, "bounce", bounce_of(&in), "commands", commands_of(&said), "rest", said.rest, "text", quote.text);
}

static void
acted(void *arg, const struct db_result *result)
{
	struct receive *r = arg;

	(void)result;                   /* one that was not counted comes again when its lease ends */
	r->under_way--;
	stop_if_idle(r);
}

static void
act(struct receive *r, json_t *row)
{
	struct arena a = {0};
	const char *message = json_string_value(json_object_get(row, "message"));
	size_t most = strlen(message), len = 0;
	char *bytes = arena_alloc(&a, most + 1), id[24], turn[16], *text;
	json_t *said = NULL;

	if (sodium_base642bin((unsigned char *)bytes, most, message, most, "\n", &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0)
		said = understand(&a, bytes, len);
	if (said == NULL)
		said = json_pack("{s:s, s:n, s:[], s:s}", "automatic", "no mail", "bounce", "commands", "rest", "");
	text = json_dumps(said, JSON_COMPACT);
	if (text == NULL)
		fatal("out of memory");
	(void)snprintf(id, sizeof(id), "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(row, "id")));
	(void)snprintf(turn, sizeof(turn), "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(row, "turn")));
	r->under_way++;
	db_call(r->courier->db, &(struct db_call){ .begin = nobody, .statement = SQL_INCOMING_ACT, .values = (const char *const[]){ id, turn, text },
	    .again_ok = true, .done = acted, .arg = r });
	free(text);
	json_decref(said);
	arena_release(&a);
}

static void
claimed(void *arg, const struct db_result *result)
{
	struct receive *r = arg;
	json_t *list = result->outcome == DB_OK ? json_loads(result->value, 0, NULL) : NULL;
	json_t *row;
	size_t i;

	r->claiming = false;
	json_array_foreach(list, i, row)
		act(r, row);
	if (r->stopped == NULL)
		wait_ms(r, json_array_size(list) == HAND ? 0 : PAUSE_MS);
	json_decref(list);
	stop_if_idle(r);
}

static void
claim(evutil_socket_t fd, short what, void *arg)
{
	struct receive *r = arg;
	char most[16], lease[16];

	(void)fd;
	(void)what;
	if (r->under_way > 0) {
		wait_ms(r, PAUSE_MS);
		return;
	}
	r->claiming = true;
	(void)snprintf(most, sizeof(most), "%d", HAND);
	(void)snprintf(lease, sizeof(lease), "%ld", r->courier->config.lease);
	db_call(r->courier->db, &(struct db_call){ .begin = nobody, .statement = SQL_INCOMING_CLAIM, .values = (const char *const[]){ most, lease },
	    .done = claimed, .arg = r });
}

struct receive *
receive_new(struct courier *c)
{
	struct receive *r = calloc(1, sizeof(*r));

	if (r == NULL)
		fatal("out of memory");
	r->courier = c;
	r->timer = evtimer_new(c->base, claim, r);
	if (r->timer == NULL)
		fatal("out of memory");
	wait_ms(r, 0);
	return r;
}

void
receive_drain(struct receive *r, void (*stopped)(void *arg), void *arg)
{
	event_del(r->timer);
	r->stopped = stopped;
	r->stopped_arg = arg;
	stop_if_idle(r);
}

void
receive_free(struct receive *r)
{
	event_free(r->timer);
	free(r);
}
