#include "services/courier/letter.h"

#include <string.h>

#include "services/courier/keys.h"
#include "services/courier/mime.h"
#include "shared/base/address.h"
#include "shared/base/log.h"
#include "shared/base/percent.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"

enum { REPLY_DAYS = 400, LEAVE_DAYS = 730, UNDO_DAYS = 2, ANSWER_DAYS = 180, CONFIRM_DAYS = 30, SETTINGS_DAYS = 730 };

/* Where a lesson is answered, or an answer taken back, without signing in. */
static void
add_answer_link(struct delivery *d, json_t *to, json_t *group, json_t *number, const char *status, int days)
{
	char signed_[SIGNED_MOST];

	keys_sign(d->courier->keys, signed_, "r", d->person, arena_printf(&d->arena, "%" JSON_INTEGER_FORMAT ".%" JSON_INTEGER_FORMAT ".%s",
	    json_integer_value(group), json_integer_value(number), status), days);
	json_object_set_new(to, "link", json_sprintf("%s/a/%s?lang=%s", d->courier->config.url, signed_, d->lang));
}

/* Each lesson of a reminder, each answer of a receipt; where one from another address is confirmed. */
static void
add_links(struct delivery *d, json_t *values)
{
	const char *site = d->courier->config.url;
	json_t *confirm = json_object_get(values, "confirm"), *one;
	char signed_[SIGNED_MOST];
	size_t i;

	json_array_foreach(json_object_get(values, "lessons"), i, one)
		add_answer_link(d, one, json_object_get(values, "group_id"), json_object_get(one, "number"), "any", ANSWER_DAYS);
	json_array_foreach(json_object_get(values, "done"), i, one)
		if (json_is_true(json_object_get(one, "report")))
			add_answer_link(d, one, json_object_get(one, "group_id"), json_object_get(one, "number"),
			    json_string_value(json_object_get(one, "status")), UNDO_DAYS);
	if (!json_is_integer(confirm))
		return;
	keys_sign(d->courier->keys, signed_, "c", d->person, arena_printf(&d->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(confirm)), CONFIRM_DAYS);
	json_object_set_new(values, "link", json_sprintf("%s/c/%s?lang=%s", site, signed_, d->lang));
}

/* To where its reader wanted to go, as somebody said who need not be its reader: nothing but an address may come of it. */
static void
add_sign_in_link(struct delivery *d, json_t *values)
{
	cleanup(buf_release) struct buf link = {0};
	const char *next = json_string_value(json_object_get(values, "next"));

	buf_printf(&link, "%s/sign-in?code=%s&lang=%s", d->courier->config.url, d->secret, d->lang);
	if (next != NULL) {
		buf_puts(&link, "&next=");
		percent_encode(&link, next);
	}
	json_object_set_new(values, "link", json_string(buf_text(&link)));
}

/* What a template gets: the letter, and what every one has. Owned by the caller. */
static json_t *
values_of(struct delivery *d)
{
	const char *site = d->courier->config.url;
	json_t *values = json_deep_copy(json_object_get(d->row, "letter"));
	char signed_[SIGNED_MOST];

	json_object_set(values, "to", json_object_get(d->row, "to"));
	json_object_set_new(values, "site", json_string(site));
	json_object_set_new(values, "replies", json_boolean(*d->courier->config.domain != '\0'));
	add_links(d, values);
	keys_sign(d->courier->keys, signed_, "p", d->person, "", SETTINGS_DAYS);
	json_object_set_new(values, "settings_url", json_sprintf("%s/mail/%s?lang=%s", site, signed_, d->lang));
	if (d->secret != NULL)
		add_sign_in_link(d, values);
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

/* Of the only part. */
static const char *
first_group(struct delivery *d)
{
	json_t *part = json_array_get(json_object_get(json_object_get(d->row, "letter"), "parts"), 0);

	return arena_printf(&d->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(part, "group")));
}

/* "name+signed@RELAIS_MAIL_DOMAIN" for the delivery with this id, in d's arena; NULL: there is no such domain. */
static const char *
signed_address(struct delivery *d, const char *name, json_int_t id)
{
	char signed_[SIGNED_MOST];

	if (*d->courier->config.domain == '\0')
		return NULL;
	keys_sign(d->courier->keys, signed_, "m", d->person, arena_printf(&d->arena, "%" JSON_INTEGER_FORMAT, id), REPLY_DAYS);
	return arena_printf(&d->arena, "%s+%s@%s", name, signed_, d->courier->config.domain);
}

/*
 * A group's mails thread, are sorted by it, and are left by one click of the mail program (RFC 8058): those of
 * one group by its own, of several by all.
 */
static void
put_list(struct delivery *d)
{
	json_t *letter = json_object_get(d->row, "letter");
	const char *slug = json_string_value(json_object_get(letter, "list"));
	const char *name = json_string_value(json_object_get(json_object_get(letter, "group"), "name"));
	const char *host = strrchr(d->courier->config.from, '@') + 1;
	char signed_[SIGNED_MOST];

	if (slug != NULL) {
		mime_address(&d->message, "List-Id", name, arena_printf(&d->arena, "%s.groups.%s", slug, host));
		buf_printf(&d->message, "In-Reply-To: <%s.groups@%s>\r\nReferences: <%s.groups@%s>\r\n", slug, host, slug, host);
	} else if (strcmp(d->kind, "mailing") == 0) {
		mime_address(&d->message, "List-Id", "Relais", arena_printf(&d->arena, "news.%s", host));
	} else {
		return;
	}
	if (strcmp(d->kind, "mailing") != 0)
		return;
	keys_sign(d->courier->keys, signed_, "u", d->person, slug != NULL ? first_group(d) : "0", LEAVE_DAYS);
	buf_printf(&d->message, "List-Unsubscribe: <%s/u/%s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
	    d->courier->config.url, signed_);
}

/* A receipt stands below the mail that it is for. */
static void
put_answered(struct delivery *d)
{
	const char *answers = json_string_value(json_object_get(json_object_get(d->row, "letter"), "answers"));

	if (answers != NULL && *answers != '\0' && strlen(answers) < 250 && strpbrk(answers, " <>\r\n\t") == NULL)
		buf_printf(&d->message, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", answers, answers);
}

/*
 * An answer comes to us with the delivery that it is about: to a receipt, the mail that was answered before. One to
 * somebody's message goes to them.
 */
static void
put_reply_to(struct delivery *d)
{
	json_t *letter = json_object_get(d->row, "letter"), *of = json_object_get(letter, "of");
	const char *reply = NULL, *name = "Relais";

	if (json_is_true(json_object_get(letter, "message"))) {
		reply = json_string_value(json_object_get(letter, "email"));
		name = json_string_value(json_object_get(letter, "by"));
	} else if (strcmp(d->kind, "sign_in") != 0 && strcmp(d->kind, "invitation") != 0) {
		reply = signed_address(d, "reply", json_is_integer(of) ? json_integer_value(of) : d->id);
	}
	if (reply != NULL && address_ok(reply))
		mime_address(&d->message, "Reply-To", name, reply);
}

void
letter_head(struct delivery *d, const char *subject)
{
	struct buf *out = &d->message;
	json_t *to = json_object_get(d->row, "to");
	const char *host = strrchr(d->courier->config.from, '@') + 1, *bounce = signed_address(d, "bounce", d->id);

	put_from(d);
	if (bounce != NULL)
		d->from = bounce;       /* so that what comes back says whose mail it was */
	put_reply_to(d);
	mime_address(out, "To", json_string_value(json_object_get(to, "name")), d->email);
	mime_field(out, "Subject", subject);
	buf_puts(out, "Date: ");
	mime_date(out, json_string_value(json_object_get(d->row, "made_at")));
	buf_printf(out, "\r\nMessage-ID: <%s@%s>\r\n", json_string_value(json_object_get(d->row, "message_id")), host);
	put_answered(d);
	put_list(d);
	/* RFC 3834: nobody's program answers it */
	buf_printf(out, "Auto-Submitted: %s\r\nX-Relais-Loop: %s\r\nContent-Language: %s\r\nMIME-Version: 1.0\r\n",
	    strcmp(d->kind, "receipt") == 0 ? "auto-replied" : "auto-generated", host, d->lang);
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
	letter_head(d, text.data);
	put_text(d, body + 2);
	return !d->message.failed;
}
