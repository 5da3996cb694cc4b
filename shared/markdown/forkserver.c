#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/markdown/child.h"

/* Room for one descriptor, aligned as a control message wants it. */
union passed_fd {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static bool
send_fd(int control, int fd)
{
	char byte = 0;
	struct iovec io = { &byte, 1 };
	union passed_fd room = { .bytes = { 0 } };
	struct msghdr msg = {
		.msg_iov = &io, .msg_iovlen = 1,
		.msg_control = room.bytes, .msg_controllen = sizeof(room.bytes),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(control, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

/* The next descriptor from the service; -1 when there will be none. */
static int
receive_fd(int control)
{
	char byte;
	struct iovec io = { &byte, 1 };
	union passed_fd room;
	struct msghdr msg = {
		.msg_iov = &io, .msg_iovlen = 1,
		.msg_control = room.bytes, .msg_controllen = sizeof(room.bytes),
	};
	struct cmsghdr *c;
	ssize_t n;
	int fd;

	do
		n = recvmsg(control, &msg, 0);
	while (n < 0 && errno == EINTR);
	c = n == 1 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (c == NULL || c->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/*
 * A terminal's Ctrl-C and a supervisor's SIGTERM reach the whole process group, but
 * the service may still want texts while it drains; this process ends with its
 * control socket. Everything else goes back to its default: the service's handlers
 * make no sense here, and a sanitiser's would only delay a crash.
 */
static void
reset_signals(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	for (size_t i = 0; i < countof(ignored); i++)
		(void)signal(ignored[i], SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
reap(pid_t pid)
{
	if (pid <= 0)
		return;
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

/* Ties this process's life to its parent's; the parent may already be gone. */
static void
die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
}

/* Passwords may be in the environment, and no child needs any of it. */
static void
forget_environment(void)
{
	for (char **e = environ; e != NULL && *e != NULL; e++)
		explicit_bzero(*e, strlen(*e));
	environ = NULL;
}

static _Noreturn void
serve(int control, pid_t parent)
{
	pid_t child = 0, self = getpid();
	int fd;

	reset_signals();
	die_with(parent);
	(void)prctl(PR_SET_NAME, "relais-markdown");
	(void)prctl(PR_SET_DUMPABLE, 0);
	keep_only(control);
	forget_environment();
	while ((fd = receive_fd(0)) >= 0) {
		reap(child);
		child = fork();
		if (child == 0) {
			die_with(self);
			child_run(fd);
		}
		(void)close(fd);
	}
	reap(child);
	_exit(0);
}

bool
fork_server_start(struct fork_server *s)
{
	pid_t parent = getpid();
	int pair[2];

	s->control = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	s->pid = fork();
	if (s->pid == 0)
		serve(pair[1], parent);
	(void)close(pair[1]);
	if (s->pid < 0) {
		(void)close(pair[0]);
		return false;
	}
	s->control = pair[0];
	return true;
}

void
fork_server_stop(struct fork_server *s)
{
	if (s->control < 0)
		return;
	/* Not close() alone: another process of the service may hold a copy. */
	(void)shutdown(s->control, SHUT_RDWR);
	(void)close(s->control);
	s->control = -1;
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

int
fork_server_spawn(struct fork_server *s)
{
	int pair[2];
	bool sent;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	sent = s->control >= 0 && send_fd(s->control, pair[1]);
	if (!sent) {
		log_error("markdown: the fork server is gone; starting another");
		fork_server_stop(s);
		sent = fork_server_start(s) && send_fd(s->control, pair[1]);
	}
	(void)close(pair[1]);
	if (!sent || fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0) {
		(void)close(pair[0]);
		return -1;
	}
	return pair[0];
}
