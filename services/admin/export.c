/* relais export: the hub as a folder of files. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/print.h"
#include "services/admin/shape.h"
#include "services/admin/yaml.h"
#include "shared/base/buf.h"
#include "shared/base/csv.h"
#include "statements.h"

enum { PATH_SIZE = 4096 };

struct out {
	const char *folder;
	FILE *log;              /* log.jsonl */
	unsigned files;
};

static bool
make_folder(const struct out *o, const char *name)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s%s%s", o->folder, *name ? "/" : "", name);
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return true;
	failed("cannot make %s: %s", path, strerror(errno));
	return false;
}

static bool
is_empty(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool empty = true;

	while (dir != NULL && empty && (entry = readdir(dir)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	if (dir != NULL)
		closedir(dir);
	return empty;
}

/* Writes the file wholly; false: told why. */
static bool
put(struct out *o, const char *name, const struct buf *text)
{
	char path[PATH_SIZE];
	FILE *file;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", o->folder, name);
	file = fopen(path, "w");
	ok = file != NULL && !text->failed && fwrite(buf_text(text), 1, text->len, file) == text->len;
	if (file != NULL && fclose(file) != 0)
		ok = false;
	o->files++;
	if (!ok)
		failed("cannot write %s: %s", path, text->failed ? "out of memory" : strerror(errno));
	return ok;
}

/* A table: the columns that the rows have, which are those of its shape. */
static bool
put_table(struct out *o, const char *name, const json_t *rows)
{
	const char *columns[CSV_FIELDS], *key;
	struct buf text = {0};
	json_t *row, *value;
	size_t i, n = 0;
	bool ok;

	if (json_array_size(rows) == 0)
		return true;
	json_object_foreach(json_array_get(rows, 0), key, value)
		if (n < CSV_FIELDS)
			columns[n++] = key;
	csv_line(&text, columns, n);
	json_array_foreach(rows, i, row) {
		char *fields[CSV_FIELDS];

		for (size_t k = 0; k < n; k++)
			fields[k] = print_text(row, columns[k]);
		csv_line(&text, (const char *const *)fields, n);
		for (size_t k = 0; k < n; k++)
			free(fields[k]);
	}
	ok = put(o, name, &text);
	buf_release(&text);
	return ok;
}

/* Front matter, and the text below it. */
static bool
put_markdown(struct out *o, const char *name, const json_t *front, const char *body)
{
	struct buf text = {0};
	bool ok;

	buf_puts(&text, "---\n");
	yaml_write(&text, front);
	buf_puts(&text, "---\n");
	if (body != NULL && *body != '\0') {
		buf_puts(&text, body);
		buf_putc(&text, '\n');
	}
	ok = put(o, name, &text);
	buf_release(&text);
	return ok;
}

static bool
put_log(struct out *o, const json_t *lines)
{
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
		if (json_dumpf(line, o->log, JSON_COMPACT | JSON_SORT_KEYS) != 0 || fputc('\n', o->log) == EOF) {
			failed("cannot write log.jsonl: %s", strerror(errno));
			return false;
		}
	return true;
}

static bool
put_items(struct out *o, const char *slug, const json_t *items)
{
	char name[PATH_SIZE];
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item) {
		snprintf(name, sizeof(name), "groups/%s/%s.md", slug, json_string_value(json_object_get(item, "name")));
		if (!put_markdown(o, name, json_object_get(item, "front"), json_string_value(json_object_get(item, "body"))))
			return false;
	}
	return true;
}

static bool
put_group(struct admin *a, struct out *o, const char *slug)
{
	char name[PATH_SIZE];
	json_t *in = json_pack("{s:s}", "group", slug), *group = admin_call(a, SQL_EXPORT_GROUP, in);
	bool ok = group != NULL;

	for (size_t i = 0; ok && i < 3; i++) {
		snprintf(name, sizeof(name), "groups/%s%s", slug, (const char *[]){ "", "/questions", "/lessons" }[i]);
		ok = make_folder(o, name);
	}
	if (ok) {
		snprintf(name, sizeof(name), "groups/%s/group.md", slug);
		ok = put_markdown(o, name, json_object_get(group, "file"), json_string_value(json_object_get(group, "body")));
	}
	if (ok) {
		snprintf(name, sizeof(name), "groups/%s/members.csv", slug);
		ok = put_table(o, name, json_object_get(group, "members"));
	}
	ok = ok && put_items(o, slug, json_object_get(group, "items")) && put_log(o, json_object_get(group, "log"));
	json_decref(group);
	json_decref(in);
	return ok;
}

static bool
put_hub(struct admin *a, struct out *o, const json_t *bodies)
{
	char name[PATH_SIZE];
	json_t *slug;
	size_t i;

	for (i = 0; shape_tables[i] != NULL; i++) {
		snprintf(name, sizeof(name), "%s.csv", shape_tables[i]->name);
		if (!shape_tables[i]->of_group && !put_table(o, name, json_object_get(bodies, shape_tables[i]->name)))
			return false;
	}
	if (!make_folder(o, "groups") || !put_log(o, json_object_get(bodies, "log")))
		return false;
	json_array_foreach(json_object_get(bodies, "groups"), i, slug)
		if (!put_group(a, o, json_string_value(slug)))
			return false;
	return true;
}

static int
export(struct admin *a)
{
	struct out o = { .folder = args_get(a, "folder") };
	char path[PATH_SIZE];
	json_t *bodies;
	bool ok;

	if (strlen(o.folder) > PATH_SIZE / 2)
		return failed("the name of the folder is too long");
	/* one picture of the hub for all of it */
	if (!admin_connect(a) || !database_do(a->conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	    || (bodies = admin_call(a, SQL_EXPORT_BODIES, a->in)) == NULL)
		return FAILED;
	ok = !json_is_null(bodies) && make_folder(&o, "") && is_empty(o.folder);
	if (json_is_null(bodies))
		failed("only the operator exports; leave --as out");
	else if (!ok)
		failed("%s is not empty; name a new folder", o.folder);
	snprintf(path, sizeof(path), "%s/log.jsonl", o.folder);
	if (ok && (o.log = fopen(path, "w")) == NULL)
		ok = failed("cannot write %s: %s", path, strerror(errno)) == DONE;
	ok = ok && put_hub(a, &o, bodies);
	if (o.log != NULL && fclose(o.log) != 0 && ok)
		ok = failed("cannot write %s: %s", path, strerror(errno)) == DONE;
	json_decref(bodies);
	if (ok && a->json) {
		json_t *made = json_pack("{s:s, s:i}", "folder", o.folder, "files", (int)o.files + 1);

		print_json(made);
		json_decref(made);
	} else if (ok) {
		printf("wrote %u files into %s\n", o.files + 1, o.folder);
	}
	return ok ? DONE : FAILED;
}

static const struct option options[] = {
	{ "folder", WORD | REQUIRED | PLACE, "where to; it is made, or empty", NULL, NULL },
	{ NULL }
};

static const struct verb verbs[] = {
	{ .name = "", .help = "Writes the hub as files: tables as CSV, lessons and questions as Markdown, and log.jsonl with events, reports,\n"
	  "digests and subscriptions. relais import --restore makes the same hub of it. It holds what is private; sessions,\n"
	  "codes and tokens stay behind.", .options = options, .run = export },
	{ .name = NULL }
};

const struct command command_export = { "export", "write the hub as files", verbs };
