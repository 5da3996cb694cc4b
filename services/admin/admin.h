/*
 * What every verb of the command line is made of. A command (`group`) is one file with one
 * exported `struct command`; its verbs (`group member add`) are rows of a table: which
 * words follow, which options, which statement they fill, which columns are shown. Only
 * what a row can't say is a function of its own.
 *
 * What was typed is one JSON object, `in`, by the options' names; a statement takes its
 * :parameters from there. Nothing here outlives the program.
 */
#ifndef RELAIS_ADMIN_H
#define RELAIS_ADMIN_H

#include <jansson.h>
#include <libpq-fe.h>

#include "shared/base/base.h"

enum exit_code { DONE = 0, FAILED = 1, USAGE = 2 };

enum option_flags {
	WORD = 1,               /* stands without a name, in the order of the table */
	REQUIRED = 2,
	REPEATED = 4,           /* gives a list */
	SWITCH = 8,             /* takes no value; gives true */
	NUMBER = 16,            /* a whole number from 1 */
	PLACE = 32,             /* a file or folder; the shell completes it */
	EMAIL = 64,             /* the address of a person */
	DAY = 128               /* 2025-12-31 */
};

struct option {
	const char *name;               /* "told_to": --told-to VALUE, or the word TOLD-TO */
	unsigned flags;
	const char *help;
	const char *const *choices;     /* NULL, or what it may be */
	const char *initial;            /* value if it was not given */
};

struct column {
	const char *title, *key;        /* key: a path, "umbrella.slug" */
};

struct admin {
	PGconn *conn;           /* after admin_connect() */
	json_t *in;
	bool json;
	const char *as, *lang;
	const struct command *command;
	const struct verb *verb;
};

struct verb {
	const char *name;               /* "member add"; "" for a command with one verb */
	const char *help;
	const struct option *options;   /* ends with name NULL; NULL: none */
	int (*run)(struct admin *a);    /* run_statement, or its own */
	unsigned statement;             /* run_statement: SQL_… */
	const char *list;               /* it gives a list under this key, page by page */
	const struct column *columns;   /* what people are shown; ends with key NULL */
	const char *template;           /* or a template of web/templates */
};

struct command {
	const char *name, *help;        /* help NULL: people are not shown it */
	const struct verb *verbs;       /* ends with name NULL */
};

extern const struct command *const commands[];          /* main.c; ends with NULL */
extern const struct option common_options[];            /* args.c: what every verb takes; ends with name NULL */

/* Reads the words after the program's name into a->in; on a mistake says so: USAGE. */
int args_read(struct admin *a, int argc, char **argv) must_check;
/* A value of a->in; NULL if it was not given. */
const char *args_get(const struct admin *a, const char *name);
/* An option as it is typed, "--told-to", or a word as it is named in usage, "GROUP". */
const char *option_label(const struct option *o);

/* The run function of verbs that are one statement. */
int run_statement(struct admin *a);

/* "relais: …" to standard error; gives FAILED, or USAGE, for the caller to return. */
int failed(const char *fmt, ...) printf_like(1, 2);
int misused(const struct admin *a, const char *fmt, ...) printf_like(2, 3);

#endif
