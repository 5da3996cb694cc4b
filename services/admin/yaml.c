#include "services/admin/yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct reading {
	yaml_document_t *doc;
	const char *file;
	int first, nodes;
	struct problems *problems;
	bool failed;
};

int
line_of(const json_t *object, const char *key)
{
	const json_t *lines = json_object_get(object, "@"), *line = NULL;

	if (key != NULL)
		line = json_object_get(lines, key);
	if (line == NULL)
		line = json_object_get(lines, "");
	return (int)json_integer_value(line);
}

static int
line(const struct reading *r, const yaml_node_t *node)
{
	return (int)node->start_mark.line + r->first;
}

static json_t *
complain(struct reading *r, const yaml_node_t *node, const char *what)
{
	if (!r->failed)
		problem(r->problems, r->file, line(r, node), "%s", what);
	r->failed = true;
	return NULL;
}

static json_t *
scalar(struct reading *r, const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;
	size_t len = node->data.scalar.length;
	json_t *value;
	char *end;
	long long n;

	if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
		if (len == 0 || strcmp(text, "~") == 0 || strcmp(text, "null") == 0)
			return json_null();
		if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
			return json_boolean(*text == 't');
		errno = 0;
		n = strtoll(text, &end, 10);
		/* 007 is a text, as are dates and versions */
		if (errno == 0 && *end == '\0' && (*text != '0' || len == 1) && strchr("-0123456789", *text) != NULL)
			return json_integer(n);
	}
	value = memchr(text, '\0', len) == NULL ? json_stringn(text, len) : NULL;
	return value != NULL ? value : complain(r, node, "a text has a NUL or is not UTF-8");
}

static json_t *convert(struct reading *r, int index, int depth);

static json_t *
mapping(struct reading *r, const yaml_node_t *node, int depth)
{
	json_t *object = json_object(), *lines = json_object(), *value;

	json_object_set_new(object, "@", lines);
	json_object_set_new(lines, "", json_integer(line(r, node)));
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *name = yaml_document_get_node(r->doc, pair->key);
		const char *key = name->type == YAML_SCALAR_NODE ? (const char *)name->data.scalar.value : NULL;

		if (key == NULL || *key == '\0' || *key == '@')
			value = complain(r, name, "a key is a word");
		else if (json_object_get(object, key) != NULL)
			value = complain(r, name, "this key stands here twice");
		else
			value = convert(r, pair->value, depth + 1);
		if (value == NULL) {
			json_decref(object);
			return NULL;
		}
		json_object_set_new(object, key, value);
		json_object_set_new(lines, key, json_integer(line(r, name)));
	}
	return object;
}

static json_t *
convert(struct reading *r, int index, int depth)
{
	const yaml_node_t *node = yaml_document_get_node(r->doc, index);
	json_t *list, *value;

	/* an alias is the same node again: what grows by them ends here */
	if (++r->nodes > YAML_NODES || depth > YAML_DEPTH)
		return complain(r, node, "too much, or too deep");
	if (node->type == YAML_SCALAR_NODE)
		return scalar(r, node);
	if (node->type == YAML_MAPPING_NODE)
		return mapping(r, node, depth);
	list = json_array();
	for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++) {
		value = convert(r, *item, depth + 1);
		if (value == NULL) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, value);
	}
	return list;
}

json_t *
yaml_read(const char *text, size_t len, const char *file, int first, struct problems *p)
{
	yaml_parser_t parser;
	yaml_document_t doc;
	struct reading r = { .doc = &doc, .file = file, .first = first, .problems = p };
	json_t *value = NULL;
	yaml_node_t *root;

	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &doc)) {
		problem(p, file, (int)parser.problem_mark.line + first, "this is no YAML: %s", parser.problem != NULL ? parser.problem : "unreadable");
	} else {
		root = yaml_document_get_root_node(&doc);
		if (root == NULL || root->type != YAML_MAPPING_NODE)
			problem(p, file, first, "here stand lines of the form \"key: value\"");
		else
			value = convert(&r, (int)(root - doc.nodes.start) + 1, 0);
		yaml_document_delete(&doc);
	}
	yaml_parser_delete(&parser);
	return value;
}
