/*
 * The groups' versions as this process knows them. Raised by our own writes at once,
 * by the notices of other processes, and by asking the database each second, in case
 * a notice is lost.
 */
#ifndef RELAIS_SITE_VERSIONS_H
#define RELAIS_SITE_VERSIONS_H

#include <jansson.h>

#include "services/site/site.h"

struct versions;

struct versions *versions_new(struct site *site);       /* starts asking each second */
void versions_free(struct versions *v);

/* 0 while the group is not known. */
int64_t versions_get(const struct versions *v, int group);

/* Never lowers one. */
void versions_raise(struct versions *v, int group, int64_t version);

/* What a write changed, [[group, version], …]: known here at once, and told to the others. */
void versions_changed(struct versions *v, json_t *changed);

/* db_options.notified and .reconnected. */
void versions_notified(void *site, const char *payload);
void versions_rescan(void *site);

#endif
