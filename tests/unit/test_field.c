/* Fields: what a JSON body or a form may carry, and what is said of the rest. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "services/site/field.h"
#include "shared/base/arena.h"
#include "shared/base/buf.h"
#include "shared/i18n/i18n.h"

static const char *const colours[] = { "red", "green", NULL };

static const struct field part[] = {
	{ .name = "url", .type = FIELD_URL, .required = true, .max = 40 },
	{ .name = "kind", .type = FIELD_CHOICE, .choices = colours },
	{ .name = NULL }
};

/* One of each type. */
static const struct field all[] = {
	{ .name = "line", .type = FIELD_LINE, .min = 2, .max = 5 },
	{ .name = "prose", .type = FIELD_PROSE, .max = 20 },
	{ .name = "colour", .type = FIELD_CHOICE, .choices = colours },
	{ .name = "n", .type = FIELD_INTEGER, .min = 1, .max = 9 },
	{ .name = "yes", .type = FIELD_BOOLEAN },
	{ .name = "day", .type = FIELD_DATE },
	{ .name = "when", .type = FIELD_PARTIAL_DATE, .max = 10 },
	{ .name = "lang", .type = FIELD_LANG },
	{ .name = "slug", .type = FIELD_SLUG, .max = 60 },
	{ .name = "email", .type = FIELD_EMAIL, .max = 254 },
	{ .name = "lines", .type = FIELD_LINES, .max = 5 },
	{ .name = "colours", .type = FIELD_CHOICES, .choices = colours },
	{ .name = "ns", .type = FIELD_INTEGERS },
	{ .name = "parts", .type = FIELD_OBJECTS, .of = part },
	{ .name = "few", .type = FIELD_LINES, .most = 2 },
	{ .name = NULL }
};

static const struct field needed[] = {
	{ .name = "a", .type = FIELD_LINE, .required = true },
	{ .name = "b", .type = FIELD_INTEGER, .required = true },
	{ .name = NULL }
};

static int
load(void **state)
{
	(void)state;
	i18n_init("build/locale");
	return 0;
}

/* What fields_read() makes of it: the clean values, or "field code [limit], …". Freed by the caller. */
static char *
read_all(const struct field *fields, json_t *given)
{
	cleanup(buf_release) struct buf b = {0};
	json_t *in = json_object(), *errors = json_array(), *e;
	char *text;
	size_t i;

	fields_read(fields, given, in, errors);
	json_array_foreach(errors, i, e) {
		json_t *limit = json_object_get(e, "limit");

		buf_printf(&b, "%s%s %s", i > 0 ? ", " : "", json_string_value(json_object_get(e, "field")),
		    json_string_value(json_object_get(e, "code")));
		if (limit != NULL)
			buf_printf(&b, " %lld", (long long)json_integer_value(limit));
	}
	text = i > 0 ? strdup(buf_text(&b)) : json_dumps(in, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(in);
	json_decref(errors);
	return text;
}

struct example {
	const char *given, *want;       /* JSON or a form; what read_all() gives */
};

static void
expect(const struct field *fields, json_t *given, const struct example *e)
{
	char *got;

	if (given == NULL)
		fail_msg("%s: cannot be decoded", e->given);
	got = read_all(fields, given);
	if (strcmp(got, e->want) != 0)
		fail_msg("%s\n gives %s\n not   %s", e->given, got, e->want);
	free(got);
	json_decref(given);
}

static void
bodies(void **state)
{
	static const struct example examples[] = {
		{ "{}", "{}" },
		{ "{\"line\":null,\"n\":null,\"parts\":null}", "{}" },
		{ "{\"line\":\"  ab  \"}", "{\"line\":\"ab\"}" },
		{ "{\"line\":\"   \"}", "{}" },
		{ "{\"line\":\"ééééé\"}", "{\"line\":\"ééééé\"}" },
		{ "{\"line\":\"éééééé\"}", "line too_long 5" },
		{ "{\"line\":\"é\"}", "line too_short 2" },
		{ "{\"line\":\"a\\nb\"}", "line characters" },
		{ "{\"line\":\"a\\tb\"}", "line characters" },
		{ "{\"line\":\"a\\u007fb\"}", "line characters" },
		{ "{\"line\":\"a\\uffffb\"}", "line characters" },
		{ "{\"line\":\"\\uffbf!\"}", "{\"line\":\"\xEF\xBE\xBF!\"}" },
		{ "{\"line\":7}", "line not_text" },
		{ "{\"line\":[]}", "line not_text" },
		{ "{\"prose\":\"  a\\r\\nb\\tc \\n\"}", "{\"prose\":\"  a\\nb\\tc\"}" },
		{ "{\"prose\":\"a\\rb\"}", "prose characters" },
		{ "{\"prose\":\"a\\u0000b\"}", NULL },
		{ "{\"colour\":\"green\"}", "{\"colour\":\"green\"}" },
		{ "{\"colour\":\"Green\"}", "colour choice" },
		{ "{\"n\":1}", "{\"n\":1}" },
		{ "{\"n\":\"9\"}", "{\"n\":9}" },
		{ "{\"n\":0}", "n too_small 1" },
		{ "{\"n\":10}", "n too_large 9" },
		{ "{\"n\":1.0}", "n not_number" },
		{ "{\"n\":\"1x\"}", "n not_number" },
		{ "{\"n\":\"\"}", "{}" },
		{ "{\"n\":true}", "n not_number" },
		{ "{\"ns\":[2147483647,-2147483648]}", "{\"ns\":[2147483647,-2147483648]}" },
		{ "{\"ns\":[2147483648]}", "ns not_number" },
		{ "{\"ns\":[9223372036854775807]}", "ns not_number" },
		{ "{\"ns\":[\"99999999999999999999\"]}", "ns not_number" },
		{ "{\"ns\":[1,\"x\",\"y\"]}", "ns not_number" },
		{ "{\"ns\":{}}", "ns not_list" },
		{ "{\"yes\":true}", "{\"yes\":true}" },
		{ "{\"yes\":\"on\"}", "{\"yes\":true}" },
		{ "{\"yes\":\"no\"}", "{\"yes\":false}" },
		{ "{\"yes\":1}", "yes not_yes_no" },
		{ "{\"day\":\"2024-02-29\"}", "{\"day\":\"2024-02-29\"}" },
		{ "{\"day\":\"2023-02-29\"}", "day date" },
		{ "{\"day\":\"2000-02-29\"}", "{\"day\":\"2000-02-29\"}" },
		{ "{\"day\":\"2024-04-31\"}", "day date" },
		{ "{\"day\":\"2024-00-01\"}", "day date" },
		{ "{\"day\":\"2024-01-00\"}", "day date" },
		{ "{\"day\":\"2024-1-01\"}", "day date" },
		{ "{\"day\":\"2024-02\"}", "day date" },
		{ "{\"when\":\"2024\"}", "{\"when\":\"2024\"}" },
		{ "{\"when\":\"2024-12\"}", "{\"when\":\"2024-12\"}" },
		{ "{\"when\":\"2024-13\"}", "when partial_date" },
		{ "{\"when\":\"1899\"}", "when partial_date" },
		{ "{\"when\":\"2100\"}", "when partial_date" },
		{ "{\"when\":\"2024-12-\"}", "when partial_date" },
		{ "{\"lang\":\"nl\"}", "{\"lang\":\"nl\"}" },
		{ "{\"lang\":\"xx\"}", "lang lang" },
		{ "{\"slug\":\"a-1-b\"}", "{\"slug\":\"a-1-b\"}" },
		{ "{\"slug\":\"a--b\"}", "slug slug" },
		{ "{\"slug\":\"a_b\"}", "slug slug" },
		{ "{\"email\":\"a@b.example\"}", "{\"email\":\"a@b.example\"}" },
		{ "{\"email\":\"a@b@c\"}", "email email" },
		{ "{\"email\":\"a b@c\"}", "email email" },
		{ "{\"email\":\"@c\"}", "email email" },
		{ "{\"email\":\"a@\"}", "email email" },
		{ "{\"lines\":[\" a \",\"\",\"b\"]}", "{\"lines\":[\"a\",\"b\"]}" },
		{ "{\"lines\":[\"a\",\"123456\",\"1234567\"]}", "lines too_long 5" },
		{ "{\"lines\":\"a\"}", "lines not_list" },
		{ "{\"colours\":[\"red\",\"red\"]}", "{\"colours\":[\"red\",\"red\"]}" },
		{ "{\"colours\":[\"red\",\"blue\"]}", "colours choice" },
		{ "{\"parts\":[{\"url\":\"https://x.y\"}]}", "{\"parts\":[{\"url\":\"https://x.y\"}]}" },
		{ "{\"parts\":[{\"url\":\"https://x.y\"},{\"url\":\"ftp://x\",\"kind\":\"x\"}]}",
		  "parts.1.url url, parts.1.kind choice" },
		{ "{\"parts\":[{}]}", "parts.0.url required" },
		{ "{\"parts\":[7]}", "parts.0 not_object" },
		{ "{\"parts\":[{\"url\":\"http://x\",\"z\":1}]}", "parts.0.z unknown" },
		{ "{\"parts\":{}}", "parts not_list" },
		{ "{\"zz\":1,\"line\":\"abcdef\"}", "line too_long 5, zz unknown" },
		{ "[]", " not_object" },
	};

	(void)state;
	for (size_t i = 0; i < countof(examples); i++) {
		json_t *given = json_loads(examples[i].given, JSON_REJECT_DUPLICATES, NULL);

		if (examples[i].want == NULL)
			assert_null(given);     /* jansson itself refuses it */
		else
			expect(all, given, &examples[i]);
	}
}

static void
lists_have_an_end(void **state)
{
	json_t *numbers = json_array(), *lines = json_array(), *objects = json_array();

	(void)state;
	for (int i = 0; i < 101; i++)
		json_array_append_new(numbers, json_integer(i));
	for (int i = 0; i < 51; i++) {
		json_array_append_new(lines, json_string("a"));
		json_array_append_new(objects, json_pack("{s:s}", "url", "http://x"));
	}
	expect(all, json_pack("{s:o, s:o, s:o}", "ns", numbers, "lines", lines, "parts", objects),
	    &(struct example){ "long lists", "lines too_many 50, ns too_many 100, parts too_many 50" });
	expect(all, json_loads("{\"few\":[\"a\",\"b\",\"c\"]}", 0, NULL), &(struct example){ "a short list", "few too_many 2" });
}

/* Neither errors nor what is kept of a request grow with what somebody sends. */
static void
floods(void **state)
{
	json_t *given = json_object(), *in = json_object(), *errors = json_array();
	cleanup(buf_release) struct buf form = {0};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "x%d", i);
		json_object_set_new(given, name, json_true());
		buf_puts(&form, "ns=1&");
	}
	fields_read(all, given, in, errors);
	assert_int_equal(json_array_size(errors), 50);
	json_decref(given);
	given = fields_decode(all, buf_text(&form), form.len);
	assert_int_equal(json_array_size(json_object_get(given, "ns")), 101);
	json_decref(given);
	json_decref(in);
	json_decref(errors);
}

static void
required_fields(void **state)
{
	static const struct example examples[] = {
		{ "{}", "a required, b required" },
		{ "{\"a\":\"\",\"b\":\"\"}", "a required, b required" },
		{ "{\"a\":null,\"b\":\"x\"}", "a required, b not_number" },
		{ "{\"a\":\"x\",\"b\":0}", "{\"a\":\"x\",\"b\":0}" },
	};

	(void)state;
	for (size_t i = 0; i < countof(examples); i++)
		expect(needed, json_loads(examples[i].given, 0, NULL), &examples[i]);
}

static void
forms(void **state)
{
	static const struct example examples[] = {
		{ "", "{}" },
		{ "&&&", "{}" },
		{ "line=a+%C3%A9", "{\"line\":\"a é\"}" },
		{ "l%69ne=abc", "{\"line\":\"abc\"}" },
		{ "line", "{}" },
		{ "line=ab&line=cd", "{\"line\":\"cd\"}" },
		{ "line=a%3Db%26", "{\"line\":\"a=b&\"}" },
		{ "line=a=b", "{\"line\":\"a=b\"}" },
		{ "prose=a%0D%0Ab", "{\"prose\":\"a\\nb\"}" },
		{ "csrf=abc&edit=4", "{}" },
		{ "n=5&yes=on&colour=red", "{\"colour\":\"red\",\"n\":5,\"yes\":true}" },
		{ "n=x", "n not_number" },
		{ "lines=a%0D%0A%0D%0A+%0D%0Ab%0A", "{\"lines\":[\"a\",\"b\"]}" },
		{ "ns=3&ns=1&colours=green", "{\"colours\":[\"green\"],\"ns\":[3,1]}" },
		{ "parts.0.url=http%3A%2F%2Fx&parts.0.kind=red&parts.2.url=http%3A%2F%2Fy&parts.2.kind=green",
		  "{\"parts\":[{\"kind\":\"red\",\"url\":\"http://x\"},{\"kind\":\"green\",\"url\":\"http://y\"}]}" },
		{ "parts.0.url=&parts.0.kind=red&parts.1.kind=green", "{\"parts\":[]}" },
		{ "parts.0.zz=1&parts.x.url=a&parts.51.url=a&parts.99999999999999999999.url=a&parts.-1.url=a&parts=1&parts.=2", "{\"parts\":[]}" },
		{ "parts.0.url=x", "parts.0.url url" },
	};
	static const char *const broken[] = { "line=%", "line=%4", "line=%zz", "line=%00", "line=%ff", "%zz=a",
	    "line=%ED%A0%80" };

	(void)state;
	for (size_t i = 0; i < countof(examples); i++)
		expect(all, fields_decode(all, examples[i].given, strlen(examples[i].given)), &examples[i]);
	for (size_t i = 0; i < countof(broken); i++)
		if (fields_decode(all, broken[i], strlen(broken[i])) != NULL)
			fail_msg("%s was decoded", broken[i]);
}

static void
one_value(void **state)
{
	static const struct {
		const char *form, *value;
	} cases[] = {
		{ "a=1&lang=nl&lang=fr", "nl" }, { "lang=", "" }, { "lang", "" }, { "xlang=nl", NULL },
		{ "lan=nl", NULL },
		{ "", NULL }, { "lang=%6El", "nl" }, { "lang=%ff", NULL }, { "&&lang=a+b", "a b" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		json_t *v = form_value(cases[i].form, strlen(cases[i].form), "lang");

		if (cases[i].value == NULL)
			assert_null(v);
		else
			assert_string_equal(json_string_value(v), cases[i].value);
		json_decref(v);
	}
}

static void
percent(void **state)
{
	cleanup(buf_release) struct buf out = {0}, back = {0};
	char bytes[256];

	(void)state;
	for (int i = 1; i < 256; i++)
		bytes[i - 1] = (char)i;
	bytes[255] = '\0';
	percent_encode(&out, bytes);
	assert_null(strpbrk(buf_text(&out), " &=#?+\"<>"));
	assert_true(percent_decode(&back, out.data, out.len, true));
	assert_string_equal(buf_text(&back), bytes);
	buf_reset(&back);
	assert_true(percent_decode(&back, "a+b", 3, false));
	assert_string_equal(buf_text(&back), "a+b");
	assert_false(percent_decode(&back, "%0", 2, false));
	assert_false(percent_decode(&back, "%00", 3, false));
}

static void
messages(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(field_message(&a, "en", "too_long", 200), "Shorten this to at most 200 characters.");
	assert_non_null(strstr(field_message(&a, "fr", "too_long", 200), "200"));
	assert_string_not_equal(field_message(&a, "fr", "required", 0), field_message(&a, "en", "required", 0));
	assert_string_equal(field_message(&a, "en", "odd", 0), "This value was not accepted; check it.");
	arena_release(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies), cmocka_unit_test(lists_have_an_end), cmocka_unit_test(floods),
		cmocka_unit_test(required_fields),
		cmocka_unit_test(forms),
		cmocka_unit_test(one_value), cmocka_unit_test(percent), cmocka_unit_test(messages),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
