/* Values of an object that may lack them: "" and 0 then. */
#ifndef RELAIS_ADMIN_JSON_H
#define RELAIS_ADMIN_JSON_H

#include <jansson.h>

static inline const char *
text_of(const json_t *object, const char *key)
{
	const char *t = json_string_value(json_object_get(object, key));

	return t != NULL ? t : "";
}

static inline long long
number_of(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

#endif
