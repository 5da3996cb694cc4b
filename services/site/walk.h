/*
 * The one way through the service: a request's whole walk.
 *
 *   walk_request()       finds the route, answers from memory, has read what was sent
 *   ask_who()            where there is Markdown: that it is somebody
 *   render_next()        Markdown fields, one after the other; the route's own step before
 *   ask_database()       the one statement
 *   answered()           its value, or what the database refused, to the answer
 *
 * These are the calls of http_server_new(); `site` is a struct site.
 */
#ifndef RELAIS_SITE_WALK_H
#define RELAIS_SITE_WALK_H

#include "services/site/exchange.h"

void walk_request(struct http_request *req, void *site);
size_t walk_body_limit(const struct http_request *req, void *site);
void walk_done(const struct http_request *req, int status, double ms, void *site);
void walk_refuse(struct http_request *req, struct http_reply *reply, void *site);

#endif
