#include "services/courier/mailing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/courier/fragment.h"
#include "services/courier/keys.h"
#include "services/courier/letter.h"
#include "shared/i18n/i18n.h"

enum { FULL_MOST = 20 * 1024, MAIL_MOST = 28 * 1024, FRAME_TAKES = 3500, ANSWER_DAYS = 180, SETTINGS_DAYS = 730 };

/* One event of one group, or a group's heading. */
struct piece {
	struct fragment *fragment;      /* a reference */
	const struct view *view;
	json_t *item;                   /* [seq, slot, number]; borrowed, NULL for a heading */
	const char *signed_[ANSWERS];   /* in d's arena: what signs its links, once for text and HTML; NULL: not yet */
	bool brief, left_out;
};

struct mailing {
	struct delivery *d;
	void (*done)(struct delivery *d, enum mailing_outcome outcome);
	json_t *parts;                  /* borrowed of d */
	size_t part;                    /* the one at work */
	struct view *views;             /* in d's arena, as the pieces */
	struct piece *pieces;
	const char *settings;           /* signed, in d's arena; NULL: not yet */
	size_t npieces, left_out, told;
};

static void next_part(struct mailing *m);

static void
finish(struct mailing *m, enum mailing_outcome outcome)
{
	for (size_t i = 0; i < m->npieces; i++)
		fragment_unref(m->pieces[i].fragment);
	m->done(m->d, outcome);
}

static struct view
view_of(json_t *part)
{
	return (struct view){
		.group = json_integer_value(json_object_get(part, "group")), .version = json_integer_value(json_object_get(part, "version")),
		.slug = json_string_value(json_object_get(part, "slug")), .name = json_string_value(json_object_get(part, "name")),
		.lang = json_string_value(json_object_get(part, "lang")),
		.inside = json_is_true(json_object_get(part, "inside")), .leads = json_is_true(json_object_get(part, "leads")),
	};
}

static struct fragment *
heading(struct mailing *m, const struct view *v, json_t *part)
{
	json_t *town = json_object_get(part, "municipality");
	bool slots = false;
	const char *key;
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(part, "items"), i, item)
		slots = slots || json_is_integer(json_array_get(item, 1));
	key = arena_printf(&m->d->arena, "%s\n%s\n%s\n%d", v->slug, v->name, json_is_string(town) ? json_string_value(town) : "", slots);

	return fragments_fixed(m->d->courier->fragments, "mail_part", v->lang, key, json_pack("{s:s, s:s, s:O, s:b}", "slug", v->slug, "name", v->name,
	    "municipality", town != NULL ? town : json_null(), "replies", slots && *m->d->courier->config.domain != '\0'));
}

static void
part_there(void *arg, bool ok)
{
	struct mailing *m = arg;
	json_t *part = json_array_get(m->parts, m->part), *item;
	const struct view *v = &m->views[m->part];
	bool words = false;
	size_t i, first = m->npieces;

	if (!ok) {
		finish(m, MAILING_LATER);
		return;
	}
	m->pieces[m->npieces++] = (struct piece){ .fragment = heading(m, v, part), .view = v };
	json_array_foreach(json_object_get(part, "items"), i, item) {
		struct fragment *f = fragments_get(m->d->courier->fragments, v, json_integer_value(json_array_get(item, 0)),
		    json_is_integer(json_array_get(item, 1)));

		if (f == NULL || f->text.len == 0) {
			fragment_unref(f);      /* taken back or withdrawn since */
			continue;
		}
		m->pieces[m->npieces++] = (struct piece){ .fragment = f, .view = v, .item = item, .brief = words };
		words = words || f->has_words;
		m->told++;
	}
	if (m->npieces == first + 1)
		fragment_unref(m->pieces[--m->npieces].fragment);
	m->part++;
	next_part(m);
}

/* The newest in full as far as they go, then titles, then a number. */
static void
choose(struct mailing *m)
{
	size_t used = FRAME_TAKES;

	for (size_t i = 0; i < m->npieces; i++) {
		struct piece *p = &m->pieces[i];
		size_t full = p->fragment->takes, brief = p->fragment->brief_takes;

		if (p->item == NULL) {
			used += full;
			continue;
		}
		p->brief = p->brief || used + full > FULL_MOST;
		p->left_out = p->brief && used + brief > MAIL_MOST;
		used += p->left_out ? 0 : p->brief ? brief : full;
		m->left_out += p->left_out;
	}
}

static const char *
signed_settings(struct mailing *m)
{
	char text[SIGNED_MOST];

	if (m->settings == NULL) {
		keys_sign(m->d->courier->keys, text, "p", m->d->person, "", SETTINGS_DAYS);
		m->settings = arena_strdup(&m->d->arena, text);
	}
	return m->settings;
}

static const char *
signed_answer(struct mailing *m, struct piece *p, int answer)
{
	char text[SIGNED_MOST], object[64];

	if (p->signed_[answer] == NULL) {
		(void)snprintf(object, sizeof(object), "%" JSON_INTEGER_FORMAT ".%" JSON_INTEGER_FORMAT ".%s", p->view->group,
		    json_integer_value(json_array_get(p->item, 2)), fragment_answers[answer]);
		keys_sign(m->d->courier->keys, text, "r", m->d->person, object, ANSWER_DAYS);
		p->signed_[answer] = arena_strdup(&m->d->arena, text);
	}
	return p->signed_[answer];
}

/* A piece with its marks replaced by what they stand for, for this reader. p: NULL where it is no event's. */
static void
put(struct mailing *m, const struct buf *encoded, struct piece *p)
{
	struct buf *out = &m->d->message;
	const char *at = buf_text(encoded), *end = at + encoded->len;

	for (const char *from = at; from <= end; from = at + 1) {
		for (at = from; at < end && ((unsigned char)*at >= MARK_END || *at == '\0'); at++)
			;
		buf_add(out, from, (size_t)(at - from));
		if (at == end)
			return;
		if (*at == MARK_SETTINGS)
			buf_puts(out, signed_settings(m));
		else if (*at == MARK_SLOT)
			buf_put_number(out, (uint64_t)json_integer_value(json_array_get(p->item, 1)));
		else
			buf_puts(out, signed_answer(m, p, *at - MARK_ANSWER));
	}
}

static void
put_body(struct mailing *m, bool html)
{
	struct fragments *all = m->d->courier->fragments;
	struct fragment *top = fragments_fixed(all, "mail_top", m->d->lang, "", json_object());
	struct fragment *end = fragments_fixed(all, "mail_end", m->d->lang, arena_printf(&m->d->arena, "%zu", m->left_out),
	    m->left_out > 0 ? json_pack("{s:I}", "left_out", (json_int_t)m->left_out) : json_object());

	put(m, html ? &top->html : &top->text, NULL);
	for (size_t i = 0; i < m->npieces; i++) {
		struct piece *p = &m->pieces[i];
		const struct fragment *f = p->fragment;

		if (!p->left_out)
			put(m, html ? (p->brief ? &f->brief_html : &f->html) : (p->brief ? &f->brief_text : &f->text), p);
	}
	put(m, html ? &end->html : &end->text, NULL);
	fragment_unref(top);
	fragment_unref(end);
}

/* "Sites web: Commencer petit (+3)" */
static const char *
subject(struct mailing *m)
{
	struct arena *a = &m->d->arena;
	const struct piece *first = m->pieces;
	const char *title;

	/* a lesson is what people wait for */
	for (const struct piece *p = m->pieces; p < m->pieces + m->npieces; p++)
		if (p->item != NULL && (first->item == NULL || (p->fragment->lesson && !first->fragment->lesson)))
			first = p;
	title = first->fragment->title != NULL ? first->fragment->title : tr(m->d->lang, N_("news"));
	title = arena_printf(a, "%s%s%s", first->view->name, trc(m->d->lang, "after a name", ": "), title);
	return m->told == 1 ? title : arena_printf(a, "%s (+%zu)", title, m->told - 1);
}

static void
compose(struct mailing *m)
{
	struct buf *out = &m->d->message;
	const char *boundary = arena_printf(&m->d->arena, "=_%s", json_string_value(json_object_get(m->d->row, "message_id")));

	choose(m);
	buf_reserve(out, MAIL_MOST);
	letter_head(m->d, subject(m));
	buf_printf(out, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n"
	    "--%s\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", boundary, boundary);
	put_body(m, false);
	buf_printf(out, "\r\n--%s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", boundary);
	put_body(m, true);
	buf_printf(out, "\r\n--%s--\r\n", boundary);
}

static void
next_part(struct mailing *m)
{
	if (m->part < json_array_size(m->parts)) {
		fragments_need(m->d->courier->fragments, &m->views[m->part], json_object_get(json_array_get(m->parts, m->part), "items"), part_there, m);
		return;
	}
	if (m->told == 0) {
		finish(m, MAILING_EMPTY);
		return;
	}
	compose(m);
	finish(m, MAILING_MADE);
}

/* A mail of one language is in that from its subject to its foot; one of several is in its reader's. */
static void
choose_language(struct mailing *m)
{
	size_t n = json_array_size(m->parts);

	for (size_t i = 1; i < n; i++)
		if (strcmp(m->views[i].lang, m->views[0].lang) != 0)
			return;
	if (n > 0)
		m->d->lang = m->views[0].lang;
}

void
mailing_compose(struct delivery *d, void (*done)(struct delivery *d, enum mailing_outcome outcome))
{
	struct mailing *m = arena_alloc(&d->arena, sizeof(*m));
	size_t n = 0, i;
	json_t *part;

	m->d = d;
	m->done = done;
	m->parts = json_object_get(json_object_get(d->row, "letter"), "parts");
	m->views = arena_alloc(&d->arena, (json_array_size(m->parts) + 1) * sizeof(*m->views));
	json_array_foreach(m->parts, i, part) {
		m->views[i] = view_of(part);
		n += 1 + json_array_size(json_object_get(part, "items"));
	}
	choose_language(m);
	m->pieces = arena_alloc(&d->arena, (n + 1) * sizeof(*m->pieces));
	next_part(m);
}
