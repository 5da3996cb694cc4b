/*
 * The hub for the feeds here (WebSub, W3C Recommendation, section 5): takes the request, answers 202, and leaves it to the
 * courier to ask back at the callback, and to deliver.
 */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/feed.h"
#include "services/site/resources.h"
#include "services/site/session.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

enum { TOPIC_MOST = 400, ADDRESS_MOST = 45 };

static const char *const modes[] = { "subscribe", "unsubscribe", NULL };
static const char *const signatures[] = { "sha256", "sha1", NULL };

/* hub.signature is ours: which one the deliveries have. */
static const struct field websub_fields[] = {
	{ .name = "hub.mode", .type = FIELD_CHOICE, .required = true, .choices = modes },
	{ .name = "hub.topic", .type = FIELD_URL, .required = true, .max = TOPIC_MOST },
	{ .name = "hub.callback", .type = FIELD_URL, .required = true, .max = 2000 },
	{ .name = "hub.lease_seconds", .type = FIELD_INTEGER },
	{ .name = "hub.secret", .type = FIELD_LINE, .max = 199 },
	{ .name = "hub.signature", .type = FIELD_CHOICE, .choices = signatures },
	{ .name = "hub.verify", .type = FIELD_LINE },
	{ .name = NULL }
};

/* Behind a proxy of this machine, whom that one names last. */
static const char *
client_address(struct exchange *x)
{
	const char *peer = x->req->peer, *named = exchange_header(x, "X-Forwarded-For"), *last;

	if (named == NULL || (strncmp(peer, "127.", 4) != 0 && strcmp(peer, "::1") != 0))
		return peer;
	last = strrchr(named, ',');
	last = last != NULL ? last + 1 : named;
	last += strspn(last, " \t");
	return *last != '\0' && strlen(last) <= ADDRESS_MOST && strspn(last, "0123456789abcdefABCDEF:.") == strlen(last) ? last : peer;
}

/* One choice of a topic; false: feeds have no such one. */
static bool
take_choice(struct exchange *x, const char *name, const char *value)
{
	if (strcmp(name, "lang") == 0 && i18n_known(value) && json_object_get(x->in, "language") == NULL)
		return json_object_set_new(x->in, "language", json_string(value)) == 0;
	if (strcmp(name, "kind") == 0 && json_object_get(x->in, "kinds") == NULL)
		return json_object_set_new(x->in, "kinds", feed_kinds(value)) == 0;
	if (strcmp(name, "key") == 0 && json_object_get(x->in, "key") == NULL)
		return json_object_set_new(x->in, "key", json_string(secret_hash(&x->req->arena, value))) == 0;
	return false;
}

/* {site}/groups/{slug}/feed.atom?lang=…&kind=…&key=… */
static bool
take_topic(struct exchange *x, const char *topic)
{
	static const char *const endings[] = { ".atom", ".rss", ".json" };
	const char *start = arena_printf(&x->req->arena, "%s/groups/", x->site->config.url), *slug, *at, *name, *value;
	json_t *pairs, *pair;
	size_t i, sent = 1;
	bool known;

	if (strncmp(topic, start, strlen(start)) != 0)
		return false;
	slug = topic + strlen(start);
	at = slug + strcspn(slug, "/?");
	json_object_set_new(x->in, "slug", json_stringn(slug, (size_t)(at - slug)));
	if (strncmp(at, "/feed", 5) != 0)
		return false;
	at += 5;
	for (i = 0; i < countof(endings); i++)
		if (strncmp(at, endings[i], strlen(endings[i])) == 0)
			break;
	if (i == countof(endings))
		return false;
	json_object_set_new(x->in, "ending", json_string(endings[i]));
	at += strlen(endings[i]);
	if (*at != '?')
		return *at == '\0';
	for (const char *c = at; *c != '\0'; c++)
		sent += *c == '&';
	pairs = form_pairs(at + 1, strlen(at + 1), sent);
	known = json_array_size(pairs) == sent;         /* one that is broken is left out */
	json_array_foreach(pairs, i, pair) {
		name = json_string_value(json_object_get(pair, "name"));
		value = json_string_value(json_object_get(pair, "value"));
		known = known && take_choice(x, name, value);
	}
	json_decref(pairs);
	return known;
}

/*
 * Older readers (PubSubHubbub 0.3 and 0.4) know only SHA-1, and say which they are by hub.verify, which WebSub has no more.
 * The secret is taken as it came, spaces and all.
 */
static void
take_request(struct exchange *x)
{
	json_t *secret = json_object_get(x->given, "hub.secret"), *signature = json_object_get(x->in, "hub.signature");

	if (!take_topic(x, exchange_in(x, "hub.topic")))
		field_error(x->errors, "hub.topic", "topic", 0);
	if (json_string_length(secret) > 199)
		field_error(x->errors, "hub.secret", "too_long", 199);
	json_object_set(x->in, "mode", json_object_get(x->in, "hub.mode"));
	json_object_set(x->in, "topic", json_object_get(x->in, "hub.topic"));
	json_object_set(x->in, "callback", json_object_get(x->in, "hub.callback"));
	json_object_set(x->in, "lease", json_object_get(x->in, "hub.lease_seconds"));
	if (json_string_length(secret) > 0)
		json_object_set(x->in, "secret", secret);
	if (signature != NULL)
		json_object_set(x->in, "method", signature);
	else
		json_object_set_new(x->in, "method", json_string(json_object_get(x->given, "hub.verify") != NULL ? "sha1" : "sha256"));
	json_object_set_new(x->in, "peer", json_string(client_address(x)));
}

static const struct route routes[] = {
	{ .method = HTTP_POST, .pattern = "/websub", .flags = ON_WEB | PROTOCOL, .statement = SQL_WEBSUB_ASK, .body = websub_fields,
	  .body_max = SMALL_BODY, .before = take_request },
	{ .pattern = NULL }
};

const struct resource websub_resource = { "WebSub", routes };
