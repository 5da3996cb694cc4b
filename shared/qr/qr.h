/*
 * A text as a QR code, for a picture to be drawn of it.
 *
 * Error correction M: a quarter of a centimetre of dirt or a fold does no harm to a code on paper.
 */
#ifndef RELAIS_QR_H
#define RELAIS_QR_H

#include "shared/base/buf.h"

/*
 * Appends the dark squares as the path of an SVG, a run of a row each, with the quiet margin of 4
 * (ISO/IEC 18004) around them. Gives how many squares wide the whole is; 0 if the text is empty or too long.
 */
unsigned qr_path(struct buf *out, const char *text);

#endif
