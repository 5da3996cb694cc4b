#include "services/courier/lmtp_mail.h"

void
lmtp_mail_begin(struct lmtp_mail *m)
{
	buf_reset(&m->text);
	m->size = 0;
	m->cut = false;
	m->crlf = true;
}

/*
 * A dot before a line is the transport's. A dot alone is the end only between CRLFs: by another end of line somebody
 * could write a mail that holds commands.
 */
bool
lmtp_mail_line(struct lmtp_mail *m, const char *line, size_t len, bool crlf, size_t kept_most)
{
	bool dot = len == 1 && *line == '.' && crlf && m->crlf;

	m->crlf = crlf;
	if (dot)
		return true;
	if (len > 0 && *line == '.') {
		line++;
		len--;
	}
	m->size += len + 2;
	m->cut = m->cut || m->text.len + len + 2 > kept_most;
	if (!m->cut) {
		buf_add(&m->text, line, len);
		buf_puts(&m->text, "\r\n");
	}
	return false;
}

void
lmtp_mail_piece(struct lmtp_mail *m, const char *piece, size_t len, bool first)
{
	m->size += len - (first && len > 0 && *piece == '.');
	m->cut = true;
}

void
lmtp_mail_piece_end(struct lmtp_mail *m, size_t len, bool crlf)
{
	m->size += len + 2;
	m->crlf = crlf;
}
