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
struct web;

struct courier {
	struct config config;
	struct event_base *base;
	struct db *db;
	struct template_set *templates;
	struct maildir *maildir;        /* for the demonstration's persons, and where no mail server is set */
	struct keys *keys;
	struct fragments *fragments;
	struct curl_loop *web_loop;     /* for what goes out by libcurl */
	struct web *web;
	struct smtp *smtp;              /* NULL: no mail server is set */
	struct outbox *outbox;          /* of mail */
	struct outbox *pushes;          /* of what goes over HTTP: those that are slow there hold up no mail */
	unsigned draining;              /* outboxes, and what comes in, that come to their end before we stop */
	struct lmtp *lmtp;              /* NULL: not set */
	struct receive *receive;
	struct sweep *sweep;
};

#endif
