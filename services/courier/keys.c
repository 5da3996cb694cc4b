#include "services/courier/keys.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/log.h"
#include "shared/db/db.h"
#include "statements.h"

enum { SECRET = 32, MAC = 16, AGAIN_SECONDS = 86400, SOON_SECONDS = 2 };

struct keys {
	struct courier *courier;
	struct event *timer;
	int id;                         /* 0: none yet */
	crypto_auth_hmacsha256_state begun;     /* with the secret in it */
};

static void
wait_for(struct keys *k, time_t seconds)
{
	const struct timeval tv = { seconds, 0 };

	if (event_add(k->timer, &tv) != 0)
		fatal("cannot start the timer of the keys");
}

static void
got(void *arg, const struct db_result *r)
{
	struct keys *k = arg;
	json_t *answer = r->outcome == DB_OK ? json_loads(r->value, 0, NULL) : NULL;
	const char *hex = json_string_value(json_object_get(answer, "secret"));
	unsigned char secret[SECRET];
	size_t n = 0;

	if (hex != NULL && sodium_hex2bin(secret, sizeof(secret), hex, strlen(hex), NULL, &n, NULL) == 0 && n == sizeof(secret)) {
		k->id = (int)json_integer_value(json_object_get(answer, "id"));
		crypto_auth_hmacsha256_init(&k->begun, secret, sizeof(secret));
		sodium_memzero(secret, sizeof(secret));
	}
	json_decref(answer);
	wait_for(k, n == SECRET ? AGAIN_SECONDS : SOON_SECONDS);
}

static void
ask(evutil_socket_t fd, short what, void *arg)
{
	static const char *const nobody[6];
	struct keys *k = arg;
	unsigned char fresh[SECRET];
	char hex[2 * SECRET + 1];

	(void)fd;
	(void)what;
	randombytes_buf(fresh, sizeof(fresh));
	sodium_bin2hex(hex, sizeof(hex), fresh, sizeof(fresh));
	db_call(k->courier->db, &(struct db_call){ .begin = nobody, .statement = SQL_SIGNING_KEY,
	    .values = (const char *const[]){ hex }, .again_ok = true, .done = got, .arg = k });
}

struct keys *
keys_new(struct courier *c)
{
	struct keys *k = calloc(1, sizeof(*k));

	if (k == NULL)
		fatal("out of memory");
	k->courier = c;
	k->timer = evtimer_new(c->base, ask, k);
	if (k->timer == NULL)
		fatal("out of memory");
	wait_for(k, 0);
	return k;
}

void
keys_free(struct keys *k)
{
	event_free(k->timer);
	sodium_memzero(k, sizeof(*k));
	free(k);
}

bool
keys_ready(const struct keys *k)
{
	return k->id != 0;
}

void
keys_sign(const struct keys *k, char out[static SIGNED_MOST], const char *purpose, int person, const char *object, int days)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state = k->begun;
	long day = (long)(time(NULL) / 86400) + days;
	int n = snprintf(out, SIGNED_MOST, "%s.%d%s%s.%ld.%d", purpose, person, *object != '\0' ? "." : "", object, day, k->id);

	if (n < 0 || n + 2 + 2 * MAC > SIGNED_MOST)
		fatal("a signed text is too long");
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)out, (unsigned long long)n);
	crypto_auth_hmacsha256_final(&state, mac);
	out[n] = '.';
	sodium_bin2hex(out + n + 1, 2 * MAC + 1, mac, MAC);
}
