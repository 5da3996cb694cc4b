#include "services/site/exchange.h"

#include <string.h>

/* Does Accept-Encoding name gzip, and not with a quality of 0? (RFC 9110 section 12.5.3) */
static bool
takes_gzip(struct slice field)
{
	const char *at = field.len > 0 ? memmem(field.at, field.len, "gzip", 4) : NULL, *end = field.at + field.len;

	if (at == NULL)
		return false;
	for (at += 4; at < end && *at != ',' && *at != '='; at++)
		;
	if (at == end || *at == ',')
		return true;
	for (at++; at < end && *at != ','; at++)
		if (*at >= '1' && *at <= '9')
			return true;
	return false;
}

struct exchange *
exchange_new(struct http_request *req, struct site *site)
{
	struct exchange *x = arena_alloc(&req->arena, sizeof(*x));

	x->site = site;
	x->req = req;
	x->form = FORM_HTML;
	x->status = 200;
	x->path = arena_copy(&req->arena, req->head.path.at, req->head.path.len);
	x->query = req->head.query.len > 0 ? arena_copy(&req->arena, req->head.query.at, req->head.query.len) : "";
	x->gzip = takes_gzip(http_head_get(&req->head, "Accept-Encoding"));
	x->api = strncmp(x->path, "/api/", 5) == 0;
	return x;
}

const char *
exchange_header(struct exchange *x, const char *name)
{
	struct slice v = http_head_get(&x->req->head, name);

	return v.at != NULL ? arena_copy(&x->req->arena, v.at, v.len) : NULL;
}

const char *
exchange_in(struct exchange *x, const char *name)
{
	return json_string_value(json_object_get(x->in, name));
}

bool
exchange_is_write(const struct exchange *x)
{
	return x->route->method != HTTP_GET;
}

void
exchange_send(struct exchange *x, const struct http_reply *reply)
{
	json_decref(x->in);
	json_decref(x->given);
	json_decref(x->errors);
	json_decref(x->me);
	buf_release(&x->headers);
	if (x->refusal == NULL) {
		http_reply(x->req, reply);
		return;
	}
	x->refusal->head = blob_ref(reply->head);
	x->refusal->body = blob_ref(reply->body);
}

void
exchange_reply(struct exchange *x, int status, const char *type, struct blob *body)
{
	struct http_reply reply = { .status = status, .body = body };

	if (type != NULL)
		buf_printf(&x->headers, "Content-Type: %s\r\n", type);
	buf_puts(&x->headers, "X-Content-Type-Options: nosniff\r\n");
	if (strstr(buf_text(&x->headers), "Cache-Control:") == NULL)
		buf_puts(&x->headers, "Cache-Control: no-store\r\n");
	reply.head = blob_new(buf_text(&x->headers), x->headers.len);
	exchange_send(x, &reply);
	blob_unref(reply.head);
}
