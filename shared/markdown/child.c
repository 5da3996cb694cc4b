#include "shared/markdown/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <mkdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shared/markdown/markdown.h"

#if defined(__x86_64__)
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCH AUDIT_ARCH_AARCH64
#else
#error "the seccomp filter knows x86_64 and aarch64"
#endif

/*
 * The sanitisers map terabytes and call what the filter forbids; only that build goes
 * without it and without the limit on memory.
 */
#ifdef RELAIS_ASAN
enum { CONFINED = 0 };
#else
enum { CONFINED = 1 };
#endif

enum {
	MEMORY_MAX = 256 * 1024 * 1024,
	STACK_MAX = 2 * 1024 * 1024,
	CPU_MAX = 60            /* seconds, for all its texts: a net below the parent's clock */
};

/*
 * What FINDINGS measured as safe. No FENCEDCODE: it lets a script through. No AUTOLINK:
 * it is quadratic.
 */
static const mkd_flag_t FLAGS = MKD_NOHTML | MKD_SAFELINK | MKD_NO_EXT | MKD_NOSTYLE |
    MKD_NODIVQUOTE | MKD_NOHEADER | MKD_NOPANTS | MKD_NOSUPERSCRIPT | MKD_NODLIST |
    MKD_NOALPHALIST | MKD_TABSTOP;

void
keep_only(int fd)
{
	if ((fd != 0 && dup2(fd, 0) < 0) || close_range(1, ~0u, 0) < 0)
		_exit(1);
}

/* Bytes of address space that the process has before it renders anything. */
static rlim_t
mapped(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		(void)close(fd);
	return n <= 0 ? 0 : (rlim_t)strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

static bool
set_limits(void)
{
	const struct limit {
		int resource;
		rlim_t most;
		bool confined_only;
	} limits[] = {
		{ RLIMIT_AS, mapped() + MEMORY_MAX, true },
		{ RLIMIT_STACK, STACK_MAX, false },
		{ RLIMIT_CPU, CPU_MAX, false },
		{ RLIMIT_CORE, 0, false },
		{ RLIMIT_FSIZE, 0, false },
		{ RLIMIT_NOFILE, 1, false },
	};

	for (size_t i = 0; i < countof(limits); i++) {
		const struct rlimit r = { limits[i].most, limits[i].most };

		if (limits[i].confined_only && !CONFINED)
			continue;
		if (setrlimit((__rlimit_resource_t)limits[i].resource, &r) < 0)
			return false;
	}
	return true;
}

static bool
set_filter(void)
{
	enum { ARCH = offsetof(struct seccomp_data, arch), NR = offsetof(struct seccomp_data, nr) };
#define ALLOW(call) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARCH),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NR),
		ALLOW(read), ALLOW(write), ALLOW(brk), ALLOW(mmap), ALLOW(munmap), ALLOW(mremap),
		ALLOW(exit_group),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
#undef ALLOW
	struct sock_fprog program = { countof(code), code };

	return !CONFINED || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static bool
read_all(void *to, size_t len)
{
	char *at = to;

	while (len > 0) {
		ssize_t n = read(0, at, len);

		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static bool
write_all(const void *from, size_t len)
{
	const char *at = from;

	while (len > 0) {
		ssize_t n = write(0, at, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static bool
write_frame(uint32_t head, const char *bytes, size_t len)
{
	return write_all(&head, sizeof(head)) && write_all(bytes, len);
}

static bool
render(const char *text, uint32_t len)
{
	MMIOT *doc = mkd_string(text, (int)len, FLAGS);
	char *html = NULL;
	int n = -1;
	bool ok;

	if (doc != NULL && mkd_compile(doc, FLAGS))
		n = mkd_document(doc, &html);
	if (n < 0 || n > CHILD_HTML_MAX)
		ok = write_frame(FRAME_REFUSED, NULL, 0);
	else
		ok = write_frame((uint32_t)n, html, (size_t)n);
	if (doc != NULL)
		mkd_cleanup(doc);
	return ok;
}

_Noreturn void
child_run(int fd)
{
	static char text[MARKDOWN_MAX];
	uint32_t len;

	keep_only(fd);
	mkd_initialize();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
	    !set_limits() || !set_filter())
		_exit(1);
	if (!write_frame(FRAME_HELLO, NULL, 0))
		_exit(0);
	while (read_all(&len, sizeof(len))) {
		if (len > sizeof(text) || !read_all(text, len) || !render(text, len))
			_exit(1);
	}
	_exit(0);
}
