#include "services/site/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "services/site/exchange.h"
#include "shared/base/words.h"
#include "shared/i18n/i18n.h"

static const char *const orders[] = { "place", "name", "department", "applied", "silence", NULL };
static const char *const statuses[] = { "interested", "planned", "trying", "applied", "adapted", "interrupted", "not_for_us",
	"silent", NULL };
static const char *const open_statuses[] = { "trying", "applied", "adapted", NULL };
static const char *const answers[] = { "with", "without", NULL };

const struct field matrix_query[] = {
	{ .name = "before", .type = FIELD_INTEGER, .min = 1 },
	{ .name = "name", .type = FIELD_LINE, .max = 100 },
	{ .name = "department", .type = FIELD_LINE, .max = 200 },
	{ .name = "status", .type = FIELD_CHOICE, .choices = statuses },
	{ .name = "answers", .type = FIELD_CHOICE, .choices = answers },
	{ .name = "sort", .type = FIELD_CHOICE, .choices = orders },
	{ .name = NULL }
};

struct packed
packed_row(json_t *row)
{
	json_t *s = json_object_get(row, "statuses"), *r = json_object_get(row, "reasons"), *a = json_object_get(row, "ats");

	return (struct packed){ json_string_value(s), json_string_value(r), json_string_value(a), json_string_length(s),
		json_string_length(r), json_string_length(a) / 8 };
}

const char *
packed_status(const struct packed *p, size_t place)
{
	return place >= 1 && place <= p->places && p->statuses[place - 1] >= '1' && p->statuses[place - 1] <= '7' ?
	    word_status[p->statuses[place - 1] - '1'] : NULL;
}

const char *
packed_reason(const struct packed *p, size_t place)
{
	return place >= 1 && place <= p->with_reason && p->reasons[place - 1] >= '1' && p->reasons[place - 1] <= '7' ?
	    word_reason[p->reasons[place - 1] - '1'] : NULL;
}

unsigned long
packed_time(const struct packed *p, size_t place)
{
	char hex[9] = "";

	if (place >= 1 && place <= p->with_at)
		memcpy(hex, p->ats + 8 * (place - 1), 8);
	return strtoul(hex, NULL, 16);
}

size_t
matrix_place(json_t *municipality)
{
	return (size_t)json_integer_value(json_object_get(municipality, "place"));
}

/* ------------------------------------------------------------------------- */

/* A municipality with what it is chosen and sorted by, of the lessons of this page. */
struct line {
	json_t *municipality;
	json_int_t key, by_name;
};

static bool
has_status(json_t *row, size_t place, const char *status)
{
	struct packed p = packed_row(row);
	const char *s = packed_status(&p, place);

	return strcmp(s != NULL ? s : "silent", status) == 0;
}

/* How many of the lessons have that status there; NULL: any. */
static size_t
count_of(json_t *value, size_t place, const char *status)
{
	json_t *row, *rows = json_object_get(value, "rows");
	size_t i, n = 0, told = 0;

	json_array_foreach(rows, i, row) {
		told += !has_status(row, place, "silent");
		n += status != NULL && has_status(row, place, status);
	}
	/* a lesson that nobody answered has no row */
	if (status != NULL && strcmp(status, "silent") == 0)
		return json_array_size(json_object_get(value, "lessons")) - told;
	return status != NULL ? n : told;
}

static unsigned long
last_word(json_t *value, size_t place)
{
	json_t *row;
	unsigned long last = 0;
	size_t i;

	json_array_foreach(json_object_get(value, "rows"), i, row) {
		struct packed p = packed_row(row);
		unsigned long t = packed_time(&p, place);

		if (t > last)
			last = t;
	}
	return last;
}

static bool
is_chosen(struct exchange *x, json_t *value, json_t *m)
{
	const char *department = exchange_in(x, "department"), *status = exchange_in(x, "status"), *with = exchange_in(x, "answers");
	const char *of = json_string_value(json_object_get(m, "department"));
	size_t place = matrix_place(m);

	return json_is_true(json_object_get(m, "found")) &&
	    (department == NULL || (of != NULL && strcmp(of, department) == 0)) &&
	    (status == NULL || count_of(value, place, status) > 0) &&
	    (with == NULL || (count_of(value, place, NULL) > 0) == (strcmp(with, "with") == 0));
}

/* What a municipality is sorted by; the smallest is first. */
static json_int_t
key_of(const char *order, json_t *value, json_t *m)
{
	size_t place = matrix_place(m);

	if (strcmp(order, "name") == 0)
		return json_integer_value(json_object_get(m, "by_name"));
	if (strcmp(order, "department") == 0)
		return json_integer_value(json_object_get(m, "by_department"));
	if (strcmp(order, "applied") == 0)
		return -(json_int_t)(count_of(value, place, "applied") + count_of(value, place, "adapted"));
	if (strcmp(order, "silence") == 0)
		return (json_int_t)last_word(value, place);
	return (json_int_t)place;
}

static int
compare(const void *a, const void *b)
{
	const struct line *one = a, *two = b;

	if (one->key != two->key)
		return one->key < two->key ? -1 : 1;
	return one->by_name < two->by_name ? -1 : one->by_name > two->by_name;
}

/* Lessons, and their rows, in which one of those municipalities has the status. */
static void
choose_lessons(json_t *value, const char *status)
{
	json_t *lessons = json_object_get(value, "lessons"), *rows = json_object_get(value, "rows");
	json_t *kept = json_array(), *kept_rows = json_array(), *row, *lesson, *m;
	size_t i, k;

	json_array_foreach(rows, i, row) {
		bool has = false;

		json_array_foreach(json_object_get(value, "municipalities"), k, m)
			has |= has_status(row, matrix_place(m), status);
		if (has)
			json_array_append(kept_rows, row);
	}
	json_array_foreach(lessons, i, lesson)
		json_array_foreach(kept_rows, k, row)
			if (json_equal(json_object_get(row, "lesson"), json_object_get(lesson, "id")))
				json_array_append(kept, lesson);
	json_object_set_new(value, "lessons", kept);
	json_object_set_new(value, "rows", kept_rows);
}

/* ------------------------------------------------------------------------- */
/* The form */

static void
add_choice(json_t *list, const char *code, const char *label, const char *chosen)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "code", code, "label", label,
	    "selected", chosen != NULL && strcmp(chosen, code) == 0));
}

/* silence: whether what tells of it is among them. */
static json_t *
choices(struct exchange *x, const char *name, const char *const *codes, const char *context, bool silence)
{
	json_t *list = json_array();

	for (; *codes != NULL; codes++)
		if (silence || strncmp(*codes, "silen", 5) != 0)
			add_choice(list, *codes, trc(x->lang, context, *codes), exchange_in(x, name));
	return list;
}

/* Those there are, each once, in their order. */
static json_t *
departments(struct exchange *x, json_t *value)
{
	json_t *all = json_object_get(value, "municipalities"), *list = json_array(), *m;
	struct line *lines = arena_alloc(&x->req->arena, (json_array_size(all) + 1) * sizeof(*lines));
	const char *before = "";
	size_t i, n = 0;

	json_array_foreach(all, i, m)
		if (json_is_string(json_object_get(m, "department")))
			lines[n++] = (struct line){ m, key_of("department", value, m), 0 };
	qsort(lines, n, sizeof(*lines), compare);
	for (i = 0; i < n; i++) {
		const char *name = json_string_value(json_object_get(lines[i].municipality, "department"));

		if (strcmp(name, before) != 0)
			add_choice(list, name, name, exchange_in(x, "department"));
		before = name;
	}
	return list;
}

/* "&name=mi&sort=applied": what stays on a link to another page or form of it. */
static json_t *
chosen(struct exchange *x)
{
	cleanup(buf_release) struct buf b = {0};

	for (const struct field *f = matrix_query + 1; f->name != NULL; f++) {
		if (exchange_in(x, f->name) == NULL)
			continue;
		buf_printf(&b, "&%s=", f->name);
		percent_encode(&b, exchange_in(x, f->name));
	}
	return json_string(buf_text(&b));
}

static json_t *
form_of(struct exchange *x, json_t *value)
{
	bool inner = json_is_true(json_object_get(value, "inner")), listens = json_is_true(json_object_get(value, "listens"));
	const char *name = exchange_in(x, "name");

	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "name", name != NULL ? name : "", "departments", departments(x, value),
	    "statuses", choices(x, "status", inner ? statuses : open_statuses, "status", listens),
	    "answers", listens ? choices(x, "answers", answers, "answers", true) : json_array(),
	    "orders", choices(x, "sort", orders, "sort", listens));
}

void
matrix_choose(struct exchange *x, json_t *value)
{
	const char *order = exchange_in(x, "sort"), *status = exchange_in(x, "status");
	json_t *all = json_object_get(value, "municipalities"), *m, *kept = json_array();
	struct line *lines = arena_alloc(&x->req->arena, (json_array_size(all) + 1) * sizeof(*lines));
	size_t i, n = 0;

	if (x->form == FORM_HTML) {
		json_object_set_new(value, "choose", form_of(x, value));
		json_object_set_new(value, "chosen", chosen(x));
		json_object_set(value, "before", json_object_get(x->in, "before"));
		json_object_set_new(value, "narrowed", json_boolean(json_string_length(json_object_get(value, "chosen")) > 0));
	}
	json_array_foreach(all, i, m)
		if (is_chosen(x, value, m))
			lines[n++] = (struct line){ m, key_of(order != NULL ? order : "place", value, m),
				json_integer_value(json_object_get(m, "by_name")) };
	qsort(lines, n, sizeof(*lines), compare);
	for (i = 0; i < n; i++)
		json_array_append(kept, lines[i].municipality);
	json_object_set_new(value, "all", json_integer((json_int_t)json_array_size(all)));
	json_object_set_new(value, "shown", json_integer((json_int_t)n));
	json_object_set_new(value, "municipalities", kept);
	if (status != NULL && strcmp(status, "silent") != 0)
		choose_lessons(value, status);
}
