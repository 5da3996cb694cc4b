#include "services/site/versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/db/db.h"
#include "statements.h"

enum { MOST_GROUPS = 1 << 22 };

struct versions {
	struct site *site;
	struct event *tick;
	int64_t *by_group;
	size_t size;
	char since[64];                 /* "" asks for all */
	bool asking;
};

int64_t
versions_get(const struct versions *v, int group)
{
	return group > 0 && (size_t)group < v->size ? v->by_group[group] : 0;
}

void
versions_raise(struct versions *v, int group, int64_t version)
{
	if (group <= 0 || group >= MOST_GROUPS)
		return;
	if ((size_t)group >= v->size) {
		size_t size = ((size_t)group + 1) * 2;
		int64_t *grown = realloc(v->by_group, size * sizeof(*grown));

		if (grown == NULL)
			fatal("out of memory");
		memset(grown + v->size, 0, (size - v->size) * sizeof(*grown));
		v->by_group = grown;
		v->size = size;
	}
	if (version > v->by_group[group])
		v->by_group[group] = version;
}

void
versions_changed(struct versions *v, json_t *changed)
{
	json_t *pair;
	size_t i;

	json_array_foreach(changed, i, pair) {
		int group = (int)json_integer_value(json_array_get(pair, 0));
		json_int_t version = json_integer_value(json_array_get(pair, 1));
		char payload[64];

		versions_raise(v, group, version);
		snprintf(payload, sizeof(payload), "%d:%lld", group, (long long)version);
		db_notify(v->site->db, payload);
	}
}

void
versions_notified(void *arg, const char *payload)
{
	struct site *site = arg;
	int group, n;
	long long version;

	while (sscanf(payload, " %d:%lld%n", &group, &version, &n) == 2) {
		versions_raise(site->versions, group, version);
		payload += n;
	}
}

static void
scanned(void *arg, const struct db_result *r)
{
	struct versions *v = arg;
	json_t *answer, *pair;
	size_t i;

	v->asking = false;
	if (r->outcome != DB_OK || (answer = json_loads(r->value, 0, NULL)) == NULL)
		return;
	json_array_foreach(json_object_get(answer, "groups"), i, pair)
		versions_raise(v, (int)json_integer_value(json_array_get(pair, 0)),
		    json_integer_value(json_array_get(pair, 1)));
	snprintf(v->since, sizeof(v->since), "%s", json_string_value(json_object_get(answer, "at")));
	json_decref(answer);
}

static void
ask(struct versions *v)
{
	static const char *const nobody[6];
	const char *values[1] = { v->since[0] != '\0' ? v->since : NULL };

	if (v->asking)
		return;
	v->asking = true;
	db_call(v->site->db, &(struct db_call){ .begin = nobody, .statement = SQL_GROUP_VERSIONS,
	    .values = values, .done = scanned, .arg = v, .again_ok = true });
}

void
versions_rescan(void *arg)
{
	struct site *site = arg;

	if (site->versions == NULL)
		return;
	site->versions->since[0] = '\0';
	ask(site->versions);
}

static void
tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ask(arg);
}

struct versions *
versions_new(struct site *site)
{
	struct versions *v = calloc(1, sizeof(*v));
	const struct timeval second = { 1, 0 };

	if (v == NULL)
		fatal("out of memory");
	v->site = site;
	v->tick = event_new(site->base, -1, EV_PERSIST, tick, v);
	if (v->tick == NULL || event_add(v->tick, &second) != 0)
		fatal("cannot start the timer of versions");
	return v;
}

void
versions_free(struct versions *v)
{
	event_free(v->tick);
	free(v->by_group);
	free(v);
}
