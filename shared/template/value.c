#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/template/node.h"

/* The shortest decimal that reads back as the same number. LC_NUMERIC is C. */
static int
print_real(char *text, size_t size, double value)
{
	int digits, len = 0;

	if (value == 0)
		return snprintf(text, size, "0");
	if (fabs(value) < 1e15 && value == trunc(value))
		return snprintf(text, size, "%.0f", value);
	for (digits = 15; digits <= 17; digits++) {
		len = snprintf(text, size, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return len;
}

void
value_print(struct buf *out, const json_t *value, void (*add)(struct buf *, struct slice))
{
	char text[64];
	int len;

	if (value == NULL)
		return;
	switch (json_typeof(value)) {
	case JSON_STRING:
		add(out, (struct slice){ json_string_value(value), json_string_length(value) });
		break;
	case JSON_INTEGER:
		len = snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
		buf_add(out, text, (size_t)len);
		break;
	case JSON_REAL:
		len = print_real(text, sizeof(text), json_real_value(value));
		buf_add(out, text, (size_t)len);
		break;
	case JSON_TRUE:
		buf_puts(out, "true");
		break;
	case JSON_FALSE:
		buf_puts(out, "false");
		break;
	case JSON_NULL:
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
}
