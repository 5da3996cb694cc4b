/*
 * The description of the API (OpenAPI 3.1), generated from the route and field tables.
 */
#ifndef RELAIS_SITE_OPENAPI_H
#define RELAIS_SITE_OPENAPI_H

#include "shared/base/buf.h"

/* Appends the JSON document; url is the server's public address. */
void openapi_print(const char *url, struct buf *out);

#endif
