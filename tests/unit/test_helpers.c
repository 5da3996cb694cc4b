/* The helpers of templates, with catalogues made for the purpose. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/i18n/i18n.h"
#include "shared/template/brief.h"
#include "shared/template/helpers.h"

static const char catalogue[] =
    "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n"
    "\"Language: fr\\nPlural-Forms: nplurals=2; plural=(n > 1);\\nX-Language-Name: français\\n\"\n\n"
    "msgid \"Publish a lesson\"\nmsgstr \"Publier une leçon\"\n\n"
    "msgid \"{{n}} members of <b>{{name}}</b>\"\nmsgstr \"<b>{{name}}</b> : {{n}} communes\"\n\n"
    "msgid \"Since {{#datetime}}at{{/datetime}}\"\nmsgstr \"Depuis le {{#datetime}}at{{/datetime}}\"\n\n"
    "msgid \"one lesson\"\nmsgid_plural \"{{n}} lessons\"\n"
    "msgstr[0] \"{{n}} leçon\"\nmsgstr[1] \"{{n}} leçons\"\n\n"
    "msgctxt \"status\"\nmsgid \"applied\"\nmsgstr \"appliqué & <vu>\"\n\n"
    "msgctxt \"month\"\nmsgid \"March\"\nmsgstr \"mars\"\n\n"
    "msgctxt \"thousands separator\"\nmsgid \",\"\nmsgstr \".\"\n\n"
    "msgid \"date unknown\"\nmsgstr \"date inconnue\"\n";

static int
load(void **state)
{
	static char dir[] = "/tmp/relais-helpers-XXXXXX";
	char path[128], command[256];
	FILE *file;

	*state = dir;
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/fr.po", dir);
	file = fopen(path, "w");
	if (file == NULL || fputs(catalogue, file) == EOF || fclose(file) != 0)
		return -1;
	(void)snprintf(command, sizeof(command),
	    "mkdir -p %s/C/LC_MESSAGES && msgfmt -o %s/C/LC_MESSAGES/relais-fr.mo %s", dir, dir, path);
	if (system(command) != 0)
		return -1;
	i18n_init(dir);
	return 0;
}

static int
unload(void **state)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -r '%s'", (char *)*state);
	return system(command);
}

static const char data[] =
    "{\"n\": 3, \"one\": 1, \"none\": 0, \"minus\": -1, \"big\": 1234567, \"list\": [1, 2], \"name\": \"A&B\","
    " \"status\": \"applied\", \"odd\": \"<x>\", \"at\": \"2025-03-12T23:05:00Z\", \"on\": \"2025-03-12\","
    " \"precision\": \"month\", \"unknown\": \"unknown\", \"null\": null, \"lang\": \"fr\", \"real\": 1.5,"
    " \"items\": [{\"status\": \"applied\"}, {\"status\": \"other\"}]}";

static void
expect(const char *lang, const char *name, const char *text, const char *expected)
{
	struct template_source source = { name, text, strlen(text) };
	struct template_set *set = template_set_new(&source, 1, template_helpers_i18n, false);
	json_t *context = json_loads(data, 0, NULL);
	struct template_locale locale = { lang, "Europe/Brussels" };
	cleanup(buf_release) struct buf out = { 0 };

	assert_non_null(set);
	assert_non_null(context);
	assert_true(template_render(set, name, context, &locale, &out));
	assert_string_equal(buf_text(&out), expected);
	template_set_free(set);
	json_decref(context);
}

static void
texts(void **state)
{
	(void)state;
	expect("en", "p.html", "{{#tr}}Publish a lesson{{/tr}}", "Publish a lesson");
	expect("fr", "p.html", "{{#tr}}Publish a lesson{{/tr}}", "Publier une leçon");
	expect("fr", "p.html", "{{#tr}}\n\tPublish a\n\t  lesson {{/tr}}", "Publier une leçon");
	expect("en", "p.html", "{{#tr}}\n\tPublish a\n\t  lesson {{/tr}}", "Publish a lesson");
	expect("fr", "p.html", "{{#tr}}Nobody wrote this{{/tr}}", "Nobody wrote this");
	expect("fr", "p.html", "[{{#tr}}{{/tr}}{{#tr}} {{/tr}}]", "[]");
	expect("en", "p.html", "{{#tr}}{{n}} members of <b>{{name}}</b>{{/tr}}", "3 members of <b>A&amp;B</b>");
	expect("fr", "p.html", "{{#tr}}{{n}} members of <b>{{name}}</b>{{/tr}}", "<b>A&amp;B</b> : 3 communes");
	expect("fr", "p.txt", "{{#tr}}{{n}} members of <b>{{name}}</b>{{/tr}}", "<b>A&B</b> : 3 communes");
	expect("fr", "p.html", "{{#tr}}Since {{#datetime}}at{{/datetime}}{{/tr}}", "Depuis le 13 mars 2025, 00:05");
}

static void
plurals(void **state)
{
	(void)state;
	expect("en", "p.html", "{{#trn}}n|one lesson|{{n}} lessons{{/trn}}", "3 lessons");
	expect("en", "p.html", "{{#trn}}one|one lesson|{{n}} lessons{{/trn}}", "one lesson");
	expect("en", "p.html", "{{#trn}}none|one lesson|{{none}} lessons{{/trn}}", "0 lessons");
	expect("fr", "p.html", "{{#trn}}n|one lesson|{{n}} lessons{{/trn}}", "3 leçons");
	/* French counts nought as one. */
	expect("fr", "p.html", "{{#trn}} none |\n one lesson |\n{{n}} lessons\n{{/trn}}", "3 leçon");
	expect("fr", "p.html", "{{#trn}}list|one lesson|{{n}} lessons{{/trn}}", "3 leçons");
	expect("fr", "p.html", "{{#trn}}minus|one lesson|{{n}} lessons{{/trn}}", "3 leçon");
	expect("en", "p.html", "{{#trn}}missing|one lesson|{{n}} lessons{{/trn}}", "3 lessons");
	expect("en", "p.html", "[{{#trn}}n{{/trn}}{{#trn}}{{/trn}}]", "[]");
}

static void
words(void **state)
{
	(void)state;
	expect("fr", "p.html", "{{#word}}status {{status}}{{/word}}", "appliqué &amp; &lt;vu&gt;");
	expect("fr", "p.txt", "{{#word}}status {{status}}{{/word}}", "appliqué & <vu>");
	expect("fr", "p.txt", "{{#word}}\n status {{ status }}\n{{/word}}", "appliqué & <vu>");
	expect("fr", "p.txt", "{{#word}}status applied{{/word}}", "appliqué & <vu>");
	expect("fr", "p.html", "{{#word}}status {{odd}}{{/word}}", "&lt;x&gt;");
	expect("fr", "p.html", "[{{#word}}status {{missing}}{{/word}}{{#word}}status{{/word}}{{#word}}{{/word}}]", "[]");
	expect("fr", "p.txt", "{{#items}}{{#word}}status {{status}}{{/word}};{{/items}}", "appliqué & <vu>;other;");
}

static void
dates(void **state)
{
	(void)state;
	expect("fr", "p.html", "{{#date}}on{{/date}}", "12 mars 2025");
	expect("en", "p.html", "{{#date}}on{{/date}}", "12 March 2025");
	expect("fr", "p.html", "{{#date}}at{{/date}}", "13 mars 2025");
	expect("fr", "p.html", "{{#date}} on precision {{/date}}", "mars 2025");
	expect("fr", "p.html", "{{#date}}null unknown{{/date}}", "date inconnue");
	expect("fr", "p.html", "[{{#date}}null precision{{/date}}{{#date}}missing{{/date}}{{#date}}{{/date}}]", "[]");
	expect("fr", "p.html", "{{#date}}odd{{/date}} {{#datetime}}odd{{/datetime}} {{#rfc822}}odd{{/rfc822}}",
	    "&lt;x&gt; &lt;x&gt; &lt;x&gt;");
	expect("fr", "p.html", "{{#datetime}}at{{/datetime}}", "13 mars 2025, 00:05");
	expect("fr", "p.xml", "{{#rfc822}}at{{/rfc822}}", "Wed, 12 Mar 2025 23:05:00 +0000");
	expect("fr", "p.xml", "[{{#datetime}}n{{/datetime}}{{#rfc822}}null{{/rfc822}}]", "[]");
}

static void
numbers_and_languages(void **state)
{
	(void)state;
	expect("fr", "p.html", "{{#number}}big{{/number}}", "1.234.567");
	expect("en", "p.html", "{{#number}}big{{/number}} {{#number}}n{{/number}}", "1,234,567 3");
	expect("en", "p.html", "[{{#number}}name{{/number}}{{#number}}real{{/number}}]", "[]");
	expect("en", "p.html", "{{#lang}}lang{{/lang}} {{lang}}", "français fr");
	expect("en", "p.html", "{{#lang}}odd{{/lang}}[{{#lang}}missing{{/lang}}]", "&lt;x&gt;[]");
}

/* The words of a page for a search engine: no tag, no quotation mark that ends them, no half a word or character. */
static void
descriptions(void **state)
{
	static const struct { const char *html, *brief; } cases[] = {
		{ "", "" }, { " \n<p></p>\n", "" },
		{ "<p>A <em>w</em>ord,\n\n two</p><p>three</p><ul><li>4</ul>", "A word, two three 4" },
		{ "twenty characters on ", "twenty characters on" }, { "twenty characters onn", "twenty characters…" },
		{ "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrs…" }, { "ab abcdefghijklmnopqrstuvwxyz", "ab…" },
		{ "ééééé ééééé ééééé éééé", "ééééé ééééé ééééé…" },
		{ "&amp;&lt;&quot;&#39;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&gt;",
		  "&amp;&lt;&quot;&#39;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&gt;" },
		{ "say \"no\" & <b>go</b>", "say &quot;no&quot; & go" }, { "half &", "half &" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		cleanup(buf_release) struct buf b = { 0 };

		template_brief((struct slice){ cases[i].html, strlen(cases[i].html) }, 20, &b);
		assert_string_equal(buf_text(&b), cases[i].brief);
	}
	expect("en", "p.html", "[{{#about}} {{missing}}\n{{/about}}]", "[]");
	expect("en", "p.html", "{{#about}}\n{{lang}}\n{{/about}}", "<meta name=\"description\" content=\"fr\">");
	expect("en", "p.html", "{{#about}}\n<span lang=\"{{lang}}\">{{lang}}</span>{{/about}}",
	    "<meta name=\"description\" lang=\"fr\" content=\"fr\">");
	expect("fr", "p.html", "{{#about}}<span lang=\"{{lang}}\">{{lang}}</span>{{/about}}",
	    "<meta name=\"description\" content=\"fr\">");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(plurals),
		cmocka_unit_test(words),
		cmocka_unit_test(dates),
		cmocka_unit_test(numbers_and_languages),
		cmocka_unit_test(descriptions),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
