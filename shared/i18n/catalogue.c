#include <dirent.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/i18n/i18n.h"

enum { LANGUAGES_MAX = 32, CODE_MAX = 15, NAME_MAX_LEN = 63, KEY_MAX = 256 };

struct language {
	char code[CODE_MAX + 1];
	char domain[sizeof("relais-") + CODE_MAX];
	char name[NAME_MAX_LEN + 1];
};

/* Filled by i18n_init() and never changed after it. */
static struct language languages[LANGUAGES_MAX];
static const char *codes[LANGUAGES_MAX];
static size_t n_languages;

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct language *)a)->code, ((const struct language *)b)->code);
}

/* relais-fr.mo → fr; false for any other file. */
static bool
code_of(const char *file, char *code)
{
	static const char before[] = "relais-", after[] = ".mo";
	size_t len = strlen(file), rest = sizeof(before) - 1 + sizeof(after) - 1;

	if (len <= rest || len - rest > CODE_MAX ||
	    strncmp(file, before, sizeof(before) - 1) != 0 ||
	    strcmp(file + len - (sizeof(after) - 1), after) != 0)
		return false;
	memcpy(code, file + sizeof(before) - 1, len - rest);
	code[len - rest] = '\0';
	return true;
}

/* The language's own name, from the catalogue's header; its code if it says none. */
static void
read_name(struct language *l)
{
	static const char field[] = "\nX-Language-Name: ";
	const char *header = dgettext(l->domain, ""), *name = strstr(header, field);
	size_t len;

	memcpy(l->name, l->code, sizeof(l->code));
	if (name == NULL)
		return;
	name += sizeof(field) - 1;
	len = strcspn(name, "\n");
	if (len > 0 && len < sizeof(l->name)) {
		memcpy(l->name, name, len);
		l->name[len] = '\0';
	}
}

static void
add_language(const char *dir, const char *code)
{
	struct language *l = &languages[n_languages];

	if (n_languages == LANGUAGES_MAX)
		fatal("more than %d languages in %s", LANGUAGES_MAX, dir);
	(void)snprintf(l->code, sizeof(l->code), "%s", code);
	(void)snprintf(l->domain, sizeof(l->domain), "relais-%s", code);
	if (bindtextdomain(l->domain, dir) == NULL ||
	    bind_textdomain_codeset(l->domain, "UTF-8") == NULL)
		fatal("the catalogue of %s cannot be bound", code);
	read_name(l);
	n_languages++;
}

/*
 * In the locale C.UTF-8 glibc looks for dir/C.UTF-8, dir/C.utf8 and then dir/C, each
 * with LC_MESSAGES/DOMAIN.mo under it; hence one domain for each language, in dir/C.
 */
static void
find_languages(const char *dir)
{
	char path[4096], code[CODE_MAX + 1];
	struct dirent *entry;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/C/LC_MESSAGES", dir);
	d = opendir(path);
	if (d == NULL)
		fatal("no catalogues of texts in %s", path);
	n_languages = 0;
	add_language(dir, "en");
	while ((entry = readdir(d)) != NULL)
		if (code_of(entry->d_name, code) && strcmp(code, "en") != 0)
			add_language(dir, code);
	(void)closedir(d);
	qsort(languages + 1, n_languages - 1, sizeof(languages[0]), by_code);
}

void
i18n_init(const char *dir)
{
	size_t i;

	/* Set, it overrides the choice of a domain for each language. */
	(void)unsetenv("LANGUAGE");
	if (setlocale(LC_ALL, "C.UTF-8") == NULL || setlocale(LC_NUMERIC, "C") == NULL)
		fatal("the locale C.UTF-8 is missing");
	find_languages(dir);
	for (i = 0; i < n_languages; i++)
		codes[i] = languages[i].code;
}

const char *const *
i18n_languages(size_t *n)
{
	*n = n_languages;
	return codes;
}

static const struct language *
find_language(const char *lang)
{
	size_t i;

	for (i = 0; lang != NULL && i < n_languages; i++)
		if (strcmp(languages[i].code, lang) == 0)
			return &languages[i];
	return NULL;
}

const char *
i18n_language_name(const char *lang)
{
	const struct language *l = find_language(lang);

	return l == NULL ? lang : l->name;
}

bool
i18n_known(const char *lang)
{
	return find_language(lang) != NULL;
}

/*
 * English is what the msgids are in: its catalogue has words with a context only, and
 * a look-up that finds nothing takes 20 times as long as one that does (1 µs).
 */
static bool
is_english(const struct language *l)
{
	return l == &languages[0];
}

const char *
tr(const char *lang, const char *msgid)
{
	const struct language *l = find_language(lang);

	/* The empty msgid is the catalogue's header. */
	if (l == NULL || is_english(l) || msgid[0] == '\0')
		return msgid;
	return dgettext(l->domain, msgid);
}

const char *
trc(const char *lang, const char *context, const char *msgid)
{
	const struct language *l = find_language(lang);
	size_t before = strlen(context), len = strlen(msgid);
	char key[KEY_MAX];
	const char *text;

	if (l == NULL || before + 1 + len >= sizeof(key))
		return msgid;
	/* As msgfmt joins them. */
	memcpy(key, context, before);
	key[before] = '\004';
	memcpy(key + before + 1, msgid, len + 1);
	text = dgettext(l->domain, key);
	return text == key ? msgid : text;
}

const char *
trn(const char *lang, const char *singular, const char *plural, unsigned long n)
{
	const struct language *l = find_language(lang);

	if (l == NULL || is_english(l))
		return n == 1 ? singular : plural;
	return dngettext(l->domain, singular, plural, n);
}
