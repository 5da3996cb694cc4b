/*
 * libpq tries several hosts in their order, but one that never answers holds it up until
 * our timer ends the attempt, and the next attempt would begin with the same one. So each
 * attempt begins one host further: host, hostaddr and port are turned together.
 */
#include "shared/db/internal.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"

enum { KEYWORDS_MAX = 64 };

static bool
turns(const char *keyword)
{
	return strcmp(keyword, "host") == 0 || strcmp(keyword, "hostaddr") == 0 ||
	    strcmp(keyword, "port") == 0;
}

/* A copy of a comma-separated list, begun `turn` entries further; the caller frees it. */
static char *
turned(const char *list, unsigned turn)
{
	size_t len = strlen(list), entries = 1;
	const char *from = list;
	char *copy = malloc(len + 2);

	if (copy == NULL)
		fatal("out of memory");
	for (const char *p = list; *p != '\0'; p++)
		entries += *p == ',';
	for (size_t skip = turn % entries; skip > 0; skip--)
		from = strchr(from, ',') + 1;
	if (from == list)
		return strcpy(copy, list);
	strcpy(copy, from);
	strcat(copy, ",");
	strncat(copy, list, (size_t)(from - list) - 1);
	return copy;
}

/* What stands for an option's value: what was found for it, its own. */
static const char *
value_of(const PQconninfoOption *o, const struct hosts *found)
{
	if (found != NULL && strcmp(o->keyword, "hostaddr") == 0)
		return found->hostaddr;
	if (found != NULL && o->val != NULL && strcmp(o->keyword, "host") == 0)
		return found->host;
	if (found != NULL && o->val != NULL && strcmp(o->keyword, "port") == 0)
		return found->port;
	return o->val;
}

PGconn *
hosts_connect(const PQconninfoOption *conninfo, const struct hosts *found, unsigned turn)
{
	const char *keywords[KEYWORDS_MAX + 2], *values[KEYWORDS_MAX + 2];
	char *copies[KEYWORDS_MAX];
	size_t n = 0, ncopies = 0;
	PGconn *pg;

	for (const PQconninfoOption *o = conninfo; o->keyword != NULL && n < KEYWORDS_MAX; o++) {
		const char *value = value_of(o, found);

		if (value == NULL || strcmp(o->keyword, "client_encoding") == 0)
			continue;
		keywords[n] = o->keyword;
		values[n] = value;
		if (turns(o->keyword))
			values[n] = copies[ncopies++] = turned(value, turn);
		n++;
	}
	keywords[n] = "client_encoding";
	values[n++] = "UTF8";
	keywords[n] = values[n] = NULL;
	pg = PQconnectStartParams(keywords, values, 0);
	while (ncopies > 0)
		free(copies[--ncopies]);
	if (pg == NULL)
		fatal("out of memory");
	return pg;
}
