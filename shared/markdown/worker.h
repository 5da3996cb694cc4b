/*
 * The service's side of the child (child.h): one text at a time, each with a time
 * limit, and a fresh child after each failure and every so many texts. Private to
 * shared/markdown.
 */
#ifndef RELAIS_MARKDOWN_WORKER_H
#define RELAIS_MARKDOWN_WORKER_H

#include <event2/event.h>

#include "shared/base/base.h"

struct worker;

enum worker_outcome {
	WORKER_DONE,
	WORKER_FAILED,          /* out of time, or refused by discount, or too much HTML */
	WORKER_DIED,            /* the child is dead, over this text or for another reason */
	WORKER_NO_CHILD         /* none could be started */
};

/* html is what discount printed, not sanitised; valid during the callback. */
typedef void worker_answer(void *arg, enum worker_outcome outcome, struct slice html);

/* Forks at once. NULL on failure. */
struct worker *worker_new(struct event_base *base, worker_answer *answer, void *arg) must_check;
void worker_free(struct worker *w);     /* a text under way is not answered */

/*
 * Only when no text is under way. text (at most MARKDOWN_MAX) stays the caller's and
 * must last until the answer, which comes once and never from inside this function.
 */
void worker_render(struct worker *w, struct slice text, int limit_ms);

#endif
