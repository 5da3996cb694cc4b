#include "services/site/session.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "shared/config/config.h"

enum { SECRET_BYTES = 32, MASK_BYTES = 16, SESSION_DAYS = 90 };

/* __Host- asks of the browser: only over TLS, only this host, for all paths (RFC 6265bis 4.1.3). */
static const char *
cookie_name(const struct site *site)
{
	return site->config.https ? "__Host-relais" : "relais";
}

static const char *
secret_text(struct arena *a, const unsigned char raw[SECRET_BYTES])
{
	size_t size = sodium_base64_ENCODED_LEN(SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

	return sodium_bin2base64(arena_alloc(a, size), size, raw, SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

const char *
secret_new(struct arena *a)
{
	unsigned char raw[SECRET_BYTES];

	randombytes_buf(raw, sizeof(raw));
	return secret_text(a, raw);
}

const char *
secret_hash(struct arena *a, const char *secret)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char *text = arena_alloc(a, 2 * sizeof(hash) + 1);

	crypto_hash_sha256(hash, (const unsigned char *)secret, strlen(secret));
	sodium_bin2hex(text, 2 * sizeof(hash) + 1, hash, sizeof(hash));
	return text;
}

/* The value of the session's cookie in a Cookie field; {NULL, 0} if there is none. */
static struct slice
cookie_value(struct slice field, const char *name)
{
	const char *at = field.at, *end = field.at + field.len;
	size_t n = strlen(name);

	while (at < end) {
		const char *stop = memchr(at, ';', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		while (at < stop && *at == ' ')
			at++;
		if ((size_t)(stop - at) > n + 1 && memcmp(at, name, n) == 0 && at[n] == '=')
			return (struct slice){ at + n + 1, (size_t)(stop - at) - n - 1 };
		at = stop < end ? stop + 1 : end;
	}
	return (struct slice){ NULL, 0 };
}

static const char *
session_secret(struct exchange *x)
{
	struct slice v = cookie_value(http_head_get(&x->req->head, "Cookie"), cookie_name(x->site));

	return v.len > 0 && v.len <= 128 ? arena_copy(&x->req->arena, v.at, v.len) : NULL;
}

bool
session_shown(const struct http_request *req)
{
	return http_head_get(&req->head, "Cookie").len > 0 || http_head_get(&req->head, "Authorization").len > 0 ||
	    memmem(req->head.query.at, req->head.query.len, "key=", 4) != NULL;
}

void
session_read(struct exchange *x)
{
	struct slice auth = http_head_get(&x->req->head, "Authorization");
	struct arena *a = &x->req->arena;
	const char *secret = NULL;

	if (auth.len > 7 && auth.len < 200 && strncasecmp(auth.at, "Bearer ", 7) == 0) {
		secret = arena_copy(a, auth.at + 7, auth.len - 7);
		x->token_kind = "api";
	} else if ((secret = session_secret(x)) != NULL) {
		x->token_kind = "session";
	} else if (x->route != NULL && (x->route->flags & FEED_KEY) != 0) {
		json_t *key = form_value(x->query, strlen(x->query), "key");

		if (key != NULL) {
			secret = arena_strdup(a, json_string_value(key));
			x->token_kind = "feed";
			json_decref(key);
		}
	}
	if (secret != NULL)
		x->token = secret_hash(a, secret);
}

/* What was shown, as session_read() took it; NULL for nobody. */
static const char *
shown_secret(struct exchange *x)
{
	struct slice auth = http_head_get(&x->req->head, "Authorization");

	if (auth.len > 7 && auth.len < 200 && strncasecmp(auth.at, "Bearer ", 7) == 0)
		return arena_copy(&x->req->arena, auth.at + 7, auth.len - 7);
	return session_secret(x);
}

const char *
secret_again(struct exchange *x, const char *text)
{
	static const unsigned char purpose[] = "relais secret";
	unsigned char raw[SECRET_BYTES];
	const char *key = shown_secret(x);
	crypto_auth_hmacsha256_state state;

	if (key == NULL)
		return secret_new(&x->req->arena);
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, strlen(key));
	crypto_auth_hmacsha256_update(&state, purpose, sizeof(purpose));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, raw);
	return secret_text(&x->req->arena, raw);
}

/* An unforgeable value that only this session's pages know. */
static void
session_mac(const char *secret, unsigned char mac[crypto_auth_hmacsha256_BYTES])
{
	static const char purpose[] = "relais form";
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose, sizeof(purpose));
	crypto_auth_hmacsha256_final(&state, mac);
}

/* mask | mask xor mac: a compressed page must not let the mac be guessed piecemeal. */
const char *
session_form_token(struct exchange *x)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES], out[2 * MASK_BYTES];
	const char *secret = session_secret(x);
	char *text;

	if (secret == NULL || x->copy)
		return "";
	session_mac(secret, mac);
	randombytes_buf(out, MASK_BYTES);
	for (size_t i = 0; i < MASK_BYTES; i++)
		out[MASK_BYTES + i] = out[i] ^ mac[i];
	text = arena_alloc(&x->req->arena, 2 * sizeof(out) + 1);
	return sodium_bin2hex(text, 2 * sizeof(out) + 1, out, sizeof(out));
}

static bool
form_token_right(struct exchange *x)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES], sent[2 * MASK_BYTES];
	const char *secret = session_secret(x);
	json_t *token = form_value(x->req->body, x->req->body_len, "csrf");
	bool right = false;
	size_t n = 0;

	if (secret != NULL && token != NULL &&
	    sodium_hex2bin(sent, sizeof(sent), json_string_value(token), json_string_length(token), NULL, &n, NULL) == 0 &&
	    n == sizeof(sent)) {
		session_mac(secret, mac);
		for (size_t i = 0; i < MASK_BYTES; i++)
			sent[MASK_BYTES + i] ^= sent[i];
		right = sodium_memcmp(sent + MASK_BYTES, mac, MASK_BYTES) == 0;
	}
	json_decref(token);
	return right;
}

bool
session_same_site(struct exchange *x)
{
	struct slice site = http_head_get(&x->req->head, "Sec-Fetch-Site");
	struct slice origin = http_head_get(&x->req->head, "Origin");
	struct slice host = http_head_get(&x->req->head, "Host");
	const char *url = x->site->config.url;

	if (site.len > 0)
		return (site.len == 11 && memcmp(site.at, "same-origin", 11) == 0) ||
		    (site.len == 4 && memcmp(site.at, "none", 4) == 0);
	if (origin.len > 0) {
		const char *authority = memmem(origin.at, origin.len, "://", 3);
		size_t n;

		if (origin.len == strlen(url) && memcmp(origin.at, url, origin.len) == 0)
			return true;
		if (authority == NULL)
			return false;
		authority += 3;
		n = (size_t)(origin.at + origin.len - authority);
		return n == host.len && strncasecmp(authority, host.at, n) == 0;
	}
	return form_token_right(x) || session_secret(x) == NULL;
}

bool
session_meant(struct exchange *x)
{
	const char *meant = exchange_header(x, "Relais-Person");

	return meant == NULL || strcmp(meant, arena_printf(&x->req->arena, "%d", x->person)) == 0;
}

void
session_set_cookie(struct exchange *x, const char *secret)
{
	buf_printf(&x->headers, "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s\r\n", cookie_name(x->site),
	    secret, SESSION_DAYS * 86400, x->site->config.https ? "; Secure" : "");
}

void
session_end_cookie(struct exchange *x)
{
	buf_printf(&x->headers, "Set-Cookie: %s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0%s\r\n", cookie_name(x->site),
	    x->site->config.https ? "; Secure" : "");
}

bool
session_in_demo(const struct exchange *x)
{
	static const char *const between[] = { "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via" };
	struct slice host = http_head_get(&x->req->head, "Host");

	for (size_t i = 0; i < countof(between); i++)
		if (http_head_get(&x->req->head, between[i]).at != NULL)
			return false;
	return x->site->config.demo != 0 && config_is_loopback(host.at, host.len) &&
	    (strcmp(x->req->peer, "127.0.0.1") == 0 || strcmp(x->req->peer, "::1") == 0);
}
