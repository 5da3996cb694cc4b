#include "services/site/field.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/arena.h"
#include "shared/base/buf.h"
#include "shared/base/utf8.h"
#include "shared/i18n/i18n.h"

enum { MOST_ERRORS = 50 };

size_t
field_most(const struct field *f)
{
	if (f->most > 0)
		return (size_t)f->most;
	return f->type == FIELD_OBJECTS || f->type == FIELD_LINES ? 50 : 100;
}

void
field_error(json_t *errors, const char *field, const char *code, json_int_t limit)
{
	json_t *e = json_pack("{s:s, s:s}", "field", field, "code", code);

	if (limit != 0)
		json_object_set_new(e, "limit", json_integer(limit));
	json_array_append_new(errors, e);
}

/* Messages say what to do; %lld is the limit. */
static const struct {
	const char *code, *text;
} messages[] = {
	{ "required", N_("Fill this in.") },
	{ "not_text", N_("Write this as text.") },
	{ "not_number", N_("Write a whole number.") },
	{ "not_yes_no", N_("Choose yes or no.") },
	{ "not_list", N_("Give a list here.") },
	{ "not_object", N_("Give an object with named fields here.") },
	{ "too_long", N_("Shorten this to at most %lld characters.") },
	{ "too_short", N_("Write at least %lld characters.") },
	{ "too_large", N_("Choose a number of at most %lld.") },
	{ "too_small", N_("Choose a number of at least %lld.") },
	{ "too_many", N_("Give at most %lld of these.") },
	{ "characters", N_("Take out the control characters.") },
	{ "choice", N_("Choose one of the given values.") },
	{ "date", N_("Write the date as year-month-day, for example 2025-03-12.") },
	{ "partial_date", N_("Write a year, a month or a day: 2025, 2025-03 or 2025-03-12.") },
	{ "past", N_("Choose a moment that is still to come.") },
	{ "lang", N_("Choose a language that Relais knows.") },
	{ "slug", N_("Use lower-case letters, digits and single hyphens.") },
	{ "email", N_("Write an e-mail address, for example name@example.org.") },
	{ "url", N_("Write an address that starts with http:// or https://.") },
	{ "topic", N_("Give the address of a feed of this hub that opens, as the feed itself names it.") },
	{ "unknown", N_("There is no field of this name; remove it.") },
	{ "taken", N_("This is taken already; choose another.") },
	{ "not_found", N_("There is nothing of this name; check it.") },
	{ "too_complex", N_("The text cannot be shown from line %lld on; make that part simpler.") },
	{ "not_allowed", N_("You may not choose this.") },
	{ "only_interrupted", N_("A reason goes with “interrupted” and “not for us” only.") },
	{ "only_applied", N_("What you changed goes with “trying”, “applied” and “adapted” only.") },
	{ "via_needed", N_("Say how they told you: by phone, WhatsApp, mail or in a meeting.") },
	{ "which_municipality", N_("Say for which municipality.") },
	{ "focal_point", N_("Only a focal point may publish; save it as a draft.") },
	{ "one_of_three", N_("Answer at least one of the three.") },
	{ "day_come", N_("Choose a day that has come.") },
	{ "twice", N_("This was given already.") },
	{ "role_not_yours", N_("This role is given by the umbrella body; ask its coordinator.") },
	{ "has_left", N_("This person's account was closed. Ask whoever runs this hub to open it again.") },
	{ "invited_already", N_("This person is here already. Open their name to change the role or to give a new code.") },
	{ "owner_sensitive", N_("This question has a wording that only its owners read; only they can share it.") },
	{ "split_in_two", N_("Write at least two questions, each on its own line.") },
	{ "hub_member", N_("Only a member of the group can become its hub: not a partner, not an observer.") },
};

const char *
field_message(struct arena *a, const char *lang, const char *code, json_int_t limit)
{
	for (size_t i = 0; i < countof(messages); i++) {
		if (strcmp(messages[i].code, code) == 0) {
			const char *text = tr(lang, messages[i].text);
			const char *at = strstr(text, "%lld");

			if (at == NULL)
				return text;
			return arena_printf(a, "%.*s%lld%s", (int)(at - text), text, (long long)limit, at + 4);
		}
	}
	return tr(lang, N_("This value was not accepted; check it."));
}

/* ------------------------------------------------------------------------- */

/* Control characters that a line, or prose, must not have; U+FFFE and U+FFFF, which no XML may. */
static bool
has_control(const char *s, bool prose)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c < 0x20 && !(prose && (c == '\n' || c == '\t'))) || c == 0x7F)
			return true;
		if (c == 0xEF && strncmp(s, "\xEF\xBF", 2) == 0 && ((unsigned char)s[2] & 0xFE) == 0xBE)
			return true;
	}
	return false;
}

/* Trims; CR LF, as browsers send it, becomes LF. New reference. */
static json_t *
tidy(const char *s, bool prose)
{
	size_t len = strlen(s), n = 0;
	char *copy;
	json_t *v;

	if (!prose) {
		while (len > 0 && isspace((unsigned char)s[0]))
			s++, len--;
	}
	while (len > 0 && isspace((unsigned char)s[len - 1]))
		len--;
	copy = malloc(len + 1);
	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\r' && i + 1 < len && s[i + 1] == '\n')
			continue;
		copy[n++] = s[i];
	}
	v = json_stringn(copy, n);
	free(copy);
	return v;
}

static bool
is_date(const char *s, bool partial)
{
	static const char form[] = "dddd-dd-dd";
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	size_t len = strlen(s);
	int year, month, day;

	if (len != 10 && !(partial && (len == 4 || len == 7)))
		return false;
	for (size_t i = 0; i < len; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != '-')
			return false;
	year = atoi(s);
	month = len > 4 ? atoi(s + 5) : 1;
	day = len > 7 ? atoi(s + 8) : 1;
	if (year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 || (year % 4 == 0 && year != 1900);
}

static bool
is_slug(const char *s)
{
	if (*s == '-' || *s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!(islower((unsigned char)*s) || isdigit((unsigned char)*s) || (*s == '-' && s[1] != '-' && s[1] != '\0')))
			return false;
	return true;
}

static bool
is_url(const char *s)
{
	if (strncmp(s, "http://", 7) != 0 && strncmp(s, "https://", 8) != 0)
		return false;
	return strpbrk(s, " \t\"<>\\") == NULL && strchr(s, '/')[2] != '\0';
}

static bool
is_email(const char *s)
{
	const char *at = strchr(s, '@');

	return at != NULL && at != s && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
	    strpbrk(s, " \t<>(),;:\\\"[]") == NULL && strlen(s) <= 254;
}

static bool
is_choice(const struct field *f, const char *s)
{
	for (const char *const *c = f->choices; c != NULL && *c != NULL; c++)
		if (strcmp(*c, s) == 0)
			return true;
	return f->choices == NULL;
}

/* What the types that are text ask beyond length and characters. */
static const char *
text_fault(const struct field *f, const char *s)
{
	switch (f->type) {
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return is_choice(f, s) ? NULL : "choice";
	case FIELD_DATE:
		return is_date(s, false) ? NULL : "date";
	case FIELD_PARTIAL_DATE:
		return is_date(s, true) ? NULL : "partial_date";
	case FIELD_LANG:
		return i18n_known(s) ? NULL : "lang";
	case FIELD_SLUG:
		return is_slug(s) ? NULL : "slug";
	case FIELD_EMAIL:
		return is_email(s) ? NULL : "email";
	case FIELD_URL:
		return is_url(s) ? NULL : "url";
	case FIELD_LINE:
	case FIELD_PROSE:
	case FIELD_MARKDOWN:
	case FIELD_INTEGER:
	case FIELD_BOOLEAN:
	case FIELD_LINES:
	case FIELD_INTEGERS:
	case FIELD_OBJECTS:
		break;
	}
	return NULL;
}

/* New reference; NULL if empty or faulty (then the fault is in errors). */
static json_t *
read_text(const struct field *f, const char *name, json_t *v, json_t *errors)
{
	bool prose = f->type == FIELD_PROSE || f->type == FIELD_MARKDOWN;
	long max = f->max > 0 ? f->max : 2000;
	const char *fault, *s;
	json_t *clean;

	if (!json_is_string(v)) {
		field_error(errors, name, "not_text", 0);
		return NULL;
	}
	clean = tidy(json_string_value(v), prose);
	s = json_string_value(clean);
	if (*s == '\0') {
		json_decref(clean);
		return NULL;
	}
	if (has_control(s, prose))
		field_error(errors, name, "characters", 0);
	else if (utf8_count(s) > (size_t)max)
		field_error(errors, name, "too_long", max);
	else if (utf8_count(s) < (size_t)f->min)
		field_error(errors, name, "too_short", f->min);
	else if ((fault = text_fault(f, s)) != NULL)
		field_error(errors, name, fault, 0);
	else
		return clean;
	json_decref(clean);
	return NULL;
}

static json_t *
read_integer(const struct field *f, const char *name, json_t *v, json_t *errors)
{
	long long n;
	char *end;

	if (json_is_integer(v)) {
		n = json_integer_value(v);
	} else if (json_is_string(v)) {
		if (json_string_length(v) == 0)
			return NULL;
		n = strtoll(json_string_value(v), &end, 10);
		if (*end != '\0' || json_string_length(v) > 18) {
			field_error(errors, name, "not_number", 0);
			return NULL;
		}
	} else {
		field_error(errors, name, "not_number", 0);
		return NULL;
	}
	if (n < f->min && f->type == FIELD_INTEGER) {
		field_error(errors, name, "too_small", f->min);
		return NULL;
	}
	if (f->type == FIELD_INTEGER && f->max > 0 && n > f->max) {
		field_error(errors, name, "too_large", f->max);
		return NULL;
	}
	if (n > INT32_MAX || n < INT32_MIN) {
		field_error(errors, name, "not_number", 0);
		return NULL;
	}
	return json_integer(n);
}

static json_t *
read_boolean(const char *name, json_t *v, json_t *errors)
{
	const char *s = json_string_value(v);

	if (json_is_boolean(v))
		return json_incref(v);
	if (s != NULL && (strcmp(s, "true") == 0 || strcmp(s, "on") == 0 || strcmp(s, "yes") == 0))
		return json_true();
	if (s != NULL && (*s == '\0' || strcmp(s, "false") == 0 || strcmp(s, "no") == 0))
		return json_false();
	field_error(errors, name, "not_yes_no", 0);
	return NULL;
}

static json_t *
read_list(const struct field *f, const char *name, json_t *v, json_t *errors)
{
	size_t most = field_most(f);
	struct field line = *f;
	json_t *list, *e;
	size_t i;

	if (!json_is_array(v)) {
		field_error(errors, name, "not_list", 0);
		return NULL;
	}
	if (json_array_size(v) > most) {
		field_error(errors, name, "too_many", (json_int_t)most);
		return NULL;
	}
	list = json_array();
	json_array_foreach(v, i, e) {
		size_t faults = json_array_size(errors);
		json_t *clean = NULL;

		if (f->type == FIELD_OBJECTS) {
			clean = json_object();
			fields_read(f->of, e, clean, errors);
			/* name the sub-field by its place: links.0.url */
			for (size_t k = faults; k < json_array_size(errors); k++) {
				json_t *error = json_array_get(errors, k);
				const char *sub = json_string_value(json_object_get(error, "field"));

				json_object_set_new(error, "field", json_sprintf("%s.%zu%s%s", name, i, *sub != '\0' ? "." : "", sub));
			}
		} else if (f->type == FIELD_INTEGERS) {
			clean = read_integer(f, name, e, errors);
		} else {
			clean = read_text(&line, name, e, errors);
		}
		if (clean != NULL)
			json_array_append_new(list, clean);
		/* one entry per wrong field, however many of its lines are wrong */
		if (f->type != FIELD_OBJECTS && json_array_size(errors) > faults)
			break;
	}
	return list;
}

static json_t *
read_value(const struct field *f, const char *name, json_t *v, json_t *errors)
{
	switch (f->type) {
	case FIELD_INTEGER:
		return read_integer(f, name, v, errors);
	case FIELD_BOOLEAN:
		return read_boolean(name, v, errors);
	case FIELD_LINES:
	case FIELD_CHOICES:
	case FIELD_INTEGERS:
	case FIELD_OBJECTS:
		return read_list(f, name, v, errors);
	case FIELD_LINE:
	case FIELD_PROSE:
	case FIELD_MARKDOWN:
	case FIELD_CHOICE:
	case FIELD_DATE:
	case FIELD_PARTIAL_DATE:
	case FIELD_LANG:
	case FIELD_SLUG:
	case FIELD_EMAIL:
	case FIELD_URL:
		break;
	}
	return read_text(f, name, v, errors);
}

static bool
is_field(const struct field *fields, const char *name)
{
	for (const struct field *f = fields; f != NULL && f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return true;
	return false;
}

void
fields_read(const struct field *fields, json_t *given, json_t *in, json_t *errors)
{
	const char *name;
	json_t *v;

	if (!json_is_object(given)) {
		field_error(errors, "", "not_object", 0);
		return;
	}
	for (const struct field *f = fields; f != NULL && f->name != NULL; f++) {
		size_t faults = json_array_size(errors);
		json_t *clean = NULL;

		v = json_object_get(given, f->name);
		if (v != NULL && !json_is_null(v))
			clean = read_value(f, f->name, v, errors);
		if (clean != NULL)
			json_object_set_new(in, f->name, clean);
		else if (f->required && json_array_size(errors) == faults)
			field_error(errors, f->name, "required", 0);
	}
	json_object_foreach(given, name, v) {
		if (json_array_size(errors) >= MOST_ERRORS)
			break;
		if (!is_field(fields, name))
			field_error(errors, name, "unknown", 0);
	}
}
