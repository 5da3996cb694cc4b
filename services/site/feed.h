/*
 * What a feed's address says.
 */
#ifndef RELAIS_SITE_FEED_H
#define RELAIS_SITE_FEED_H

#include <jansson.h>

#include "shared/base/base.h"

/* "lesson,question" as a list of the kinds that feeds know; others are left out. New reference. */
json_t *feed_kinds(const char *text) must_check;

#endif
