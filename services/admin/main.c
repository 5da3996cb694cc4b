/* relais: the command line. */
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/admin/admin.h"
#include "services/admin/commands.h"
#include "shared/base/log.h"

const struct command *const commands[] = {
	&command_migrate, &command_import, &command_export, &command_umbrella, &command_municipality, &command_group,
	&command_person, &command_token, &command_digest, &command_lesson, &command_question, &command_report,
	&command_uptake, &command_mail, &command_doctor, &command_completion, &command_man, NULL
};

static void
say(const char *fmt, va_list ap)
{
	fputs("relais: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

int
failed(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	return FAILED;
}

int
misused(const struct admin *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	fprintf(stderr, "See relais%s%s%s%s --help\n", a->command ? " " : "", a->command ? a->command->name : "",
	    a->verb && *a->verb->name ? " " : "", a->verb ? a->verb->name : "");
	return USAGE;
}

int
main(int argc, char **argv)
{
	struct admin a = { .in = json_object() };
	int code;

	log_name("relais");
	/* the environment's locale would only change how numbers are written */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	if (sodium_init() < 0)
		fatal("libsodium does not start");
	code = args_read(&a, argc - 1, argv + 1);
	if (code == DONE && a.verb != NULL)
		code = a.verb->run(&a);
	if (a.conn != NULL)
		PQfinish(a.conn);
	json_decref(a.in);
	if (fflush(stdout) != 0 && code == DONE)
		code = failed("cannot write the output");
	return code;
}
