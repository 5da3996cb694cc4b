#include "services/admin/help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "services/admin/version.h"

enum { INDENT = 2, OPTIONS_WIDTH = 30, COMMANDS_WIDTH = 14, PAGE_WIDTH = 100 };

static void
upper(struct buf *out, const char *name)
{
	for (; *name != '\0'; name++)
		buf_putc(out, *name == '_' ? '-' : (char)toupper((unsigned char)*name));
}

void
help_option(struct buf *out, const struct option *o)
{
	buf_puts(out, option_label(o));
	if (!(o->flags & (WORD | SWITCH))) {
		buf_putc(out, ' ');
		upper(out, o->flags & EMAIL ? "email" : o->name);
	}
	if (o->flags & REPEATED)
		buf_puts(out, "…");
}

void
help_meaning(struct buf *out, const struct option *o)
{
	buf_puts(out, o->help);
	for (size_t i = 0; o->choices != NULL && o->choices[i] != NULL; i++)
		buf_printf(out, "%s%s", i == 0 ? ": " : ", ", o->choices[i]);
	if (o->initial != NULL)
		buf_printf(out, " (%s)", o->initial);
}

const char *
help_path(struct buf *out, const struct command *c, const struct verb *v)
{
	buf_reset(out);
	buf_printf(out, "%s%s%s", c->name, *v->name ? " " : "", v->name);
	return buf_text(out);
}

void
help_usage(struct buf *out, const struct command *c, const struct verb *v)
{
	buf_printf(out, "relais %s%s%s", c->name, *v->name ? " " : "", v->name);
	for (const struct option *o = v->options; o != NULL && o->name != NULL; o++) {
		bool needed = o->flags & REQUIRED;

		if (!(o->flags & WORD) && !needed)
			continue;
		buf_puts(out, needed ? " " : " [");
		help_option(out, o);
		buf_puts(out, needed ? "" : "]");
	}
}

/* Text in a column that begins at the cursor, its lines broken at words. */
static void
column(int from, const char *text)
{
	size_t room = (size_t)(PAGE_WIDTH - from), len, cut;

	for (; (len = strlen(text)) > room; text += cut + 1) {
		for (cut = room; cut > 0 && text[cut] != ' '; cut--)
			;
		if (cut == 0)
			break;
		printf("%.*s\n%*s", (int)cut, text, from, "");
	}
	printf("%s\n", text);
}

/* "…" is the only letter in a label that has more bytes than width. */
static void
two_columns(const char *label, int width, const char *text)
{
	int wide = (int)strlen(label) - (strstr(label, "…") != NULL ? 2 : 0);

	printf("%*s%s", INDENT, "", label);
	if (wide >= width)
		printf("\n%*s", INDENT + width, "");
	else
		printf("%*s", width - wide, "");
	column(INDENT + width, text);
}

void
help_program(void)
{
	printf("relais %s: the command line of a knowledge hub\n\nusage: relais COMMAND [VERB] …\n\n", relais_version);
	for (size_t i = 0; commands[i] != NULL; i++)
		if (commands[i]->help != NULL)
			two_columns(commands[i]->name, COMMANDS_WIDTH, commands[i]->help);
	printf("\nrelais COMMAND --help lists its verbs, relais COMMAND VERB --help its options. Each takes\n"
	    "--json (print JSON, for programs), --as EMAIL (act as that person, with that person's\n"
	    "rights, and not as the operator) and --lang LANG.\n\n"
	    "DATABASE_URL names the database (postgresql:///relais). When something is wrong: relais doctor.\n"
	    "Exit status: 0 done, 1 failed, 2 called wrongly.\n");
}

void
help_command(const struct command *c)
{
	printf("relais %s: %s\n\n", c->name, c->help);
	for (const struct verb *v = c->verbs; v->name != NULL; v++) {
		cleanup(buf_release) struct buf usage = {0};

		help_usage(&usage, c, v);
		printf("  %s\n      %s\n", buf_text(&usage), v->help);
	}
	printf("\nrelais %s VERB --help lists the options.\n", c->name);
}

static void
print_options(const struct option *o)
{
	if (o == NULL || o->name == NULL)
		return;
	putchar('\n');
	for (; o->name != NULL; o++) {
		cleanup(buf_release) struct buf label = {0}, meaning = {0};

		help_option(&label, o);
		help_meaning(&meaning, o);
		two_columns(buf_text(&label), OPTIONS_WIDTH, buf_text(&meaning));
	}
}

void
help_verb(const struct command *c, const struct verb *v)
{
	cleanup(buf_release) struct buf usage = {0};

	help_usage(&usage, c, v);
	printf("usage: %s\n\n%s\n", buf_text(&usage), v->help);
	print_options(v->options);
	print_options(common_options);
}
