/*
 * libcurl's transfers on the event loop: what connects, greets, secures and fetches without
 * anything waiting for it.
 *
 * An easy handle and what it was set up with belong to whoever adds it. It is theirs to take out
 * again, when it is done or before; a handle set up to connect only keeps its connection until then.
 */
#ifndef RELAIS_COURIER_CURL_LOOP_H
#define RELAIS_COURIER_CURL_LOOP_H

#include <curl/curl.h>
#include <event2/event.h>

#include "shared/base/base.h"

struct curl_loop;

/* Ends the program if libcurl cannot look names up without waiting. */
struct curl_loop *curl_loop_new(struct event_base *base);
void curl_loop_free(struct curl_loop *loop);    /* after the last curl_loop_remove() */

/*
 * Begins a transfer. done is called once, from the event loop, with how it went; not if the handle
 * was taken out before. Uses the handle's CURLOPT_PRIVATE, and sets what every handle here needs.
 */
void curl_loop_add(struct curl_loop *loop, CURL *easy, void (*done)(void *arg, CURLcode code), void *arg);

/* Ends a transfer, or a connection that was kept. Not from within one of libcurl's own callbacks. */
void curl_loop_remove(struct curl_loop *loop, CURL *easy);

#endif
