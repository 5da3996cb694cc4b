/*
 * Logging: one JSON object a line on standard error, and the end of a program
 * whose invariants broke. A message names no person, address or parameter.
 */
#ifndef RELAIS_LOG_H
#define RELAIS_LOG_H

#include "shared/base/base.h"

/* The program's name in each line; NULL before it is set. Not copied. */
void log_name(const char *program);

/* Messages for the operator, in English. */
void log_info(const char *fmt, ...) printf_like(1, 2);
void log_error(const char *fmt, ...) printf_like(1, 2);

/* For a broken invariant or a failed start only; exits with status 1. */
_Noreturn void fatal(const char *fmt, ...) printf_like(1, 2);

/*
 * One answered request. route is the pattern, never the path; id as sent in
 * X-Request-Id.
 */
void log_request(const char *id, const char *method, const char *route, int status, double ms);

/* Request lines are gathered; this writes them. Also done when 16 KB wait, and by fatal(). */
void log_flush(void);

#endif
