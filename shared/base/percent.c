#include "shared/base/percent.h"

#include <string.h>

void
percent_encode(struct buf *out, const char *text)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/,";

	for (; *text != '\0'; text++) {
		if (strchr(safe, *text) != NULL)
			buf_putc(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}
