/* A lesson passed on: by WhatsApp, by mail, on paper, as a QR code. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/base/utf8.h"
#include "shared/i18n/i18n.h"
#include "shared/qr/qr.h"
#include "statements.h"

/* A message is read whole on a phone, without a tap on "more". */
enum { MOST_CHARACTERS = 590 };

static const char *
text_at(json_t *value, const char *name)
{
	const char *text = json_string_value(json_object_get(value, name));

	return text != NULL ? text : "";
}

/* The first characters of a text, up to the end of a word. */
static void
add_cut(struct buf *out, const char *text, size_t most)
{
	const char *at = text, *end = text;

	if (utf8_count(text) <= most) {
		buf_puts(out, text);
		return;
	}
	for (size_t n = 0; n + 1 < most; n++) {
		if (*at == ' ' || *at == '\n')
			end = at;
		for (at++; !utf8_begins(*at); at++)
			;
	}
	buf_add(out, text, (size_t)((end > text ? end : at) - text));
	buf_puts(out, "…");
}

/* Its page, in the language its reader has: the address names none. */
static const char *
address(struct exchange *x)
{
	return arena_printf(&x->req->arena, "%s/groups/%s/lessons/%s", x->site->config.url, exchange_in(x, "group"), exchange_in(x, "id"));
}

/* Title, who learnt it, the summary, the address. Of a closed group no more than the title goes out. */
static const char *
message(struct exchange *x, json_t *value, bool open)
{
	cleanup(buf_release) struct buf b = {0};
	const char *summary = text_at(value, "summary"), *url = address(x);

	add_cut(&b, text_at(value, "title"), 200);
	buf_printf(&b, " (%s)\n\n", text_at(json_object_get(value, "municipality"), "name"));
	if (open && *summary != '\0' && utf8_count(buf_text(&b)) + utf8_count(url) + 40 < MOST_CHARACTERS) {
		add_cut(&b, summary, MOST_CHARACTERS - 2 - utf8_count(buf_text(&b)) - utf8_count(url));
		buf_puts(&b, "\n\n");
	}
	buf_puts(&b, url);
	return arena_copy(&x->req->arena, buf_text(&b), b.len);
}

/* The text in an address, with the line ends that a mail has. */
static void
add_encoded(struct buf *out, const char *text)
{
	cleanup(buf_release) struct buf lines = {0};

	for (; *text != '\0'; text++)
		buf_printf(&lines, *text == '\n' ? "\r\n" : "%c", *text);
	percent_encode(out, buf_text(&lines));
}

static json_t *
with_message(struct exchange *x, json_t *value)
{
	cleanup(buf_release) struct buf whatsapp = {0}, mail = {0}, path = {0};
	bool open = json_is_true(json_object_get(json_object_get(value, "group"), "public"));
	const char *text = message(x, value, open), *url = address(x);

	buf_puts(&whatsapp, "https://wa.me/?text=");
	percent_encode(&whatsapp, text);
	buf_puts(&mail, "mailto:?subject=");
	percent_encode(&mail, text_at(value, "title"));
	buf_puts(&mail, "&body=");
	add_encoded(&mail, text);
	json_object_set_new(value, "url", json_string(url));
	json_object_set_new(value, "text", json_string(text));
	json_object_set_new(value, "whatsapp", json_string(buf_text(&whatsapp)));
	json_object_set_new(value, "mail", json_string(buf_text(&mail)));
	if (x->form == FORM_JSON)
		return value;
	json_object_set_new(value, "qr", json_pack("{s:i}", "size", (int)qr_path(&path, url)));
	json_object_set_new(json_object_get(value, "qr"), "path", json_string(buf_text(&path)));
	return value;
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/{id}/share", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON | FORM_TXT,
	  .statement = SQL_LESSON_SHARE, .template = "share", .script = "share.js", .shape = with_message,
	  .summary = "A lesson in a few lines, to be passed on" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/{id}/qr", .flags = ON_WEB, .forms = FORM_SVG,
	  .statement = SQL_LESSON_SHARE, .template = "qr", .shape = with_message },
	{ .pattern = NULL }
};

const struct resource share_resource = { "share", routes };
