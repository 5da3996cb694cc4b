/*
 * What a page's template is given beside the statement's value: reader, languages and addresses (view.c),
 * and the forms on the page built from their field tables (view_form.c).
 */
#ifndef RELAIS_SITE_VIEW_H
#define RELAIS_SITE_VIEW_H

#include "services/site/exchange.h"

/*
 * Adds the common members to value (an object, borrowed): ui_lang, lang_query ("?lang=fr" where it was
 * asked for, else ""), lang_more (the same with "&"), languages, site, path, here.TEMPLATE, style, script, demonstration, csrf, idempotency_key, me (or false).
 */
void view_common(struct exchange *x, json_t *value);

/* A key for a form, which counts once under it. In a copy it is the same each time; shown, each has one of its own (worker/pages.js). */
const char *view_form_key(struct exchange *x);

/*
 * Adds value.forms.NAME for each form the page shows: {"id","action","csrf",
 * "idempotency_key","edit","fields":[…],"field":{NAME: one of them},"errors":[…],
 * "has_errors","notice","filled","preview","draft"}. After an error the form that was sent has what
 * was typed; else what its writer left unsent (value.draft, of the form it names), or what the
 * page's value has under prefill.NAME. preview: the clean values, Markdown also as NAME_html.
 */
void view_forms(struct exchange *x, json_t *value);

/*
 * What a page's form carried, where that form cannot be shown again: {"action","csrf",
 * "fields":[{"name","value"}],"texts":[{"name","label","value"}],"resend"}. Another site's
 * form is not offered to be sent again. New reference; null if there was nothing to type.
 */
json_t *view_sent(struct exchange *x) must_check;

#endif
