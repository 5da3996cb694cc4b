/*
 * What a mail server says, whole and in pieces: both have to give the same replies. The first
 * byte of the input is the size of the pieces. And a message never has a line of one dot before
 * its end, whatever is in it.
 */
#include <stdlib.h>
#include <string.h>

#include "services/courier/smtp_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* All its replies, and how it ended. */
static void
run(struct buf *out, const char *bytes, size_t len, size_t piece)
{
	struct smtp_reply r = { 0 };
	enum smtp_reading reading = SMTP_MORE;

	for (size_t at = 0; at < len && reading != SMTP_NONSENSE; at += piece) {
		smtp_reply_add(&r, bytes + at, len - at < piece ? len - at : piece);
		while ((reading = smtp_reply_next(&r)) == SMTP_REPLY) {
			must(r.code >= 200 && r.code < 600 && strlen(buf_text(&r.text)) == r.text.len);
			buf_printf(out, "%d %s\n", r.code, buf_text(&r.text));
			(void)smtp_reply_says(buf_text(&r.text), 7, -1);
		}
	}
	buf_printf(out, "%d\n", reading == SMTP_NONSENSE);
	smtp_reply_release(&r);
}

static void
dots(const char *bytes, size_t len)
{
	struct buf out = { 0 };
	const char *end;

	smtp_put_message(&out, bytes, len);
	buf_puts(&out, ".\r\n");
	must(out.len >= 3 && memcmp(out.data + out.len - 3, ".\r\n", 3) == 0);
	end = memmem(out.data, out.len, "\r\n.\r\n", 5);
	must(end == NULL ? out.len == 3 : end + 5 == out.data + out.len);
	for (size_t i = 0; i < out.len; i++)
		must(out.data[i] != '\n' || (i > 0 && out.data[i - 1] == '\r'));
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, parts = { 0 };

	if (size == 0 || size > 32768)
		return 0;
	run(&whole, (const char *)data + 1, size - 1, size);
	run(&parts, (const char *)data + 1, size - 1, data[0] % 32 + 1);
	must(whole.len == parts.len && memcmp(whole.data, parts.data, whole.len) == 0);
	dots((const char *)data + 1, size - 1);
	buf_release(&whole);
	buf_release(&parts);
	return 0;
}
