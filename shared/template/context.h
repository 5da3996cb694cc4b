/*
 * A value made fit for templates. Mustache takes an empty text for true and cannot ask
 * whether a list has anything; so, in place and all the way down, empty texts become null,
 * and an object with lists gets "has": {name: length} of those that are not empty.
 */
#ifndef RELAIS_TEMPLATE_CONTEXT_H
#define RELAIS_TEMPLATE_CONTEXT_H

#include <jansson.h>
#include <stdbool.h>

void template_context(json_t *value);

#endif
