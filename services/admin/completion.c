/* relais completion: the script that completes words in a shell, from the tables of the commands. */
#include <stdio.h>
#include <string.h>

#include "services/admin/commands.h"
#include "services/admin/help.h"

/*
 * The tables are filled behind it, by the words so far ("relais group member"):
 *	next    the words that may follow       values   options that take one
 *	options all options                     choices  by option or place of a word: what it may be
 */
static const char script[] =
"# Completion of relais for bash; made by relais completion bash.\n"
"declare -gA _relais_next=() _relais_options=() _relais_values=() _relais_choices=()\n"
"_relais() {\n"
"	local cur=${COMP_WORDS[COMP_CWORD]} key=relais value= place=1 word words i\n"
"	for ((i = 1; i < COMP_CWORD; i++)); do\n"
"		word=${COMP_WORDS[i]}\n"
"		if [[ $word == = ]]; then\n"
"			continue\n"
"		elif [[ $value ]]; then\n"
"			value=\n"
"		elif [[ $word == -* ]]; then\n"
"			[[ \" ${_relais_values[$key]-} \" == *\" $word \"* ]] && value=$word\n"
"		elif [[ \" ${_relais_next[$key]-} \" == *\" $word \"* ]]; then\n"
"			key+=\" $word\"\n"
"		else\n"
"			((place++))\n"
"		fi\n"
"	done\n"
"	[[ $cur == = ]] && cur=\n"
"	if [[ $value ]]; then\n"
"		words=${_relais_choices[$key $value]-}\n"
"	elif [[ $cur == -* ]]; then\n"
"		words=${_relais_options[$key]-}\n"
"	else\n"
"		words=\"${_relais_next[$key]-} ${_relais_choices[$key $place]-}\"\n"
"	fi\n"
"	if [[ $words == *'<file>'* ]]; then\n"
"		compopt -o filenames 2>/dev/null\n"
"		mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
"	else\n"
"		mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
"	fi\n"
"}\n"
"complete -F _relais relais\n";

static void
print_choices(const char *key, const struct option *o, unsigned place)
{
	if (o->choices == NULL && !(o->flags & PLACE))
		return;
	if (o->flags & WORD)
		printf("_relais_choices['relais %s %u']='", key, place);
	else
		printf("_relais_choices['relais %s %s']='", key, option_label(o));
	for (size_t i = 0; o->choices != NULL && o->choices[i] != NULL; i++)
		printf("%s%s", i > 0 ? " " : "", o->choices[i]);
	printf("%s'\n", o->flags & PLACE ? "<file>" : "");
}

/* The options of the verb and of all verbs; only those that take a value, or all. */
static void
print_options(const char *table, const char *key, const struct option *own, bool valued)
{
	const struct option *const both[] = { own, common_options };

	printf("_relais_%s['relais %s']='", table, key);
	for (size_t i = 0; i < countof(both); i++)
		for (const struct option *o = both[i]; o != NULL && o->name != NULL; o++)
			if (!(o->flags & WORD) && !(valued && (o->flags & SWITCH)))
				printf("%s ", option_label(o));
	printf("'\n");
}

static void
print_verb(const struct command *c, const struct verb *v)
{
	cleanup(buf_release) struct buf path = {0};
	const char *key = help_path(&path, c, v), *last = strrchr(key, ' ');
	unsigned place = 0;

	/* each word leads to the next: "relais group", "relais group member" */
	if (*v->name != '\0' && strchr(v->name, ' ') == NULL)
		printf("_relais_next['relais %s']+='%s '\n", c->name, v->name);
	else if (*v->name != '\0')
		printf("[[ \" ${_relais_next['relais %s']-} \" == *' %.*s '* ]] || _relais_next['relais %s']+='%.*s '\n"
		    "_relais_next['relais %.*s']+='%s '\n", c->name, (int)strcspn(v->name, " "), v->name, c->name,
		    (int)strcspn(v->name, " "), v->name, (int)(last - key), key, last + 1);
	print_options("options", key, v->options, false);
	print_options("values", key, v->options, true);
	for (const struct option *o = v->options; o != NULL && o->name != NULL; o++) {
		place += (o->flags & WORD) != 0;
		print_choices(key, o, place);
	}
}

static int
completion(struct admin *a)
{
	(void)a;
	fputs(script, stdout);
	fputs("_relais_next['relais']='help ", stdout);
	for (size_t i = 0; commands[i] != NULL; i++)
		if (commands[i]->help != NULL)
			printf("%s ", commands[i]->name);
	fputs("'\n_relais_options['relais']='--help --version'\n", stdout);
	for (size_t i = 0; commands[i] != NULL; i++)
		for (const struct verb *v = commands[i]->verbs; commands[i]->help != NULL && v->name != NULL; v++)
			print_verb(commands[i], v);
	return DONE;
}

static const char *const shells[] = { "bash", NULL };

static const struct option options[] = {
	{ "shell", WORD | REQUIRED, "which shell", shells, NULL },
	{ NULL }
};

static const struct verb verbs[] = {
	{ .name = "", .help = "Prints the script that completes words of relais: source <(relais completion bash).", .options = options,
	  .run = completion },
	{ .name = NULL }
};

const struct command command_completion = { "completion", NULL, verbs };
