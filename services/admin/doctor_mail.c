/* The doctor's look at the mail: does it go out, and is what comes in acted on? */
#include <stdlib.h>

#include "services/admin/doctor.h"

/* A courier asks each second; a lease of one that died is over in ten minutes. */
enum { LATE_SECONDS = 15 * 60 };

static json_int_t
number(const struct patient *p, const char *name)
{
	return json_integer_value(json_object_get(p->mail, name));
}

static void
outgoing(const struct patient *p, struct finding *f)
{
	const char *smtp = getenv("RELAIS_SMTP_URL");

	if (p->mail == NULL) {
		says(f, "not looked at, as there is no hub of this version to ask");
	} else if (number(p, "overdue") > LATE_SECONDS) {
		says(f, "what is due since %lld minutes is not sent", (long long)number(p, "overdue") / 60);
		mend(f, PROBLEM, "Start the courier: systemctl status relais-courier; its log says what it waits for");
	} else if (number(p, "suspended") > 0) {
		says(f, "%lld suspended, as their mail server refused them or did not take them for five days", (long long)number(p, "suspended"));
		mend(f, WARNING, "relais mail list --suspended says why; relais mail replay ID… or --all sends again");
	} else {
		says(f, "nothing waits that should have gone; %s", smtp != NULL && *smtp != '\0' ? "it goes to RELAIS_SMTP_URL" :
		    "RELAIS_SMTP_URL is not set here: without it, mail goes into files");
	}
}

static void
incoming(const struct patient *p, struct finding *f)
{
	const char *domain = getenv("RELAIS_MAIL_DOMAIN");

	if (p->mail == NULL) {
		says(f, "not looked at, as there is no hub of this version to ask");
	} else if (number(p, "unread") > LATE_SECONDS) {
		says(f, "what came in %lld minutes ago is not acted on", (long long)number(p, "unread") / 60);
		mend(f, PROBLEM, "Start the courier: systemctl status relais-courier; its log says what it waits for");
	} else if (number(p, "unacted") > 0) {
		says(f, "%lld could not be acted on, three times", (long long)number(p, "unacted"));
		mend(f, WARNING, "The courier's log says why; relais mail replay --all tries them again");
	} else {
		says(f, "all that came in was acted on; %s", domain != NULL && *domain != '\0' ? "answers come to RELAIS_MAIL_DOMAIN" :
		    "RELAIS_MAIL_DOMAIN is not set here: without it, nobody can answer by mail");
	}
}

const struct check doctor_mail[] = {
	{ "mail", true, outgoing },
	{ "answers by mail", true, incoming },
	{ NULL, false, NULL }
};
