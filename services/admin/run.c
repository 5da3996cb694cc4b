/* Verbs that are one statement: call it, show what it gives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/admin/admin.h"
#include "services/admin/database.h"
#include "services/admin/document.h"
#include "services/admin/print.h"

/* All pages of a list, one behind the other. */
static json_t *
whole_list(struct admin *a)
{
	json_t *all = json_array(), *page, *next;
	bool more = true;

	while (more) {
		page = admin_call(a, a->verb->statement, a->in);
		if (page == NULL) {
			json_decref(all);
			return NULL;
		}
		if (json_is_null(page)) {
			failed("not found, or not for you to see");
			json_decref(all);
			json_decref(page);
			return NULL;
		}
		json_array_extend(all, json_object_get(page, a->verb->list));
		next = json_object_get(page, "next");
		more = next != NULL && !json_is_null(next);
		if (more) {
			json_object_set(a->in, "after", next);
			json_object_set(a->in, "before", next);
		}
		json_decref(page);
	}
	return all;
}

static int
show(struct admin *a, json_t *value)
{
	json_t *shown = json_object_get(value, "value");
	char *location;

	if (shown == NULL)
		shown = value;
	if (a->json) {
		print_json(shown);
		return DONE;
	}
	if (a->verb->template != NULL)
		return document_print(a->verb->template, shown, a->lang != NULL ? a->lang : "en") ? DONE
		    : failed("there is no language %s here", a->lang);
	print_object(shown);
	location = print_text(value, "location");
	if (*location != '\0')
		printf("%-14s %s\n", "address", location);
	free(location);
	return DONE;
}

int
run_statement(struct admin *a)
{
	json_t *value;
	int code = DONE;

	if (!admin_connect(a))
		return FAILED;
	value = a->verb->list != NULL ? whole_list(a) : admin_call(a, a->verb->statement, a->in);
	if (value == NULL)
		return FAILED;
	if (json_is_null(value)) {
		json_decref(value);
		return failed("not found, or not for you to see");
	}
	if (a->verb->list == NULL)
		code = show(a, value);
	else if (a->json)
		print_json(value);
	else
		print_table(value, a->verb->columns);
	json_decref(value);
	return code;
}
