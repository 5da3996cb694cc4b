/* relais doctor: is everything well, and how to mend what is not. */
#include "services/admin/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "services/admin/commands.h"
#include "services/admin/database.h"
#include "services/admin/print.h"
#include "shared/base/web.h"
#include "statements.h"

static const struct check *const tables[] = { doctor_database, doctor_machine, doctor_site, doctor_mail };
static const char *const healths[] = { [WELL] = "ok", [WARNING] = "warning", [PROBLEM] = "problem" };

static const struct column columns[] = {
	{ "check", "check" }, { "state", "state" }, { "finding", "says" }, { NULL, NULL }
};

void
says(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->says, sizeof(f->says), fmt, ap);
	va_end(ap);
}

void
mend(struct finding *f, enum health health, const char *fmt, ...)
{
	va_list ap;

	f->health = health;
	va_start(ap, fmt);
	vsnprintf(f->mend, sizeof(f->mend), fmt, ap);
	va_end(ap);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
examine(struct admin *a, struct patient *p)
{
	a->conn = p->conn = database_try();
	if (PQstatus(p->conn) != CONNECTION_OK)
		return;
	p->asked = now();
	p->facts = admin_value(a, SQL_DOCTOR_FACTS, a->in);
	p->told = now();
	p->ledger_there = json_is_true(json_object_get(p->facts, "ledger")) && ledger_read(p->conn, &p->ledger);
	if (p->ledger_there && *p->ledger.wrong == '\0' && p->ledger.applied == web_nmigrations &&
	    json_is_true(json_object_get(json_object_get(p->facts, "may"), "relais_admin"))) {
		json_decref(admin_value(a, SQL_ADMIN_ROLE, a->in));
		p->mail = admin_value(a, SQL_MAIL_HEALTH, a->in);
	}
}

/* The findings as a list of objects; *worst is the worst of them. */
static json_t *
findings(const struct patient *p, enum health *worst)
{
	json_t *list = json_array(), *entry;

	for (size_t t = 0; t < countof(tables); t++)
		for (const struct check *c = tables[t]; c->name != NULL; c++) {
			struct finding f = { .health = WELL };

			if (c->database && p->facts == NULL)
				continue;
			c->look(p, &f);
			entry = json_pack("{s:s, s:s, s:s, s:s?}", "check", c->name, "state", healths[f.health], "says", f.says,
			    "mend", *f.mend != '\0' ? f.mend : NULL);
			json_array_append_new(list, entry);
			if (f.health > *worst)
				*worst = f.health;
		}
	return list;
}

static void
print_findings(const json_t *list, enum health worst)
{
	json_t *entry;
	size_t i;

	print_table(list, columns);
	if (worst != WELL)
		printf("\nWhat to do:\n");
	json_array_foreach(list, i, entry)
		if (!json_is_null(json_object_get(entry, "mend")))
			printf("  %s: %s\n", json_string_value(json_object_get(entry, "check")),
			    json_string_value(json_object_get(entry, "mend")));
}

static int
doctor(struct admin *a)
{
	struct patient p = {0};
	enum health worst = WELL;
	json_t *list, *result;

	examine(a, &p);
	list = findings(&p, &worst);
	if (a->json) {
		result = json_pack("{s:b, s:O}", "well", worst != PROBLEM, "checks", list);
		print_json(result);
		json_decref(result);
	} else {
		print_findings(list, worst);
	}
	json_decref(list);
	json_decref(p.facts);
	json_decref(p.mail);
	return worst == PROBLEM ? FAILED : DONE;
}

static const struct verb verbs[] = {
	{ .name = "", .help = "Looks at the database, the machine, the site and the mail, and says how to mend what is not well. Ends with 0 when\n"
	  "there is no problem, else with 1. The settings it looks at are the environment's: DATABASE_URL, RELAIS_URL, DATA_DIR.",
	  .run = doctor },
	{ .name = NULL }
};

const struct command command_doctor = { "doctor", "look at database, machine, site and mail, and say how to mend what is wrong", verbs };
