/*
 * One connection to the mail server: opened, given one mail after another, closed.
 *
 * libcurl connects, speaks TLS and signs in (CURLOPT_CONNECT_ONLY); from then on the dialogue is
 * ours. For libcurl's own waits, with everything else standing still, for the server's answer to
 * the end of a message and to QUIT (smtp_done() in 7.88; measured: 3.0 s for an answer that took
 * 3 s, with the multi interface too), and closes the connection after each refusal.
 */
#ifndef RELAIS_COURIER_SMTP_LINE_H
#define RELAIS_COURIER_SMTP_LINE_H

#include "services/courier/curl_loop.h"
#include "services/courier/delivery.h"

struct smtp_line;

/* How a mail ended. */
struct smtp_end {
	enum outcome outcome;           /* DELIVERED, LATER, REFUSED */
	const char *words;              /* what the server said, or what happened; valid during the call */
	bool ours;                      /* trouble with us or the server, not with whom or what it is for */
	bool unsaid;                    /* the line was dead: nothing of the mail was said */
};

struct smtp_line_calls {
	void (*ready)(void *arg, struct smtp_line *line);       /* a mail can be sent */
	void (*ended)(void *arg, struct smtp_line *line, struct delivery *d, const struct smtp_end *how);
	/* Closed, with no mail on it; to be freed. why: it never opened; valid during the call. NULL: it did. */
	void (*gone)(void *arg, struct smtp_line *line, const char *why);
};

/* Begins to connect. Calls come from the event loop only. calls and the courier outlive it. */
struct smtp_line *smtp_line_open(struct courier *c, struct curl_loop *loop, const struct smtp_line_calls *calls, void *arg);

bool smtp_line_opening(const struct smtp_line *line);
bool smtp_line_idle(const struct smtp_line *line);

/* Does the server take its addresses? Known once the line is open. */
bool smtp_line_takes(const struct smtp_line *line, const struct delivery *d);

/* On an idle line. d stays the caller's, and has to stay until ended(). */
void smtp_line_send(struct smtp_line *line, struct delivery *d);

/* Gives the mail under way, which the server may have or not; NULL: none. Nothing is called. */
struct delivery *smtp_line_drop(struct smtp_line *line);

void smtp_line_free(struct smtp_line *line);    /* an idle one says goodbye */

#endif
