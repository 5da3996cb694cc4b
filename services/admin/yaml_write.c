/* JSON to YAML by libyaml's emitter: texts in quotes or as blocks, so that they stay texts. */
#include "services/admin/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "shared/base/log.h"

static int
append(void *data, unsigned char *text, size_t len)
{
	buf_add(data, text, len);
	return 1;
}

static void
emit(yaml_emitter_t *e, yaml_event_t *event)
{
	/* out of memory, or events in an order that can't be: ours */
	if (!yaml_emitter_emit(e, event))
		fatal("yaml: %s", e->problem != NULL ? e->problem : "out of memory");
}

static void
scalar(yaml_emitter_t *e, const char *text, yaml_scalar_style_t style)
{
	yaml_event_t event;

	if (!yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1, style))
		fatal("yaml: not UTF-8");
	emit(e, &event);
}

/* A name or a code: what needs no quotes and can't be taken for anything else. */
static bool
is_plain(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz_-") == strlen(text) && *text >= 'a'
	    && strcmp(text, "true") != 0 && strcmp(text, "false") != 0 && strcmp(text, "null") != 0
	    && strcmp(text, "yes") != 0 && strcmp(text, "no") != 0 && strcmp(text, "on") != 0 && strcmp(text, "off") != 0;
}

static void write_value(yaml_emitter_t *e, const json_t *value);

static void
write_list(yaml_emitter_t *e, const json_t *list)
{
	yaml_event_t event;
	json_t *entry;
	size_t i;
	bool flow = true;

	json_array_foreach(list, i, entry)
		flow = flow && (json_is_integer(entry) || (json_is_string(entry) && is_plain(json_string_value(entry))));
	if (!yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE))
		fatal("out of memory");
	emit(e, &event);
	json_array_foreach(list, i, entry)
		write_value(e, entry);
	yaml_sequence_end_event_initialize(&event);
	emit(e, &event);
}

static void
write_object(yaml_emitter_t *e, const json_t *object)
{
	yaml_event_t event;
	const char *key;
	json_t *value;

	if (!yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE))
		fatal("out of memory");
	emit(e, &event);
	json_object_foreach((json_t *)object, key, value) {
		scalar(e, key, YAML_PLAIN_SCALAR_STYLE);
		write_value(e, value);
	}
	yaml_mapping_end_event_initialize(&event);
	emit(e, &event);
}

static void
write_value(yaml_emitter_t *e, const json_t *value)
{
	const char *text = json_string_value(value);
	char number[32];

	if (json_is_array(value)) {
		write_list(e, value);
	} else if (json_is_object(value)) {
		write_object(e, value);
	} else if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
		scalar(e, number, YAML_PLAIN_SCALAR_STYLE);
	} else if (text != NULL) {
		scalar(e, text, is_plain(text) ? YAML_PLAIN_SCALAR_STYLE : strchr(text, '\n') != NULL ? YAML_LITERAL_SCALAR_STYLE
		    : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
	} else {
		scalar(e, json_is_true(value) ? "true" : json_is_false(value) ? "false" : "~", YAML_PLAIN_SCALAR_STYLE);
	}
}

void
yaml_write(struct buf *out, const json_t *object)
{
	yaml_emitter_t e;
	yaml_event_t event;

	if (!yaml_emitter_initialize(&e))
		fatal("out of memory");
	yaml_emitter_set_output(&e, append, out);
	yaml_emitter_set_unicode(&e, 1);
	yaml_emitter_set_width(&e, -1);
	if (!yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING))
		fatal("out of memory");
	emit(&e, &event);
	if (!yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1))
		fatal("out of memory");
	emit(&e, &event);
	write_object(&e, object);
	yaml_document_end_event_initialize(&event, 1);
	emit(&e, &event);
	yaml_stream_end_event_initialize(&event);
	emit(&e, &event);
	yaml_emitter_delete(&e);
}
