/* A lesson or a digest passed on: by WhatsApp, by SMS, by mail, as a QR code; a lesson on paper too. */
#include <string.h>

#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "services/site/share_lines.h"
#include "shared/qr/qr.h"
#include "statements.h"

/* The text in an address, with the line ends that a mail has. */
static void
add_encoded(struct buf *out, const char *text)
{
	cleanup(buf_release) struct buf lines = {0};

	for (; *text != '\0'; text++)
		buf_printf(&lines, *text == '\n' ? "\r\n" : "%c", *text);
	percent_encode(out, buf_text(&lines));
}

/* The lines, each way they leave by, and the page they lead to. */
static json_t *
with_ways(struct exchange *x, json_t *value, const char *subject, const char *text, const char *url)
{
	cleanup(buf_release) struct buf whatsapp = {0}, sms = {0}, mail = {0}, path = {0};

	buf_puts(&whatsapp, "https://wa.me/?text=");
	percent_encode(&whatsapp, text);
	/* to nobody yet; by RFC 5724 a body begins at "?", by older telephones at "&" */
	buf_puts(&sms, "sms:?&body=");
	percent_encode(&sms, text);
	buf_puts(&mail, "mailto:?subject=");
	percent_encode(&mail, subject);
	buf_puts(&mail, "&body=");
	add_encoded(&mail, text);
	json_object_set_new(value, "url", json_string(url));
	json_object_set_new(value, "text", json_string(text));
	json_object_set_new(value, "whatsapp", json_string(buf_text(&whatsapp)));
	json_object_set_new(value, "sms", json_string(buf_text(&sms)));
	json_object_set_new(value, "mail", json_string(buf_text(&mail)));
	if (x->form == FORM_JSON)
		return value;
	json_object_set_new(value, "qr", json_pack("{s:i}", "size", (int)qr_path(&path, url)));
	json_object_set_new(json_object_get(value, "qr"), "path", json_string(buf_text(&path)));
	return value;
}

/* Its page, in the language its reader has: the address names none. */
static json_t *
with_lesson(struct exchange *x, json_t *value)
{
	const char *url = arena_printf(&x->req->arena, "%s/groups/%s/lessons/%s", x->site->config.url, exchange_in(x, "group"),
	    exchange_in(x, "id"));
	const char *title = json_string_value(json_object_get(value, "title"));

	return with_ways(x, value, title != NULL ? title : "", share_lesson(x, value, url), url);
}

/*
 * The umbrella's digest, or a group's section of it. Of closed groups neither the news nor the name goes out: the link is
 * then the umbrella's, where each reader sees what is theirs to see.
 */
static json_t *
with_digest(struct exchange *x, json_t *value)
{
	json_t *umbrella = json_object_get(value, "umbrella"), *group = json_object_get(value, "group");
	bool closed = json_array_size(json_object_get(value, "sections")) == 0;
	bool of_group = json_is_object(group) && !closed;
	const char *slug = json_string_value(json_object_get(of_group ? group : umbrella, "slug")), *url, *text;

	url = arena_printf(&x->req->arena, "%s/%s/%s/digests/%lld", x->site->config.url, of_group ? "groups" : "umbrellas", slug,
	    (long long)json_integer_value(json_object_get(value, "n")));
	if (closed)
		json_object_set_new(value, "closed", json_true());
	if ((text = share_digest(x, value, url)) == NULL)
		text = url;
	json_object_del(value, "sections");
	json_object_set_new(value, "lang", json_string(x->lang));
	return with_ways(x, value, arena_printf(&x->req->arena, "%.*s", (int)strcspn(text, "\n"), text), text, url);
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/{id}/share", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON | FORM_TXT,
	  .statement = SQL_LESSON_SHARE, .template = "share", .script = "share.js", .shape = with_lesson,
	  .summary = "A lesson in a few lines, to be passed on" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/lessons/{id}/qr", .flags = ON_WEB, .forms = FORM_SVG,
	  .statement = SQL_LESSON_SHARE, .template = "qr", .shape = with_lesson },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/digests/{n}/share", .flags = ON_WEB | ON_API, .forms = FORM_HTML | FORM_JSON | FORM_TXT,
	  .statement = SQL_DIGEST_SHARE, .template = "digest_share", .script = "share.js", .shape = with_digest,
	  .summary = "A group's section of a digest in a few lines, to be passed on" },
	{ .method = HTTP_GET, .pattern = "/groups/{group}/digests/{n}/qr", .flags = ON_WEB, .forms = FORM_SVG,
	  .statement = SQL_DIGEST_SHARE, .template = "qr", .shape = with_digest },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/digests/{n}/share", .flags = ON_WEB | ON_API,
	  .forms = FORM_HTML | FORM_JSON | FORM_TXT,
	  .statement = SQL_DIGEST_SHARE, .template = "digest_share", .script = "share.js", .shape = with_digest,
	  .summary = "A digest in a few lines, to be passed on: what everybody may read" },
	{ .method = HTTP_GET, .pattern = "/umbrellas/{umbrella}/digests/{n}/qr", .flags = ON_WEB, .forms = FORM_SVG,
	  .statement = SQL_DIGEST_SHARE, .template = "qr", .shape = with_digest },
	{ .pattern = NULL }
};

const struct resource share_resource = { "share", routes };
