#include "services/courier/incoming.h"

#include <string.h>

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

bool
incoming_read(struct arena *a, const char *bytes, size_t len, struct incoming *in)
{
	struct parts mail;

	*in = (struct incoming){ .message_id = "" };
	if (!parts_read(a, (struct slice){ bytes, len }, &mail))
		return false;
	in->from = parts_address(a, field(&mail, "From"), &in->from_name);
	if (*in->from == '\0')
		in->from = parts_address(a, field(&mail, "Sender"), &in->from_name);
	in->subject = parts_text(a, field(&mail, "Subject"));
	(void)parts_ids(a, field(&mail, "Message-ID"), &in->message_id, 1);
	in->text = body_text(a, mail.body);
	in->automatic = automatic_reason(&mail, in->subject);
	in->loop = *field(&mail, "X-Relais-Loop") != '\0';
	bounce_read(a, &mail, &in->bounce);
	return true;
}
