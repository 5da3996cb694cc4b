#include "services/courier/letter.h"

#include <string.h>

#include "services/courier/mime.h"
#include "shared/base/log.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"

/* What a template gets: the letter, and what every one has. Owned by the caller. */
static json_t *
values_of(struct delivery *d)
{
	const char *site = d->courier->config.url;
	json_t *values = json_deep_copy(json_object_get(d->row, "letter"));
	json_t *next = json_object_get(values, "next");

	json_object_set(values, "to", json_object_get(d->row, "to"));
	json_object_set_new(values, "site", json_string(site));
	if (d->secret != NULL)
		json_object_set_new(values, "link", json_sprintf("%s/sign-in?code=%s&lang=%s%s%s", site, d->secret, d->lang,
		    json_is_string(next) ? "&next=" : "", json_is_string(next) ? json_string_value(next) : ""));
	template_context(values);
	return values;
}

/* "ANCB via Relais": whoever it is from stands first on a phone. */
static void
put_from(struct delivery *d)
{
	const char *by = json_string_value(json_object_get(json_object_get(d->row, "letter"), "by"));

	mime_address(&d->message, "From", by != NULL ? arena_printf(&d->arena, "%s via Relais", by) : "Relais", d->courier->config.from);
}

/* A group's mails thread and are sorted by it. */
static void
put_list(struct delivery *d)
{
	json_t *letter = json_object_get(d->row, "letter");
	const char *slug = json_string_value(json_object_get(letter, "list"));
	const char *name = json_string_value(json_object_get(json_object_get(letter, "group"), "name"));
	const char *host = strrchr(d->courier->config.from, '@') + 1;

	if (slug != NULL)
		mime_address(&d->message, "List-Id", name, arena_printf(&d->arena, "%s.groups.%s", slug, host));
}

static void
put_head(struct delivery *d, const char *subject)
{
	struct buf *out = &d->message;
	json_t *to = json_object_get(d->row, "to");
	const char *host = strrchr(d->courier->config.from, '@') + 1;

	put_from(d);
	mime_address(out, "To", json_string_value(json_object_get(to, "name")), d->email);
	mime_field(out, "Subject", subject);
	buf_puts(out, "Date: ");
	mime_date(out, json_string_value(json_object_get(d->row, "made_at")));
	buf_printf(out, "\r\nMessage-ID: <%s@%s>\r\n", json_string_value(json_object_get(d->row, "message_id")), host);
	put_list(d);
	/* RFC 3834: nobody's program answers it */
	buf_printf(out, "Auto-Submitted: auto-generated\r\nX-Relais-Loop: %s\r\nContent-Language: %s\r\nMIME-Version: 1.0\r\n", host, d->lang);
}

static void
put_text(struct delivery *d, const char *text)
{
	cleanup(buf_release) struct buf flowed = {0};

	mime_flow(&flowed, text);
	buf_puts(&d->message, "Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	mime_quoted_printable(&d->message, buf_text(&flowed), flowed.len);
}

bool
letter_compose(struct delivery *d)
{
	cleanup(buf_release) struct buf text = {0};
	struct template_locale locale = { d->lang, json_string_value(json_object_get(json_object_get(d->row, "to"), "zone")) };
	json_t *values = values_of(d);
	bool made = template_render(d->courier->templates, arena_printf(&d->arena, "mail_%s.txt", d->kind), values, &locale, &text);
	char *body = made ? strstr(text.data, "\n\n") : NULL;

	json_decref(values);
	if (body == NULL) {
		log_error("delivery %" JSON_INTEGER_FORMAT ": the letter %s cannot be made", d->id, d->kind);
		return false;
	}
	*body = '\0';
	put_head(d, text.data);
	put_text(d, body + 2);
	return !d->message.failed;
}
