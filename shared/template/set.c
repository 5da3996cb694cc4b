#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/template/node.h"

static bool
ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name), n = strlen(ending);

	return len >= n && memcmp(name + len - n, ending, n) == 0;
}

/* Only what is plainly no markup goes unescaped. */
static enum template_escape
kind_of(const char *name)
{
	return ends_with(name, ".txt") || ends_with(name, ".md") ? ESCAPE_NONE : ESCAPE_HTML;
}

static int
by_name(const void *a, const void *b)
{
	const struct template *one = a, *other = b;

	return strcmp(one->source.name, other->source.name);
}

const struct template *
template_find(const struct template_set *set, struct slice name)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *other = set->templates[middle].source.name;
		int order = strncmp(name.at, other, name.len);

		if (order == 0 && other[name.len] != '\0')
			order = -1;
		if (order == 0)
			return &set->templates[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* All are compiled before the first failure counts, so that one start shows every mistake. */
static bool
load(struct template_set *set, const struct template_source *sources, size_t n)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < n; i++) {
		struct template *t = &set->templates[i];

		t->source = sources[i];
		t->escape = kind_of(sources[i].name);
	}
	set->n = n;
	if (n > 1)
		qsort(set->templates, n, sizeof(*set->templates), by_name);
	for (i = 0; i < n; i++)
		ok &= template_compile(&set->templates[i], set);
	for (i = 0; i < n; i++)
		ok &= template_link(&set->templates[i], set);
	for (i = 1; i < n; i++) {
		if (by_name(&set->templates[i - 1], &set->templates[i]) != 0)
			continue;
		log_error("template %s is there twice", set->templates[i].source.name);
		ok = false;
	}
	return ok;
}

struct template_set *
template_set_new(const struct template_source *sources, size_t n,
    const struct template_helper_row *helpers, bool raw_strings)
{
	struct template_set *set = calloc(1, sizeof(*set));

	if (set == NULL)
		fatal("out of memory");
	set->templates = calloc(n + 1, sizeof(*set->templates));
	if (set->templates == NULL)
		fatal("out of memory");
	set->helpers = helpers;
	set->raw_strings = raw_strings;
	if (load(set, sources, n))
		return set;
	template_set_free(set);
	return NULL;
}

void
template_set_free(struct template_set *set)
{
	size_t i;

	if (set == NULL)
		return;
	for (i = 0; i < set->n; i++)
		free(set->templates[i].nodes);
	free(set->templates);
	free(set);
}
