/*
 * What RELAIS_SMTP_… say, checked at the start.
 */
#ifndef RELAIS_COURIER_CONFIG_SMTP_H
#define RELAIS_COURIER_CONFIG_SMTP_H

#include "services/courier/config.h"

/* Fills in what follows from them; fatal() where they make no sense. No message shows a password. */
void config_smtp(struct config *c);

#endif
