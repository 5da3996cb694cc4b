/*
 * What relais doctor looks at: a table of checks, each a function that looks at one thing
 * and says how it is, and if it isn't well how to mend it. They are in doctor_*.c by where
 * they look: into the database, at the machine, at the site.
 */
#ifndef RELAIS_ADMIN_DOCTOR_H
#define RELAIS_ADMIN_DOCTOR_H

#include <jansson.h>
#include <libpq-fe.h>

#include "services/admin/ledger.h"
#include "shared/base/base.h"

struct patient {
	PGconn *conn;           /* never NULL; there may be no connection */
	json_t *facts;          /* what the database says of itself (doctor_facts); NULL: nothing */
	struct ledger ledger;
	bool ledger_there;      /* it could be read */
	json_t *mail;           /* how the mail is (mail_health); NULL: there is no hub of this version, or it is not ours to see */
	double asked, told;     /* the machine's time before and after the database told its own */
};

enum health { WELL, WARNING, PROBLEM };

struct finding {
	enum health health;
	char says[300], mend[400];
};

struct check {
	const char *name;
	bool database;          /* looks at the facts: left out where there are none */
	void (*look)(const struct patient *p, struct finding *f);
};

/* Each ends with name NULL. */
extern const struct check doctor_database[], doctor_machine[], doctor_site[], doctor_mail[];

/* What is seen, and how to mend what isn't well: a finding is well until mend() is called. */
void says(struct finding *f, const char *fmt, ...) printf_like(2, 3);
void mend(struct finding *f, enum health health, const char *fmt, ...) printf_like(3, 4);

#endif
