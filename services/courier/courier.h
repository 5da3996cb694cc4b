/*
 * The courier's parts, made once in main.c and handed to whoever needs them.
 */
#ifndef RELAIS_COURIER_COURIER_H
#define RELAIS_COURIER_COURIER_H

#include <event2/event.h>

#include "services/courier/config.h"

struct db;
struct curl_loop;
struct fragments;
struct keys;
struct lmtp;
struct maildir;
struct outbox;
struct receive;
struct smtp;
struct sweep;
struct template_set;

struct courier {
	struct config config;
	struct event_base *base;
	struct db *db;
	struct template_set *templates;
	struct maildir *maildir;        /* for the demonstration's persons, and where no mail server is set */
	struct keys *keys;
	struct fragments *fragments;
	struct curl_loop *web;          /* for what goes out by libcurl */
	struct smtp *smtp;              /* NULL: no mail server is set */
	struct outbox *outbox;
	struct lmtp *lmtp;              /* NULL: not set */
	struct receive *receive;
	struct sweep *sweep;
};

#endif
