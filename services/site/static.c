#include "services/site/static.h"

#include <string.h>

#include "services/site/answer.h"
#include "shared/base/web.h"

/*
 * What has to stand at an address of its own: a worker rules the paths below it, and what is installed on a
 * phone asks for its name and pictures again under the same address.
 */
static const struct {
	const char *path, *name, *kept;
} fixed[] = {
	{ "/worker.js", "worker.js", "no-cache" },
	{ "/here.js", "here.js", "no-cache" },
	{ "/manifest.webmanifest", "manifest.webmanifest", "public, max-age=86400" },
	{ "/icon.svg", "icon.svg", "public, max-age=86400" },
	{ "/icon-192.png", "icon-192.png", "public, max-age=86400" },
	{ "/icon-512.png", "icon-512.png", "public, max-age=86400" },
	{ "/icon-whole-512.png", "icon-whole-512.png", "public, max-age=86400" },
	{ "/apple-touch-icon.png", "icon-192.png", "public, max-age=86400" },
};

/* The file at a path and how it may be kept; NULL if there is none. */
static const struct web_file *
find(struct exchange *x, const char **kept)
{
	if (strncmp(x->path, "/static/", 8) == 0) {
		*kept = "public, max-age=31536000, immutable";
		return web_static_at(x->req->head.path);
	}
	for (size_t i = 0; i < countof(fixed); i++) {
		if (strcmp(x->path, fixed[i].path) == 0) {
			*kept = fixed[i].kept;
			return web_static(fixed[i].name);
		}
	}
	return NULL;
}

/* The smallest form that the client takes. */
static struct blob *
body_of(struct exchange *x, const struct web_file *f, const char **encoding)
{
	struct slice encodings = http_head_get(&x->req->head, "Accept-Encoding");

	if (f->brotli != NULL && memmem(encodings.at, encodings.len, "br", 2) != NULL) {
		*encoding = "br";
		return blob_new(f->brotli, f->brotli_len);
	}
	if (f->gzip != NULL && x->gzip) {
		*encoding = "gzip";
		return blob_new(f->gzip, f->gzip_len);
	}
	*encoding = "";
	return blob_new(f->bytes, f->len);
}

bool
static_answer(struct exchange *x)
{
	const struct web_file *f;
	const char *kept, *encoding, *etag;
	struct blob *body;
	bool hashed;

	if ((f = find(x, &kept)) == NULL)
		return false;
	body = body_of(x, f, &encoding);
	hashed = strncmp(x->path, "/static/", 8) == 0;
	x->req->user = (void *)(uintptr_t)(hashed ? "/static/{file}" : "/{file}");
	/* its other path has the hash of the content in it, behind the name; under that one nobody asks again */
	etag = arena_printf(&x->req->arena, "\"%s%s%s\"", f->path + strlen("/static/"), *encoding != '\0' ? "." : "", encoding);
	buf_printf(&x->headers, "Cache-Control: %s\r\nVary: Accept-Encoding\r\n", kept);
	if (!hashed)
		buf_printf(&x->headers, "ETag: %s\r\n", etag);
	if (!hashed && answer_matches(http_head_get(&x->req->head, "If-None-Match"), etag)) {
		exchange_reply(x, 304, NULL, NULL);
	} else {
		if (*encoding != '\0')
			buf_printf(&x->headers, "Content-Encoding: %s\r\n", encoding);
		exchange_reply(x, 200, f->type, body);
	}
	blob_unref(body);
	return true;
}
