/* Codes and tokens: made here, shown once; the database keeps a hash. */
#ifndef RELAIS_ADMIN_SECRET_H
#define RELAIS_ADMIN_SECRET_H

#include "shared/base/base.h"

enum { CODE_SIZE = 15, TOKEN_SIZE = 44, HASH_SIZE = 65 };

/* Twelve characters of Crockford's base 32 for reading out, XXXX-XXXX-XXXX: 60 bits. */
void secret_code(char code[CODE_SIZE]);
/* 32 random bytes as base64url. */
void secret_token(char token[TOKEN_SIZE]);

/* SHA-256 in hexadecimal, of the text without its hyphens (a code) or as it is. */
void secret_code_hash(const char *code, char hash[HASH_SIZE]);
void secret_hash(const char *text, char hash[HASH_SIZE]);

#endif
