#include "services/site/walk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "services/site/answer.h"
#include "services/site/metrics.h"
#include "services/site/moved.h"
#include "services/site/problem.h"
#include "services/site/receive.h"
#include "services/site/session.h"
#include "services/site/static.h"
#include "services/site/versions.h"
#include "shared/base/log.h"
#include "shared/db/db.h"
#include "shared/i18n/i18n.h"
#include "shared/markdown/markdown.h"
#include "statements.h"

enum { BODY_MAX = 256 * 1024, NO_BODY_MAX = 1024, MOST_VALUES = 24 };

static void ask_database(struct exchange *x);
static void answer_nothing(struct exchange *x);

/* Shows the page that a form stands on, in answer to it. */
static void
show_page(struct exchange *x, int status)
{
	const struct route *page = route_of(HTTP_GET, x->route->page);

	if (page == NULL)
		fatal("the form %s names a page that is not there", x->route->pattern);
	x->route = page;
	x->form = FORM_HTML;
	x->status = status;
	if (page->before != NULL)
		page->before(x);
	ask_database(x);
}

/* … with what was typed in the form, and x->errors or how it will look. */
static void
show_again(struct exchange *x, int status)
{
	x->shown_for = x->route;
	show_page(x, status);
}

/* x->errors has the entries: the form again with what was typed, or a problem. */
static void
answer_invalid(struct exchange *x)
{
	if (receive_shown_again(x))
		show_again(x, 422);
	else
		answer_problem(x, 422, NULL);
}

/* What a write function said no with. */
static void
answer_refused(struct exchange *x, const char *name)
{
	const struct refusal *r = problem_refusal(name);

	x->refused = true;
	x->notice = problem_notice(name);
	if (strcmp(name, "not_found") == 0) {
		answer_nothing(x);
	} else if (r == NULL) {
		log_error("refused for a reason without a message: %s", name);
		answer_problem(x, 422, NULL);
	} else if (r->code != NULL) {
		field_error(x->errors, r->field, r->code, 0);
		if (receive_shown_again(x))
			show_again(x, r->status);
		else
			answer_problem(x, r->status, r->detail);
	} else if (x->notice != NULL && receive_shown_again(x)) {
		show_again(x, r->status);
	} else {
		answer_problem(x, r->status, r->detail);
	}
}

/* ------------------------------------------------------------------------- */
/* What the server tells us */

size_t
walk_body_limit(const struct http_request *req, void *arg)
{
	struct match m;

	(void)arg;
	if (req->head.method != HTTP_POST && req->head.method != HTTP_PUT && req->head.method != HTTP_PATCH)
		return NO_BODY_MAX;
	m = route_find(req->head.method, req->head.path);
	json_decref(m.values);
	return m.route != NULL && m.route->body_max > 0 ? m.route->body_max : BODY_MAX;
}

void
walk_done(const struct http_request *req, int status, double ms, void *arg)
{
	struct site *site = arg;
	const char *route = req->user != NULL ? req->user : "-";

	log_request(req->id, req->head.method_name.len > 0 ? method_text(req->head.method) : "-", route, status, ms);
	metrics_count(site->metrics, status, ms);
}

/* ------------------------------------------------------------------------- */
/* Markdown fields are rendered one after the other, ahead of the statement */

static void render_next(struct exchange *x);

static void
rendered(void *arg, const struct markdown_result *r)
{
	struct exchange *x = arg;
	const struct field *f = &x->route->body[x->rendering++];

	switch (r->outcome) {
	case MARKDOWN_OK:
		json_object_set_new(x->in, arena_printf(&x->req->arena, "%s_html", f->name), json_stringn(r->html, r->len));
		render_next(x);
		return;
	case MARKDOWN_TOO_COMPLEX:
		field_error(x->errors, f->name, "too_complex", r->line > 0 ? r->line : 1);
		break;
	case MARKDOWN_TOO_LONG:
		field_error(x->errors, f->name, "too_long", f->max);
		break;
	case MARKDOWN_BUSY:
		answer_problem(x, 503, NULL);
		return;
	}
	answer_invalid(x);
}

static void
render_next(struct exchange *x)
{
	const struct field *f = x->route->body;

	for (; f != NULL && f[x->rendering].name != NULL; x->rendering++) {
		json_t *text = json_object_get(x->in, f[x->rendering].name);

		if (f[x->rendering].type == FIELD_MARKDOWN && text != NULL) {
			markdown_render(x->site->markdown, json_string_value(text), json_string_length(text), rendered, x);
			return;
		}
	}
	if (x->preview) {
		show_again(x, 200);
		return;
	}
	if (x->route->before != NULL) {
		x->route->before(x);
		if (json_array_size(x->errors) > 0) {
			answer_invalid(x);
			return;
		}
	}
	ask_database(x);
}

/* ------------------------------------------------------------------------- */
/* One statement */

/* A value of x->in as libpq takes it: text; lists and objects as JSON; NULL if absent. */
static const char *
bound(struct exchange *x, const char *name)
{
	json_t *v = json_object_get(x->in, name);
	char *text;
	const char *copy;

	switch (v != NULL ? json_typeof(v) : JSON_NULL) {
	case JSON_STRING:
		return json_string_value(v);
	case JSON_INTEGER:
		return arena_printf(&x->req->arena, "%lld", (long long)json_integer_value(v));
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	case JSON_NULL:
		return NULL;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_REAL:
		break;
	}
	text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
	copy = arena_strdup(&x->req->arena, text);
	free(text);
	return copy;
}

/* Who asks, as begin_request() found. */
static void
read_begin(struct exchange *x, const char *begin)
{
	json_t *zone;

	json_decref(x->me);
	x->me = json_loads(begin, 0, NULL);
	x->person = (int)json_integer_value(json_object_get(x->me, "person"));
	if (json_is_string(json_object_get(x->me, "lang")) && i18n_known(json_string_value(json_object_get(x->me, "lang"))))
		x->lang = arena_strdup(&x->req->arena, json_string_value(json_object_get(x->me, "lang")));
	zone = json_object_get(x->me, "zone");
	if (json_is_string(zone))
		x->zone = arena_strdup(&x->req->arena, json_string_value(zone));
}

/* Nobody's page that is somebody's: to the sign-in, or 401. */
static void
ask_to_sign_in(struct exchange *x)
{
	cleanup(buf_release) struct buf next = {0};

	if (x->api || x->form != FORM_HTML || exchange_is_write(x) || x->shown_for != NULL) {
		answer_problem(x, 401, NULL);
		return;
	}
	percent_encode(&next, x->path);
	buf_printf(&x->headers, "Location: %s/sign-in?next=%s\r\n", x->site->config.url, buf_text(&next));
	exchange_reply(x, 303, NULL, NULL);
}

static void
take_value(struct exchange *x, json_t *value)
{
	const char *error = json_string_value(json_object_get(value, "error"));

	if (error != NULL && exchange_is_write(x)) {
		answer_refused(x, error);
	} else if (exchange_is_write(x)) {
		versions_changed(x->site->versions, json_object_get(value, "changed"));
		if (x->route->after != NULL)
			x->route->after(x, value);
		if (x->web_form && (x->route->flags & SHOWS_SECRET) != 0)
			show_page(x, 201);
		else if ((x->route->flags & ONE_CLICK) != 0)
			show_page(x, 200);
		else
			answer_written(x, value);
	} else {
		answer_value(x, json_incref(value));
	}
	json_decref(value);
}

/* Who asks is known, and the route is for them. False: answered already. */
static bool
begun(struct exchange *x, const struct db_result *r)
{
	const struct route *asked = x->shown_for != NULL ? x->shown_for : x->route;

	switch (r->outcome) {
	case DB_OK:
	case DB_NONE:
		read_begin(x, r->begin);
		if ((asked->who != SIGNED_IN || x->person != 0) && session_meant(x))
			return true;
		ask_to_sign_in(x);      /* what was shown has ended */
		return false;
	case DB_BUSY:
	case DB_DOWN:
		answer_problem(x, 503, NULL);
		return false;
	case DB_UNKNOWN:
		answer_problem(x, 504, NULL);
		return false;
	case DB_FAILED:
		break;
	}
	answer_problem(x, 500, NULL);
	return false;
}

static void
answered(void *arg, const struct db_result *r)
{
	struct exchange *x = arg;
	json_t *value;

	if (!begun(x, r))
		return;
	if (r->outcome == DB_NONE) {
		answer_nothing(x);
		return;
	}
	value = json_loadb(r->value, r->len, JSON_DECODE_ANY, NULL);
	if (value == NULL) {
		log_error("statement %s gave no JSON", statements[x->route->statement].name);
		answer_problem(x, 500, NULL);
		return;
	}
	take_value(x, value);
}

/* A key is of what a statement writes; one that reads has no use for it. */
static void
ask(struct exchange *x, unsigned statement, db_done *done)
{
	const struct db_statement *s = &statements[statement];
	const char *key = s->kind == DB_WRITE ? x->idempotency_key : NULL;
	const char *values[MOST_VALUES], *request = NULL, *group = NULL;

	if (s->nparams > MOST_VALUES)
		fatal("statement %s has too many parameters", s->name);
	for (unsigned i = 0; i < s->nparams; i++) {
		values[i] = bound(x, s->params[i]);
		if (strcmp(s->params[i], "group") == 0)         /* a write locks its group's row first */
			group = values[i];
	}
	if (key != NULL)
		request = receive_hash(x);
	db_call(x->site->db, &(struct db_call){
	    .begin = (const char *[]){ x->token, x->token_kind, x->asked, x->accepted, key, request },
	    .statement = statement, .values = values, .key = group, .again_ok = s->kind == DB_READ || key != NULL,
	    .done = done, .arg = x });
}

/* Nothing was found: perhaps because it has another address now. */
static void
moved(void *arg, const struct db_result *r)
{
	struct exchange *x = arg;
	json_t *slugs = r->outcome == DB_OK ? json_loadb(r->value, r->len, 0, NULL) : NULL;

	if (!moved_answer(x, slugs))
		answer_problem(x, 404, NULL);
	json_decref(slugs);
}

static void
answer_nothing(struct exchange *x)
{
	if (moved_possible(x->route))
		ask(x, SQL_MOVED_GET, moved);
	else
		answer_problem(x, 404, NULL);
}

static void
ask_database(struct exchange *x)
{
	if (x->route->statement == NO_STATEMENT)
		x->route->answer(x);
	else
		ask(x, (unsigned)x->route->statement, answered);
}

/* ------------------------------------------------------------------------- */
/* Nothing is rendered for nobody: there is one renderer for all */

static bool
has_markdown(const struct route *r)
{
	for (const struct field *f = r->body; f != NULL && f->name != NULL; f++)
		if (f->type == FIELD_MARKDOWN)
			return true;
	return false;
}

static void
who_asked(void *arg, const struct db_result *r)
{
	struct exchange *x = arg;

	if (begun(x, r))
		render_next(x);
}

static void
ask_who(struct exchange *x)
{
	if (has_markdown(x->route))
		ask(x, SQL_PING, who_asked);
	else
		render_next(x);
}

/* ------------------------------------------------------------------------- */

static void
answer_method(struct exchange *x, unsigned allowed)
{
	bool first = true;

	buf_puts(&x->headers, "Allow:");
	for (unsigned m = HTTP_GET; m < HTTP_OTHER; m++) {
		if ((allowed & 1u << m) != 0) {
			buf_printf(&x->headers, "%s %s", first ? "" : ",", method_text((enum http_method)m));
			first = false;
		}
	}
	buf_puts(&x->headers, "\r\n");
	if (x->req->head.method == HTTP_OPTIONS)
		exchange_reply(x, 204, NULL, NULL);
	else
		answer_problem(x, 405, NULL);
}

void
walk_request(struct http_request *req, void *arg)
{
	struct exchange *x = exchange_new(req, arg);
	enum http_method method = req->head.method;
	struct match m;

	receive_language(x);
	if ((method == HTTP_GET || method == HTTP_HEAD) && (answer_from_memory(x) || static_answer(x)))
		return;
	x->errors = json_array();
	m = route_find(method, req->head.path);
	if (m.route == NULL) {
		x->in = json_object();
		if (m.allowed != 0)
			answer_method(x, m.allowed | ((m.allowed & 1u << HTTP_GET) != 0 ? 1u << HTTP_HEAD : 0));
		else
			answer_problem(x, 404, NULL);
		return;
	}
	x->route = m.route;
	x->in = m.values;
	req->user = (void *)(uintptr_t)m.route->pattern;
	receive_form(x, m.form);
	session_read(x);
	if (x->route->who == SIGNED_IN && x->token == NULL) {
		ask_to_sign_in(x);
		return;
	}
	if (!receive_query(x) || (exchange_is_write(x) && !receive_write(x)))
		return;
	if (json_array_size(x->errors) > 0) {
		answer_invalid(x);
		return;
	}
	if (exchange_is_write(x)) {
		ask_who(x);
	} else {
		if (x->route->before != NULL)
			x->route->before(x);
		ask_database(x);
	}
}
