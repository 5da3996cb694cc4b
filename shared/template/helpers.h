/*
 * The helpers every template may use: texts, dates and numbers in the reader's
 * language. The user pointer of template_render() is a struct template_locale.
 *
 *   {{#tr}}Publish a lesson{{/tr}}            the text in the language; tags in it are
 *                                             expanded: {{#tr}}{{n}} members{{/tr}}
 *   {{#trn}}n|one lesson|{{n}} lessons{{/trn}}  by the number, or the length of the list, n
 *   {{#word}}status {{status}}{{/word}}       the word of a code, by its context; the code
 *                                             may be a literal: {{#word}}role hub{{/word}}
 *   {{#date}}occurred_on precision{{/date}}   names of values; the second may be left out
 *   {{#datetime}}at{{/datetime}} {{#rfc822}}at{{/rfc822}} {{#number}}total{{/number}}
 *   {{#lang}}lang{{/lang}}                    the own name of the language with that code
 *   {{#about}}{{summary}}{{/about}}              the page's description for a search engine: the words of what is
 *                                             between, 160 characters at most; nothing if there are none
 *
 * Blanks and line breaks in a row are one space in tr and trn. Translations are
 * trusted, as templates are; values in them are escaped. A missing value prints nothing.
 */
#ifndef RELAIS_TEMPLATE_HELPERS_H
#define RELAIS_TEMPLATE_HELPERS_H

#include "shared/template/template.h"

struct template_locale {
	const char *lang;       /* of the reader */
	const char *zone;       /* IANA name; NULL: UTC */
};

extern const struct template_helper_row template_helpers_i18n[];

#endif
