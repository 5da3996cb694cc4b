/* The doctor's look at the machine: what the program is made of, time zones, disks. */
#include <errno.h>
#include <libdeflate.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <yaml.h>

#include "services/admin/doctor.h"
#include "services/admin/json.h"
#include "services/admin/version.h"

static void
program(const struct patient *p, struct finding *f)
{
	int pq = PQlibVersion();

	(void)p;
	says(f, "relais %s; libpq %d.%d, jansson %s, libyaml %s, libsodium %s, libdeflate %s", relais_version, pq / 10000, pq % 10000,
	    jansson_version_str(), yaml_get_version_string(), sodium_version_string(), LIBDEFLATE_VERSION_STRING);
	if (pq < 140000)
		mend(f, PROBLEM, "The site needs libpq 14 or later: apt-get install libpq5");
}

/* Whether the machine knows more zones than UTC: the C library says nothing when it does not. */
static void
time_zones(const struct patient *p, struct finding *f)
{
	const char *before = getenv("TZ");
	char *keep = before != NULL ? strdup(before) : NULL;
	struct tm there;
	time_t summer = 1751371200;     /* 2025-07-01 12:00 UTC, 14:00 in Brussels */

	(void)p;
	setenv("TZ", "Europe/Brussels", 1);
	tzset();
	localtime_r(&summer, &there);
	if (keep != NULL)
		setenv("TZ", keep, 1);
	else
		unsetenv("TZ");
	tzset();
	free(keep);
	says(f, there.tm_hour == 14 ? "the machine knows them" : "the machine knows none, and shows every time as UTC");
	if (there.tm_hour != 14)
		mend(f, WARNING, "apt-get install tzdata");
}

static void
space(struct finding *f, const char *directory)
{
	struct statvfs s;
	double free_gib, part;

	if (statvfs(directory, &s) != 0) {
		says(f, "%s: %s", directory, strerror(errno));
		/* PostgreSQL's directory is closed to others, which is as it should be */
		if (errno != EACCES)
			mend(f, WARNING, "Look whether %s is there and can be read", directory);
		return;
	}
	free_gib = (double)s.f_bavail * (double)s.f_frsize / (1024.0 * 1024 * 1024);
	part = s.f_blocks > 0 ? 100.0 * (double)s.f_bavail / (double)s.f_blocks : 100;
	says(f, "%.1f GiB free (%.0f %%) in %s", free_gib, part, directory);
	if (free_gib < 0.2)
		mend(f, PROBLEM, "The disk is as good as full, and writing stops then: make room or enlarge it");
	else if (free_gib < 1 || part < 5)
		mend(f, WARNING, "The disk is filling up: make room or enlarge it");
}

static void
database_disk(const struct patient *p, struct finding *f)
{
	const char *directory = text_of(p->facts, "directory");

	if (!json_is_true(json_object_get(p->facts, "local")))
		says(f, "on another machine, or reached by the net: look there");
	else if (*directory == '\0')
		says(f, "not for %s to see (GRANT pg_read_all_settings TO it shows it)", text_of(p->facts, "user"));
	else
		space(f, directory);
}

static void
log_disk(const struct patient *p, struct finding *f)
{
	const char *data_dir = getenv("DATA_DIR");

	(void)p;
	space(f, data_dir != NULL && *data_dir != '\0' ? data_dir : "/var/log");
}

const struct check doctor_machine[] = {
	{ "program", false, program },
	{ "time zones", false, time_zones },
	{ "database disk", true, database_disk },
	{ "log disk", false, log_disk },
	{ NULL, false, NULL }
};
