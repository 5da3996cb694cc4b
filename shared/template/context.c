#include "shared/template/context.h"

static bool
is_blank(const json_t *value)
{
	return json_is_string(value) && json_string_length(value) == 0;
}

static void
list(json_t *value)
{
	json_t *e;
	size_t i;

	json_array_foreach(value, i, e) {
		if (is_blank(e))
			json_array_set_new(value, i, json_null());
		else
			template_context(e);
	}
}

static void
object(json_t *value)
{
	json_t *has = NULL, *e;
	const char *name;
	void *next;

	json_object_foreach_safe(value, next, name, e) {
		if (is_blank(e)) {
			json_object_set_new(value, name, json_null());
			continue;
		}
		template_context(e);
		if (json_is_array(e) && has == NULL)
			has = json_object();
		if (json_array_size(e) > 0)
			json_object_set_new(has, name, json_integer((json_int_t)json_array_size(e)));
	}
	if (has != NULL)
		json_object_set_new(value, "has", has);
}

void
template_context(json_t *value)
{
	if (json_is_array(value))
		list(value);
	else if (json_is_object(value))
		object(value);
}
