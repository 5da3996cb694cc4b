/* The doctor's look at the database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/admin/database.h"
#include "services/admin/doctor.h"
#include "services/admin/json.h"
#include "services/admin/ledger.h"
#include "shared/base/web.h"

enum { OLDEST_SERVER = 150000, FEWEST_CONNECTIONS = 20 };

#define MAKE_ANEW "Make it anew: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME"

static void
reached(const struct patient *p, struct finding *f)
{
	char why[200];

	if (p->facts != NULL) {
		says(f, "%s, as %s", text_of(p->facts, "database"), text_of(p->facts, "user"));
		return;
	}
	snprintf(why, sizeof(why), "%s", PQerrorMessage(p->conn));
	why[strcspn(why, "\n")] = '\0';
	says(f, "%s", *why != '\0' ? why : "it does not answer");
	mend(f, PROBLEM, "Start PostgreSQL (systemctl start postgresql, or make run), and let DATABASE_URL name it; now it is %s. "
	    "In a checkout: . var/env", getenv("DATABASE_URL") != NULL ? "set" : "not set, which means postgresql:///relais");
}

static void
server_version(const struct patient *p, struct finding *f)
{
	says(f, "PostgreSQL %s", text_of(p->facts, "release"));
	if (number_of(p->facts, "version") < OLDEST_SERVER)
		mend(f, PROBLEM, "Relais needs PostgreSQL 15 or later: apt-get install postgresql-15, then pg_upgradecluster");
}

static void
encoding(const struct patient *p, struct finding *f)
{
	const char *ctype = text_of(p->facts, "ctype");

	says(f, "%s, %s", text_of(p->facts, "encoding"), ctype);
	if (strcmp(text_of(p->facts, "encoding"), "UTF8") != 0)
		mend(f, PROBLEM, MAKE_ANEW);
	else if (strcmp(ctype, "C") == 0 || strcmp(ctype, "POSIX") == 0)
		mend(f, WARNING, "Letters with accents have no capitals in this locale. " MAKE_ANEW);
}

static void
durability(const struct patient *p, struct finding *f)
{
	static const char *const settings[] = { "fsync", "full_page_writes", "synchronous_commit" };
	char off[80] = "", set[200] = "";

	for (size_t i = 0; i < countof(settings); i++)
		if (strcmp(text_of(p->facts, settings[i]), "off") == 0) {
			snprintf(off + strlen(off), sizeof(off) - strlen(off), "%s%s", *off ? ", " : "", settings[i]);
			snprintf(set + strlen(set), sizeof(set) - strlen(set), "%s%s = on", *set ? ", " : "", settings[i]);
		}
	says(f, "%s%s", *off ? "off: " : "what is answered is on the disk", off);
	if (*off)
		mend(f, PROBLEM, "What was answered can be lost with the power. In postgresql.conf: %s; then systemctl reload postgresql", set);
}

static void
connections(const struct patient *p, struct finding *f)
{
	says(f, "%lld at most", number_of(p->facts, "max_connections"));
	if (number_of(p->facts, "max_connections") < FEWEST_CONNECTIONS)
		mend(f, WARNING, "A site takes 8 or more: raise max_connections");
}

static void
roles(const struct patient *p, struct finding *f)
{
	const json_t *there = json_object_get(p->facts, "roles"), *may = json_object_get(p->facts, "may");
	const char *user = text_of(p->facts, "user"), *name;
	char missing[80] = "", closed[80] = "";
	json_t *value;

	json_object_foreach((json_t *)there, name, value)
		if (!json_is_true(value))
			snprintf(missing + strlen(missing), sizeof(missing) - strlen(missing), "%s%s", *missing ? ", " : "", name);
	json_object_foreach((json_t *)may, name, value)
		if (!json_is_true(value))
			snprintf(closed + strlen(closed), sizeof(closed) - strlen(closed), "%s%s", *closed ? ", " : "", name);
	if (*missing) {
		says(f, "missing: %s", missing);
		mend(f, PROBLEM, json_is_true(json_object_get(p->facts, "creates_roles")) ? "relais migrate makes them"
		    : "Run relais migrate as a user of the database who may create roles: sudo -u postgres relais migrate");
	} else if (*closed) {
		says(f, "%s may not act as %s", user, closed);
		mend(f, PROBLEM, "sudo -u postgres psql -c 'GRANT %s TO \"%s\"'", closed, user);
	} else {
		says(f, "they are there, and %s may act as them", user);
	}
}

static void
migrations(const struct patient *p, struct finding *f)
{
	const char *newest = web_migrations[web_nmigrations - 1].name;
	const struct ledger *l = &p->ledger;

	if (!json_is_true(json_object_get(p->facts, "ledger"))) {
		says(f, "the database has no hub yet");
		mend(f, PROBLEM, "relais migrate");
	} else if (!p->ledger_there) {
		says(f, "the ledger cannot be read");
		mend(f, PROBLEM, "relais migrate, as the owner of the database, opens it to others");
	} else if (*l->wrong != '\0') {
		says(f, "they are not those of this program");
		mend(f, PROBLEM, "%s", l->wrong);
	} else if (l->applied < web_nmigrations) {
		says(f, "%zu of %zu are applied", l->applied, web_nmigrations);
		mend(f, PROBLEM, "relais migrate, and start the site anew");
	} else {
		says(f, "all %zu, to %s", l->applied, newest);
	}
}

static void
clocks(const struct patient *p, struct finding *f)
{
	double theirs = json_number_value(json_object_get(p->facts, "clock"));
	/* somewhere between asking and being told they looked */
	double apart = theirs < p->asked ? p->asked - theirs : theirs > p->told ? theirs - p->told : 0;

	says(f, "database and machine are %.1f s apart", apart);
	if (apart >= 1)
		mend(f, apart < 60 ? WARNING : PROBLEM, "Let both machines take the time from the net: timedatectl set-ntp true");
}

const struct check doctor_database[] = {
	{ "database", false, reached },
	{ "server", true, server_version },
	{ "encoding", true, encoding },
	{ "durability", true, durability },
	{ "connections", true, connections },
	{ "roles", true, roles },
	{ "migrations", true, migrations },
	{ "clock", true, clocks },
	{ NULL, false, NULL }
};
