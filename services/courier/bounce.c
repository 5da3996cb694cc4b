#include "services/courier/bounce.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { RECIPIENTS_MOST = 100, FIELDS_MOST = 40, DIAGNOSTIC_MOST = 500 };

struct reading {
	struct arena *arena;
	struct bounce *bounce;
	struct bounce_recipient *recipients;
};

static const char *
find(const struct part_field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(fields[i].name, name) == 0)
			return fields[i].value;
	return "";
}

/* What follows the kind: "rfc822; somebody@example.org", "smtp; 550 no such user". */
static const char *
after_kind(const char *value)
{
	const char *at = strchr(value, ';');

	if (at == NULL)
		return value;
	return at + 1 + strspn(at + 1, " ");
}

static const char *
word(struct arena *a, const char *value)
{
	size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
	char *copy = arena_copy(a, value, len);

	for (char *at = copy; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	return copy;
}

/* d.d.d, whatever stands around it. */
static const char *
status_code(struct arena *a, const char *value)
{
	size_t len = strspn(value, "0123456789.");
	int dots = 0;

	for (size_t i = 0; i < len; i++)
		dots += value[i] == '.';
	return dots == 2 && len <= 11 && strchr("245", *value) != NULL ? arena_copy(a, value, len) : "";
}

static const char *
address(struct arena *a, const char *value)
{
	const char *name, *at = parts_address(a, after_kind(value), &name);

	return at;
}

static void
add(struct reading *r, const char *recipient, const char *action, const char *status, const char *diagnostic)
{
	struct bounce_recipient *one;
	const char *said = parts_text(r->arena, after_kind(diagnostic));
	size_t len = strnlen(said, DIAGNOSTIC_MOST);

	if (r->bounce->n == RECIPIENTS_MOST)
		return;
	while (len > 0 && ((unsigned char)said[len] & 0xc0) == 0x80)
		len--;
	one = &r->recipients[r->bounce->n++];
	one->address = recipient;
	one->action = action;
	one->status = status;
	one->diagnostic = arena_copy(r->arena, said, len);
}

/* Groups of fields: of the mail, then of each recipient. */
static void
read_report(struct reading *r, struct slice content)
{
	while (content.len > 0 && r->bounce->n < RECIPIENTS_MOST) {
		struct part_field fields[FIELDS_MOST];
		size_t n = parts_fields(r->arena, &content, fields, FIELDS_MOST);
		const char *action = find(fields, n, "Action"), *final = find(fields, n, "Final-Recipient");
		const char *to = address(r->arena, final);

		if (*action == '\0' && *final == '\0')
			continue;
		if (*to == '\0')
			to = address(r->arena, find(fields, n, "Original-Recipient"));
		add(r, to, word(r->arena, action), status_code(r->arena, find(fields, n, "Status")), find(fields, n, "Diagnostic-Code"));
	}
}

/* The mail itself, or its head. */
static void
read_returned(struct reading *r, struct slice content)
{
	struct part_field *fields = arena_alloc(r->arena, sizeof(*fields) * PARTS_FIELDS_MOST);
	size_t n = parts_fields(r->arena, &content, fields, PARTS_FIELDS_MOST);
	const char *id;

	if (parts_ids(r->arena, find(fields, n, "Message-ID"), &id, 1) > 0)
		r->bounce->message_id = id;
}

/* Exim names in the head whom it could not reach, also where it makes no report. */
static void
read_failed_recipients(struct reading *r, const char *value)
{
	while (*value != '\0') {
		size_t len = strcspn(value, ",");
		const char *to = address(r->arena, arena_copy(r->arena, value, len));

		if (*to != '\0')
			add(r, to, "failed", "", "");
		value += len + (value[len] == ',');
	}
}

void
bounce_read(struct arena *a, const struct parts *mail, struct bounce *out)
{
	struct reading r = { .arena = a, .bounce = out, .recipients = arena_alloc(a, sizeof(*r.recipients) * RECIPIENTS_MOST) };
	const struct part *body = mail->body;

	*out = (struct bounce){ .message_id = "", .recipients = r.recipients };
	if (strcmp(body->type, "multipart/report") == 0 && (*body->report == '\0' || strcmp(body->report, "delivery-status") == 0)) {
		for (size_t i = 0; i < body->nparts; i++) {
			const struct part *part = body->parts[i];

			if (strcmp(part->type, "message/delivery-status") == 0 || strcmp(part->type, "message/global-delivery-status") == 0)
				read_report(&r, part->content);
			else if (i > 0 && (strncmp(part->type, "message/", 8) == 0 || strcmp(part->type, "text/rfc822-headers") == 0))
				read_returned(&r, part->content);
		}
		out->is = strcmp(body->report, "delivery-status") == 0 || out->n > 0;
	}
	if (out->n == 0)
		read_failed_recipients(&r, find(mail->fields, mail->nfields, "X-Failed-Recipients"));
	out->is = out->is || out->n > 0;
}
