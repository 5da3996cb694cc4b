/* Where the catalogues are, of a build and of an installation. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/i18n/i18n.h"

const char *
i18n_place(void)
{
	static const char *const beside[] = { "/../locale", "/../share/relais/locale" };
	static char place[PATH_MAX + 32];
	const char *named = getenv("RELAIS_LOCALE_DIR");
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (named != NULL && *named != '\0')
		return named;
	program[n > 0 ? n : 0] = '\0';
	if (strrchr(program, '/') != NULL)
		*strrchr(program, '/') = '\0';
	for (size_t i = 0; i < countof(beside); i++) {
		snprintf(place, sizeof(place), "%s%s", program, beside[i]);
		if (access(place, R_OK) == 0)
			break;
	}
	return place;
}
