#include "services/admin/digest_text.h"

#include <stdio.h>
#include <string.h>

#include "shared/base/base.h"

static const char *
text(const json_t *object, const char *key)
{
	const char *t = json_string_value(json_object_get(object, key));

	return t != NULL ? t : "";
}

static long long
number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

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
	const char *by = text(json_object_get(i, "municipality"), "name"), *status = text(i, "status");

	printf("- ");
	if (*text(i, "title") != '\0')
		printf("%s (%lld)", text(i, "title"), number(i, "number"));
	if (*by != '\0')
		printf("%s%s", *text(i, "title") != '\0' ? " — " : "", by);
	printf("%s%s\n", *status != '\0' ? ": " : *by != '\0' || *text(i, "title") != '\0' ? ", " : "",
	    *status != '\0' ? status : text(i, "act"));
	indented("", text(i, "summary"));
	indented("adapted: ", text(i, "adaptation"));
	indented("because: ", text(i, "because"));
	indented("reason: ", text(i, "reason"));
	indented("", text(i, "note"));
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
		printf("- %s (%lld): %lld without news\n", text(w, "title"), number(w, "number"), number(w, "silent"));
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

	printf("# %s, %lld%s\n", text(json_object_get(digest, "umbrella"), "name"), number(digest, "n"),
	    strcmp(text(digest, "status"), "draft") == 0 ? " (draft)" : "");
	if (*text(digest, "approved_at") != '\0')
		printf("\nApproved %.10s\n", text(digest, "approved_at"));
	json_array_foreach(json_object_get(digest, "sections"), n, section) {
		printf("\n## %s\n", text(json_object_get(section, "group"), "name"));
		if (*text(section, "markdown") != '\0')
			printf("\n%s\n", text(section, "markdown"));
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

	printf("- Question %lld\n  at the start: %s\n  at the end: %s\n", number(q, "number"), text(q, "start"), text(q, "end"));
	json_array_foreach(json_object_get(q, "evolution"), n, step) {
		printf("  - %s: %s\n", text(step, "day"), text(step, "title"));
		if (*text(step, "reason") != '\0')
			printf("    %s\n", text(step, "reason"));
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
			printf("- %s: fewer than five\n", text(c, "status"));
		else
			printf("- %s: %lld\n", text(c, "status"), number(c, "n"));
	}
}

static void
group(const json_t *g)
{
	const json_t *entry;
	size_t n;

	printf("\n## %s\n\n%lld municipalities, %lld lessons.\n", text(g, "name"), number(g, "municipalities"), number(g, "lessons"));
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
		printf("- %s (%s): %s\n", text(entry, "municipality"), text(entry, "status"), text(entry, "note"));
}

void
donor_text(const json_t *report)
{
	const json_t *g;
	size_t n;

	printf("# %s, %s – %s\n", text(json_object_get(report, "umbrella"), "name"), text(report, "from"), text(report, "to"));
	json_array_foreach(json_object_get(report, "groups"), n, g)
		group(g);
}
