/* relais-courier: takes what waits in the outbox and delivers it. */
#include "services/courier/config.h"
#include "shared/base/log.h"
#include "shared/i18n/i18n.h"

int
main(int argc, char **argv)
{
	struct config config = {0};

	log_name("relais-courier");
	config_read(&config, argc, argv);
	i18n_init(config.locale_dir);
	return 0;
}
