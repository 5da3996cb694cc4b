#include "services/site/view.h"

#include <string.h>

#include "services/site/session.h"
#include "shared/base/web.h"
#include "shared/i18n/i18n.h"

/* The page's own path: of a form that is shown again, that of the page it stands on. */
static const char *
page_path(struct exchange *x)
{
	return x->shown_for != NULL ? route_path(&x->req->arena, x->route->pattern, x->in) : x->path;
}

/* The page with another language asked for, the rest of its query kept: "/groups/x?before=9&lang=nl". */
static const char *
path_in(struct exchange *x, const char *lang)
{
	cleanup(buf_release) struct buf b = {0};
	const char *at = x->shown_for != NULL ? "" : x->query;
	char sep = '?';

	buf_puts(&b, page_path(x));
	while (*at != '\0') {
		size_t n = strcspn(at, "&");

		if (n > 0 && strncmp(at, "lang=", 5) != 0) {
			buf_printf(&b, "%c%.*s", sep, (int)n, at);
			sep = '&';
		}
		at += n + (at[n] == '&');
	}
	buf_printf(&b, "%clang=%s", sep, lang);
	return arena_copy(&x->req->arena, buf_text(&b), b.len);
}

static json_t *
languages(struct exchange *x)
{
	json_t *list = json_array();
	const char *const *codes;
	size_t n;

	codes = i18n_languages(&n);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "code", codes[i], "name",
		    i18n_language_name(codes[i]), "href", path_in(x, codes[i]), "current", strcmp(codes[i], x->lang) == 0));
	return list;
}

/* Where a file of web/static is to be had; null if there is none. */
static json_t *
static_path(const char *name)
{
	const struct web_file *f = web_static(name);

	return f != NULL ? json_string(f->path) : json_null();
}

const char *
view_form_key(struct exchange *x)
{
	return x->copy ? "copy" : secret_new(&x->req->arena);
}

void
view_common(struct exchange *x, json_t *value)
{
	const char *template = x->route != NULL && x->route->template != NULL ? x->route->template : "";

	json_object_set_new(value, "ui_lang", json_string(x->lang));
	json_object_set_new(value, "lang_query", json_string(x->asked != NULL ?
	    arena_printf(&x->req->arena, "?lang=%s", x->asked) : ""));
	json_object_set_new(value, "lang_more", json_string(x->asked != NULL ?
	    arena_printf(&x->req->arena, "&lang=%s", x->asked) : ""));
	json_object_set_new(value, "languages", languages(x));
	json_object_set_new(value, "site", json_string(x->site->config.url));
	json_object_set_new(value, "path", json_string(page_path(x)));
	json_object_set_new(value, "here", json_pack("{s:b}", template, true));
	json_object_set_new(value, "style", static_path("style.css"));
	json_object_set_new(value, "script", static_path(x->route != NULL && x->route->script != NULL ? x->route->script : "page.js"));
	json_object_set_new(value, "demonstration", json_boolean(x->site->config.demo != 0));
	json_object_set_new(value, "csrf", json_string(session_form_token(x)));
	json_object_set_new(value, "idempotency_key", json_string(view_form_key(x)));
	if (x->person != 0)
		json_object_set(value, "me", x->me);
	else
		json_object_set_new(value, "me", json_false());
}
