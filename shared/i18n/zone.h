/*
 * Inside shared/i18n: moments, and the offset of a time zone at a moment. The
 * calendar is the Gregorian one, without leap seconds; a moment counts seconds
 * since 1970-01-01T00:00:00Z.
 */
#ifndef RELAIS_I18N_ZONE_H
#define RELAIS_I18N_ZONE_H

#include "shared/base/base.h"

struct moment {
	int year, month, day;           /* month 1-12 */
	int hour, minute, second;
	bool has_time;
};

/*
 * A date (2025-03-12), or a date and time with offset as RFC 3339 and PostgreSQL
 * write it (2025-03-12T14:05:00.5+00:00), in UTC then. False if it is neither.
 */
bool moment_parse(struct moment *m, const char *iso) must_check;

int64_t moment_seconds(const struct moment *m);
struct moment moment_of(int64_t seconds);
int moment_weekday(const struct moment *m);     /* 0: Sunday */

/* Seconds east of UTC at the moment; 0 for NULL or a zone that is unknown. */
int zone_offset(const char *zone, int64_t at);

#endif
