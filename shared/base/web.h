/*
 * What the build puts into the programs: templates, static files and migrations.
 * Made by web/embed.sh as build/gen/web.c from web/templates, web/static and
 * sql/migrations; all of it is constant and lives as long as the program.
 */
#ifndef RELAIS_WEB_H
#define RELAIS_WEB_H

#include "shared/base/base.h"

struct template_source;         /* shared/template/template.h */

/* A file of web/static. The compressed forms are NULL where they save nothing. */
struct web_file {
	const char *name;       /* "style.css" */
	const char *path;       /* "/static/style.0a1b2c3d.css": changes with the content */
	const char *type;       /* of the content */
	const void *bytes, *gzip, *brotli;
	size_t len, gzip_len, brotli_len;
};

/* A file of sql/migrations, NNNN_name.sql; in the order of their numbers. */
struct web_migration {
	int number;
	const char *name;       /* "0001_ground" */
	const char *sql;        /* terminated by NUL behind its len bytes */
	size_t len;
	const char *sha256;     /* 64 hexadecimal digits */
};

extern const struct template_source *const web_templates;
extern const size_t web_ntemplates;
extern const struct web_file web_files[];
extern const size_t web_nfiles;
extern const struct web_migration web_migrations[];
extern const size_t web_nmigrations;

/* By its plain name, for links in pages; NULL if there is none. */
const struct web_file *web_static(const char *name);
/* By the path of a request; NULL if there is none. */
const struct web_file *web_static_at(struct slice path);

#endif
