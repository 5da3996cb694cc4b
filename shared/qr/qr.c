#include "shared/qr/qr.h"

#include <qrencode.h>

enum { MARGIN = 4, DARK = 1 };

static void
add_row(struct buf *out, const unsigned char *row, unsigned width, unsigned y)
{
	for (unsigned x = 0, n; x < width; x += n) {
		for (n = 1; x + n < width && (row[x + n] & DARK) == (row[x] & DARK); n++)
			;
		if ((row[x] & DARK) != 0)
			buf_printf(out, "M%u %uh%uv1h-%uz", x + MARGIN, y + MARGIN, n, n);
	}
}

unsigned
qr_path(struct buf *out, const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	unsigned width;

	if (code == NULL)
		return 0;
	width = (unsigned)code->width;
	for (unsigned y = 0; y < width; y++)
		add_row(out, code->data + y * width, width, y);
	QRcode_free(code);
	return width + 2 * MARGIN;
}
