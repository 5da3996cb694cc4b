/*
 * Markdown to safe HTML: discount in a child process with limits on time, memory
 * and stack and a seccomp filter, then the allow-list rewriter (sanitize.h) over
 * what it prints. For texts when they are saved and for previews; never for a view.
 *
 * A text that takes the child too long, or kills it, costs that text an error and
 * nobody else a millisecond: the child is replaced and the next text goes on.
 */
#ifndef RELAIS_MARKDOWN_H
#define RELAIS_MARKDOWN_H

#include <event2/event.h>

#include "shared/base/base.h"

struct markdown;

enum markdown_outcome {
	MARKDOWN_OK,
	MARKDOWN_TOO_LONG,      /* over MARKDOWN_MAX bytes */
	MARKDOWN_TOO_COMPLEX,   /* the child ran out of time, memory or stack */
	MARKDOWN_BUSY           /* no child could be started, or too many wait */
};

enum { MARKDOWN_MAX = 256 * 1024 };

struct markdown_result {
	enum markdown_outcome outcome;
	const char *html;       /* NUL-terminated, sanitised; valid during the callback */
	size_t len;
	int line;               /* TOO_COMPLEX: the first line of the part that could not be rendered; 0 unknown */
};

typedef void markdown_done(void *arg, const struct markdown_result *result);

/* Forks the child at once, before the caller opens sockets: call it early. */
struct markdown *markdown_new(struct event_base *base) must_check;

/* Texts still waiting are answered MARKDOWN_BUSY. Not from inside done. NULL is fine. */
void markdown_free(struct markdown *m);

/* text is copied. done is called once, never from inside this function. */
void markdown_render(struct markdown *m, const char *text, size_t len, markdown_done *done, void *arg);

/*
 * The same, waiting for it; for the command line. *html is malloc'ed, the caller
 * frees it. `line` as above.
 */
enum markdown_outcome markdown_render_now(const char *text, size_t len, char **html, size_t *html_len,
    int *line) must_check;

#endif
