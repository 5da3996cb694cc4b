#include "services/courier/push.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "services/courier/sign.h"
#include "services/courier/web.h"
#include "shared/base/log.h"
#include "shared/base/percent.h"

enum { CHALLENGE = 32, SAMPLE = 200 };

static const char *
letter(const struct delivery *d, const char *name)
{
	return json_string_value(json_object_get(json_object_get(d->row, "letter"), name));
}

static bool
is_fine(long status)
{
	return status >= 200 && status < 300;
}

/* "HTTP 503 after 34 ms"; of a feed's reader no more, for what it answers may be from where only we can reach. */
static const char *
what_came(struct delivery *d, const struct web_answer *a)
{
	if (a->status == 0)
		return a->trouble;
	return arena_printf(&d->arena, "HTTP %ld after %ld ms%s%s", a->status, a->ms, a->trouble != NULL ? ", " : "", a->trouble != NULL ? a->trouble : "");
}

/* Tried again, but for what is gone for good and where nobody is let. */
static enum outcome
outcome_of(const struct web_answer *a)
{
	bool came = a->trouble == NULL || a->cut;

	if (came && is_fine(a->status))
		return DELIVERED;
	return a->barred || (came && a->status == 410) ? REFUSED : LATER;
}

/* Of what only has to arrive. */
static void
pushed(void *arg, const struct web_answer *a)
{
	struct delivery *d = arg;

	delivery_end(d, outcome_of(a), what_came(d, a));
}

/* ------------------------------------------------------------------------- */
/* WebSub, section 5.3: does the callback want what was asked in its name? */

static void
asked(void *arg, const struct web_answer *a)
{
	struct delivery *d = arg;

	if (a->status == 0 && !a->barred)
		delivery_end(d, LATER, a->trouble);
	else if (a->status >= 500 || (a->trouble != NULL && !a->cut && !a->barred))
		delivery_end(d, LATER, what_came(d, a));
	else if (!is_fine(a->status) || a->trouble != NULL || a->body->len != 2 * CHALLENGE || memcmp(a->body->data, d->secret, a->body->len) != 0)
		delivery_end(d, REFUSED, arena_printf(&d->arena, "not confirmed: %s", what_came(d, a)));
	else
		delivery_end(d, DELIVERED, what_came(d, a));
}

static void
put_parameter(struct buf *url, const char *name, const char *value)
{
	buf_printf(url, "%chub.%s=", strchr(buf_text(url), '?') != NULL ? '&' : '?', name);
	percent_encode(url, value);
}

static const char *
new_challenge(struct delivery *d)
{
	unsigned char raw[CHALLENGE];
	char *hex = arena_alloc(&d->arena, 2 * sizeof(raw) + 1);

	randombytes_buf(raw, sizeof(raw));
	return sodium_bin2hex(hex, 2 * sizeof(raw) + 1, raw, sizeof(raw));
}

static void
begin_verify(struct delivery *d)
{
	cleanup(buf_release) struct buf url = {0};
	const char *mode = letter(d, "mode");
	bool denies = strcmp(mode, "denied") == 0;

	buf_puts(&url, letter(d, "url"));
	put_parameter(&url, "mode", mode);
	put_parameter(&url, "topic", letter(d, "topic"));
	if (denies) {
		put_parameter(&url, "reason", letter(d, "reason"));
	} else {
		d->secret = new_challenge(d);
		put_parameter(&url, "challenge", d->secret);
	}
	if (strcmp(mode, "subscribe") == 0)
		put_parameter(&url, "lease_seconds", arena_printf(&d->arena, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(json_object_get(json_object_get(d->row, "letter"), "lease"))));
	web_send(d->courier->web, &(struct web_request){ .url = buf_text(&url) }, denies ? pushed : asked, d);
}

/* ------------------------------------------------------------------------- */
/* WebSub, section 7: the topic as our site gives it now, whole */

static void
post_feed(struct delivery *d, const char *type)
{
	cleanup(buf_release) struct buf mac = {0};
	const char *secret = letter(d, "secret"), *method = letter(d, "method"), *headers[4] = {0};

	headers[0] = arena_printf(&d->arena, "Content-Type: %s", type);
	headers[1] = arena_printf(&d->arena, "Link: <%s/websub>; rel=\"hub\", <%s>; rel=\"self\"", d->courier->config.url, letter(d, "topic"));
	if (secret != NULL) {
		sign_hex(&mac, method, secret, buf_text(&d->message), d->message.len);
		headers[2] = arena_printf(&d->arena, "X-Hub-Signature: %s=%s", method, buf_text(&mac));
	}
	web_send(d->courier->web, &(struct web_request){ .url = letter(d, "url"), .headers = headers, .body = &d->message }, pushed, d);
}

/* A feed that is not there for its reader any more ends the subscription. */
static void
fetched(void *arg, const struct web_answer *a)
{
	struct delivery *d = arg;

	if (a->trouble == NULL && (a->status == 401 || a->status == 403 || a->status == 404)) {
		delivery_end(d, DROPPED, "the feed does not open any more");
	} else if (a->trouble != NULL || a->status != 200 || a->type == NULL) {
		delivery_end(d, LATER, arena_printf(&d->arena, "the feed cannot be had: %s", what_came(d, a)));
	} else {
		d->message = *a->body;
		*a->body = (struct buf){0};
		post_feed(d, a->type);
	}
}

static void
begin_feed(struct delivery *d)
{
	web_send(d->courier->web, &(struct web_request){ .ours = true,
	    .url = arena_printf(&d->arena, "%s%s", d->courier->config.site_url, letter(d, "fetch")) }, fetched, d);
}

/* ------------------------------------------------------------------------- */
/* A webhook's events, signed (Standard Webhooks) */

/* With how its answer begins: the guard let us there, and its coordinators have to mend it. */
static void
hooked(void *arg, const struct web_answer *a)
{
	struct delivery *d = arg;
	const char *came = what_came(d, a);

	delivery_end(d, outcome_of(a), a->body->len == 0 || a->barred ? came :
	    arena_printf(&d->arena, "%s: %.*s", came, SAMPLE, buf_text(a->body)));
}

/* The database knows paths; whoever is told wants addresses. */
static void
write_events(struct delivery *d)
{
	json_t *body = json_object_get(json_object_get(d->row, "letter"), "body"), *event;
	char *text;
	size_t i;

	json_array_foreach(json_object_get(body, "events"), i, event)
		json_object_set_new(event, "link", json_sprintf("%s%s", d->courier->config.url, json_string_value(json_object_get(event, "link"))));
	text = json_dumps(body, JSON_COMPACT);
	if (text == NULL)
		fatal("out of memory");
	buf_puts(&d->message, text);
	free(text);
}

static void
begin_webhook(struct delivery *d)
{
	cleanup(buf_release) struct buf signature = {0};
	const char *id = json_string_value(json_object_get(d->row, "message_id"));
	const char *at = arena_printf(&d->arena, "%lld", (long long)time(NULL));

	write_events(d);
	sign_webhook(&signature, letter(d, "secret"), id, at, &d->message);
	web_send(d->courier->web, &(struct web_request){ .url = letter(d, "url"), .body = &d->message, .headers = (const char *const[]){
	    "Content-Type: application/json",
	    arena_printf(&d->arena, "Idempotency-Key: %s", id),
	    arena_printf(&d->arena, "webhook-id: %s", id),
	    arena_printf(&d->arena, "webhook-timestamp: %s", at),
	    arena_printf(&d->arena, "webhook-signature: %s", buf_text(&signature)), NULL } }, hooked, d);
}

/* ------------------------------------------------------------------------- */

static const struct {
	const char *kind;
	void (*begin)(struct delivery *d);
} beginnings[] = {
	{ "websub_verify", begin_verify },
	{ "websub", begin_feed },
	{ "webhook", begin_webhook },
};

void
push_begin(struct delivery *d)
{
	for (size_t i = 0; i < countof(beginnings); i++)
		if (strcmp(beginnings[i].kind, d->kind) == 0) {
			beginnings[i].begin(d);
			return;
		}
	delivery_end(d, REFUSED, "nobody knows how to push this");
}
