/* Feeds: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1, OPML 2.0, archives (RFC 5005). */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/feed.h"
#include "services/site/resources.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const char *const kinds[] = { "lesson", "question", "report", "digest", "member", NULL };

static const struct field feed_query[] = {
	{ .name = "kind", .type = FIELD_LINE, .max = 60 },
	{ .name = "archive", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "key", .type = FIELD_LINE, .max = 100 },
	{ .name = NULL }
};

json_t *
feed_kinds(const char *at)
{
	json_t *list = json_array();

	while (*at != '\0') {
		size_t n = strcspn(at, ",");

		for (const char *const *k = kinds; *k != NULL; k++)
			if (strlen(*k) == n && memcmp(*k, at, n) == 0)
				json_array_append_new(list, json_string(*k));
		at += n + (at[n] == ',');
	}
	return list;
}

static void
split_kinds(struct exchange *x)
{
	const char *given = exchange_in(x, "kind");

	if (given != NULL)
		json_object_set_new(x->in, "kinds", feed_kinds(given));
}

/* The feed's own address with its choices, and another archive page if page is given. */
static json_t *
address(struct exchange *x, json_t *page, const char *ending)
{
	cleanup(buf_release) struct buf b = {0};
	static const char *const kept[] = { "lang", "kind", "key" };
	char sep = '?';

	buf_printf(&b, "%s/groups/%s/feed%s", x->site->config.url, exchange_in(x, "group"), ending);
	for (size_t i = 0; i < countof(kept); i++) {
		json_t *v = form_value(x->query, strlen(x->query), kept[i]);

		if (v != NULL) {
			buf_printf(&b, "%c%s=", sep, kept[i]);
			percent_encode(&b, json_string_value(v));
			sep = '&';
		}
		json_decref(v);
	}
	if (json_is_integer(page))
		buf_printf(&b, "%carchive=%lld", sep, (long long)json_integer_value(page));
	return json_string(buf_text(&b));
}

static const char *
text(json_t *e, const char *name)
{
	const char *s = json_string_value(json_object_get(e, name));

	return s != NULL ? s : "";
}

/* Address and never changing id (RFC 4151) of an entry; its title in words. */
static void
complete_entry(struct exchange *x, json_t *e, const char *feed_id)
{
	const char *site = x->site->config.url, *group = exchange_in(x, "group");
	long long number = json_integer_value(json_object_get(e, "object")), seq = json_integer_value(json_object_get(e, "seq"));
	json_t *url, *id;

	if (json_is_true(json_object_get(e, "is_digest"))) {
		url = json_sprintf("%s/groups/%s/digests/%s", site, group, text(e, "number"));
		id = json_sprintf("tag:relais.example,2026:%s/digest/%s", feed_id, text(e, "number"));
		json_object_set_new(e, "title", json_sprintf("%s – %s %s", text(e, "umbrella"),
		    trc(x->lang, "word", "digest"), text(e, "number")));
	} else if (json_is_true(json_object_get(e, "is_report"))) {
		json_t *m = json_object_get(e, "municipality");

		url = json_sprintf("%s/groups/%s/%ss/%lld#report-%lld", site, group, text(e, "object_kind"), number, seq);
		id = json_sprintf("tag:relais.example,2026:%s/report/%lld", feed_id, seq);
		json_object_set_new(e, "title", json_sprintf("%s – %s%s %s", text(m, "name"),
		    trc(x->lang, "status", text(e, "status")), tr(x->lang, N_(":")), text(e, "title")));
	} else if (json_is_true(json_object_get(e, "is_hub"))) {
		json_t *m = json_object_get(e, "municipality");

		url = json_sprintf("%s/groups/%s/members", site, group);
		id = json_sprintf("tag:relais.example,2026:%s/hub/%lld", feed_id, seq);
		json_object_set_new(e, "title", json_sprintf("%s%s %s", trc(x->lang, "act", "hub"), tr(x->lang, N_(":")), text(m, "name")));
	} else {
		url = json_sprintf("%s/groups/%s/%ss/%lld", site, group, text(e, "object_kind"), number);
		id = json_sprintf("urn:uuid:%s", text(e, "item_id"));
	}
	json_object_set_new(e, "url", url);
	json_object_set_new(e, "id", id);
	if (json_is_null(json_object_get(e, "published_at")) || json_object_get(e, "published_at") == NULL)
		json_object_set(e, "published_at", json_object_get(e, "at"));
	if (json_object_get(e, "lang") == NULL)
		json_object_set_new(e, "lang", json_string(x->lang));
}

/* JSON Feed's item, https://www.jsonfeed.org/version/1.1/ */
static json_t *
json_item(json_t *e)
{
	json_t *item = json_pack("{s:O, s:O, s:O, s:O, s:O, s:O}", "id", json_object_get(e, "id"), "url", json_object_get(e, "url"),
	    "title", json_object_get(e, "title"), "date_published", json_object_get(e, "published_at"),
	    "date_modified", json_object_get(e, "at"), "language", json_object_get(e, "lang"));
	json_t *m = json_object_get(e, "municipality"), *html = json_object_get(json_object_get(e, "html"), "html");

	if (*text(e, "summary") != '\0')
		json_object_set(item, "summary", json_object_get(e, "summary"));
	if (json_string_length(html) > 0)
		json_object_set(item, "content_html", html);
	else
		json_object_set_new(item, "content_text", json_string(*text(e, "note") != '\0' ? text(e, "note") : text(e, "title")));
	if (m != NULL)
		json_object_set_new(item, "authors", json_pack("[{s:O}]", "name", json_object_get(m, "name")));
	json_object_set_new(item, "tags", json_pack("[s]", text(e, "kind")));
	return item;
}

static json_t *
json_feed(struct exchange *x, json_t *value)
{
	json_t *items = json_array(), *e, *feed;
	size_t i;

	json_array_foreach(json_object_get(value, "entries"), i, e)
		json_array_append_new(items, json_item(e));
	feed = json_pack("{s:s, s:O, s:o, s:O, s:s, s:o}", "version", "https://jsonfeed.org/version/1.1", "title",
	    json_object_get(value, "name"), "home_page_url", json_sprintf("%s/groups/%s", x->site->config.url, text(value, "slug")),
	    "feed_url", json_object_get(value, "self"), "language", x->lang, "items", items);
	if (*text(value, "description") != '\0')
		json_object_set(feed, "description", json_object_get(value, "description"));
	if (json_is_string(json_object_get(value, "prev_url")))
		json_object_set(feed, "next_url", json_object_get(value, "prev_url"));
	if (json_is_string(json_object_get(value, "hub")))
		json_object_set_new(feed, "hubs", json_pack("[{s:s, s:O}]", "type", "WebSub", "url", json_object_get(value, "hub")));
	json_decref(value);
	return feed;
}

/* Whoever reads the newest is told where to ask to be sent it (WebSub section 4); an archive never changes. */
static void
announce_hub(struct exchange *x, json_t *value)
{
	if (!json_is_null(json_object_get(value, "archive")))
		return;
	json_object_set_new(value, "hub", json_sprintf("%s/websub", x->site->config.url));
	buf_printf(&x->headers, "Link: <%s>; rel=\"hub\", <%s>; rel=\"self\"\r\n", text(value, "hub"), text(value, "self"));
}

static json_t *
complete(struct exchange *x, json_t *value)
{
	const char *ending = form_ending(x->form), *updated = text(value, "created_at");
	json_t *entries = json_object_get(value, "entries"), *e;
	size_t i;

	for (i = json_array_size(entries); i-- > 0;)
		if (json_is_null(json_array_get(entries, i)))
			json_array_remove(entries, i);
	json_array_foreach(entries, i, e) {
		complete_entry(x, e, text(value, "feed_id"));
		if (strcmp(text(e, "at"), updated) > 0)
			updated = text(e, "at");
	}
	json_object_set_new(value, "updated", json_string(arena_strdup(&x->req->arena, updated)));
	json_object_set_new(value, "site", json_string(x->site->config.url));
	json_object_set_new(value, "self", address(x, json_object_get(value, "archive"), ending));
	announce_hub(x, value);
	json_object_set_new(value, "current", address(x, NULL, ending));
	json_object_set_new(value, "prev_url", json_is_null(json_object_get(value, "prev")) ? json_null() :
	    address(x, json_object_get(value, "prev"), ending));
	json_object_set_new(value, "next_url", json_is_null(json_object_get(value, "next")) ? json_null() :
	    address(x, json_object_get(value, "next"), ending));
	return x->form == FORM_JSONFEED ? json_feed(x, value) : value;
}

static json_t *
list_feeds(struct exchange *x, json_t *value)
{
	json_object_set_new(value, "site", json_string(x->site->config.url));
	return value;
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/feed", .flags = ON_WEB | FEED_KEY,
	  .forms = FORM_ATOM | FORM_RSS | FORM_JSONFEED, .statement = SQL_FEED_GET, .template = "feed", .query = feed_query,
	  .before = split_kinds, .shape = complete, .summary = "A group's feed; ?lang, ?kind, ?archive; ?key for a private one" },
	{ .method = HTTP_GET, .pattern = "/feeds", .flags = ON_WEB, .forms = FORM_OPML, .statement = SQL_FEEDS_OPML,
	  .template = "feeds", .shape = list_feeds, .summary = "All public feeds, for a feed reader" },
	{ .pattern = NULL }
};

const struct resource feed_resource = { "feeds", routes };
