#include "services/site/answer.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/site/cache.h"
#include "services/site/metrics.h"
#include "services/site/problem.h"
#include "services/site/session.h"
#include "services/site/versions.h"
#include "services/site/view.h"
#include "shared/base/log.h"
#include "shared/http/gzip.h"
#include "shared/i18n/i18n.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"

enum { WORTH_COMPRESSING = 400 };

/* Nothing of a page comes from elsewhere, and no page stands in another's frame. */
static const char policy[] = "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'\r\nReferrer-Policy: same-origin\r\n";

/* A chart has its own style in it, and nothing else is to run in what is shown as a page. */
static const char chart_policy[] = "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n";

/* The template of a form: lesson.html, lesson.md; feeds are XML. */
static const char *
template_name(struct exchange *x, const char *template)
{
	switch (x->form) {
	case FORM_ATOM:
		return arena_printf(&x->req->arena, "%s.atom.xml", template);
	case FORM_RSS:
		return arena_printf(&x->req->arena, "%s.rss.xml", template);
	case FORM_OPML:
		return arena_printf(&x->req->arena, "%s.opml.xml", template);
	case FORM_HTML:
	case FORM_SVG:
	case FORM_JSON:
	case FORM_MD:
	case FORM_TXT:
	case FORM_CSV:
	case FORM_JSONFEED:
		break;
	}
	return arena_printf(&x->req->arena, "%s%s", template, form_ending(x->form));
}

static bool
render(struct exchange *x, const char *template, json_t *value, struct buf *out)
{
	json_t *zone = json_object_get(json_object_get(json_object_get(value, "group"), "umbrella"), "time_zone");
	struct template_locale locale = { x->lang, x->zone != NULL ? x->zone : json_string_value(zone) };

	return template_render(x->site->templates, template_name(x, template), value, &locale, out);
}

/* A group's number and version are for the memory of answers, and mean nothing outside. */
static void
leave_out_memory(json_t *group)
{
	(void)json_object_del(group, "id");
	(void)json_object_del(group, "version");
}

/* The value as bytes of the form asked for; false if this cannot be. */
static bool
represent(struct exchange *x, json_t *value, struct buf *out)
{
	json_t *group;
	char *text;
	size_t i;

	if (x->form == FORM_JSON || x->form == FORM_JSONFEED) {
		leave_out_memory(json_object_get(value, "group"));
		json_array_foreach(json_object_get(value, "groups"), i, group)
			leave_out_memory(group);
		text = json_dumps(value, JSON_COMPACT);
		buf_puts(out, text);
		free(text);
		return true;
	}
	if (x->form == FORM_CSV && json_is_string(json_object_get(value, "csv"))) {
		buf_puts(out, json_string_value(json_object_get(value, "csv")));
		return true;
	}
	if (x->form == FORM_HTML || x->form == FORM_MD || x->form == FORM_TXT)
		view_common(x, value);
	if (x->form == FORM_HTML)
		view_forms(x, value);
	template_context(value);
	return render(x, x->route->template, value, out);
}

/* What else was asked for than where the list goes on. */
static void
add_rest_of_query(struct buf *out, const char *query, const char *cursor)
{
	while (*query != '\0') {
		size_t n = strcspn(query, "&"), name = strcspn(query, "=&");

		if (n > 0 && !(name == strlen(cursor) && strncmp(query, cursor, name) == 0))
			buf_printf(out, "&%.*s", (int)n, query);
		query += n + (query[n] == '&');
	}
}

/* The next page of a list (RFC 8288): the list's value says where it goes on. */
static void
link_next(struct exchange *x, json_t *value)
{
	json_t *next = json_object_get(value, "next");
	cleanup(buf_release) struct buf cursor = {0};

	if (!x->api || x->route->query == NULL || next == NULL || json_is_null(next))
		return;
	if (json_is_integer(next))
		buf_printf(&cursor, "%lld", (long long)json_integer_value(next));
	else if (json_is_string(next))
		percent_encode(&cursor, json_string_value(next));
	add_rest_of_query(&cursor, x->query, x->route->query[0].name);
	buf_printf(&x->headers, "Link: <%s%s?%s=%s>; rel=\"next\"\r\n", x->site->config.url, x->path, x->route->query[0].name,
	    buf_text(&cursor));
}

/* ------------------------------------------------------------------------- */
/* Validators */

bool
answer_matches(struct slice field, const char *etag)
{
	return field.len > 0 && ((field.len == 1 && field.at[0] == '*') || memmem(field.at, field.len, etag, strlen(etag)) != NULL);
}

/*
 * "r3-v17.…" for what a public group's version covers, "r3-h….…" by its bytes for the rest;
 * r is the resource's own edit, what If-Match compares.
 */
static void
make_etag(struct exchange *x, json_int_t edit, int64_t version, const char *bytes, size_t len, bool gzipped, char etag[96])
{
	unsigned char hash[16];
	char hex[33], first[32] = "";

	if (edit > 0)
		snprintf(first, sizeof(first), "r%lld-", (long long)edit);
	if (version > 0) {
		snprintf(etag, 96, "\"%sv%lld.%s.%d.%s.%s\"", first, (long long)version, x->site->build, (int)x->form,
		    x->lang, gzipped ? "gz" : "id");
		return;
	}
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)bytes, len, NULL, 0);
	snprintf(etag, 96, "\"%sh%s.%s\"", first, sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash)), gzipped ? "gz" : "id");
}

/* ------------------------------------------------------------------------- */
/* The memory of answers. Nobody signed in, so nothing but these distinguish an answer. */

static size_t
memory_key(const struct exchange *x, char *key, size_t size)
{
	const struct http_head *head = &x->req->head;
	const struct slice parts[] = {
		head->path, head->query, http_head_get(head, "Accept"), { x->gzip ? "gzip" : "", x->gzip ? 4 : 0 },
		{ x->accepted, x->accepted != NULL ? strlen(x->accepted) : 0 },
	};
	size_t len = 0;

	for (size_t i = 0; i < countof(parts); i++) {
		if (size - len <= parts[i].len)
			return 0;
		if (parts[i].len > 0)
			memcpy(key + len, parts[i].at, parts[i].len);
		len += parts[i].len;
		key[len++] = '\n';      /* which none of them holds */
	}
	return len;
}

static void
reply_blobs(struct exchange *x, const struct cached *c)
{
	bool same = answer_matches(http_head_get(&x->req->head, "If-None-Match"), c->etag);
	struct http_reply reply = { .status = same ? 304 : 200, .head = same ? c->head304 : c->head, .body = same ? NULL : c->body };

	exchange_send(x, &reply);
}

bool
answer_from_memory(struct exchange *x)
{
	char key[2048];
	size_t len;
	const struct cached *c;

	if (session_shown(x->req) || (len = memory_key(x, key, sizeof(key))) == 0)
		return false;
	c = cache_get(x->site->cache, key, len);
	if (c == NULL || c->version < versions_get(x->site->versions, c->group)) {
		metrics_memory(x->site->metrics, false);
		return false;
	}
	metrics_memory(x->site->metrics, true);
	x->req->user = (void *)(uintptr_t)c->route;
	reply_blobs(x, c);
	return true;
}

/* ------------------------------------------------------------------------- */

/* Header lines of a 200, or (validators only) of a 304. */
static struct blob *
head_blob(struct exchange *x, const char *etag, bool shared, bool gzipped, bool with_body)
{
	cleanup(buf_release) struct buf b = {0};

	buf_printf(&b, "ETag: %s\r\nCache-Control: %s, no-cache\r\nVary: Accept, Accept-Encoding, Accept-Language, Cookie, Authorization\r\n"
	    "X-Content-Type-Options: nosniff\r\n%s", etag, shared ? "public" : "private", buf_text(&x->headers));
	if (with_body)
		buf_printf(&b, "Content-Type: %s\r\nContent-Language: %s\r\n%s%s", form_type(x->form), x->lang,
		    gzipped ? "Content-Encoding: gzip\r\n" : "",
		    x->form == FORM_HTML ? policy : x->form == FORM_SVG ? chart_policy : "");
	return blob_new(buf_text(&b), b.len);
}

/*
 * Sends bytes with validators; keeps them when a public group's version covers them and
 * nobody in particular asked.
 */
static void
send_validated(struct exchange *x, const struct buf *bytes, json_int_t edit, int group, int64_t version)
{
	bool shared = x->token == NULL && group > 0 && (x->route->flags & PRIVATE) == 0;
	struct blob *zipped = x->gzip && bytes->len > WORTH_COMPRESSING ? gzip_blob(x->site->gzip, bytes->data, bytes->len) : NULL;
	struct cached c = { .group = group, .version = version, .route = x->route->pattern };
	char key[2048];
	size_t len;

	make_etag(x, edit, shared ? version : 0, buf_text(bytes), bytes->len, zipped != NULL, c.etag);
	if (x->person != 0 && x->form == FORM_HTML)     /* whose copy it is, for who keeps one */
		buf_printf(&x->headers, "Relais-Person: %d\r\n", x->person);
	c.body = zipped != NULL ? zipped : blob_new(buf_text(bytes), bytes->len);
	c.head = head_blob(x, c.etag, shared, zipped != NULL, true);
	c.head304 = head_blob(x, c.etag, shared, zipped != NULL, false);
	if (shared) {
		versions_raise(x->site->versions, group, version);
		if (!session_shown(x->req) && (len = memory_key(x, key, sizeof(key))) > 0)
			cache_put(x->site->cache, key, len, &c);
	}
	reply_blobs(x, &c);
	blob_unref(c.body);
	blob_unref(c.head);
	blob_unref(c.head304);
}

/* A page that is an answer to this request alone: a form shown again, a problem. */
static void
reply_page(struct exchange *x, int status, const struct buf *page)
{
	struct blob *zipped = x->gzip && page->len > WORTH_COMPRESSING ? gzip_blob(x->site->gzip, page->data, page->len) : NULL;
	struct blob *body = zipped != NULL ? zipped : blob_new(buf_text(page), page->len);

	buf_puts(&x->headers, policy);
	if (zipped != NULL)
		buf_puts(&x->headers, "Content-Encoding: gzip\r\n");
	exchange_reply(x, status, form_type(x->form), body);
	blob_unref(body);
}

void
answer_value(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf out = {0};
	json_int_t edit = json_integer_value(json_object_get(value, "edit"));
	json_t *group = json_object_get(value, "group");
	int id = json_is_true(json_object_get(group, "public")) ? (int)json_integer_value(json_object_get(group, "id")) : 0;
	int64_t version = json_integer_value(json_object_get(group, "version"));

	if (x->route->shape != NULL)
		value = x->route->shape(x, value);
	link_next(x, value);
	if ((x->route->flags & NEXT_IN_LINK) != 0)
		json_object_del(value, "next");
	if (!represent(x, value, &out)) {
		json_decref(value);
		log_error("%s: cannot be shown as %s", x->route->pattern, form_ending(x->form));
		answer_problem(x, 500, NULL);
		return;
	}
	json_decref(value);
	if (x->status != 200 || x->shown_for != NULL) {
		reply_page(x, x->status, &out);
		return;
	}
	send_validated(x, &out, edit, id, version);
}

/* Where a form leads to, in the language that was asked for: "/groups/x/lessons/3?lang=nl#report-7". */
static void
location_line(struct exchange *x, const char *path)
{
	int before = (int)strcspn(path, "#");

	if (x->asked == NULL || strstr(path, "lang=") != NULL)
		buf_printf(&x->headers, "Location: %s%s\r\n", x->site->config.url, path);
	else
		buf_printf(&x->headers, "Location: %s%.*s%clang=%s%s\r\n", x->site->config.url, before, path,
		    strchr(path, '?') != NULL ? '&' : '?', x->asked, path + before);
}

void
answer_written(struct exchange *x, json_t *answer)
{
	const char *location = json_string_value(json_object_get(answer, "location"));
	json_t *value = json_object_get(answer, "value"), *edit = json_object_get(value, "edit");
	struct blob *body;
	char *text;

	if ((x->route->flags & PROTOCOL) != 0) {
		exchange_reply(x, 202, NULL, NULL);
		return;
	}
	if (!x->api && x->form == FORM_HTML) {
		location_line(x, location != NULL ? location : "/");
		exchange_reply(x, 303, NULL, NULL);
		return;
	}
	if (location != NULL)
		buf_printf(&x->headers, "%s: %s/api/v1%s\r\n", (x->route->flags & CREATES) != 0 ? "Location" : "Content-Location",
		    x->site->config.url, location);
	/*
	 * It names the edit for If-Match and no representation: one with later reports has the
	 * same. RFC 9110 section 9.3.4 would have none where a body was not saved as it came.
	 */
	if (edit != NULL)
		buf_printf(&x->headers, "ETag: \"r%lld-%s\"\r\n", (long long)json_integer_value(edit), x->site->build);
	if (value == NULL || json_is_null(value))
		value = json_object_get(answer, "changed");
	text = json_dumps(value, JSON_COMPACT);
	body = blob_new(text, strlen(text));
	free(text);
	exchange_reply(x, (x->route->flags & CREATES) != 0 ? 201 : 200, form_type(FORM_JSON), body);
	blob_unref(body);
}

void
answer_page(struct exchange *x, int status, const char *template, json_t *value)
{
	cleanup(buf_release) struct buf out = {0};

	x->form = FORM_HTML;
	view_common(x, value);
	if (!render(x, template, value, &out))
		log_error("the page %s cannot be shown", template);
	reply_page(x, status, &out);
}

/* problem+json (RFC 9457), with one entry per wrong field. */
static void
reply_problem(struct exchange *x, int status, const char *detail)
{
	json_t *body = json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", "about:blank", "title", tr(x->lang, problem_title(status)),
	    "status", status, "detail", detail, "request_id", x->req->id);
	struct blob *blob;
	char *text;

	if (json_array_size(x->errors) > 0)
		json_object_set_new(body, "errors", problem_messages(x));
	text = json_dumps(body, JSON_COMPACT);
	blob = blob_new(text, strlen(text));
	free(text);
	json_decref(body);
	exchange_reply(x, status, "application/problem+json", blob);
	blob_unref(blob);
}

/* A line, and one for each wrong field under the name it was sent by. */
static void
reply_plain(struct exchange *x, int status, const char *detail)
{
	cleanup(buf_release) struct buf b = {0};
	json_t *messages = problem_messages(x), *m;
	struct blob *blob;
	size_t i;

	buf_printf(&b, "%s\n", detail);
	json_array_foreach(messages, i, m)
		buf_printf(&b, "%s: %s\n", json_string_value(json_object_get(m, "field")), json_string_value(json_object_get(m, "message")));
	json_decref(messages);
	blob = blob_new(buf_text(&b), b.len);
	exchange_reply(x, status, form_type(FORM_TXT), blob);
	blob_unref(blob);
}

void
answer_problem(struct exchange *x, int status, const char *detail)
{
	const char *text = tr(x->lang, detail != NULL ? detail : problem_detail(status));
	json_t *value;

	if (status == 503)
		buf_puts(&x->headers, "Retry-After: 3\r\n");
	if (status == 401)
		buf_puts(&x->headers, "WWW-Authenticate: Bearer\r\n");
	if (status == 429)
		buf_puts(&x->headers, "Retry-After: 3600\r\n");
	if (x->route != NULL && (x->route->flags & PROTOCOL) != 0) {
		reply_plain(x, status, text);
		return;
	}
	if (x->api || x->form == FORM_JSON) {
		reply_problem(x, status, text);
		return;
	}
	value = json_pack("{s:i, s:s, s:s, s:s, s:b}", "status", status, "title", tr(x->lang, problem_title(status)),
	    "detail", text, "request_id", x->req->id, "sign_in", (status == 404 || status == 401) && x->person == 0);
	json_object_set_new(value, "sent", view_sent(x));
	answer_page(x, status, "problem", value);
	json_decref(value);
}
