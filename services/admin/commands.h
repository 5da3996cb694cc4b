/* The commands, one a file. */
#ifndef RELAIS_ADMIN_COMMANDS_H
#define RELAIS_ADMIN_COMMANDS_H

#include "services/admin/admin.h"

extern const struct command command_migrate, command_import, command_export, command_umbrella, command_municipality,
    command_group, command_person, command_token, command_digest, command_lesson, command_question, command_report,
    command_uptake, command_mail, command_doctor, command_completion, command_man;

#endif
