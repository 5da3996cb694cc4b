/* What the build embeds is what lies in web/ and sql/migrations. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/web.h"
#include "shared/template/template.h"

static size_t
files_in(const char *dir)
{
	struct dirent *entry;
	DIR *d = opendir(dir);
	size_t n = 0;

	while (d != NULL && (entry = readdir(d)) != NULL)
		n += entry->d_name[0] != '.' && entry->d_type != DT_DIR;
	if (d != NULL)
		(void)closedir(d);
	return n;
}

static void
same_as_file(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "r");
	size_t i;

	if (file == NULL)
		fail_msg("%s is not there", path);
	for (i = 0; i < len; i++)
		if (fgetc(file) != (unsigned char)bytes[i])
			fail_msg("%s differs at byte %zu", path, i);
	assert_int_equal(fgetc(file), EOF);
	(void)fclose(file);
}

static void
migrations(void **state)
{
	char path[256];
	size_t i;

	(void)state;
	assert_true(web_nmigrations > 0);
	for (i = 0; i < web_nmigrations; i++) {
		const struct web_migration *m = &web_migrations[i];

		assert_int_equal(m->number, i + 1);
		assert_int_equal(strlen(m->sql), m->len);
		assert_int_equal(strlen(m->sha256), 64);
		(void)snprintf(path, sizeof(path), "sql/migrations/%s.sql", m->name);
		same_as_file(path, m->sql, m->len);
	}
}

static void
templates(void **state)
{
	char path[256];
	size_t i;

	(void)state;
	assert_int_equal(web_ntemplates, files_in("web/templates"));
	for (i = 0; i < web_ntemplates; i++) {
		const struct template_source *t = &web_templates[i];

		assert_null(strstr(t->name, ".mustache"));
		(void)snprintf(path, sizeof(path), "web/templates/%s.mustache", t->name);
		same_as_file(path, t->text, t->len);
	}
}

/* Style and scripts are embedded as the build made them. */
static bool
is_made_small(const char *name)
{
	const char *ending = strrchr(name, '.');

	return ending != NULL && (strcmp(ending, ".css") == 0 || strcmp(ending, ".js") == 0);
}

static void
static_files(void **state)
{
	char path[256];
	size_t i;

	(void)state;
	assert_int_equal(web_nfiles, files_in("web/static") + files_in("web/script"));
	for (i = 0; i < web_nfiles; i++) {
		const struct web_file *f = &web_files[i];

		(void)snprintf(path, sizeof(path), "web/static/%s", f->name);
		if (is_made_small(f->name))
			(void)snprintf(path, sizeof(path), "build/gen/web.files/small/%s", f->name);
		same_as_file(path, f->bytes, f->len);
		assert_int_equal(strncmp(f->path, "/static/", 8), 0);
		assert_int_equal(strlen(f->path), strlen("/static/") + strlen(f->name) + 9);
		assert_non_null(strchr(f->type, '/'));
		assert_true(f->gzip == NULL ? f->gzip_len == 0 : f->gzip_len < f->len);
		assert_true(f->gzip == NULL || memcmp(f->gzip, "\x1f\x8b", 2) == 0);
		assert_true(f->brotli == NULL ? f->brotli_len == 0 : f->brotli_len < f->len);
		assert_ptr_equal(web_static(f->name), f);
		assert_ptr_equal(web_static_at((struct slice){ f->path, strlen(f->path) }), f);
		assert_null(web_static_at((struct slice){ f->path, strlen(f->path) - 1 }));
	}
	assert_null(web_static("none"));
	assert_null(web_static(""));
	assert_null(web_static_at((struct slice){ "", 0 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(migrations),
		cmocka_unit_test(templates),
		cmocka_unit_test(static_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
