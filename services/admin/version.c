#include "services/admin/version.h"

const char relais_version[] = RELAIS_VERSION;
