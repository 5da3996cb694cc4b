/* relais man: the manual page in roff, from the tables of the commands. */
#include <stdio.h>
#include <string.h>

#include "services/admin/commands.h"
#include "services/admin/help.h"
#include "services/admin/version.h"

/* Text in roff: a hyphen is a minus sign, so that it can be copied; no line is a macro. */
static void
roff(const char *text)
{
	bool first = true;

	for (; *text != '\0'; text++) {
		if (first && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		first = *text == '\n';
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
	}
}

static void
paragraph(const char *macro, const char *text)
{
	printf("%s\n", macro);
	roff(text);
	putchar('\n');
}

static void
tagged(const char *tag, const char *text)
{
	fputs(".TP\n\\fB", stdout);
	roff(tag);
	fputs("\\fR\n", stdout);
	roff(text);
	putchar('\n');
}

static void
print_options(const struct option *o)
{
	for (; o != NULL && o->name != NULL; o++) {
		cleanup(buf_release) struct buf label = {0}, meaning = {0};

		help_option(&label, o);
		help_meaning(&meaning, o);
		tagged(buf_text(&label), buf_text(&meaning));
	}
}

static void
print_command(const struct command *c)
{
	paragraph(".SS", c->name);
	paragraph(".PP", c->help);
	for (const struct verb *v = c->verbs; v->name != NULL; v++) {
		cleanup(buf_release) struct buf usage = {0};

		help_usage(&usage, c, v);
		tagged(buf_text(&usage), v->help);
		if (v->options == NULL)
			continue;
		fputs(".RS\n", stdout);
		print_options(v->options);
		fputs(".RE\n", stdout);
	}
}

static int
man(struct admin *a)
{
	(void)a;
	printf(".TH RELAIS 1 \"\" \"relais %s\" \"Relais\"\n", relais_version);
	paragraph(".SH NAME", "relais - command line of a knowledge hub for groups of municipalities");
	fputs(".SH SYNOPSIS\n\\fBrelais\\fR \\fICOMMAND\\fR [\\fIVERB\\fR] \\fR[\\fIWORD\\fR ...] [\\fIOPTION\\fR ...]\n", stdout);
	paragraph(".SH DESCRIPTION", "Relais keeps what municipalities learn, and what came of it elsewhere, in a PostgreSQL database. This "
	    "program acts on that database as the operator, who may do everything, or with --as as one person, who may do "
	    "there what they may do on the site; the log says who it was.");
	paragraph(".SH OPTIONS", "Every command takes:");
	print_options(common_options);
	fputs(".SH COMMANDS\n", stdout);
	for (size_t i = 0; commands[i] != NULL; i++)
		if (commands[i]->help != NULL)
			print_command(commands[i]);
	fputs(".SH ENVIRONMENT\n", stdout);
	tagged("DATABASE_URL", "The database, as a libpq connection string (postgresql:///relais).");
	tagged("RELAIS_MAIL_DOMAIN", "The domain that relais mail receive takes mail for; if it is not set, any.");
	tagged("RELAIS_URL, RELAIS_CONFIG, DATA_DIR", "What relais doctor looks at beside it: the site's address, its configuration, "
	    "the directory of its log.");
	fputs(".SH EXIT STATUS\n", stdout);
	tagged("0", "Done.");
	tagged("1", "Failed; standard error says why, and what to do.");
	tagged("2", "Called wrongly.");
	tagged("65, 67, 69, 75", "Only of relais mail receive, as sysexits.h has them.");
	fputs(".SH EXAMPLES\n.nf\n", stdout);
	roff("relais lesson post sites-web lesson.md --as hub@example.org\n"
	    "relais report sites-web 8 applied --municipality lokossa --via phone\n"
	    "relais uptake sites-web --json\n"
	    "relais export backup && relais import --restore backup\n");
	fputs(".fi\n", stdout);
	paragraph(".SH SEE ALSO", "relais-site --help lists the settings of the site. The operator's guide is in "
	    "/usr/share/doc/relais/operators-guide.md.");
	return DONE;
}

static const struct verb verbs[] = {
	{ .name = "", .help = "Prints the manual page, for man.", .run = man },
	{ .name = NULL }
};

const struct command command_man = { "man", NULL, verbs };
