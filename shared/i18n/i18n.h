/*
 * Languages: texts from gettext catalogues (web/i18n/<lang>.po, compiled by
 * web/i18n/compile to <dir>/C/LC_MESSAGES/relais-<lang>.mo), choice of the reader's
 * language, dates and numbers. Adding a language is one PO file; its header says the
 * language's own name (X-Language-Name). English is the language of the msgids; its
 * catalogue words only the codes. A language that is unknown, or NULL, gives msgids.
 */
#ifndef RELAIS_I18N_H
#define RELAIS_I18N_H

#include "shared/base/buf.h"

/* Marks a text that is translated later, so that web/i18n/extract finds it. */
#define N_(msgid) msgid
#define NC_(context, msgid) msgid

/*
 * Loads the catalogues under dir; sets the locale to C.UTF-8 (LC_NUMERIC stays C)
 * and unsets LANGUAGE. fatal() if it cannot.
 */
void i18n_init(const char *dir);

/* RELAIS_LOCALE_DIR, or where the catalogues of this program are, beside it. */
const char *i18n_place(void);

/* The languages there are ("en" always, first), count of them in *n. */
const char *const *i18n_languages(size_t *n);
const char *i18n_language_name(const char *lang);       /* "français"; lang itself if unknown */
bool i18n_known(const char *lang);

/* The text in lang, or the msgid. Never NULL; do not free. */
const char *tr(const char *lang, const char *msgid);
/* With a context, for single words: codes like "applied" in context "status". */
const char *trc(const char *lang, const char *context, const char *msgid);
const char *trn(const char *lang, const char *singular, const char *plural, unsigned long n);

/*
 * The best of the known languages for an Accept-Language value (RFC 9110 section
 * 12.5.4: q-values, prefix match); NULL if none fits. Not owned.
 */
const char *i18n_accept(struct slice accept_language);

/*
 * RFC 3339 or ISO date in, a date for readers out, in their language and time zone
 * (IANA name; NULL: UTC): "12 mars 2025", with time "12 mars 2025, 14:05"; precision
 * "day", "month" ("mars 2025"), "year" ("2025"); 2025-03 is a month by itself. What cannot be read is copied.
 */
void i18n_date(struct buf *out, const char *lang, const char *zone, const char *iso,
    const char *precision);
void i18n_datetime(struct buf *out, const char *lang, const char *zone, const char *iso);
/* RFC 822 date of RSS from RFC 3339 UTC: "Wed, 12 Mar 2025 14:05:00 +0000". */
void i18n_rfc822(struct buf *out, const char *iso);
/* 12 345 · 12.345 · 12,345 */
void i18n_number(struct buf *out, const char *lang, long long n);

#endif
