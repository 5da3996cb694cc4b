#include "services/admin/secret.h"

#include <sodium.h>
#include <string.h>

void
secret_code(char code[CODE_SIZE])
{
	/* no I, L, O, U: nothing that is misheard or misread */
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	for (int i = 0; i < CODE_SIZE - 1; i++)
		code[i] = i % 5 == 4 ? '-' : letters[randombytes_uniform(32)];
	code[CODE_SIZE - 1] = '\0';
}

void
secret_token(char token[TOKEN_SIZE])
{
	unsigned char raw[32];

	randombytes_buf(raw, sizeof(raw));
	sodium_bin2base64(token, TOKEN_SIZE, raw, sizeof(raw), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void
secret_hash(const char *text, char hash[HASH_SIZE])
{
	unsigned char raw[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(raw, (const unsigned char *)text, strlen(text));
	sodium_bin2hex(hash, HASH_SIZE, raw, sizeof(raw));
}

void
secret_code_hash(const char *code, char hash[HASH_SIZE])
{
	char bare[CODE_SIZE];
	size_t n = 0;

	for (; *code != '\0' && n < sizeof(bare) - 1; code++)
		if (*code != '-')
			bare[n++] = *code;
	bare[n] = '\0';
	secret_hash(bare, hash);
}
