#include "shared/i18n/zone.h"

enum { DAY = 86400 };

/* Exactly `digits` digits at *p, which is moved behind them; -1 if there are others. */
static int
number(const char **p, int digits)
{
	int value = 0;

	for (; digits > 0; digits--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		value = value * 10 + (**p - '0');
	}
	return value;
}

static bool
take(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool
parse_date(struct moment *m, const char **p)
{
	m->year = number(p, 4);
	if (m->year < 1 || !take(p, '-'))
		return false;
	m->month = number(p, 2);
	if (m->month < 1 || m->month > 12 || !take(p, '-'))
		return false;
	m->day = number(p, 2);
	return m->day >= 1 && m->day <= days_in_month(m->year, m->month);
}

static bool
parse_time(struct moment *m, const char **p)
{
	m->hour = number(p, 2);
	if (m->hour < 0 || m->hour > 23 || !take(p, ':'))
		return false;
	m->minute = number(p, 2);
	if (m->minute < 0 || m->minute > 59 || !take(p, ':'))
		return false;
	m->second = number(p, 2);
	if (m->second < 0 || m->second > 60)
		return false;
	if (take(p, '.')) {
		if (number(p, 1) < 0)
			return false;
		while (number(p, 1) >= 0)
			;
	}
	return true;
}

/* Z, +HH:MM, -HH:MM or +HH, in seconds. */
static bool
parse_offset(int *offset, const char **p)
{
	int sign = **p == '-' ? -1 : 1, hours, minutes = 0;

	*offset = 0;
	if (take(p, 'Z') || take(p, 'z'))
		return true;
	if (!take(p, '+') && !take(p, '-'))
		return false;
	hours = number(p, 2);
	if (hours < 0 || hours > 23)
		return false;
	if (take(p, ':')) {
		minutes = number(p, 2);
		if (minutes < 0 || minutes > 59)
			return false;
	}
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool
moment_parse(struct moment *m, const char *iso)
{
	const char *p = iso;
	int offset;

	*m = (struct moment){ 0 };
	if (!parse_date(m, &p))
		return false;
	if (*p == '\0')
		return true;
	if (!take(&p, 'T') && !take(&p, 't') && !take(&p, ' '))
		return false;
	if (!parse_time(m, &p) || !parse_offset(&offset, &p) || *p != '\0')
		return false;
	*m = moment_of(moment_seconds(m) - offset);
	return true;
}

/*
 * Days since 1970-01-01. The year is taken to begin in March, so that the leap day
 * is its last one; 400 years always have 146097 days.
 */
static int64_t
days_since_1970(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t
moment_seconds(const struct moment *m)
{
	return days_since_1970(m->year, m->month, m->day) * DAY +
	    m->hour * 3600 + m->minute * 60 + m->second;
}

struct moment
moment_of(int64_t seconds)
{
	int64_t days = (seconds >= 0 ? seconds : seconds - (DAY - 1)) / DAY;
	int rest = (int)(seconds - days * DAY);
	struct moment m = {
		.hour = rest / 3600,
		.minute = rest / 60 % 60,
		.second = rest % 60,
		.has_time = true,
	};
	/* A first guess that is never too late. */
	int64_t year = 1968 + (days * 400 - 146097) / 146097;

	while (days_since_1970((int)year + 1, 1, 1) <= days)
		year++;
	days -= days_since_1970((int)year, 1, 1);
	m.year = (int)year;
	for (m.month = 1; days >= days_in_month(m.year, m.month); m.month++)
		days -= days_in_month(m.year, m.month);
	m.day = (int)days + 1;
	return m;
}

int
moment_weekday(const struct moment *m)
{
	int64_t days = days_since_1970(m->year, m->month, m->day);

	/* 1970-01-01 was a Thursday. */
	return (int)(((days + 4) % 7 + 7) % 7);
}
