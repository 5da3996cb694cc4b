#include <stdio.h>
#include <string.h>

#include "shared/i18n/i18n.h"
#include "shared/i18n/zone.h"

/* {name} in a format of the catalogue, and what stands for it. */
struct part {
	const char *name;
	const char *value;
};

static const char *const months[] = {
	NC_("month", "January"), NC_("month", "February"), NC_("month", "March"),
	NC_("month", "April"), NC_("month", "May"), NC_("month", "June"),
	NC_("month", "July"), NC_("month", "August"), NC_("month", "September"),
	NC_("month", "October"), NC_("month", "November"), NC_("month", "December"),
};

static const char *
value_of(const struct part *parts, size_t n, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(parts[i].name) == len && memcmp(parts[i].name, name, len) == 0)
			return parts[i].value;
	return "";
}

static void
fill_in(struct buf *out, const char *format, const struct part *parts, size_t n)
{
	const char *open, *close;

	while ((open = strchr(format, '{')) != NULL && (close = strchr(open, '}')) != NULL) {
		buf_add(out, format, (size_t)(open - format));
		buf_puts(out, value_of(parts, n, open + 1, (size_t)(close - open - 1)));
		format = close + 1;
	}
	buf_puts(out, format);
}

static void
add_date(struct buf *out, const char *lang, const struct moment *m, const char *precision)
{
	char day[16], year[16];
	struct part parts[] = {
		{ "day", day },
		{ "month", trc(lang, "month", months[m->month - 1]) },
		{ "year", year },
	};

	(void)snprintf(year, sizeof(year), "%d", m->year);
	(void)snprintf(day, sizeof(day), "%d", m->day);
	/* Some languages have a word of its own for the first day only: 1er. */
	if (m->day == 1)
		parts[0].value = trc(lang, "day of the month", "1");
	if (strcmp(precision, "year") == 0)
		buf_puts(out, year);
	else if (strcmp(precision, "month") == 0)
		fill_in(out, trc(lang, "date format", "{month} {year}"), parts, countof(parts));
	else
		fill_in(out, trc(lang, "date format", "{day} {month} {year}"), parts,
		    countof(parts));
}

static struct moment
in_zone(const struct moment *m, const char *zone)
{
	int64_t at = moment_seconds(m);

	return m->has_time ? moment_of(at + zone_offset(zone, at)) : *m;
}

void
i18n_date(struct buf *out, const char *lang, const char *zone, const char *iso,
    const char *precision)
{
	struct moment m;
	char whole[] = "0000-00-01";
	bool month = strlen(iso) == strlen("0000-00");

	if (precision != NULL && strcmp(precision, "unknown") == 0) {
		buf_puts(out, tr(lang, N_("date unknown")));
		return;
	}
	/* 2025-03 says itself how precise it is; 2025 is written as it is read */
	if (month) {
		memcpy(whole, iso, strlen("0000-00"));
		precision = "month";
	}
	if (!moment_parse(&m, month ? whole : iso)) {
		buf_puts(out, iso);
		return;
	}
	m = in_zone(&m, zone);
	add_date(out, lang, &m, precision == NULL ? "day" : precision);
}

void
i18n_datetime(struct buf *out, const char *lang, const char *zone, const char *iso)
{
	cleanup(buf_release) struct buf date = { 0 };
	char clock[16];
	struct moment m;

	if (!moment_parse(&m, iso)) {
		buf_puts(out, iso);
		return;
	}
	m = in_zone(&m, zone);
	add_date(&date, lang, &m, "day");
	(void)snprintf(clock, sizeof(clock), "%02d:%02d", m.hour, m.minute);
	if (m.has_time)
		fill_in(out, trc(lang, "date format", "{date}, {time}"),
		    (struct part[]){ { "date", buf_text(&date) }, { "time", clock } }, 2);
	else
		buf_puts(out, buf_text(&date));
}

void
i18n_rfc822(struct buf *out, const char *iso)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char names[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	struct moment m;

	if (!moment_parse(&m, iso)) {
		buf_puts(out, iso);
		return;
	}
	buf_printf(out, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[moment_weekday(&m)], m.day,
	    names[m.month - 1], m.year, m.hour, m.minute, m.second);
}

void
i18n_number(struct buf *out, const char *lang, long long n)
{
	const char *separator = trc(lang, "thousands separator", ",");
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%lld", n), i;

	for (i = 0; i < len; i++) {
		/* Behind a digit, where a multiple of three is still to come. */
		if (i > 0 && digits[i - 1] != '-' && (len - i) % 3 == 0)
			buf_puts(out, separator);
		buf_putc(out, digits[i]);
	}
}
