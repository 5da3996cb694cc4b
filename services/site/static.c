#include "services/site/static.h"

#include <string.h>

#include "shared/base/web.h"

bool
static_answer(struct exchange *x)
{
	struct slice encodings = http_head_get(&x->req->head, "Accept-Encoding");
	const struct web_file *f;
	const char *encoding = NULL;
	struct blob *body;
	const void *bytes;
	size_t len;

	if (strncmp(x->path, "/static/", 8) != 0 || (f = web_static_at(x->req->head.path)) == NULL)
		return false;
	bytes = f->bytes;
	len = f->len;
	if (f->brotli != NULL && memmem(encodings.at, encodings.len, "br", 2) != NULL) {
		bytes = f->brotli;
		len = f->brotli_len;
		encoding = "br";
	} else if (f->gzip != NULL && x->gzip) {
		bytes = f->gzip;
		len = f->gzip_len;
		encoding = "gzip";
	}
	x->req->user = (void *)(uintptr_t)"/static/{file}";
	buf_puts(&x->headers, "Cache-Control: public, max-age=31536000, immutable\r\nVary: Accept-Encoding\r\n");
	if (encoding != NULL)
		buf_printf(&x->headers, "Content-Encoding: %s\r\n", encoding);
	body = blob_new(bytes, len);
	exchange_reply(x, 200, f->type, body);
	blob_unref(body);
	return true;
}
