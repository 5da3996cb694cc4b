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
hmac_sha256(unsigned char *out, const char *secret, const void *bytes, size_t len)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&state, bytes, len);
	crypto_auth_hmacsha256_final(&state, out);
	return crypto_auth_hmacsha256_BYTES;
}

void
sign_hex(struct buf *out, const char *method, const char *secret, const void *bytes, size_t len)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned n = strcmp(method, "sha1") == 0 ? hmac_sha1(mac, secret, bytes, len) : hmac_sha256(mac, secret, bytes, len);

	buf_puts(out, sodium_bin2hex(hex, sizeof(hex), mac, n));
}
