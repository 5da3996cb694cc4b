#include "services/admin/tree.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "services/admin/shape.h"
#include "services/admin/source.h"
#include "shared/base/log.h"

struct tree {
	json_t *document;
	struct problems *problems;
	bool log;
};

static bool
ends(const char *name, const char *ending)
{
	size_t len = strlen(name), tail = strlen(ending);

	return len > tail && strcmp(name + len - tail, ending) == 0;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* "folder/name"; the caller frees. */
static char *
join(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		fatal("out of memory");
	return path;
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Calls one for every entry of the folder, by name; what begins with a dot is not there. */
static void
each(struct tree *t, const char *folder, void (*one)(struct tree *, const char *path, json_t *into), json_t *into)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char *path = join(folder, entries[i]->d_name);

		if (entries[i]->d_name[0] != '.')
			one(t, path, into);
		free(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* The document's entry of a group; made if it isn't there. */
static json_t *
group_of(struct tree *t, const char *slug)
{
	json_t *groups = json_object_get(t->document, "groups"), *group;
	size_t i;

	json_array_foreach(groups, i, group)
		if (strcmp(json_string_value(json_object_get(group, "slug")), slug) == 0)
			return group;
	group = json_pack("{s:s, s:[], s:[], s:[]}", "slug", slug, "members", "items", "reports");
	json_array_append_new(groups, group);
	return group;
}

static void
table(struct tree *t, const char *path, const struct shape *shape, json_t *into)
{
	json_t *rows = source_table(path, shape, t->problems);

	if (rows == NULL)
		return;
	if (json_object_get(into, shape->name) == NULL)
		json_object_set_new(into, shape->name, json_array());
	json_array_extend(json_object_get(into, shape->name), rows);
	json_decref(rows);
}

/* A lesson, if it doesn't say that it is a question. */
static void
item(struct tree *t, const char *path, json_t *group)
{
	json_t *object;
	const char *kind;

	if (!ends(path, ".md") || (object = source_markdown(path, t->problems)) == NULL)
		return;
	if (json_object_get(object, "kind") == NULL)
		json_object_set_new(object, "kind", json_string(strstr(path, "/questions/") != NULL ? "question" : "lesson"));
	kind = json_string_value(json_object_get(object, "kind"));
	shape_check(object, kind != NULL && strcmp(kind, "question") == 0 ? &shape_question : &shape_lesson, path, t->problems);
	json_array_append_new(json_object_get(group, "items"), object);
}

static void
group_file(struct tree *t, const char *path, json_t *group)
{
	json_t *object = source_markdown(path, t->problems);

	if (object == NULL)
		return;
	shape_check(object, &shape_group, path, t->problems);
	json_object_set_new(group, "group", object);
}

/* The tables of the folder that have the names and the place of theirs. */
static void
tables(struct tree *t, const char *folder, bool of_group, json_t *into)
{
	for (size_t i = 0; shape_tables[i] != NULL; i++) {
		char name[40], *path;

		snprintf(name, sizeof(name), "%s.csv", shape_tables[i]->name);
		path = join(folder, name);
		if (shape_tables[i]->of_group == of_group && is_file(path))
			table(t, path, shape_tables[i], into);
		free(path);
	}
}

static void
group_folder(struct tree *t, const char *folder, json_t *unused)
{
	json_t *group;
	char *file, *items;

	(void)unused;
	if (!is_folder(folder))
		return;
	group = group_of(t, base_name(folder));
	file = join(folder, "group.md");
	if (is_file(file))
		group_file(t, file, group);
	free(file);
	tables(t, folder, true, group);
	for (size_t i = 0; i < 2; i++) {
		items = join(folder, i == 0 ? "questions" : "lessons");
		each(t, items, item, group);
		free(items);
	}
}

static void
whole_tree(struct tree *t, const char *folder)
{
	char *groups = join(folder, "groups"), *log = join(folder, "log.jsonl");

	tables(t, folder, false, t->document);
	each(t, groups, group_folder, NULL);
	if (t->log) {
		json_t *lines = source_log(log, t->problems);

		json_object_set_new(t->document, "log", lines != NULL ? lines : json_array());
	}
	if (json_object_size(t->document) == 1 && json_array_size(json_object_get(t->document, "groups")) == 0
	    && problems_count(t->problems) == 0)
		problem(t->problems, folder, 0, "nothing stands here that an import reads: umbrellas.csv, municipalities.csv, …, groups/");
	free(groups);
	free(log);
}

/* By itself: what it is it says, whose it is the caller. */
static void
single_file(struct tree *t, const char *path, const char *group)
{
	const struct shape *shape = NULL;
	size_t stem = strcspn(base_name(path), ".");

	if (ends(path, ".csv")) {
		for (size_t i = 0; shape_tables[i] != NULL; i++)
			if (strlen(shape_tables[i]->name) == stem && strncmp(base_name(path), shape_tables[i]->name, stem) == 0)
				shape = shape_tables[i];
		if (shape == NULL)
			shape = source_table_shape(path, t->problems);
		if (shape == NULL)
			return;
	} else if (!ends(path, ".md")) {
		problem(t->problems, path, 0, "an import reads folders, tables (.csv), and lessons and questions (.md)");
		return;
	}
	if (group == NULL && (shape == NULL || shape->of_group))
		problem(t->problems, path, 0, "it belongs to a group: say --group GROUP");
	else if (shape == NULL)
		item(t, path, group_of(t, group));
	else
		table(t, path, shape, shape->of_group ? group_of(t, group) : t->document);
}

json_t *
tree_read(const char *path, const char *group, bool log, struct problems *p)
{
	struct tree t = { json_pack("{s:[]}", "groups"), p, log };
	size_t len = strlen(path);
	char *clean = strndup(path, len > 1 && path[len - 1] == '/' ? len - 1 : len);
	char *file;

	if (clean == NULL)
		fatal("out of memory");
	file = join(clean, "group.md");
	if (is_folder(clean) && is_file(file))
		group_folder(&t, clean, NULL);
	else if (is_folder(clean))
		whole_tree(&t, clean);
	else
		single_file(&t, clean, group);
	free(file);
	free(clean);
	return t.document;
}
