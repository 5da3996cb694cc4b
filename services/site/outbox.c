/* What a reader's own device keeps: the page is a frame that its script fills in there. */
#include "services/site/exchange.h"
#include "services/site/resources.h"
#include "shared/i18n/i18n.h"
#include "statements.h"

/* What the script says of a page and of this device; the worker keeps it, so that no page has to carry it. */
static const struct {
	const char *name, *text;
} words[] = {
	{ "kept", N_("There is no line. This is your copy of …") },
	{ "waiting", N_("Written here, not sent yet:") },
	{ "received", N_("Sent from here and received:") },
	{ "others", N_("Somebody wrote here what is not sent yet; it goes out when they sign in.") },
	{ "sending", N_("Being sent …") },
	{ "leaving", N_("What you wrote here is not sent yet. It stays on this device and goes out when you sign in again. "
	  "Sign out all the same? Press once more.") },
	{ "look", N_("Look") },
	{ "changing", N_("Change what you wrote and send it: it takes the place of what waits.") },
	{ "gone", N_("What you wanted to change is on its way or was sent meanwhile.") },
	{ "nowhere", N_("The form is not on this page. “On this device” has your text.") },
};

static json_t *
with_words(struct exchange *x, json_t *value)
{
	if (x->form == FORM_JSON)
		for (size_t i = 0; i < countof(words); i++)
			json_object_set_new(value, words[i].name, json_string(tr(x->lang, words[i].text)));
	return value;
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .pattern = "/outbox", .flags = ON_WEB | PRIVATE, .forms = FORM_HTML | FORM_JSON, .statement = SQL_OUTBOX_PAGE,
	  .template = "outbox", .script = "outbox.js", .shape = with_words },
	{ .pattern = NULL }
};

const struct resource outbox_resource = { "outbox", routes };
