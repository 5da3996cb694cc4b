/* For those who run it: health, readiness, metrics; and the description of the API. */
#include "services/site/exchange.h"
#include "services/site/metrics.h"
#include "services/site/openapi.h"
#include "services/site/resources.h"
#include "shared/db/db.h"
#include "shared/http/server.h"

static void
answer_text(struct exchange *x, int status, const char *type, const char *text, size_t len)
{
	struct blob *body = blob_new(text, len);

	exchange_reply(x, status, type, body);
	blob_unref(body);
}

/* The process runs. */
static void
healthz(struct exchange *x)
{
	answer_text(x, 200, "text/plain; charset=utf-8", "ok\n", 3);
}

/* It can do its work: the database is there. */
static void
readyz(struct exchange *x)
{
	bool ready = db_ready(x->site->db);

	if (!ready)
		buf_puts(&x->headers, "Retry-After: 3\r\n");
	answer_text(x, ready ? 200 : 503, "text/plain; charset=utf-8", ready ? "ready\n" : "no database\n", ready ? 6 : 12);
}

static void
metrics(struct exchange *x)
{
	cleanup(buf_release) struct buf b = {0};

	metrics_print(x->site, &b);
	answer_text(x, 200, "text/plain; version=0.0.4; charset=utf-8", buf_text(&b), b.len);
}

static void
describe(struct exchange *x)
{
	cleanup(buf_release) struct buf b = {0};

	openapi_print(x->site->config.url, &b);
	answer_text(x, 200, "application/json; charset=utf-8", buf_text(&b), b.len);
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/healthz", .flags = ON_WEB, .statement = NO_STATEMENT, .answer = healthz },
	{ .method = HTTP_GET, .pattern = "/readyz", .flags = ON_WEB, .statement = NO_STATEMENT, .answer = readyz },
	{ .method = HTTP_GET, .pattern = "/metrics", .flags = ON_WEB, .statement = NO_STATEMENT, .answer = metrics },
	{ .method = HTTP_GET, .pattern = "/openapi", .flags = ON_API, .forms = FORM_JSON, .statement = NO_STATEMENT, .answer = describe },
	{ .pattern = NULL }
};

const struct resource operation_resource = { "operation", routes };
