#include "services/courier/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/base/log.h"

enum { LONG = 1024 * 1024 };

struct journal {
	char directory[PATH_MAX - 64];
	char path[PATH_MAX];
	int fd;
	off_t size;
};

/* Has its name only once it is locked, so that nobody takes it over before. */
static bool
make(struct journal *j)
{
	char made[PATH_MAX];

	(void)snprintf(made, sizeof(made), "%s/new.XXXXXX", j->directory);
	j->fd = mkostemp(made, O_APPEND | O_CLOEXEC);
	(void)snprintf(j->path, sizeof(j->path), "%s/ended.%s", j->directory, made + strlen(made) - 6);
	return j->fd >= 0 && flock(j->fd, LOCK_EX) == 0 && rename(made, j->path) == 0;
}

struct journal *
journal_new(const char *data_dir)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (j == NULL)
		fatal("out of memory");
	if ((size_t)snprintf(j->directory, sizeof(j->directory), "%s/courier", data_dir) >= sizeof(j->directory))
		fatal("DATA_DIR: too long");
	if ((mkdir(j->directory, 0700) != 0 && errno != EEXIST) || !make(j)) {
		log_error("cannot write into %s: %s", j->directory, strerror(errno));
		free(j);
		return NULL;
	}
	return j;
}

static bool
append(struct journal *j, const char *lines, size_t len)
{
	ssize_t n = write(j->fd, lines, len);

	if (n == (ssize_t)len) {
		j->size += n;
		return true;
	}
	log_error("cannot write into %s: %s", j->path, n < 0 ? strerror(errno) : "no more room");
	if (n > 0 && ftruncate(j->fd, j->size) != 0)
		log_error("cannot take back half a line of %s: %s", j->path, strerror(errno));
	return false;
}

bool
journal_add(struct journal *j, json_t *result)
{
	char line[2048];
	size_t len = json_dumpb(result, line, sizeof(line) - 1, JSON_COMPACT);

	if (len == 0 || len >= sizeof(line))
		fatal("a result of %zu bytes", len);
	line[len++] = '\n';
	return append(j, line, len);
}

/* As PostgreSQL writes it. */
static bool
is_uuid(const char *text)
{
	return text != NULL && strlen(text) == 36 && strspn(text, "0123456789abcdef-") == 36 &&
	    text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

/* One that the database would not take would keep all others from being counted. */
static bool
is_result(json_t *r)
{
	return json_is_integer(json_object_get(r, "id")) && is_uuid(json_string_value(json_object_get(r, "message_id"))) &&
	    json_is_integer(json_object_get(r, "turn")) && json_is_string(json_object_get(r, "outcome"));
}

/* The last line of one that was killed may be torn. */
static void
read_lines(const char *lines, json_t *results)
{
	for (const char *end; (end = strchr(lines, '\n')) != NULL; lines = end + 1) {
		json_t *result = json_loadb(lines, (size_t)(end - lines), JSON_REJECT_DUPLICATES, NULL);

		if (is_result(result))
			json_array_append(results, result);
		json_decref(result);
	}
}

/* It goes once its lines stand in ours: if we are killed in between they are told twice, and counted once. */
static void
adopt(struct journal *j, const char *path, json_t *results)
{
	cleanup(buf_release) struct buf lines = {0};
	char bytes[8192];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		while ((n = read(fd, bytes, sizeof(bytes))) > 0)
			buf_add(&lines, bytes, (size_t)n);
		if (lines.len > 0 && lines.data[lines.len - 1] != '\n')
			buf_putc(&lines, '\n');
		if (n == 0 && (lines.len == 0 || append(j, buf_text(&lines), lines.len)) && unlink(path) == 0)
			read_lines(buf_text(&lines), results);
	}
	close(fd);
}

void
journal_adopt(struct journal *j, json_t *results)
{
	DIR *d = opendir(j->directory);
	const struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		char path[PATH_MAX];

		if (strncmp(entry->d_name, "ended.", 6) == 0 &&
		    (size_t)snprintf(path, sizeof(path), "%s/%s", j->directory, entry->d_name) < sizeof(path))
			adopt(j, path, results);
	}
	if (d != NULL)
		closedir(d);
}

bool
journal_long(const struct journal *j)
{
	return j->size >= LONG;
}

void
journal_clear(struct journal *j)
{
	if (j->size > 0 && ftruncate(j->fd, 0) != 0)
		log_error("cannot empty %s: %s", j->path, strerror(errno));
	j->size = 0;
}

void
journal_free(struct journal *j)
{
	if (j->size == 0)
		(void)unlink(j->path);
	close(j->fd);
	free(j);
}
