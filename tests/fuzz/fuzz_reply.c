/*
 * A mail through the reader of replies: whatever it holds, what comes out is text without controls,
 * commands have a verb and a lesson's number that can be, and reasons come with two verbs only. The
 * bytes are read as the text of a mail besides, so that what words do is found without MIME around them.
 */
#include <stdlib.h>
#include <string.h>

#include "services/courier/command.h"
#include "services/courier/incoming.h"
#include "services/courier/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* No byte of it is a control; a text's lines may end. */
static void
is_text(const char *text, bool lines)
{
	must(text != NULL);
	for (; *text != '\0'; text++)
		must((unsigned char)*text >= ' ' ? *text != 0x7f : lines && (*text == '\n' || *text == '\t'));
}

static void
look_at_commands(struct arena *a, const char *text, const char *name)
{
	struct quote said;
	struct commands all;

	quote_cut(a, text, name, &said);
	must(strlen(said.text) <= strlen(text) && said.n <= QUOTE_SLOTS_MOST);
	for (size_t i = 0; i < said.n; i++)
		must(said.slots[i].number >= 1 && said.slots[i].number <= 99 && *said.slots[i].text != '\0');
	command_read(a, &said, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct command *c = &all.list[i];

		must(c->verb > VERB_NONE && c->verb <= VERB_THANKS && verb_name(c->verb) != NULL && c->slot <= 99);
		must(c->reason == NULL || c->verb == VERB_INTERRUPTED || c->verb == VERB_NOT_FOR_US);
		must((c->value != NULL) == (c->verb == VERB_LANG || c->verb == VERB_CADENCE));
		must(c->days == 0 || c->verb == VERB_PAUSE);
		must(c->note != NULL && c->line != NULL);
	}
	must(all.rest != NULL);
}

static void
look_at_mail(struct arena *a, const struct incoming *in)
{
	is_text(in->from, false);
	is_text(in->from_name, false);
	is_text(in->subject, false);
	is_text(in->message_id, false);
	is_text(in->text, true);
	must(*in->from == '\0' || strchr(in->from, '@') != NULL);
	for (size_t i = 0; i < in->bounce.n; i++) {
		is_text(in->bounce.recipients[i].address, false);
		is_text(in->bounce.recipients[i].action, false);
		is_text(in->bounce.recipients[i].diagnostic, false);
	}
	look_at_commands(a, in->text, in->from_name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0};
	struct incoming in;

	if (incoming_read(&a, (const char *)data, size, &in))
		look_at_mail(&a, &in);
	look_at_commands(&a, arena_copy(&a, (const char *)data, size), "Marie Uwase");
	arena_release(&a);
	return 0;
}
