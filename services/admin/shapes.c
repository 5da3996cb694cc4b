/* What each kind of file may say. The document that import takes uses the same names. */
#include "services/admin/shape.h"
#include "shared/base/words.h"

#define TEXT(key)          { key, SHAPE_TEXT, false, NULL, NULL }
#define NEEDED(key)        { key, SHAPE_TEXT, true, NULL, NULL }
#define ONE_OF(key, words) { key, SHAPE_TEXT, false, NULL, words }
#define END                { NULL, SHAPE_TEXT, false, NULL, NULL }

/* Tables */

static const struct shape_key municipality_keys[] = {
	NEEDED("slug"), NEEDED("name"), ONE_OF("level", word_level), NEEDED("country"), TEXT("department"), NEEDED("lang"), TEXT("umbrella"),
	{ "demo", SHAPE_SWITCH, false, NULL, NULL }, END
};
static const struct shape municipalities = { "municipalities", false, municipality_keys, NULL };

static const struct shape_key umbrella_keys[] = {
	NEEDED("slug"), NEEDED("name"), NEEDED("country"), NEEDED("lang"), TEXT("time_zone"),
	{ "digest_days", SHAPE_NUMBER, false, NULL, NULL }, END
};
static const struct shape umbrellas = { "umbrellas", false, umbrella_keys, NULL };

static const struct shape_key programme_keys[] = { NEEDED("slug"), NEEDED("name"), TEXT("umbrella"), END };
static const struct shape programmes = { "programmes", false, programme_keys, NULL };

static const struct shape_key partnership_keys[] = {
	TEXT("first"), TEXT("second"), TEXT("programme"), TEXT("started"), TEXT("ended"), TEXT("status"), TEXT("reason"), END
};
static const struct shape partnerships = { "partnerships", false, partnership_keys, NULL };

static const struct shape_key person_keys[] = {
	NEEDED("name"), NEEDED("email"), TEXT("lang"), TEXT("time_zone"), { "contact", SHAPE_SWITCH, false, NULL, NULL },
	TEXT("umbrella"), TEXT("municipality"), TEXT("role"), { "demo", SHAPE_SWITCH, false, NULL, NULL }, TEXT("ended_at"), END
};
static const struct shape people = { "people", false, person_keys, NULL };

static const struct shape_key member_keys[] = { NEEDED("municipality"), ONE_OF("role", word_role), TEXT("since"), END };
static const struct shape members = { "members", true, member_keys, NULL };

static const struct shape_key report_keys[] = {
	{ "object", SHAPE_NUMBER, true, NULL, NULL }, NEEDED("municipality"), { "status", SHAPE_TEXT, true, NULL, word_status },
	TEXT("occurred_on"), TEXT("note"), TEXT("adaptation"), ONE_OF("reason", word_reason), ONE_OF("audience", word_audience), TEXT("evidence"), { "services", SHAPE_TEXTS, false, NULL, NULL },
	{ "told_to", SHAPE_TEXTS, false, NULL, word_told_to }, TEXT("ask_again_on"), TEXT("via"), END
};
static const struct shape reports = { "reports", true, report_keys, NULL };

const struct shape *const shape_tables[] = {
	&municipalities, &umbrellas, &programmes, &partnerships, &people, &members, &reports, NULL
};

/* Markdown files with front matter */

static const struct shape_key group_keys[] = {
	NEEDED("name"), ONE_OF("visibility", word_visibility), NEEDED("umbrella"), { "associated", SHAPE_TEXTS, false, NULL, NULL }, TEXT("programme"),
	NEEDED("lang"), TEXT("body"), END
};
const struct shape shape_group = { "group", true, group_keys, NULL };

static const struct shape_key link_keys[] = {
	ONE_OF("kind", word_link), NEEDED("url"), TEXT("title"), { "bytes", SHAPE_SIZE, false, NULL, NULL }, END
};
static const struct shape one_link = { "link", true, link_keys, "url" };

static const struct shape_key lesson_text_keys[] = {
	NEEDED("title"), TEXT("summary"), TEXT("conditions"), TEXT("body"), { "of", SHAPE_NUMBER, false, NULL, NULL }, END
};
static const struct shape lesson_text = { "translation", true, lesson_text_keys, NULL };

static const char *const kinds[] = { "lesson", "question", NULL };
static const char *const lesson_states[] = { "draft", "proposed", "published", "withdrawn", NULL };

static const struct shape_key lesson_keys[] = {
	ONE_OF("kind", kinds), { "number", SHAPE_NUMBER, false, NULL, NULL }, TEXT("lang"), ONE_OF("status", lesson_states),
	TEXT("reason"), TEXT("by"), NEEDED("title"), TEXT("summary"), TEXT("conditions"), ONE_OF("cost", word_cost), ONE_OF("source", word_source),
	{ "sdgs", SHAPE_NUMBERS, false, NULL, NULL }, { "questions", SHAPE_NUMBERS, false, NULL, NULL },
	{ "subquestions", SHAPE_TEXTS, false, NULL, NULL }, { "links", SHAPE_OBJECTS, false, &one_link, NULL }, TEXT("on"),
	{ "revision", SHAPE_NUMBER, false, NULL, NULL }, { "translations", SHAPE_BY_NAME, false, &lesson_text, NULL },
	NEEDED("body"), END
};
const struct shape shape_lesson = { "lesson", true, lesson_keys, NULL };

static const struct shape_key subquestion_keys[] = {
	NEEDED("text"), ONE_OF("priority", word_priority), { "priorities", SHAPE_BY_NAME, false, NULL, word_priority }, END
};
static const struct shape subquestion = { "subquestion", true, subquestion_keys, "text" };

static const struct shape_key revision_keys[] = {
	NEEDED("text"), TEXT("on"), TEXT("reason"), ONE_OF("trigger", word_trigger), { "sensitive", SHAPE_SWITCH, false, NULL, NULL }, TEXT("by"), END
};
static const struct shape revision = { "revision", true, revision_keys, "text" };

static const struct shape_key question_text_keys[] = { NEEDED("text"), { "of", SHAPE_NUMBER, false, NULL, NULL }, END };
static const struct shape question_text = { "translation", true, question_text_keys, "text" };

static const char *const question_states[] = { "draft", "published", "merged", "dropped", NULL };

static const struct shape_key question_keys[] = {
	ONE_OF("kind", kinds), { "number", SHAPE_NUMBER, false, NULL, NULL }, TEXT("lang"), ONE_OF("status", question_states),
	TEXT("reason"), { "owners", SHAPE_TEXTS, false, NULL, NULL }, { "merged_from", SHAPE_NUMBERS, false, NULL, NULL },
	{ "split_from", SHAPE_NUMBERS, false, NULL, NULL }, { "problems", SHAPE_TEXTS, false, NULL, NULL },
	{ "subquestions", SHAPE_OBJECTS, false, &subquestion, NULL }, { "revisions", SHAPE_OBJECTS, true, &revision, NULL },
	{ "translations", SHAPE_BY_NAME, false, &question_text, NULL }, TEXT("body"), END
};
const struct shape shape_question = { "question", true, question_keys, NULL };
