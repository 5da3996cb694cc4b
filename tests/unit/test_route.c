/* Which row of the table a request's method and path find, and in which form. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/route.h"
#include "shared/i18n/i18n.h"

static struct match
find(enum http_method method, const char *path)
{
	return route_find(method, (struct slice){ path, strlen(path) });
}

static int
load(void **state)
{
	(void)state;
	i18n_init("build/locale");
	return 0;
}

/* The values as one text: "group=web id=3". */
static const char *
values_of(json_t *values)
{
	static char text[200];
	const char *name;
	json_t *v;

	text[0] = '\0';
	json_object_foreach(values, name, v) {
		size_t n = strlen(text);

		snprintf(text + n, sizeof(text) - n, "%s%s=%s", n > 0 ? " " : "", name, json_string_value(v));
	}
	return text;
}

static void
paths_find_their_row(void **state)
{
	static const struct {
		enum http_method method;
		const char *path, *pattern, *values;
		enum form form;
		bool api;
	} cases[] = {
		{ HTTP_GET, "/", "/", "", 0, false },
		{ HTTP_HEAD, "/", "/", "", 0, false },
		{ HTTP_GET, "/groups/web", "/groups/{group}", "group=web", 0, false },
		{ HTTP_GET, "/groups/web.md", "/groups/{group}", "group=web", FORM_MD, false },
		{ HTTP_GET, "/groups/web.json", "/groups/{group}", "group=web", FORM_JSON, false },
		{ HTTP_HEAD, "/groups/web.html", "/groups/{group}", "group=web", FORM_HTML, false },
		{ HTTP_GET, "/api/v1/groups/web", "/groups/{group}", "group=web", 0, true },
		{ HTTP_GET, "/api/v1/groups/web.json", "/groups/{group}", "group=web", FORM_JSON, true },
		{ HTTP_GET, "/groups/web/lessons/new", "/groups/{group}/lessons/new", "group=web", 0, false },
		{ HTTP_GET, "/groups/web/lessons/12.txt", "/groups/{group}/lessons/{id}", "group=web id=12", FORM_TXT,
		  false },
		{ HTTP_GET, "/groups/new/lessons/1", "/groups/{group}/lessons/{id}", "group=new id=1", 0, false },
		{ HTTP_GET, "/groups/a-1/feed.atom", "/groups/{group}/feed", "group=a-1", FORM_ATOM, false },
		{ HTTP_GET, "/groups/a-1/feed.json", "/groups/{group}/feed", "group=a-1", FORM_JSONFEED, false },
		{ HTTP_GET, "/groups/a-1/feed.rss", "/groups/{group}/feed", "group=a-1", FORM_RSS, false },
		{ HTTP_GET, "/feeds.opml", "/feeds", "", FORM_OPML, false },
		{ HTTP_GET, "/groups/web/uptake.csv", "/groups/{group}/uptake", "group=web", FORM_CSV, false },
		{ HTTP_GET, "/groups/web/uptake/trends.csv", "/groups/{group}/uptake/trends", "group=web", FORM_CSV, false },
		{ HTTP_GET, "/groups/web/uptake/trends/map.svg", "/groups/{group}/uptake/trends/map", "group=web", FORM_SVG, false },
		{ HTTP_PUT, "/api/v1/groups/web/lessons/3/texts/nl", "/groups/{group}/lessons/{id}/texts/{text_lang}",
		  "group=web id=3 text_lang=nl", 0, true },
		{ HTTP_POST, "/groups/web/lessons/3/texts/nl", "/groups/{group}/lessons/{id}/texts/{text_lang}",
		  "group=web id=3 text_lang=nl", 0, false },
		{ HTTP_DELETE, "/api/v1/groups/web/members/bonou", "/groups/{group}/members/{municipality}",
		  "group=web municipality=bonou", 0, true },
		{ HTTP_GET, "/umbrellas/ancb/digests/7.md", "/umbrellas/{umbrella}/digests/{n}", "umbrella=ancb n=7",
		  FORM_MD, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct match m = find(cases[i].method, cases[i].path);

		if (m.route == NULL)
			fail_msg("%s: no route", cases[i].path);
		assert_string_equal(m.route->pattern, cases[i].pattern);
		assert_int_equal(m.route->method, cases[i].method == HTTP_HEAD ? HTTP_GET : cases[i].method);
		assert_int_equal(m.form, cases[i].form);
		assert_int_equal(m.api, cases[i].api);
		assert_string_equal(values_of(m.values), cases[i].values);
		json_decref(m.values);
	}
}

static void
other_paths_find_nothing(void **state)
{
	static const char *const paths[] = {
		"", "//", "/x", "/groups/", "/groups/Web", "/groups/web/", "/groups/we%62", "/groups/web.",
		"/groups/web.exe",
		"/groups/.md", "/groups/web.md.md", "/groups/web/lessons/", "/groups/web/lessons/x",
		"/groups/web/lessons/-1",
		"/groups/web/lessons/1234567890", "/groups/web/lessons/1/texts/xx", "/groups/web/lessons/1/texts/NL",
		"/groups/web/lessons/1/texts/", "/groups/web/lessons/1/texts/nederlands",
		"/groups/web/lessons/new.json", "/groups//lessons",
		"/api/v1", "/api/v1/", "/api/v1//groups", "/api/v1/groups/web.md", "/api/v1/groups/web.html",
		"/api/v2/groups", "/api/v1/sign-in",
		"/groups/abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefg", "/uptake.csv", "/feeds.csv",
		"/groups/web/uptake.svg", "/groups/web/uptake/trends/none.svg", "/api/v1/groups/web/uptake/trends/map",
		"/openapi.json",
	};

	(void)state;
	for (size_t i = 0; i < countof(paths); i++) {
		struct match m = find(HTTP_GET, paths[i]);

		if (m.route != NULL || m.allowed != 0)
			fail_msg("%s finds %s", paths[i], m.route != NULL ? m.route->pattern : "a path");
		assert_null(m.values);
	}
}

/* What the path takes is told, whatever was asked. */
static void
methods_are_told(void **state)
{
	static const struct {
		enum http_method method;
		const char *path;
		unsigned allowed;
	} cases[] = {
		{ HTTP_OTHER, "/api/v1/groups", 1u << HTTP_GET | 1u << HTTP_POST },
		{ HTTP_OPTIONS, "/api/v1/groups", 1u << HTTP_GET | 1u << HTTP_POST },
		{ HTTP_DELETE, "/api/v1/groups/web/lessons/1", 1u << HTTP_GET | 1u << HTTP_PATCH },
		{ HTTP_PATCH, "/groups/web/lessons/1", 1u << HTTP_GET | 1u << HTTP_POST },
		{ HTTP_HEAD, "/api/v1/groups/web/members/bonou/end", 1u << HTTP_POST },
		{ HTTP_POST, "/groups/web/lessons/1.json", 1u << HTTP_GET },
		{ HTTP_PUT, "/groups/web/feed.atom", 1u << HTTP_GET },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct match m = find(cases[i].method, cases[i].path);

		assert_null(m.route);
		if (m.allowed != cases[i].allowed)
			fail_msg("%s allows %x", cases[i].path, m.allowed);
	}
}

static void
accept_chooses(void **state)
{
	enum { PAGE = FORM_HTML | FORM_JSON | FORM_MD | FORM_TXT };
	static const struct {
		unsigned forms;
		const char *accept;
		enum form form;
	} cases[] = {
		{ PAGE, "", FORM_HTML },
		{ PAGE, "*/*", FORM_HTML },
		{ PAGE, "text/html", FORM_HTML },
		{ PAGE, "text/plain", FORM_TXT },
		{ PAGE, "TEXT/Plain ; q=0.3", FORM_TXT },
		{ PAGE, "image/png", 0 },
		{ PAGE, "image/png, */*;q=0.1", FORM_HTML },
		{ PAGE, "application/json;q=0.9, text/html;q=0.8", FORM_JSON },
		{ PAGE, "text/html;q=0.8,application/json;q=0.9", FORM_JSON },
		{ PAGE, "text/html;q=0.889,text/plain;q=0.89", FORM_TXT },
		{ PAGE, "text/html;q=0.001,text/plain;q=0.002", FORM_TXT },
		/* the closest range decides, wherever it stands */
		{ PAGE, "text/html;q=0, text/plain", FORM_TXT },
		{ PAGE, "text/html;q=0, */*", FORM_JSON },
		{ PAGE, "*/*, text/html;q=0.5", FORM_JSON },
		{ PAGE, "text/*;q=0.9, text/html;q=0.1, application/json;q=0.5", FORM_MD },
		{ PAGE, "text/*;q=0", 0 },
		{ PAGE, "text/html;q=0.0, text/*;q=0.000", 0 },
		{ PAGE, "*/*;q=0, text/markdown", FORM_MD },
		/* other parameters, and what is broken */
		{ PAGE, "text/html;level=1;q=0.2, text/plain;q=0.3", FORM_TXT },
		{ PAGE, "text/html;charset=\"q=0\"", FORM_HTML },
		{ PAGE, ",, ;, text/plain,", FORM_TXT },
		{ PAGE, "text", 0 },
		{ PAGE, "text/htmlx, text/htm", 0 },
		{ FORM_ATOM | FORM_RSS | FORM_JSONFEED, "", FORM_ATOM },
		{ FORM_ATOM | FORM_RSS | FORM_JSONFEED, "application/rss+xml, application/atom+xml;q=0.9", FORM_RSS },
		{ FORM_ATOM | FORM_RSS | FORM_JSONFEED, "application/feed+json", FORM_JSONFEED },
		{ FORM_ATOM | FORM_RSS | FORM_JSONFEED, "application/*", FORM_ATOM },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice accept = { cases[i].accept, strlen(cases[i].accept) };
		enum form got = form_accept(cases[i].forms, accept);

		if (got != cases[i].form)
			fail_msg("Accept: %s gives %d, not %d", cases[i].accept, (int)got, (int)cases[i].form);
	}
}

static void
forms_have_endings_and_types(void **state)
{
	(void)state;
	assert_string_equal(form_ending(FORM_OPML), ".opml");
	assert_string_equal(form_type(FORM_CSV), "text/csv; charset=utf-8");
	assert_string_equal(form_type(FORM_JSONFEED), "application/feed+json; charset=utf-8");
	assert_string_equal(method_text(HTTP_OPTIONS), "OPTIONS");
	assert_string_equal(method_text(HTTP_OTHER), "OTHER");
}

/* What other tables rely on: a form's page is there and shows it, a template goes with a statement. */
static void
rows_fit_together(void **state)
{
	(void)state;
	for (size_t i = 0; resources[i] != NULL; i++) {
		for (const struct route *r = resources[i]->routes; r->pattern != NULL; r++) {
			const struct route *page = r->page != NULL ? route_of(HTTP_GET, r->page) : NULL;
			bool shown = r->page == NULL;

			for (const char *const *s = page != NULL ? page->shows : NULL; s != NULL && *s != NULL; s++)
				shown |= r->name != NULL && strcmp(*s, r->name) == 0;
			if (!shown)
				fail_msg("the page of %s does not show its form", r->pattern);
			for (const char *const *s = r->shows; s != NULL && *s != NULL; s++)
				if (route_named(*s) == NULL)
					fail_msg("%s shows %s, which is no form", r->pattern, *s);
			if (r->statement == NO_STATEMENT && r->answer == NULL)
				fail_msg("%s answers nothing", r->pattern);
			if ((r->flags & ON_API) != 0 && r->statement != NO_STATEMENT && r->summary == NULL)
				fail_msg("%s has no summary for the description", r->pattern);
			if ((r->flags & (ON_WEB | ON_API)) == 0)
				fail_msg("%s can be reached nowhere", r->pattern);
		}
	}
	assert_null(route_of(HTTP_GET, "/nowhere"));
	assert_null(route_named("nothing"));
}

static void
patterns_are_filled_in(void **state)
{
	struct arena a = {0};
	json_t *values = json_pack("{s:s, s:i}", "group", "web", "id", 12);

	(void)state;
	assert_string_equal(route_path(&a, "/groups/{group}/lessons/{id}", values), "/groups/web/lessons/12");
	assert_string_equal(route_path(&a, "/groups/{group}/x/{none}/y", values), "/groups/web/x//y");
	assert_string_equal(route_path(&a, "/", values), "/");
	json_decref(values);
	arena_release(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_find_their_row), cmocka_unit_test(other_paths_find_nothing),
		cmocka_unit_test(methods_are_told), cmocka_unit_test(accept_chooses),
		cmocka_unit_test(forms_have_endings_and_types), cmocka_unit_test(rows_fit_together),
		cmocka_unit_test(patterns_are_filled_in),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
