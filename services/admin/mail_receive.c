#include "services/admin/mail.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "services/admin/database.h"
#include "services/admin/print.h"
#include "shared/base/address.h"
#include "shared/base/buf.h"
#include "shared/base/log.h"
#include "statements.h"

/* "": of any, which is for the mail server to decide. */
static const char *
our_domain(void)
{
	const char *domain = getenv("RELAIS_MAIL_DOMAIN");

	return domain != NULL ? domain : "";
}

/* Whom it is for: as typed, or as Postfix's local(8), Exim and others leave it in the environment. Borrowed; NULL: not said. */
static json_t *
recipients_of(struct admin *a)
{
	static const char *const names[] = { "ORIGINAL_RECIPIENT", "RECIPIENT" };

	for (size_t i = 0; json_object_get(a->in, "recipient") == NULL && i < countof(names); i++) {
		const char *value = getenv(names[i]);

		/* an alias may have changed either */
		if (value != NULL && *value != '\0' && (address_is_ours(value, our_domain()) || i + 1 == countof(names)))
			json_object_set_new(a->in, "recipient", json_pack("[s]", value));
	}
	return json_object_get(a->in, "recipient");
}

static const char *
sender_of(struct admin *a)
{
	const char *given = args_get(a, "from");

	if (given == NULL)
		given = getenv("SENDER");
	return given != NULL ? given : "";
}

/* The mail as LMTP brings it, each line ending with CRLF, and as much of it; the line "From …" of a mailbox file is none of its own. */
static void
put_lines(struct buf *out, const char *at, size_t len)
{
	const char *end = at + len, *line_end;
	bool first = true;

	for (; at < end; at = line_end + 1, first = false) {
		size_t n;

		line_end = memchr(at, '\n', (size_t)(end - at));
		if (line_end == NULL)
			line_end = end;
		n = (size_t)(line_end - at);
		if (first && n > 5 && memcmp(at, "From ", 5) == 0 && at[5] != ':')
			continue;
		n -= n > 0 && at[n - 1] == '\r';
		if (out->len + n + 2 > MAIL_KEPT_MOST)
			break;
		buf_add(out, at, n);
		buf_puts(out, "\r\n");
	}
}

/* All of standard input is read, also of what is too long: a mail server takes a closed pipe for a failure. */
static int
read_mail(struct buf *mail)
{
	cleanup(buf_release) struct buf bytes = { .limit = MAIL_IN_MOST };
	char piece[16384];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		buf_add(&bytes, piece, n);
	if (ferror(stdin)) {
		failed("the mail cannot be read");
		return EX_TEMPFAIL;
	}
	put_lines(mail, buf_text(&bytes), bytes.len);
	if (bytes.failed) {
		failed("the mail is too long: over %d bytes", MAIL_IN_MOST);
		return EX_UNAVAILABLE;
	}
	if (mail->len == 0) {
		failed("there is no mail on standard input");
		return EX_DATAERR;
	}
	return EX_OK;
}

static int
keep_one(struct admin *a, json_t *to, const char *text)
{
	json_t *in = json_pack("{s:O, s:s*, s:s}", "recipient", to, "sender", sender_of(a), "message", text);
	json_t *answer = in != NULL ? admin_value(a, SQL_INCOMING_POST, in) : NULL;
	const char *error = json_string_value(json_object_get(answer, "error"));
	int code = in == NULL || error != NULL ? EX_DATAERR : answer == NULL ? EX_TEMPFAIL : EX_OK;

	if (error != NULL && strncmp(error, "recipient_", 10) == 0) {
		failed("%s: %s", json_string_value(to), strcmp(error, "recipient_expired") == 0 ?
		    "this address is too old; please answer a newer mail" : "no such address here");
		code = EX_NOUSER;
	} else if (code == EX_DATAERR) {
		failed("the sender is no address");     /* not UTF-8, or too long */
	}
	json_decref(answer);
	json_decref(in);
	return code;
}

static int
keep(struct admin *a, json_t *recipients, const char *text)
{
	json_t *to;
	size_t i;
	int code = EX_OK;

	json_array_foreach(recipients, i, to)
		if (code == EX_OK)
			code = keep_one(a, to, text);
	return code;
}

static int
keep_all(struct admin *a, json_t *recipients, const struct buf *mail)
{
	size_t size = sodium_base64_ENCODED_LEN(mail->len, sodium_base64_VARIANT_ORIGINAL);
	char *text = malloc(size);
	int code;

	if (text == NULL)
		fatal("out of memory");
	sodium_bin2base64(text, size, (const unsigned char *)mail->data, mail->len, sodium_base64_VARIANT_ORIGINAL);
	if (!admin_connect(a) || !database_do(a->conn, "BEGIN"))
		code = EX_TEMPFAIL;
	else
		code = keep(a, recipients, text);
	if (code == EX_OK && !database_do(a->conn, "COMMIT"))
		code = EX_TEMPFAIL;
	free(text);
	return code;
}

int
mail_receive(struct admin *a)
{
	cleanup(buf_release) struct buf mail = {0};
	json_t *recipients = recipients_of(a), *to;
	int code;
	size_t i;

	if (recipients == NULL)
		return misused(a, "RECIPIENT is missing, and not in the environment");
	code = read_mail(&mail);
	json_array_foreach(recipients, i, to) {
		if (code == EX_OK && !address_is_ours(json_string_value(to), our_domain())) {
			failed("%s: no such address here", json_string_value(to));
			code = EX_NOUSER;
		}
	}
	if (code == EX_OK)
		code = keep_all(a, recipients, &mail);
	if (code == EX_OK && a->json) {
		json_t *value = json_pack("{s:I}", "received", (json_int_t)json_array_size(recipients));

		print_json(value);
		json_decref(value);
	}
	return code;
}
