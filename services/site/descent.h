/*
 * The line of descent of a question as a picture: where its questions stand, and the lines
 * between them.
 */
#ifndef RELAIS_SITE_DESCENT_H
#define RELAIS_SITE_DESCENT_H

#include <jansson.h>

#include "shared/base/base.h"

/*
 * line: {"questions": [{"id","title","lang","wordings"}], "descent": [{"parent","id"}]} (borrowed);
 * here: the question the picture is of. Those that come from none stand on top, each of the others
 * below all it comes from.
 * → {"width","height","boxes": [{"id","label","in_lang","wordings","here","x","y"}],
 *    "lines": [{"x1","y1","x2","y2","bend"}], "told": [{"parent","id"}]}; new reference, null
 * where there is one question only.
 */
json_t *descent_figure(json_t *line, json_int_t here) must_check;

#endif
