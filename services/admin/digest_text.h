/* Digests and the donor's report as Markdown on standard output. */
#ifndef RELAIS_ADMIN_DIGEST_TEXT_H
#define RELAIS_ADMIN_DIGEST_TEXT_H

#include <jansson.h>

void digest_text(const json_t *digest);
void donor_text(const json_t *report);

#endif
