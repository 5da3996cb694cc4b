#include "services/site/moved.h"

#include <string.h>

static const struct {
	const char *name, *place;
} names[] = { { "group", "{group}" }, { "umbrella", "{umbrella}" }, { "municipality", "{municipality}" } };

bool
moved_possible(const struct route *r)
{
	for (size_t i = 0; i < countof(names); i++)
		if (strstr(r->pattern, names[i].place) != NULL)
			return true;
	return false;
}

bool
moved_answer(struct exchange *x, json_t *slugs)
{
	const char *old = route_path(&x->req->arena, x->route->pattern, x->in);
	const char *begin = strstr(x->path, old), *ending = begin != NULL ? begin + strlen(old) : "";
	bool found = false;

	for (size_t i = 0; i < countof(names); i++)
		if (strstr(x->route->pattern, names[i].place) != NULL && json_is_string(json_object_get(slugs, names[i].name))) {
			json_object_set(x->in, names[i].name, json_object_get(slugs, names[i].name));
			found = true;
		}
	if (!found)
		return false;
	/* 308: a form, or a program's write, is sent there again as it is */
	buf_printf(&x->headers, "Location: %s%s%s%s%s%s\r\n", x->site->config.url, x->api ? "/api/v1" : "",
	    route_path(&x->req->arena, x->route->pattern, x->in), ending, *x->query != '\0' ? "?" : "", x->query);
	exchange_reply(x, 308, NULL, NULL);
	return true;
}
