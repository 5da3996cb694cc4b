/* Templates: the core of Mustache by the cases in tests/unit/mustache, then what is Relais's own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/template/template.h"

enum { PARTIALS_MAX = 8 };

static void
unref(json_t **value)
{
	json_decref(*value);
}

static struct template_source
source(const char *name, const char *text)
{
	return (struct template_source){ name, text, strlen(text) };
}

/* True if the case holds; says what differs if not. */
static bool
case_holds(const char *file, json_t *c)
{
	struct template_source sources[1 + PARTIALS_MAX];
	const char *expected = json_string_value(json_object_get(c, "expected")), *name;
	const char *title = json_string_value(json_object_get(c, "name"));
	cleanup(buf_release) struct buf out = { 0 };
	struct template_set *set;
	json_t *partial;
	size_t n = 0;
	bool ok;

	assert_non_null(expected);
	assert_true(json_object_size(json_object_get(c, "partials")) <= PARTIALS_MAX);
	sources[n++] = source("main", json_string_value(json_object_get(c, "template")));
	json_object_foreach(json_object_get(c, "partials"), name, partial)
		sources[n++] = source(name, json_string_value(partial));
	set = template_set_new(sources, n, NULL, true);
	ok = set != NULL && template_render(set, "main", json_object_get(c, "data"), NULL, &out) &&
	    strcmp(buf_text(&out), expected) == 0;
	if (!ok)
		print_error("%s: %s\n  wanted <%s>\n  got    <%s>\n", file, title, expected, buf_text(&out));
	template_set_free(set);
	return ok;
}

static void
core_cases_hold(void **state)
{
	size_t i, k, cases = 0, failed = 0;
	glob_t files;

	(void)state;
	assert_int_equal(glob("tests/unit/mustache/*.json", 0, NULL, &files), 0);
	for (i = 0; i < files.gl_pathc; i++) {
		json_error_t error;
		cleanup(unref) json_t *list = json_load_file(files.gl_pathv[i], 0, &error);

		if (list == NULL)
			fail_msg("%s:%d: %s", files.gl_pathv[i], error.line, error.text);
		for (k = 0; k < json_array_size(list); k++, cases++)
			failed += !case_holds(files.gl_pathv[i], json_array_get(list, k));
	}
	globfree(&files);
	assert_true(cases >= 120);
	assert_int_equal(failed, 0);
}

static void
hello_helper(struct template_scope *scope, struct slice raw, struct buf *out)
{
	json_t *name = template_lookup(scope, (struct slice){ "who.name", 8 });

	buf_printf(out, "%s[%.*s|", (const char *)template_user(scope), (int)raw.len, raw.at);
	template_expand(scope, raw, out);
	buf_puts(out, "|");
	template_expand(scope, (struct slice){ "<{{who.name}}>", 14 }, out);
	buf_puts(out, "|");
	template_escape(scope, (struct slice){ json_string_value(name), json_string_length(name) }, out);
	buf_puts(out, template_kind(scope) == ESCAPE_HTML ? "|html]" : "|none]");
}

static void
broken_helper(struct template_scope *scope, struct slice raw, struct buf *out)
{
	(void)raw;
	template_expand(scope, (struct slice){ "{{#a}}<", 7 }, out);
}

static const struct template_helper_row helpers[] = {
	{ "hello", hello_helper },
	{ "broken", broken_helper },
	{ NULL, NULL },
};

/* One template with the name, rendered with the JSON text. */
static void
expect(const char *name, const char *text, const char *data, const char *expected)
{
	struct template_source sources[] = { source(name, text), source("piece.txt", "{{a}}{{{a}}}") };
	struct template_set *set = template_set_new(sources, countof(sources), helpers, false);
	cleanup(unref) json_t *context = json_loads(data, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	cleanup(buf_release) struct buf out = { 0 };
	char user[] = "hi";

	assert_non_null(set);
	assert_non_null(context);
	assert_true(template_render(set, name, context, user, &out));
	assert_string_equal(buf_text(&out), expected);
	template_set_free(set);
}

static void
only_the_sanitised_type_is_raw(void **state)
{
	(void)state;
	expect("p.html", "{{{a}}}{{&a}}", "{\"a\": \"<b>\"}", "&lt;b&gt;&lt;b&gt;");
	expect("p.html", "{{{a}}}", "{\"a\": {\"html\": \"<b>\"}}", "<b>");
	expect("p.html", "{{&a}}", "{\"a\": {\"html\": \"<b>\"}}", "<b>");
	expect("p.html", "{{a}}", "{\"a\": {\"html\": \"<b>\"}}", "&lt;b&gt;");
	expect("p.html", "{{{a.html}}}", "{\"a\": {\"html\": \"<b>\"}}", "&lt;b&gt;");
	expect("p.html", "{{{a}}}", "{\"a\": {\"html\": \"<b>\", \"x\": 1}}", "");
	expect("p.html", "{{{a}}}", "{\"a\": {\"html\": 1}}", "");
	expect("p.html", "{{#a}}{{{html}}}{{{.}}}{{/a}}", "{\"a\": {\"html\": \"<b>\"}}", "&lt;b&gt;<b>");
}

static void
escaping_goes_by_the_name(void **state)
{
	(void)state;
	expect("p.html", "{{a}}", "{\"a\": \"&<>\\\"'\"}", "&amp;&lt;&gt;&quot;&#39;");
	expect("p.xml", "{{a}}", "{\"a\": \"&<>\\\"'\"}", "&amp;&lt;&gt;&quot;&#39;");
	expect("p", "{{a}}", "{\"a\": \"<\"}", "&lt;");
	expect("p.txt", "{{a}}{{{a}}}", "{\"a\": \"&<>\\\"'\"}", "&<>\"'&<>\"'");
	expect("p.md", "{{a}}", "{\"a\": {\"html\": \"<b>\"}}", "<b>");
	/* A partial is part of the document it stands in. */
	expect("p.html", "{{>piece.txt}}", "{\"a\": \"<\"}", "&lt;&lt;");
	expect("p.txt", "{{>piece.txt}}", "{\"a\": \"<\"}", "<<");
}

static void
forbidden_characters_are_dropped(void **state)
{
	(void)state;
	expect("p.xml", "{{a}}", "{\"a\": \"a\\u0000b\\u0001c\\u0008d\\u000be\\u000cf\\u001fg\"}", "abcdefg");
	expect("p.xml", "{{a}}", "{\"a\": \"\\t\\n\\r\\u007f\"}", "\t\n\r\x7f");
	expect("p.xml", "{{a}}", "{\"a\": \"x\\ufffey\\uffffz\\ufffd\\uff01\"}", "xyz\xef\xbf\xbd\xef\xbc\x81");
	expect("p.xml", "{{{a}}}", "{\"a\": {\"html\": \"<b>\\u0002\"}}", "<b>");
	expect("p.txt", "{{a}}", "{\"a\": \"\\u0002\"}", "\x02");
}

static void
helpers_get_the_raw_text(void **state)
{
	(void)state;
	expect("p.html", "{{#hello}}{{a}} & b{{/hello}}", "{\"a\": \"<\", \"who\": {\"name\": \"&\"}}",
	    "hi[{{a}} & b|&lt; & b|<&amp;>|&amp;|html]");
	expect("p.txt", "{{#hello}}{{#a}}x{{/a}}{{/hello}}", "{\"a\": [1, 2], \"who\": {\"name\": \"&\"}}",
	    "hi[{{#a}}x{{/a}}|xx|<&>|&|none]");
	expect("p.html", "{{#l}}{{#hello}}{{.}}{{/hello}}{{/l}}", "{\"l\": [1, 2], \"who\": {\"name\": \"n\"}}",
	    "hi[{{.}}|1|<n>|n|html]hi[{{.}}|2|<n>|n|html]");
	/* The name of a helper is free for values, and its inverted section for data. */
	expect("p.html", "{{hello}}{{^hello}}no{{/hello}}", "{\"hello\": \"you\"}", "you");
	/* A text that does not compile is shown as it is, escaped. */
	expect("p.html", "{{#broken}}{{/broken}}", "{}", "{{#a}}&lt;");
}

/* What load says on standard error about a template that must not compile. */
static void
expect_error(const char *text, const char *message)
{
	struct template_source sources[] = { source("bad.html", text) };
	char line[512] = "";
	int saved = dup(STDERR_FILENO), ends[2];
	struct template_set *set;

	assert_int_equal(pipe(ends), 0);
	(void)fflush(stderr);
	assert_int_not_equal(dup2(ends[1], STDERR_FILENO), -1);
	set = template_set_new(sources, 1, helpers, false);
	(void)fflush(stderr);
	assert_int_not_equal(dup2(saved, STDERR_FILENO), -1);
	(void)close(ends[1]);
	(void)close(saved);
	(void)!read(ends[0], line, sizeof(line) - 1);
	(void)close(ends[0]);
	assert_null(set);
	if (strstr(line, message) == NULL)
		fail_msg("<%s> was answered by <%s>", text, line);
}

static void
errors_name_the_line(void **state)
{
	(void)state;
	expect_error("a\n{{#s}}\nb\n", "template bad.html line 2: the section is not closed: s");
	expect_error("a\n\n{{x", "template bad.html line 3: the tag is not closed");
	expect_error("{{{x}}", "line 1: the tag is not closed");
	expect_error("a\n{{/s}}", "line 2: nothing to close: s");
	expect_error("{{#a}}\n{{#b}}\n{{/a}}{{/b}}", "line 3: closes what is not open: a");
	expect_error("{{}}", "line 1: not a name:");
	expect_error("{{a b}}", "line 1: not a name: a b");
	expect_error("\n{{=<%=}}", "line 2: bad delimiters");
	expect_error("{{=a b c=}}", "line 1: bad delimiters");
	expect_error("\n\n{{>none}}", "line 3: no such partial: none");
	expect_error("{{<parent}}", "line 1: not a tag of the core of Mustache: parent");
}

static void
depth_has_a_limit(void **state)
{
	struct template_source sources[] = { source("p.html", "{{n}}{{#c}}{{>p.html}}{{/c}}") };
	struct template_set *set = template_set_new(sources, 1, NULL, false);
	/* The innermost has to say that it has none, or the one around it is found again. */
	cleanup(unref) json_t *context = json_pack("{s:i, s:n}", "n", 1, "c");
	cleanup(buf_release) struct buf out = { 0 };
	int i;

	(void)state;
	assert_non_null(set);
	for (i = 0; i < 80; i++)
		context = json_pack("{s:i, s:o}", "n", 1, "c", context);
	assert_true(template_render(set, "p.html", context, NULL, &out));
	assert_int_equal(out.len, 81);
	for (i = 0; i < 80; i++)
		context = json_pack("{s:i, s:o}", "n", 1, "c", context);
	buf_reset(&out);
	assert_false(template_render(set, "p.html", context, NULL, &out));
	assert_true(out.failed);
	template_set_free(set);
}

static bool
exists(const struct template_set *set, const char *name)
{
	struct buf out = {0};
	bool ok = template_render(set, name, NULL, NULL, &out);

	buf_release(&out);
	return ok;
}

static void
sets_are_found_by_name(void **state)
{
	struct template_source sources[] = {
		source("b.html", "b"), source("a.html", "a"), source("ab.html", "ab"), source("c", ""),
	};
	struct template_source twice[] = { source("a", ""), source("a", "") };
	struct template_set *set = template_set_new(sources, countof(sources), NULL, false);
	struct buf out = { .limit = 1 };

	(void)state;
	assert_non_null(set);
	assert_true(exists(set, "ab.html"));
	assert_true(exists(set, "c"));
	assert_false(exists(set, "a.htm"));
	assert_false(exists(set, "a.html5"));
	assert_false(exists(set, ""));
	assert_false(template_render(set, "none", NULL, NULL, &out));
	assert_true(template_render(set, "b.html", NULL, NULL, &out));
	assert_false(template_render(set, "b.html", NULL, NULL, &out));
	buf_release(&out);
	template_set_free(set);
	assert_null(template_set_new(twice, 2, NULL, false));
	set = template_set_new(NULL, 0, NULL, false);
	assert_non_null(set);
	assert_false(exists(set, "a"));
	template_set_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(core_cases_hold),
		cmocka_unit_test(only_the_sanitised_type_is_raw),
		cmocka_unit_test(escaping_goes_by_the_name),
		cmocka_unit_test(forbidden_characters_are_dropped),
		cmocka_unit_test(helpers_get_the_raw_text),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(sets_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
