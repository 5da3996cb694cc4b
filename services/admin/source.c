#include "services/admin/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "services/admin/yaml.h"
#include "shared/base/buf.h"
#include "shared/base/csv.h"
#include "shared/base/log.h"

enum { FILE_MOST = 64 * 1024 * 1024, MANY = 20 };

static void
close_file(FILE **file)
{
	if (*file != NULL)
		fclose(*file);
}

/* How many bytes the letter at the beginning has in UTF-8; 0: it is none. */
static size_t
letter(const char *at, size_t left)
{
	mbstate_t state = {0};
	wchar_t wide;
	size_t n = mbrtowc(&wide, at, left, &state);

	return n > left ? 0 : n;
}

static bool
is_text(const char *text, size_t len, const char *path, struct problems *p)
{
	int line = 1;

	for (size_t i = 0, n; i < len; i += n) {
		n = letter(text + i, len - i);
		if (n == 0) {
			problem(p, path, line, text[i] == '\0' ? "a NUL byte" : "this is not UTF-8");
			return false;
		}
		line += text[i] == '\n';
	}
	return true;
}

char *
source_read(const char *path, size_t *len, struct problems *p)
{
	cleanup(close_file) FILE *file = fopen(path, "r");
	struct buf text = { .limit = FILE_MOST };
	char part[16384];
	size_t n, to = 0, from = 0;

	while (file != NULL && (n = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(&text, part, n);
	if (file == NULL || ferror(file) || text.failed) {
		problem(p, path, 0, "%s", text.failed ? "it is too large" : strerror(errno));
		buf_release(&text);
		return NULL;
	}
	if (text.data == NULL && (text.data = calloc(1, 1)) == NULL)
		fatal("out of memory");
	if (text.len >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
		from = 3;
	for (; from < text.len; from++)
		if (text.data[from] != '\r' || text.data[from + 1] != '\n')
			text.data[to++] = text.data[from];
	text.data[to] = '\0';
	*len = to;
	return is_text(text.data, to, path, p) ? text.data : (free(text.data), NULL);
}

/* ------------------------------------------------------------------------ */
/* Tables */

/* The parts of a field that is a list: "a; b"; a semicolon within a part is written \\;. */
static json_t *
parted(const char *field)
{
	cleanup(buf_release) struct buf part = {0};
	json_t *list = json_array();

	for (;; field++) {
		if (*field == ';' || *field == '\0') {
			while (part.len > 0 && part.data[part.len - 1] == ' ')
				part.data[--part.len] = '\0';
			if (part.len > 0)
				json_array_append_new(list, json_string(buf_text(&part)));
			if (*field == '\0')
				return list;
			buf_reset(&part);
		} else if (*field != ' ' || part.len > 0) {
			field += *field == '\\' && field[1] == ';';
			buf_putc(&part, *field);
		}
	}
}

static const struct shape_key *
key_of(const struct shape *shape, const char *name)
{
	for (const struct shape_key *k = shape->keys; k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

/* One record as an object of the shape; every key stands on the record's line. */
static json_t *
record(const struct csv *csv, json_t *columns, const struct shape *shape, const char *path, struct problems *p)
{
	json_t *object = json_pack("{s:{s:i}}", "@", "", csv->line), *value;

	if (csv->n > json_array_size(columns))
		problem(p, path, csv->line, "there are %zu fields under %zu columns", csv->n, json_array_size(columns));
	for (size_t i = 0; i < csv->n && i < json_array_size(columns); i++) {
		const char *name = json_string_value(json_array_get(columns, i));
		const struct shape_key *key = key_of(shape, name);

		if (*csv->fields[i] == '\0')
			continue;
		value = key != NULL && key->type == SHAPE_TEXTS ? parted(csv->fields[i]) : json_string(csv->fields[i]);
		json_object_set_new(object, name, value);
	}
	shape_check(object, shape, path, p);
	return object;
}

static bool
stands_in(const json_t *texts, const char *text)
{
	json_t *one;
	size_t i;

	json_array_foreach(texts, i, one)
		if (strcmp(json_string_value(one), text) == 0)
			return true;
	return false;
}

static bool
begins(struct csv *csv, const char *path, struct problems *p)
{
	if (csv_next(csv))
		return true;
	problem(p, path, csv->error != NULL ? csv->line : 1, "%s", csv->error != NULL ? csv->error : "the line with the columns' names is missing");
	return false;
}

/* The columns' names: each is known and stands there once, and none that is needed is missing. */
static void
header(const struct csv *csv, json_t *columns, const struct shape *shape, const char *path, struct problems *p)
{
	for (size_t i = 0; i < csv->n; i++) {
		if (key_of(shape, csv->fields[i]) == NULL)
			problem(p, path, csv->line, "%s have no column '%s'", shape->name, csv->fields[i]);
		if (stands_in(columns, csv->fields[i]))
			problem(p, path, csv->line, "the column '%s' stands here twice", csv->fields[i]);
		json_array_append_new(columns, json_string(csv->fields[i]));
	}
	for (const struct shape_key *k = shape->keys; k->name != NULL; k++)
		if (k->required && !stands_in(columns, k->name))
			problem(p, path, csv->line, "the column '%s' is missing", k->name);
}

json_t *
source_table(const char *path, const struct shape *shape, struct problems *p)
{
	size_t len, before = problems_count(p), most;
	char *text = source_read(path, &len, p);
	struct csv csv = { .at = text, .end = text != NULL ? text + len : NULL };
	json_t *rows = json_array(), *columns = json_array();

	if (text != NULL && begins(&csv, path, p)) {
		header(&csv, columns, shape, path, p);
		most = problems_count(p) == before ? before + MANY : 0;
		/* rows under wrong columns are all wrong */
		while (problems_count(p) < most && csv_next(&csv))
			json_array_append_new(rows, record(&csv, columns, shape, path, p));
		if (csv.error != NULL)
			problem(p, path, csv.line, "%s", csv.error);
	}
	csv_release(&csv);
	json_decref(columns);
	free(text);
	if (problems_count(p) == before)
		return rows;
	json_decref(rows);
	return NULL;
}

static bool
fits(const struct csv *header, const struct shape *shape)
{
	size_t i;

	for (i = 0; i < header->n; i++)
		if (key_of(shape, header->fields[i]) == NULL)
			return false;
	for (const struct shape_key *k = shape->keys; k->name != NULL; k++) {
		for (i = 0; k->required && i < header->n; i++)
			if (strcmp(k->name, header->fields[i]) == 0)
				break;
		if (k->required && i == header->n)
			return false;
	}
	return true;
}

const struct shape *
source_table_shape(const char *path, struct problems *p)
{
	size_t len;
	char *text = source_read(path, &len, p);
	struct csv csv = { .at = text, .end = text != NULL ? text + len : NULL };
	const struct shape *found = NULL;

	if (text != NULL && begins(&csv, path, p)) {
		for (size_t i = 0; shape_tables[i] != NULL && found == NULL; i++)
			if (fits(&csv, shape_tables[i]))
				found = shape_tables[i];
		if (found == NULL)
			problem(p, path, csv.line, "its columns are those of no table that is known here (municipalities: slug, name, "
			    "country, lang; members: municipality, role)");
	}
	csv_release(&csv);
	free(text);
	return found;
}

/* ------------------------------------------------------------------------ */
/* Markdown, and logs */

/* "# A title" on the first line; the body begins behind it. */
static json_t *
titled(const char *text, const char **body)
{
	json_t *object = json_pack("{s:{s:i}}", "@", "", 1);
	size_t len = strcspn(text, "\n");

	if (strncmp(text, "# ", 2) == 0) {
		json_object_set_new(object, "title", json_stringn(text + 2, len - 2));
		*body = text + len + strspn(text + len, "\n");
	}
	return object;
}

static int
line_at(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

json_t *
source_markdown(const char *path, struct problems *p)
{
	size_t len;
	char *text = source_read(path, &len, p), *end = NULL;
	const char *body = text;
	json_t *object = NULL;

	if (text == NULL)
		return NULL;
	if (strncmp(text, "---\n", 4) != 0) {
		object = titled(text, &body);
	} else if (strncmp(text + 4, "---\n", 4) == 0 || (end = strstr(text, "\n---\n")) == NULL) {
		problem(p, path, 1, "the front matter has no end: a line with --- alone");
	} else {
		object = yaml_read(text + 4, (size_t)(end - text) - 3, path, 2, p);
		body = end + 5;
	}
	if (object != NULL) {
		size_t left = len - (size_t)(body - text);

		/* the last line's end is the file's, not the text's */
		left -= left > 0 && body[left - 1] == '\n';
		if (json_object_get(object, "body") != NULL) {
			problem(p, path, line_of(object, "body"), "the text stands below the front matter, not in it");
			json_decref(object);
			object = NULL;
		} else {
			json_object_set_new(object, "body", json_stringn(body, left));
			json_object_set_new(json_object_get(object, "@"), "body", json_integer(line_at(text, body)));
		}
	}
	free(text);
	return object;
}

json_t *
source_log(const char *path, struct problems *p)
{
	cleanup(close_file) FILE *file = fopen(path, "r");
	json_t *lines = json_array(), *one;
	json_error_t error;
	char *line = NULL;
	size_t cap = 0, before = problems_count(p);
	ssize_t len;

	if (file == NULL)
		problem(p, path, 0, "%s", strerror(errno));
	for (int n = 1; file != NULL && problems_count(p) == before && (len = getline(&line, &cap, file)) >= 0; n++) {
		one = json_loadb(line, (size_t)len, JSON_REJECT_DUPLICATES, &error);
		if (one == NULL)
			problem(p, path, n, "this is no JSON object: %s", error.text);
		else if (json_string_value(json_object_get(one, "type")) == NULL)
			problem(p, path, n, "it has no \"type\"");
		json_array_append_new(lines, one != NULL ? one : json_null());
	}
	free(line);
	if (problems_count(p) == before)
		return lines;
	json_decref(lines);
	return NULL;
}
