/*
 * Charts as numbers: where the bars, columns and tiles of a figure stand. Pure; what they
 * give is a new reference, for web/templates/chart.html.mustache to draw. All are 320 wide;
 * a label is cut to what fits.
 */
#ifndef RELAIS_SITE_CHART_H
#define RELAIS_SITE_CHART_H

#include <jansson.h>

/*
 * bars: [{"label", "in_lang": if it is in another than the page, "n"}], a line each, as long as its part of the most.
 * → {"height", "bars": [{"label", "in_lang", "n", "y", "width"}]}
 */
json_t *chart_bars(json_t *bars);

/*
 * months: [{"month": "2025-03", NAME: n}] in order; series: [{"name", "label"}], a row of
 * columns each. Shown are 24 months up to the last there is; there has to be one.
 * → {"height", "axis", "series": [{"label", "y", "columns": [{"n", "x", "y", "height"}]}], "from", "to"}
 */
json_t *chart_months(json_t *months, json_t *series);

/*
 * places: [{"name", "department" (or none), "n"}], in order of the department; of: what n is
 * a part of. A tile each, under a heading each; elsewhere heads those without a department.
 * → {"height", "headings": [{"label", "y"}], "tiles": [{"label", "n", "of", "x", "y", "width", "level"}]}
 * level: 0 for none, 1 to 4 for the quarters.
 */
json_t *chart_tiles(json_t *places, json_int_t of, const char *elsewhere);

/* The first `most` characters of a text, with an ellipsis for what does not fit; new reference. */
json_t *chart_label(json_t *text, size_t most);

#endif
