/* The words Relais uses, in every language side by side: groups have more than one. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

static const struct {
	const char *context, *code;     /* of the word in the catalogues */
	const char *meaning;
} terms[] = {
	{ "word", "umbrella", N_("An association of municipalities. It leads groups, watches what comes of the lessons, and writes the digest.") },
	{ "word", "group", N_("Municipalities that learn from one of them, and from each other.") },
	{ "word", "hub", N_("The municipality of the group that publishes what it learnt, and to which the others report.") },
	{ "word", "member", N_("A municipality that reads, tries at home, and says what came of it.") },
	{ "word", "partnership", N_("Two municipalities, mostly of two countries, that learn from each other.") },
	{ "word", "question", N_("What a municipality wants to learn. It may change; every wording is kept, with the reason.") },
	{ "word", "subquestion", N_("A part of a question. Each municipality says how much it matters: must, like or nice to have.") },
	{ "word", "problem", N_("Something concrete that stands behind a question. Who has it too says “we too”.") },
	{ "word", "lesson", N_("What a municipality learnt, written so that a neighbour can try it.") },
	{ "word", "application", N_("What came of a lesson or a question in one municipality: the last word it reported.") },
	{ "status", "interested", N_("We like the idea.") },
	{ "status", "planned", N_("We are going to try it.") },
	{ "status", "trying", N_("We have begun.") },
	{ "status", "applied", N_("We do it now.") },
	{ "status", "adapted", N_("We do it now, in a way that suits us better. It counts as applied.") },
	{ "status", "interrupted", N_("We had to stop, for now. The reason stays with you and your umbrella body unless you share it.") },
	{ "status", "not_for_us", N_("It does not suit us. That is a respectable answer.") },
	{ "status", "silent", N_("Nothing was reported yet. It says nothing about the lesson, and is no refusal.") },
	{ "word", "digest", N_("The numbered summary of a group's news, made by the umbrella body.") },
	{ "word", "nudge", N_("A friendly question to a municipality that has not answered yet.") },
};

/* The word in each language, the reader's first. */
static json_t *
words(struct exchange *x, const char *context, const char *code)
{
	json_t *others = json_array();
	const char *const *langs;
	size_t n;

	langs = i18n_languages(&n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(langs[i], x->lang) != 0)
			json_array_append_new(others, json_pack("{s:s, s:s, s:s}", "lang", langs[i], "name", i18n_language_name(langs[i]),
			    "word", trc(langs[i], context, code)));
	return json_pack("{s:s, s:o}", "word", trc(x->lang, context, code), "others", others);
}

static json_t *
with_terms(struct exchange *x, json_t *value)
{
	json_t *list = json_array();

	for (size_t i = 0; i < countof(terms); i++) {
		json_t *term = words(x, terms[i].context, terms[i].code);

		json_object_set_new(term, "meaning", json_string(tr(x->lang, terms[i].meaning)));
		json_array_append_new(list, term);
	}
	json_object_set_new(value, "terms", list);
	return value;
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/glossary", .flags = ON_WEB, .forms = FORM_HTML | FORM_JSON, .statement = SQL_GLOSSARY_GET,
	  .template = "glossary", .shape = with_terms },
	{ .pattern = NULL }
};

const struct resource glossary_resource = { "glossary", routes };
