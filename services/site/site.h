/*
 * The service's parts, made once in main.c and handed to whoever needs them.
 */
#ifndef RELAIS_SITE_SITE_H
#define RELAIS_SITE_SITE_H

#include <event2/event.h>

#include "services/site/config.h"

struct cache;
struct db;
struct gzip;
struct http_server;
struct markdown;
struct metrics;
struct template_set;
struct versions;

struct site {
	struct config config;
	struct event_base *base;
	struct http_server *http;
	struct db *db;
	struct markdown *markdown;
	struct template_set *templates;
	struct gzip *gzip;
	struct cache *cache;            /* answers by address, valid for a group's version */
	struct versions *versions;      /* the groups' versions as this process knows them */
	struct metrics *metrics;
	char build[17];                 /* changes with program, texts and configuration: part of each ETag */
};

#endif
