/* The components of the pages, all on one page: in the demonstration only. */
#include "services/site/answer.h"
#include "services/site/resources.h"
#include "shared/base/words.h"
#include "statements.h"

/* Something of each kind to show; template_context() is not needed for so little. */
static json_t *
samples(void)
{
	json_t *list = json_array(), *totals = json_object();

	for (size_t i = 0; word_status[i] != NULL; i++) {
		json_array_append_new(list, json_pack("{s:s}", "status", word_status[i]));
		json_object_set_new(totals, word_status[i], json_integer((json_int_t)(2 * i + 1)));
	}
	return json_pack("{s:o, s:o, s:s}", "all", list, "totals", totals, "today", "2026-11-25");
}

static void
show(struct exchange *x)
{
	json_t *value;

	if (x->site->config.demo == 0) {
		answer_problem(x, 404, NULL);
		return;
	}
	value = samples();
	answer_page(x, 200, "style", value);
	json_decref(value);
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/style", .flags = ON_WEB, .forms = FORM_HTML, .statement = NO_STATEMENT, .answer = show },
	{ .pattern = NULL }
};

const struct resource style_resource = { "style", routes };
