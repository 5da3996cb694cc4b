#include "services/admin/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "shared/base/log.h"

void
print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
	putchar('\n');
}

static const json_t *
at_path(const json_t *object, const char *path)
{
	while (object != NULL && *path != '\0') {
		size_t len = strcspn(path, ".");
		char key[64];

		snprintf(key, sizeof(key), "%.*s", (int)len, path);
		object = json_object_get(object, key);
		path += len + (path[len] == '.');
	}
	return object;
}

char *
print_text(const json_t *object, const char *path)
{
	const json_t *v = at_path(object, path);
	char *text;

	if (v == NULL || json_is_null(v))
		text = strdup("");
	else if (json_is_string(v))
		text = strdup(json_string_value(v));
	else if (json_is_boolean(v))
		text = strdup(json_is_true(v) ? "yes" : "no");
	else
		text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
	if (text == NULL)
		fatal("out of memory");
	return text;
}

/* Nothing in a text may steer the terminal. */
static void
tame(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7F)
			*text = ' ';
}

static int
width(const char *text)
{
	int columns = 0;
	wchar_t wide;
	mbstate_t state = {0};
	size_t n, left = strlen(text);

	while (left > 0) {
		n = mbrtowc(&wide, text, left, &state);
		if (n == 0 || n > left)
			return columns + (int)left;
		columns += wcwidth(wide) > 0 ? wcwidth(wide) : 0;
		text += n;
		left -= n;
	}
	return columns;
}

enum { MOST_COLUMNS = 12 };

void
print_table(const json_t *list, const struct column *columns)
{
	int widths[MOST_COLUMNS] = {0};
	size_t ncolumns, row, c;
	json_t *object;

	if (json_array_size(list) == 0) {
		fputs("(none)\n", stderr);
		return;
	}
	for (ncolumns = 0; ncolumns < MOST_COLUMNS && columns[ncolumns].key != NULL; ncolumns++)
		widths[ncolumns] = width(columns[ncolumns].title);
	/* a first turn measures, the second writes */
	for (int turn = 0; turn < 2; turn++) {
		for (c = 0; turn == 1 && c < ncolumns; c++)
			printf("%s%*s", columns[c].title,
			    c + 1 < ncolumns ? widths[c] - width(columns[c].title) + 2 : 0, "");
		if (turn == 1)
			putchar('\n');
		json_array_foreach(list, row, object) {
			for (c = 0; c < ncolumns; c++) {
				char *text = print_text(object, columns[c].key);

				tame(text);
				if (turn == 0 && width(text) > widths[c])
					widths[c] = width(text);
				if (turn == 1)
					printf("%s%*s", text, c + 1 < ncolumns ? widths[c] - width(text) + 2 : 0, "");
				free(text);
			}
			if (turn == 1)
				putchar('\n');
		}
	}
}

void
print_object(const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) {
		char *text;

		if (json_is_null(value) || json_is_object(value) || json_is_array(value))
			continue;
		text = print_text(object, key);
		tame(text);
		printf("%-14s %s\n", key, text);
		free(text);
	}
}
