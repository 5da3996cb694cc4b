#include "services/courier/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base/log.h"

struct maildir {
	char path[PATH_MAX - 64];
};

struct maildir *
maildir_new(const char *data_dir)
{
	static const char *const parts[] = { "", "/tmp", "/new", "/cur" };
	struct maildir *m = calloc(1, sizeof(*m));

	if (m == NULL)
		fatal("out of memory");
	if ((size_t)snprintf(m->path, sizeof(m->path), "%s/mail", data_dir) >= sizeof(m->path))
		fatal("DATA_DIR: too long");
	for (size_t i = 0; i < countof(parts); i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s%s", m->path, parts[i]);
		if (mkdir(path, 0700) != 0 && errno != EEXIST) {
			log_error("cannot make %s: %s", path, strerror(errno));
			free(m);
			return NULL;
		}
	}
	return m;
}

void
maildir_free(struct maildir *m)
{
	free(m);
}

static bool
write_all(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* Whole and on the disk under its other name before it has its own. Lines end as files' do. */
static bool
put(const char *tmp, const char *final, const struct buf *message)
{
	cleanup(buf_release) struct buf lines = {0};
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written;

	if (fd < 0)
		return false;
	for (size_t i = 0; i < message->len; i++)
		if (message->data[i] != '\r')
			buf_putc(&lines, message->data[i]);
	written = !lines.failed && write_all(fd, lines.data, lines.len) && fsync(fd) == 0;
	return close(fd) == 0 && written && rename(tmp, final) == 0;
}

void
maildir_deliver(struct maildir *m, struct delivery *d)
{
	const char *name = arena_printf(&d->arena, "%" JSON_INTEGER_FORMAT ".%s", d->id,
	    json_string_value(json_object_get(d->row, "message_id")));
	const char *tmp = arena_printf(&d->arena, "%s/tmp/%s.%d", m->path, name, d->turn), *why;

	if (put(tmp, arena_printf(&d->arena, "%s/new/%s", m->path, name), &d->message)) {
		delivery_end(d, DELIVERED, NULL);
		return;
	}
	why = strerror(errno);
	(void)unlink(tmp);
	log_error("cannot write mail into %s: %s", m->path, why);
	delivery_end(d, LATER, why);
}
