#include "services/admin/digest_text.h"

#include <stdio.h>
#include <string.h>

#include "services/admin/json.h"
#include "shared/base/base.h"

/* What several lines say, within one item of a list. */
static void
indented(const char *label, const char *t)
{
	if (*t == '\0')
		return;
	printf("  %s", label);
	for (; *t != '\0'; t++)
		if (*t == '\n')
			printf("\n  ");
		else
			putchar(*t);
	putchar('\n');
}

static void
item(const json_t *i)
{
	const char *by = text_of(json_object_get(i, "municipality"), "name"), *status = text_of(i, "status");

	printf("- ");
	if (*text_of(i, "title") != '\0')
		printf("%s (%lld)", text_of(i, "title"), number_of(i, "number"));
	if (*by != '\0')
		printf("%s%s", *text_of(i, "title") != '\0' ? " — " : "", by);
	printf("%s%s\n", *status != '\0' ? ": " : *by != '\0' || *text_of(i, "title") != '\0' ? ", " : "",
	    *status != '\0' ? status : text_of(i, "act"));
	indented("", text_of(i, "summary"));
	indented("adapted: ", text_of(i, "adaptation"));
	indented("because: ", text_of(i, "because"));
	indented("reason: ", text_of(i, "reason"));
	indented("", text_of(i, "note"));
}

static void
part(const json_t *section, const char *key, const char *title)
{
	const json_t *list = json_object_get(section, key), *i;
	size_t n;

	if (json_array_size(list) == 0)
		return;
	printf("\n### %s\n\n", title);
	json_array_foreach(list, n, i)
		item(i);
}

static void
waiting(const json_t *section)
{
	const json_t *list = json_object_get(section, "waiting"), *w;
	size_t n;

	if (json_array_size(list) == 0)
		return;
	printf("\n### What still waits\n\n");
	json_array_foreach(list, n, w)
		printf("- %s (%lld): %lld without news\n", text_of(w, "title"), number_of(w, "number"), number_of(w, "silent"));
}

void
digest_text(const json_t *digest)
{
	static const struct { const char *key, *title; } parts[] = {
		{ "lessons", "Lessons" }, { "questions", "Questions" }, { "reports", "Applications" },
		{ "others", "Other news" }, { "members", "Members" },
	};
	const json_t *section;
	size_t n;

	printf("# %s, %lld%s\n", text_of(json_object_get(digest, "umbrella"), "name"), number_of(digest, "n"),
	    strcmp(text_of(digest, "status"), "draft") == 0 ? " (draft)" : "");
	if (*text_of(digest, "approved_at") != '\0')
		printf("\nApproved %.10s\n", text_of(digest, "approved_at"));
	json_array_foreach(json_object_get(digest, "sections"), n, section) {
		printf("\n## %s\n", text_of(json_object_get(section, "group"), "name"));
		if (*text_of(section, "markdown") != '\0')
			printf("\n%s\n", text_of(section, "markdown"));
		for (size_t p = 0; p < countof(parts); p++)
			part(section, parts[p].key, parts[p].title);
		waiting(section);
	}
}

static void
question(const json_t *q)
{
	const json_t *step;
	size_t n;

	printf("- Question %lld\n  at the start: %s\n  at the end: %s\n", number_of(q, "number"), text_of(q, "start"), text_of(q, "end"));
	json_array_foreach(json_object_get(q, "evolution"), n, step) {
		printf("  - %s: %s\n", text_of(step, "day"), text_of(step, "title"));
		if (*text_of(step, "reason") != '\0')
			printf("    %s\n", text_of(step, "reason"));
	}
}

static void
counts(const char *title, const json_t *list)
{
	const json_t *c;
	size_t n;

	if (json_array_size(list) == 0)
		return;
	printf("\n### %s\n\n", title);
	json_array_foreach(list, n, c) {
		if (json_is_true(json_object_get(c, "few")))
			printf("- %s: fewer than five\n", text_of(c, "status"));
		else
			printf("- %s: %lld\n", text_of(c, "status"), number_of(c, "n"));
	}
}

static void
group(const json_t *g)
{
	const json_t *entry;
	size_t n;

	printf("\n## %s\n\n%lld municipalities, %lld lessons.\n", text_of(g, "name"), number_of(g, "municipalities"), number_of(g, "lessons"));
	if (json_array_size(json_object_get(g, "questions")) > 0)
		printf("\n### Questions\n\n");
	json_array_foreach(json_object_get(g, "questions"), n, entry)
		question(entry);
	counts("Applications", json_object_get(g, "applications"));
	counts("Others", json_object_get(g, "others"));
	if (json_array_size(json_object_get(g, "services")) > 0)
		printf("\n### Services involved\n\n");
	json_array_foreach(json_object_get(g, "services"), n, entry)
		printf("- %s\n", json_string_value(entry));
	if (json_array_size(json_object_get(g, "notes")) > 0)
		printf("\n### What they say\n\n");
	json_array_foreach(json_object_get(g, "notes"), n, entry)
		printf("- %s (%s): %s\n", text_of(entry, "municipality"), text_of(entry, "status"), text_of(entry, "note"));
}

void
donor_text(const json_t *report)
{
	const json_t *g;
	size_t n;

	printf("# %s, %s – %s\n", text_of(json_object_get(report, "umbrella"), "name"), text_of(report, "from"), text_of(report, "to"));
	json_array_foreach(json_object_get(report, "groups"), n, g)
		group(g);
}
