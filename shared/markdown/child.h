/*
 * The processes behind markdown.c. Private to shared/markdown.
 *
 *     the service ── fork server ── child
 *
 * The fork server is forked once, early, and does one thing: on demand it kills the
 * child it has and forks the next. So a child never inherits the service's memory
 * (sessions, keys, other people's drafts), which a flaw in discount could send back
 * as HTML; forking again from a service with threads is avoided; and the one who
 * kills a child is its parent, who alone knows that the pid is still that child's.
 *
 * Frames between service and child are a uint32_t length in host order and that many
 * bytes. The child first says FRAME_HELLO, then answers each text by its HTML or by
 * FRAME_REFUSED.
 */
#ifndef RELAIS_MARKDOWN_CHILD_H
#define RELAIS_MARKDOWN_CHILD_H

#include <sys/types.h>

#include "shared/base/base.h"

enum { CHILD_HTML_MAX = 2 * 1024 * 1024 };      /* 256 KB of quotes, as references, fit */

#define FRAME_HELLO ((uint32_t)0xfffffffe)
#define FRAME_REFUSED ((uint32_t)0xffffffff)

struct fork_server {
	pid_t pid;
	int control;            /* -1: not running */
};

bool fork_server_start(struct fork_server *s) must_check;
void fork_server_stop(struct fork_server *s);           /* its child ends with it */

/*
 * A new child, the one before it killed. The caller owns the descriptor (non-blocking)
 * and sees a child that could not be started, or ended, as its end of file. -1 on
 * failure. A fork server that was killed is started anew.
 */
int fork_server_spawn(struct fork_server *s) must_check;

/* The child's life, on fd; ends when the other side closes. */
_Noreturn void child_run(int fd);

/* Makes fd the process's descriptor 0 and closes every other one. */
void keep_only(int fd);

#endif
