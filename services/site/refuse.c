/* What the server refuses by itself, before there is a request to walk with. */
#include <stdio.h>
#include <string.h>

#include "services/site/answer.h"
#include "services/site/problem.h"
#include "services/site/receive.h"
#include "services/site/walk.h"
#include "shared/i18n/i18n.h"

static void
refuse_line(const struct http_request *req, struct http_reply *reply)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"request_id\":\"%s\"}",
	    problem_title(reply->status), reply->status, req->id);
	char head[128];
	int h = snprintf(head, sizeof(head), "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n%s",
	    reply->status == 503 ? "Retry-After: 3\r\n" : "");

	reply->head = blob_new(head, (size_t)h);
	reply->body = blob_new(text, (size_t)n);
}

/* Was it a page's form, whose sender reads a page? The others get a line that costs nothing to make. */
static bool
refuses_form(const struct http_request *req, int status)
{
	struct slice accept = http_head_get(&req->head, "Accept");

	return (status == 408 || status == 413) && req->head.method == HTTP_POST && accept.len > 0 &&
	    memmem(accept.at, accept.len, "text/html", 9) != NULL;
}

void
walk_refuse(struct http_request *req, struct http_reply *reply, void *arg)
{
	struct exchange *x;

	if (refuses_form(req, reply->status)) {
		x = exchange_new(req, arg);
		x->refusal = reply;
		receive_language(x);
		answer_problem(x, reply->status, reply->status == 413 ?
		    N_("This is more than one form may carry. Go back: what you wrote is still there; shorten it.") :
		    N_("The line was too slow. Go back: what you wrote is still there; send it again."));
		return;
	}
	refuse_line(req, reply);
}
