/*
 * What every file of Relais may use: attributes, and nothing that allocates.
 */
#ifndef RELAIS_BASE_H
#define RELAIS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The caller has to look at what such a function returns. */
#define must_check __attribute__((warn_unused_result))

/* printf-like: argument numbers of the format and of the first value. */
#define printf_like(fmt, first) __attribute__((format(printf, fmt, first)))

/* Releases a variable when it leaves its scope: `cleanup(json_unref) json_t *j`. */
#define cleanup(fn) __attribute__((cleanup(fn)))

#define countof(array) (sizeof(array) / sizeof((array)[0]))

/* A piece of text that somebody else owns; not terminated by NUL. */
struct slice {
	const char *at;
	size_t len;
};

#endif
