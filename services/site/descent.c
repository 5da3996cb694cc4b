#include "services/site/descent.h"

#include <string.h>

#include "services/site/chart.h"

enum { MOST = 40, BOX_WIDTH = 150, BOX_HEIGHT = 46, GAP_X = 14, GAP_Y = 40, LETTERS = 21 };

struct question {
	json_int_t id;
	int row, column;
};

static struct question *
find(struct question *all, size_t n, json_int_t id)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id)
			return &all[i];
	return NULL;
}

static json_int_t
number(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* Each below all it comes from. A question is younger than its parents, so n passes are enough, whatever the data. */
static void
place(struct question *all, size_t n, json_t *descent)
{
	int width[MOST] = {0};
	bool moved = true;
	json_t *d;
	size_t i;

	for (size_t pass = 0; pass < n && moved; pass++) {
		moved = false;
		json_array_foreach(descent, i, d) {
			struct question *parent = find(all, n, number(d, "parent")), *child = find(all, n, number(d, "id"));

			if (parent != NULL && child != NULL && child->row <= parent->row && parent->row + 1 < (int)n) {
				child->row = parent->row + 1;
				moved = true;
			}
		}
	}
	for (i = 0; i < n; i++)
		all[i].column = width[all[i].row]++;
}

static int
left(const struct question *q)
{
	return q->column * (BOX_WIDTH + GAP_X);
}

static int
top(const struct question *q)
{
	return q->row * (BOX_HEIGHT + GAP_Y);
}

static json_t *
boxes(struct question *all, size_t n, json_t *questions, json_int_t here)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *q = json_array_get(questions, i);

		json_array_append_new(list, json_pack("{s:I, s:o, s:O?, s:O?, s:b, s:i, s:i}", "id", all[i].id,
		    "label", chart_label(json_object_get(q, "title"), LETTERS), "in_lang", json_object_get(q, "lang"),
		    "wordings", json_object_get(q, "wordings"), "here", all[i].id == here, "x", left(&all[i]), "y", top(&all[i])));
	}
	return list;
}

static json_t *
lines(struct question *all, size_t n, json_t *descent)
{
	json_t *list = json_array(), *d;
	size_t i;

	json_array_foreach(descent, i, d) {
		const struct question *parent = find(all, n, number(d, "parent")), *child = find(all, n, number(d, "id"));

		if (parent != NULL && child != NULL)
			json_array_append_new(list, json_pack("{s:i, s:i, s:i, s:i, s:i}", "x1", left(parent) + BOX_WIDTH / 2,
			    "y1", top(parent) + BOX_HEIGHT, "x2", left(child) + BOX_WIDTH / 2, "y2", top(child),
			    "bend", (top(parent) + BOX_HEIGHT + top(child)) / 2));
	}
	return list;
}

json_t *
descent_figure(json_t *line, json_int_t here)
{
	json_t *questions = json_object_get(line, "questions"), *descent = json_object_get(line, "descent");
	struct question all[MOST];
	size_t n = json_array_size(questions) < MOST ? json_array_size(questions) : MOST;
	int width = 0, height = 0;

	if (n < 2)
		return json_null();
	for (size_t i = 0; i < n; i++)
		all[i] = (struct question){ .id = number(json_array_get(questions, i), "id") };
	place(all, n, descent);
	for (size_t i = 0; i < n; i++) {
		width = left(&all[i]) + BOX_WIDTH > width ? left(&all[i]) + BOX_WIDTH : width;
		height = top(&all[i]) + BOX_HEIGHT > height ? top(&all[i]) + BOX_HEIGHT : height;
	}
	return json_pack("{s:i, s:i, s:o, s:o, s:O}", "width", width, "height", height, "boxes", boxes(all, n, questions, here),
	    "lines", lines(all, n, descent), "told", descent);
}
