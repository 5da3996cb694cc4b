#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/log.h"
#include "shared/i18n/zone.h"

/*
 * glibc knows the zones, but only that of the process: to ask for another is to set TZ,
 * which reads a file (9 µs). So what it says is kept by zone and year, as the moments
 * at which the offset changes: a page full of dates asks it once.
 */
enum { ZONE_NAME_MAX = 63, CHANGES_MAX = 8, YEARS_MAX = 64, WEEK = 7 * 86400 };

struct change {
	int64_t from;
	int offset;
};

struct zone_year {
	char zone[ZONE_NAME_MAX + 1];
	int year;
	size_t n;
	struct change changes[CHANGES_MAX];
};

/* A cache: what it holds is a function of its keys. The oldest goes first. */
static struct zone_year years[YEARS_MAX];
static size_t next_year;

static int
offset_now(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	return localtime_r(&t, &tm) == NULL ? 0 : (int)tm.tm_gmtoff;
}

/* The first second in (low, high] with another offset than at low; high has another. */
static int64_t
find_change(int64_t low, int64_t high)
{
	int offset = offset_now(low);

	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (offset_now(middle) == offset)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* By weeks: no zone ever changed there and back within one. */
static void
scan_year(struct zone_year *y)
{
	int64_t at = moment_seconds(&(struct moment){ .year = y->year, .month = 1, .day = 1 });
	int64_t end = at + 366 * 86400;

	y->changes[0] = (struct change){ at, offset_now(at) };
	y->n = 1;
	for (; at < end; at += WEEK) {
		int64_t changed;

		if (offset_now(at + WEEK) == offset_now(at) || y->n == CHANGES_MAX)
			continue;
		changed = find_change(at, at + WEEK);
		y->changes[y->n++] = (struct change){ changed, offset_now(changed) };
	}
}

static void
ask_libc(struct zone_year *y)
{
	char name[ZONE_NAME_MAX + 2], *before = getenv("TZ");

	if (before != NULL && (before = strdup(before)) == NULL)
		fatal("out of memory");
	(void)snprintf(name, sizeof(name), ":%s", y->zone);
	if (setenv("TZ", name, 1) != 0)
		fatal("out of memory");
	tzset();
	scan_year(y);
	if ((before == NULL ? unsetenv("TZ") : setenv("TZ", before, 1)) != 0)
		fatal("out of memory");
	tzset();
	free(before);
}

/* Only names below the directory of zones: no path out of it (hence no dot), no rule. */
static bool
is_zone_name(const char *zone)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
	size_t len = strlen(zone);

	return len > 0 && len <= ZONE_NAME_MAX && zone[0] != '/' && strspn(zone, allowed) == len;
}

static const struct zone_year *
find_year(const char *zone, int year)
{
	struct zone_year *y;
	size_t i;

	for (i = 0; i < YEARS_MAX; i++)
		if (years[i].year == year && strcmp(years[i].zone, zone) == 0)
			return &years[i];
	y = &years[next_year++ % YEARS_MAX];
	(void)snprintf(y->zone, sizeof(y->zone), "%s", zone);
	y->year = year;
	ask_libc(y);
	return y;
}

int
zone_offset(const char *zone, int64_t at)
{
	const struct zone_year *y;
	size_t i;

	if (zone == NULL || strcmp(zone, "UTC") == 0 || !is_zone_name(zone))
		return 0;
	y = find_year(zone, moment_of(at).year);
	for (i = y->n; i > 1; i--)
		if (y->changes[i - 1].from <= at)
			break;
	return y->changes[i - 1].offset;
}
