#include "shared/http/chars.h"

enum {
	X = 0,                                  /* control characters */
	V = CHAR_VALUE,                         /* SP, HTAB, obs-text */
	P = V | CHAR_TARGET,                    /* " / < > ? @ \ { } */
	H = P | CHAR_HOST,                      /* ( ) , : ; = [ ] */
	N = V | CHAR_TOKEN,                     /* # */
	U = P | CHAR_TOKEN,                     /* ^ ` | */
	S = H | CHAR_TOKEN,                     /* ! $ % & ' * + ~ */
	I = S | CHAR_ID                         /* letters, digits, - . _ */
};

const unsigned char http_chars[256] = {
	X, X, X, X, X, X, X, X, X, V, X, X, X, X, X, X,      /* 00 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,      /* 10 */
	V, S, P, N, S, S, S, S, H, H, S, S, H, I, I, P,      /* 20 */
	I, I, I, I, I, I, I, I, I, I, H, H, P, H, P, P,      /* 30 */
	P, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I,      /* 40 */
	I, I, I, I, I, I, I, I, I, I, I, H, P, H, U, I,      /* 50 */
	U, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I,      /* 60 */
	I, I, I, I, I, I, I, I, I, I, I, P, U, P, S, X,      /* 70 */
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,      /* 80 */
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,      /* 90 */
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,      /* A0 */
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,      /* B0 */
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,      /* C0 */
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,      /* D0 */
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,      /* E0 */
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V      /* F0 */
};

bool
http_all(struct slice text, int classes)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!http_char(text.at[i], classes))
			return false;
	}
	return true;
}

bool
http_is(struct slice text, const char *lower, size_t len)
{
	if (text.len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text.at[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != lower[i])
			return false;
	}
	return true;
}
