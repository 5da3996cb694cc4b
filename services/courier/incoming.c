#include "services/courier/incoming.h"

#include <string.h>
#include <strings.h>

#include "services/courier/automatic.h"
#include "services/courier/body.h"
#include "services/courier/bounce.h"
#include "services/courier/parts.h"

static const char *
field(const struct parts *mail, const char *name)
{
	for (size_t i = 0; i < mail->nfields; i++)
		if (strcasecmp(mail->fields[i].name, name) == 0)
			return mail->fields[i].value;
	return "";
}

/* The first id that a field holds. */
static const char *
id_in(struct arena *a, const struct parts *mail, const char *name)
{
	const char *id = "";

	return parts_ids(a, field(mail, name), &id, 1) > 0 ? id : "";
}

bool
incoming_read(struct arena *a, const char *bytes, size_t len, struct incoming *in)
{
	struct parts mail;
	const char **references;

	*in = (struct incoming){0};
	if (!parts_read(a, (struct slice){ bytes, len }, &mail))
		return false;
	in->from = parts_address(a, field(&mail, "From"), &in->from_name);
	if (*in->from == '\0')
		in->from = parts_address(a, field(&mail, "Sender"), &in->from_name);
	in->subject = parts_text(a, field(&mail, "Subject"));
	in->message_id = id_in(a, &mail, "Message-ID");
	in->in_reply_to = id_in(a, &mail, "In-Reply-To");
	references = arena_alloc(a, sizeof(*references) * INCOMING_REFERENCES);
	in->nreferences = parts_ids(a, field(&mail, "References"), references, INCOMING_REFERENCES);
	in->references = references;
	in->text = body_text(a, mail.body);
	in->automatic = automatic_reason(&mail, in->subject);
	in->loop = *field(&mail, "X-Relais-Loop") != '\0';
	bounce_read(a, &mail, &in->bounce);
	return true;
}

bool
incoming_is_loop(const struct incoming *in, const char *domain)
{
	const char *at = strrchr(in->message_id, '@');

	return in->loop || (at != NULL && *domain != '\0' && strcasecmp(at + 1, domain) == 0);
}
