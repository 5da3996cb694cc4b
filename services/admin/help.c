/* --help, from the tables. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "services/admin/admin.h"

static void
upper(const char *name)
{
	for (; *name != '\0'; name++)
		putchar(*name == '_' ? '-' : toupper((unsigned char)*name));
}

void
help_program(void)
{
	printf("relais: the command line of a hub\n\nusage: relais COMMAND …\n\n");
	for (size_t i = 0; commands[i] != NULL; i++)
		printf("  %-14s %s\n", commands[i]->name, commands[i]->help);
	printf("\nrelais COMMAND --help says more. Each takes --json (print JSON), --as EMAIL (act as that\n"
	    "person instead of as the operator), --lang LANG.\n\n"
	    "DATABASE_URL names the database (postgresql:///relais).\n"
	    "Exit status: 0 done, 1 failed, 2 called wrongly.\n");
}

static void
usage(const struct command *c, const struct verb *v)
{
	printf("relais %s%s%s", c->name, *v->name ? " " : "", v->name);
	for (const struct option *o = v->options; o != NULL && o->name != NULL; o++) {
		bool needed = o->flags & REQUIRED;

		if (!(o->flags & WORD) && !needed)
			continue;
		printf(needed ? " " : " [");
		if (!(o->flags & WORD))
			printf("--%s ", o->name);
		upper(o->name);
		printf("%s%s", o->flags & REPEATED ? "…" : "", needed ? "" : "]");
	}
	putchar('\n');
}

void
help_command(const struct command *c)
{
	printf("relais %s: %s\n\n", c->name, c->help);
	for (const struct verb *v = c->verbs; v->name != NULL; v++) {
		printf("  ");
		usage(c, v);
		printf("      %s\n", v->help);
	}
	printf("\nrelais %s VERB --help lists the options.\n", c->name);
}

static void
one_option(const struct option *o)
{
	char name[40];

	if (o->flags & WORD) {
		printf("  ");
		upper(o->name);
		printf("%*s", (int)(24 - strlen(o->name)), " ");
	} else {
		snprintf(name, sizeof(name), "--%s%s", o->name, o->flags & SWITCH ? "" : " …");
		printf("  %-*s ", (int)(23 + (strlen(name) > 2 && !(o->flags & SWITCH) ? 2 : 0)), name);
	}
	printf("%s", o->help);
	for (size_t i = 0; o->choices != NULL && o->choices[i] != NULL; i++)
		printf("%s%s", i == 0 ? ": " : ", ", o->choices[i]);
	if (o->initial != NULL)
		printf(" (%s)", o->initial);
	putchar('\n');
}

void
help_verb(const struct command *c, const struct verb *v)
{
	printf("usage: ");
	usage(c, v);
	printf("\n%s\n", v->help);
	if (v->options != NULL && v->options->name != NULL)
		putchar('\n');
	for (const struct option *o = v->options; o != NULL && o->name != NULL; o++)
		one_option(o);
	printf("\n  --json                   print JSON, for programs\n"
	    "  --as EMAIL               act as that person, with that person's rights\n"
	    "  --lang LANG              the language of texts\n");
}
