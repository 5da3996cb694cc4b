/* Values as the Markdown of web/templates, the same as a page's .md. */
#ifndef RELAIS_ADMIN_DOCUMENT_H
#define RELAIS_ADMIN_DOCUMENT_H

#include <jansson.h>

#include "shared/base/base.h"

/*
 * Writes the value, which is changed, to standard output in the language. Links begin with
 * RELAIS_URL, if it is set. False: there is no such template or language.
 */
bool document_print(const char *template, json_t *value, const char *lang) must_check;

#endif
