#include "services/courier/curl_loop.h"

#include <stdlib.h>

#include "shared/base/log.h"

struct curl_loop {
	struct event_base *base;
	CURLM *multi;
	struct event *timer;            /* libcurl's only one */
};

struct transfer {
	void (*done)(void *arg, CURLcode code);         /* NULL: it was called */
	void *arg;
};

/* Those that have ended are told so; each may take out and add others. */
static void
tell(struct curl_loop *loop)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(loop->multi, &left)) != NULL) {
		CURLcode code = message->data.result;
		struct transfer *t = NULL;
		void (*done)(void *arg, CURLcode code);

		if (message->msg != CURLMSG_DONE || curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t) != CURLE_OK ||
		    t == NULL || t->done == NULL)
			continue;
		done = t->done;
		t->done = NULL;
		done(t->arg, code);
	}
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct curl_loop *loop = arg;
	int running;

	curl_multi_socket_action(loop->multi, fd, (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0), &running);
	tell(loop);
}

static void
on_time(evutil_socket_t fd, short what, void *arg)
{
	struct curl_loop *loop = arg;
	int running;

	(void)fd;
	(void)what;
	curl_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	tell(loop);
}

/* What libcurl wants to know of a socket; `event` is what was kept for it, NULL at first. */
static int
watch(CURL *easy, curl_socket_t fd, int what, void *arg, void *kept)
{
	struct curl_loop *loop = arg;
	struct event *event = kept;
	short events = (short)((what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0) | EV_PERSIST);

	(void)easy;
	if (event != NULL)
		event_free(event);
	event = NULL;
	if (what != CURL_POLL_REMOVE) {
		event = event_new(loop->base, fd, events, on_socket, loop);
		if (event == NULL || event_add(event, NULL) != 0)
			fatal("cannot watch a socket");
	}
	curl_multi_assign(loop->multi, fd, event);
	return 0;
}

static int
set_timer(CURLM *multi, long ms, void *arg)
{
	struct curl_loop *loop = arg;
	const struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	(void)multi;
	if (ms < 0)
		event_del(loop->timer);
	else if (event_add(loop->timer, &tv) != 0)
		fatal("cannot start a timer");
	return 0;
}

struct curl_loop *
curl_loop_new(struct event_base *base)
{
	struct curl_loop *loop = calloc(1, sizeof(*loop));

	/* Debian's libcurl4 looks names up in a thread of its own for each (no c-ares), so the loop goes on. */
	if (loop == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fatal("libcurl does not start");
	if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS))
		fatal("this libcurl would hold everything up while it looks a name up");
	loop->base = base;
	loop->multi = curl_multi_init();
	loop->timer = evtimer_new(base, on_time, loop);
	if (loop->multi == NULL || loop->timer == NULL)
		fatal("out of memory");
	curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, watch);
	curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
	curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
	return loop;
}

void
curl_loop_free(struct curl_loop *loop)
{
	if (loop == NULL)
		return;
	curl_multi_cleanup(loop->multi);
	event_free(loop->timer);
	free(loop);
	curl_global_cleanup();
}

void
curl_loop_add(struct curl_loop *loop, CURL *easy, void (*done)(void *arg, CURLcode code), void *arg)
{
	struct transfer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		fatal("out of memory");
	t->done = done;
	t->arg = arg;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);         /* else taking it out waits for its name's look-up */
	if (curl_multi_add_handle(loop->multi, easy) != CURLM_OK)
		fatal("libcurl does not take a transfer");
}

void
curl_loop_remove(struct curl_loop *loop, CURL *easy)
{
	struct transfer *t = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t);
	curl_multi_remove_handle(loop->multi, easy);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, NULL);
	free(t);
}
