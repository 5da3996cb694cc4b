/*
 * The mail that follows DATA, line by line (RFC 5321 sections 4.1.1.4 and 4.5.2): its length is counted, its beginning
 * kept, each line ending with CRLF.
 */
#ifndef RELAIS_COURIER_LMTP_MAIL_H
#define RELAIS_COURIER_LMTP_MAIL_H

#include "shared/base/buf.h"

struct lmtp_mail {
	struct buf text;                /* its beginning; released by its owner */
	size_t size;                    /* bytes so far, also of what is not kept */
	bool cut;                       /* a line did not fit into text, and none behind it is kept */
	bool crlf;                      /* the line before ended with CRLF */
};

void lmtp_mail_begin(struct lmtp_mail *m);

/* A line without its end; crlf: that was no bare LF. kept_most: bytes that text may have. True: it was the dot that ends the mail. */
bool lmtp_mail_line(struct lmtp_mail *m, const char *line, size_t len, bool crlf, size_t kept_most);

/* Of a line that is too long to come at once: a piece, then its end (as a line). Nothing of it is kept. first: the piece is its beginning. */
void lmtp_mail_piece(struct lmtp_mail *m, const char *piece, size_t len, bool first);
void lmtp_mail_piece_end(struct lmtp_mail *m, size_t len, bool crlf);

#endif
