/* What is said about the commands, made from their tables: --help, the manual, bash's completion. */
#ifndef RELAIS_ADMIN_HELP_H
#define RELAIS_ADMIN_HELP_H

#include "services/admin/admin.h"
#include "shared/base/buf.h"

/* What --help prints: of the program, of a command, of a verb. */
void help_program(void);
void help_command(const struct command *c);
void help_verb(const struct command *c, const struct verb *v);

/* "relais group member add GROUP MUNICIPALITY" */
void help_usage(struct buf *out, const struct command *c, const struct verb *v);

/* "--role ROLE", "GROUP", "--services SERVICES…" */
void help_option(struct buf *out, const struct option *o);

/* What it is, which words it may be, and what it is when it is not given. */
void help_meaning(struct buf *out, const struct option *o);

/* A verb by all its words, "group member add"; out is emptied first. */
const char *help_path(struct buf *out, const struct command *c, const struct verb *v);

#endif
