/*
 * What a mail server answers (RFC 5321 section 4.2), read out of bytes as they come; and a message
 * as the bytes that go to it. Knows no socket.
 */
#ifndef RELAIS_COURIER_SMTP_REPLY_H
#define RELAIS_COURIER_SMTP_REPLY_H

#include "shared/base/buf.h"

enum smtp_reading {
	SMTP_MORE,                      /* it is not whole yet */
	SMTP_REPLY,
	SMTP_NONSENSE                   /* no mail server says that, or so much */
};

struct smtp_reply {
	struct buf bytes;               /* what came and was not read yet; owned */
	struct buf text;                /* the words of the reply, of all its lines; owned */
	int code;                       /* 250; 0 before the first line */
	bool whole;
};

/* An empty one is all zero. */
void smtp_reply_release(struct smtp_reply *r);

void smtp_reply_add(struct smtp_reply *r, const char *bytes, size_t len);

/* Reads on. After SMTP_REPLY, code and text are of the reply that came next, until the next call. */
enum smtp_reading smtp_reply_next(struct smtp_reply *r) must_check;

/* Has something come that was not read? */
bool smtp_reply_pending(const struct smtp_reply *r);

/* Does text (a reply's, "550 5.1.1 …") have an enhanced code (RFC 3463) with this subject and detail; detail -1: any? */
bool smtp_reply_says(const char *text, int subject, int detail);

/* A message with its dots doubled where they begin a line, every line ended by CRLF; without the dot that ends it. */
void smtp_put_message(struct buf *out, const char *message, size_t len);

#endif
