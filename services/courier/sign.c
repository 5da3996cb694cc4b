#include "services/courier/sign.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

#include "shared/base/log.h"

/* libsodium has no SHA-1, and rightly so; as an HMAC it is not broken, and older readers check nothing else. */
static unsigned
hmac_sha1(unsigned char out[EVP_MAX_MD_SIZE], const char *secret, const void *bytes, size_t len)
{
	unsigned n = 0;

	if (HMAC(EVP_sha1(), secret, (int)strlen(secret), bytes, len, out, &n) == NULL)
		fatal("libcrypto makes no HMAC");
	return n;
}

static unsigned
hmac_sha256(unsigned char *out, const void *key, size_t key_len, const void *bytes, size_t len)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_len);
	crypto_auth_hmacsha256_update(&state, bytes, len);
	crypto_auth_hmacsha256_final(&state, out);
	return crypto_auth_hmacsha256_BYTES;
}

void
sign_hex(struct buf *out, const char *method, const char *secret, const void *bytes, size_t len)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned n = strcmp(method, "sha1") == 0 ? hmac_sha1(mac, secret, bytes, len) : hmac_sha256(mac, secret, strlen(secret), bytes, len);

	buf_puts(out, sodium_bin2hex(hex, sizeof(hex), mac, n));
}

void
sign_webhook(struct buf *out, const char *secret, const char *id, const char *at, const struct buf *body)
{
	static const char prefix[] = "whsec_";
	cleanup(buf_release) struct buf text = {0};
	unsigned char key[64], mac[crypto_auth_hmacsha256_BYTES];
	char shown[sodium_base64_ENCODED_LEN(sizeof(mac), sodium_base64_VARIANT_ORIGINAL)];
	size_t n;

	if (strncmp(secret, prefix, sizeof(prefix) - 1) != 0 || sodium_base642bin(key, sizeof(key), secret + sizeof(prefix) - 1,
	    strlen(secret) - (sizeof(prefix) - 1), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		fatal("a webhook's secret is none");
	buf_printf(&text, "%s.%s.", id, at);
	buf_add(&text, body->data, body->len);
	hmac_sha256(mac, key, n, text.data, text.len);
	buf_printf(out, "v1,%s", sodium_bin2base64(shown, sizeof(shown), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL));
}
