#include "shared/base/address.h"

#include <string.h>
#include <strings.h>

bool
address_ok(const char *address)
{
	const char *at = strrchr(address, '@');

	for (const char *p = address; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr("<>()[]\\,;:\"", *p) != NULL)
			return false;
	return at != NULL && at > address && at[1] != '\0' && strlen(address) <= 254;
}

bool
address_is_ours(const char *address, const char *domain)
{
	const char *at = strrchr(address, '@');

	return address_ok(address) && (strncasecmp(address, "reply+", 6) == 0 || strncasecmp(address, "bounce+", 7) == 0) &&
	    (*domain == '\0' || strcasecmp(at + 1, domain) == 0);
}
