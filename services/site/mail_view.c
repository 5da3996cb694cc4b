#include "services/site/mail_view.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/buf.h"

/* The value of a field, unfolded; the head ends with an empty line. */
static bool
field(struct buf *out, const char *message, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = message; *at != '\0' && *at != '\n';) {
		bool this = strncasecmp(at, name, n) == 0 && at[n] == ':';

		if (this)
			at += n + 1;
		do {
			size_t len = strcspn(at, "\n");

			if (this)
				buf_add(out, at, len);
			at += len + (at[len] == '\n');
		} while (*at == ' ' || *at == '\t');
		if (this)
			return !out->failed;
	}
	return false;
}

/* Encoded words in base64 and UTF-8; blanks between two of them are not shown. */
static void
decode_words(struct buf *out, const char *value)
{
	static const char begin[] = "=?UTF-8?B?";
	bool after_word = false;

	while (*value != '\0') {
		const char *blank = value + strspn(value, " \t"), *end;

		if (strncmp(blank, begin, sizeof(begin) - 1) == 0 && (end = strstr(blank, "?=")) != NULL) {
			unsigned char bytes[128];
			size_t n = 0;

			if (!after_word)
				buf_add(out, value, (size_t)(blank - value));
			blank += sizeof(begin) - 1;
			if (sodium_base642bin(bytes, sizeof(bytes), blank, (size_t)(end - blank), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0)
				buf_add(out, bytes, n);
			value = end + 2;
			after_word = true;
		} else {
			buf_putc(out, *value++);
			after_word = false;
		}
	}
}

/* A quoted name, without its quotes. */
static const char *
decode_quotes(struct buf *out, const char *value)
{
	if (*value != '"')
		return value;
	for (value++; *value != '\0' && *value != '"'; value++) {
		if (*value == '\\' && value[1] != '\0')
			value++;
		buf_putc(out, *value);
	}
	return value + (*value == '"');
}

static json_t *
field_text(const char *message, const char *name, bool address)
{
	cleanup(buf_release) struct buf raw = {0}, text = {0};
	const char *value;

	if (!field(&raw, message, name))
		return json_null();
	value = buf_text(&raw) + strspn(buf_text(&raw), " ");
	decode_words(&text, address ? decode_quotes(&text, value) : value);
	return json_string(buf_text(&text));
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void
decode_quoted(struct buf *out, const char *at, const char *end)
{
	while (at < end) {
		if (*at == '=' && at + 1 < end && at[1] == '\n') {
			at += 2;
		} else if (*at == '=' && at + 2 < end && digit(at[1]) >= 0 && digit(at[2]) >= 0) {
			buf_putc(out, (char)(digit(at[1]) << 4 | digit(at[2])));
			at += 3;
		} else {
			buf_putc(out, *at++);
		}
	}
}

static void
add_paragraph(json_t *list, const struct buf *text)
{
	const char *t = buf_text(text);
	bool link = (strncmp(t, "http://", 7) == 0 || strncmp(t, "https://", 8) == 0) && strpbrk(t, " \"<>") == NULL;

	if (*t != '\0')
		json_array_append_new(list, json_pack("{s:s}", link ? "link" : "text", t));
}

/* Lines that end with a blank go on in the next one (RFC 3676). Each is a paragraph of its own. */
static json_t *
paragraphs(const char *text)
{
	cleanup(buf_release) struct buf line = {0};
	json_t *list = json_array();

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		const char *from = text + (*text == ' ');

		buf_add(&line, from, len - (size_t)(from - text));
		text += len + (text[len] == '\n');
		if (line.len > 0 && line.data[line.len - 1] == ' ' && strcmp(buf_text(&line), "-- ") != 0)
			continue;
		add_paragraph(list, &line);
		buf_reset(&line);
	}
	add_paragraph(list, &line);
	return list;
}

/* The text/plain body: the whole, or the first part of a multipart. */
static const char *
plain_body(const char *message, const char **end)
{
	cleanup(buf_release) struct buf type = {0}, between = {0};
	const char *body = strstr(message, "\n\n"), *boundary, *part, *next;

	*end = message + strlen(message);
	if (body == NULL)
		return NULL;
	if (field(&type, message, "Content-Type") && (boundary = strstr(buf_text(&type), "boundary=\"")) != NULL) {
		boundary += strlen("boundary=\"");
		buf_printf(&between, "\n--%.*s", (int)strcspn(boundary, "\""), boundary);
		if ((part = strstr(body, buf_text(&between))) == NULL || (body = strstr(part, "\n\n")) == NULL)
			return NULL;
		next = strstr(body, buf_text(&between));
		if (next != NULL)
			*end = next;
	}
	return body + 2;
}

json_t *
mail_view(const char *message, size_t len)
{
	cleanup(buf_release) struct buf copy = {0}, text = {0};
	const char *body, *end;

	buf_add(&copy, message, len);
	body = plain_body(buf_text(&copy), &end);
	if (body == NULL || body > end)
		return NULL;
	decode_quoted(&text, body, end);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "from", field_text(copy.data, "From", true), "to", field_text(copy.data, "To", true),
	    "reply", field_text(copy.data, "Reply-To", true),
	    "subject", field_text(copy.data, "Subject", false), "lang", field_text(copy.data, "Content-Language", false), "paragraphs", paragraphs(buf_text(&text)));
}
