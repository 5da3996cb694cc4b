#include "services/admin/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/admin/print.h"
#include "shared/base/log.h"

void
problems_init(struct problems *p)
{
	p->list = json_array();
}

void
problems_release(struct problems *p)
{
	json_decref(p->list);
}

void
problem(struct problems *p, const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	char *text;
	json_t *entry;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		fatal("out of memory");
	va_end(ap);
	entry = json_pack("{s:s, s:i, s:s}", "file", file, "line", line, "problem", text);
	/* a message may quote a file that is not UTF-8 */
	if (entry == NULL)
		entry = json_pack("{s:s, s:i, s:s}", "file", "?", "line", line, "problem", "not UTF-8");
	json_array_append_new(p->list, entry);
	free(text);
}

size_t
problems_count(const struct problems *p)
{
	return json_array_size(p->list);
}

void
problems_print(const struct problems *p, bool json)
{
	json_t *entry, *whole;
	size_t i;

	json_array_foreach(p->list, i, entry) {
		json_int_t line = json_integer_value(json_object_get(entry, "line"));

		fputs(json_string_value(json_object_get(entry, "file")), stderr);
		if (line > 0)
			fprintf(stderr, ":%lld", (long long)line);
		fprintf(stderr, ": %s\n", json_string_value(json_object_get(entry, "problem")));
	}
	if (json) {
		whole = json_pack("{s:O}", "problems", p->list);
		print_json(whole);
		json_decref(whole);
	}
}
