/*
 * From a statement's JSON value to an answer in the form that was asked for, with its
 * validators (RFC 9110 section 8.8, 13), from and for the memory of answers.
 */
#ifndef RELAIS_SITE_ANSWER_H
#define RELAIS_SITE_ANSWER_H

#include "services/site/exchange.h"

/* Of a GET: takes value over. */
void answer_value(struct exchange *x, json_t *value);

/* Of a write that went well: {"changed","location","value"}, borrowed. */
void answer_written(struct exchange *x, json_t *answer);

/* A page that is no resource's: a template with a value (borrowed). */
void answer_page(struct exchange *x, int status, const char *template, json_t *value);

/*
 * Says what is wrong: problem+json on the API, a page in the reader's language on the web;
 * with x->errors one entry per wrong field. detail: msgid, or NULL for the status's own.
 */
void answer_problem(struct exchange *x, int status, const char *detail);

/* Does If-None-Match name the tag? Weak comparison (RFC 9110 section 13.1.2). */
bool answer_matches(struct slice field, const char *etag) must_check;

/* Answers from memory if it can; true if it did. */
bool answer_from_memory(struct exchange *x) must_check;

#endif
