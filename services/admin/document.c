#include "services/admin/document.h"

#include <stdio.h>
#include <stdlib.h>

#include "shared/base/log.h"
#include "shared/base/web.h"
#include "shared/i18n/i18n.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"

bool
document_print(const char *template, json_t *value, const char *lang)
{
	struct template_locale locale = { lang, json_string_value(json_object_get(json_object_get(value, "umbrella"), "time_zone")) };
	const char *site = getenv("RELAIS_URL");
	struct template_set *set;
	struct buf text = {0};
	bool ok;

	i18n_init(i18n_place());
	set = template_set_new(web_templates, web_ntemplates, template_helpers_i18n, false);
	if (set == NULL)
		fatal("the templates do not compile");
	json_object_set_new(value, "site", json_string(site != NULL ? site : ""));
	json_object_set_new(value, "ui_lang", json_string(lang));
	template_context(value);
	ok = i18n_known(lang) && template_render(set, template, value, &locale, &text);
	fputs(buf_text(&text), stdout);
	buf_release(&text);
	template_set_free(set);
	return ok;
}
