/*
 * The mail that the demonstration's persons got, for who tries Relais on this machine: the newest files of
 * the courier's maildir. They are read at once, from a disk beside us: in the demonstration nobody waits for it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "services/site/answer.h"
#include "services/site/mail_view.h"
#include "services/site/resources.h"
#include "services/site/session.h"

enum { MOST_SHOWN = 25, MOST_BYTES = 256 * 1024 };

struct newest {
	long number[MOST_SHOWN];        /* of the delivery; the highest first */
	char name[MOST_SHOWN][64];
	size_t n;
};

static void
keep(struct newest *l, long number, const char *name)
{
	size_t at = l->n;

	while (at > 0 && l->number[at - 1] < number)
		at--;
	if (at == MOST_SHOWN || strlen(name) >= sizeof(l->name[0]))
		return;
	if (l->n < MOST_SHOWN)
		l->n++;
	memmove(&l->number[at + 1], &l->number[at], (l->n - at - 1) * sizeof(l->number[0]));
	memmove(&l->name[at + 1], &l->name[at], (l->n - at - 1) * sizeof(l->name[0]));
	l->number[at] = number;
	strcpy(l->name[at], name);
}

static void
find_newest(struct newest *l, int dir)
{
	DIR *d = fdopendir(dup(dir));
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] >= '0' && e->d_name[0] <= '9')
			keep(l, strtol(e->d_name, NULL, 10), e->d_name);
	if (d != NULL)
		closedir(d);
}

static json_t *
read_mail(struct exchange *x, int dir, const char *name)
{
	char *bytes = arena_alloc(&x->req->arena, MOST_BYTES);
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd >= 0 ? read(fd, bytes, MOST_BYTES) : -1;

	if (fd >= 0)
		close(fd);
	return n > 0 ? mail_view(bytes, (size_t)n) : NULL;
}

static void
show(struct exchange *x)
{
	struct newest newest = {0};
	json_t *list, *value;
	int dir;

	if (!session_in_demo(x)) {
		answer_problem(x, 404, NULL);
		return;
	}
	dir = open(arena_printf(&x->req->arena, "%s/mail/new", x->site->config.data_dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0)
		find_newest(&newest, dir);
	list = json_array();
	for (size_t i = 0; i < newest.n; i++) {
		json_t *mail = read_mail(x, dir, newest.name[i]);

		if (mail != NULL)
			json_array_append_new(list, mail);
	}
	if (dir >= 0)
		close(dir);
	value = json_pack("{s:o, s:b}", "mails", list, "any", newest.n > 0);
	answer_page(x, 200, "demo_mail", value);
	json_decref(value);
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/demo/mail", .flags = ON_WEB | PRIVATE, .forms = FORM_HTML, .statement = NO_STATEMENT, .answer = show },
	{ .pattern = NULL }
};

const struct resource demo_mail_resource = { "demo mail", routes };
