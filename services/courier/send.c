#include "services/courier/send.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "services/courier/letter.h"
#include "services/courier/maildir.h"
#include "services/courier/mailing.h"
#include "services/courier/smtp.h"
#include "shared/base/address.h"
#include "shared/db/db.h"
#include "statements.h"

enum { CODE_BYTES = 15 };               /* 24 letters: 120 bits */

static const char away[] = "the database did not tell what it says";

static void
transport(struct delivery *d)
{
	struct courier *c = d->courier;

	if (d->message.failed)
		delivery_end(d, REFUSED, "the letter cannot be made");
	else if (c->smtp == NULL || json_is_true(json_object_get(json_object_get(d->row, "to"), "demo")))
		maildir_deliver(c->maildir, d);
	else
		smtp_deliver(c->smtp, d);
}

static void
hand_over(struct delivery *d)
{
	if (!letter_compose(d))
		d->message.failed = true;
	transport(d);
}

static void
code_kept(void *arg, const struct db_result *r)
{
	struct delivery *d = arg;
	json_t *answer = r->outcome == DB_OK ? json_loads(r->value, 0, NULL) : NULL;
	bool made = json_is_true(json_object_get(answer, "made"));

	json_decref(answer);
	if (made)
		hand_over(d);
	else
		delivery_end(d, LATER, away);   /* or somebody else has it, and this is not counted */
}

/* Letters that are not mistaken for others, as in a code that is read out; only its hash is kept. */
static void
make_code(struct delivery *d)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	static const char *const nobody[6];
	unsigned char raw[CODE_BYTES * 8 / 5], hash[crypto_hash_sha256_BYTES];
	char *code = arena_alloc(&d->arena, sizeof(raw) + 1), hex[2 * sizeof(hash) + 1];

	randombytes_buf(raw, sizeof(raw));
	for (size_t i = 0; i < sizeof(raw); i++)
		code[i] = letters[raw[i] & 31];
	crypto_hash_sha256(hash, (const unsigned char *)code, sizeof(raw));
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	d->secret = code;
	db_call(d->courier->db, &(struct db_call){ .begin = nobody, .statement = SQL_DELIVERY_CODE, .values = (const char *const[]){
	    arena_printf(&d->arena, "%" JSON_INTEGER_FORMAT, d->id), arena_printf(&d->arena, "%d", d->turn), hex },
	    .done = code_kept, .arg = d });
}

static void
composed(struct delivery *d, enum mailing_outcome outcome)
{
	if (outcome == MAILING_MADE)
		transport(d);
	else
		delivery_end(d, outcome == MAILING_EMPTY ? DROPPED : LATER, outcome == MAILING_EMPTY ? NULL : away);
}

static void
compose_mailing(struct delivery *d)
{
	mailing_compose(d, composed);
}

/* How a kind of delivery begins, where it is more than its letter. */
static const struct beginning {
	const char *kind;
	void (*begin)(struct delivery *d);
} beginnings[] = {
	{ "sign_in", make_code },
	{ "invitation", make_code },
	{ "mailing", compose_mailing },
};

void
send_begin(struct delivery *d)
{
	if (d->email == NULL || !address_ok(d->email)) {
		delivery_end(d, REFUSED, "not an address that mail can be sent to");
		return;
	}
	for (size_t i = 0; i < countof(beginnings); i++)
		if (strcmp(beginnings[i].kind, d->kind) == 0) {
			beginnings[i].begin(d);
			return;
		}
	hand_over(d);
}
