#include "services/courier/fragment.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "services/courier/mime.h"
#include "shared/base/log.h"
#include "shared/db/db.h"
#include "shared/template/context.h"
#include "shared/template/helpers.h"
#include "statements.h"

enum { KEY_MOST = 256, BYTES_MOST = 32 << 20, BODY_MOST = 6000 };     /* a longer lesson is read on its page */

const char *const fragment_answers[ANSWERS] = { "any", "interested", "trying", "applied", "adapted", "interrupted", "not_for_us" };

struct fragments {
	struct courier *courier;
	GHashTable *table;              /* key → fragment, each with a reference; a well-kept one comes with GMime */
	size_t bytes;
	STAILQ_HEAD(needs, need) needs; /* the first is a question to the database; it may bring what the others want */
};

struct need {
	STAILQ_ENTRY(need) entry;
	struct fragments *fragments;
	const struct view *view;
	json_t *items;                  /* borrowed */
	json_t *seqs, *slotted;         /* what is missing of them; owned; as long as each other */
	void (*done)(void *arg, bool ok);
	void *arg;
};

static void
unref(gpointer f)
{
	fragment_unref(f);
}

void
fragment_unref(struct fragment *f)
{
	if (f == NULL || --f->refs > 0)
		return;
	buf_release(&f->text);
	buf_release(&f->html);
	buf_release(&f->brief_text);
	buf_release(&f->brief_html);
	free(f->title);
	free(f);
}

struct fragments *
fragments_new(struct courier *c)
{
	struct fragments *f = calloc(1, sizeof(*f));

	if (f == NULL)
		fatal("out of memory");
	f->courier = c;
	f->table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref);
	STAILQ_INIT(&f->needs);
	return f;
}

void
fragments_free(struct fragments *f)
{
	g_hash_table_destroy(f->table);
	free(f);
}

/* The number of a mark at U+E000 and on (EE 80 80 in UTF-8), which data must not bring along. */
static int
mark_at(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return u[0] == 0xEE && u[1] == 0x80 && u[2] >= 0x80 && u[2] < 0x80 + MARK_END - 1 ? u[2] - 0x80 + 1 : 0;
}

static json_t *
mark(int number)
{
	const char utf8[] = { (char)0xEE, (char)0x80, (char)(0x80 + number - 1), '\0' };

	return json_string(utf8);
}

/* Data as the database told it, with what looks like a mark blotted out. */
static json_t *
without_marks(const char *text)
{
	char *copy = strdup(text);
	json_t *value;

	if (copy == NULL)
		fatal("out of memory");
	for (char *p = copy; (p = strstr(p, "\xEE\x80")) != NULL; p += 2)
		if (mark_at(p) != 0)
			memcpy(p, "\xEE\x81", 2);
	value = json_loads(copy, 0, NULL);
	free(copy);
	return value;
}

/* Each stretch between marks for itself; what is ended softly goes on after the mark. */
static void
encode(struct buf *out, const char *text)
{
	while (*text != '\0') {
		const char *p = text;

		while (*p != '\0' && mark_at(p) == 0)
			p++;
		if (p > text)
			mime_quoted_printable(out, text, (size_t)(p - text));
		if (*p == '\0')
			return;
		if (out->len >= 2 && p > text && p[-1] != '\n') {
			out->len -= 2;
			buf_puts(out, "=\r\n");
		}
		buf_putc(out, (char)mark_at(p));
		buf_puts(out, "=\r\n");
		text = p + 3;
	}
}

static void
render(struct fragments *f, struct buf *out, const char *template, json_t *values, const char *lang, bool flows)
{
	cleanup(buf_release) struct buf text = {0}, flowed = {0};
	struct template_locale locale = { lang, NULL };

	if (!template_render(f->courier->templates, template, values, &locale, &text)) {
		log_error("%s cannot be rendered", template);
		return;
	}
	if (flows)
		mime_flow(&flowed, buf_text(&text));
	encode(out, buf_text(flows ? &flowed : &text));
}

/* Links of our own pages, which Markdown may have, lead nowhere from a mail. */
static void
make_absolute(const char *site, json_t *object)
{
	static const char href[] = "href=\"";
	cleanup(buf_release) struct buf out = {0};
	const char *html = json_string_value(json_object_get(object, "html")), *at;

	if (html == NULL)
		return;

	while ((at = strstr(html, href)) != NULL) {
		at += sizeof(href) - 1;
		buf_add(&out, html, (size_t)(at - html));
		if (strncmp(at, "http://", 7) != 0 && strncmp(at, "https://", 8) != 0 && strncmp(at, "mailto:", 7) != 0)
			buf_printf(&out, "%s%s", site, *at == '/' ? "" : "/");
		html = at;
	}
	buf_puts(&out, html);
	json_object_set_new(object, "html", json_string(buf_text(&out)));
}

/* What every template of a piece finds beside its own. */
static void
add_common(struct fragments *f, json_t *values, const char *lang)
{
	json_t *answers = json_array();

	for (int i = 1; i < ANSWERS; i++)
		json_array_append_new(answers, json_pack("{s:s, s:o, s:b}", "status", fragment_answers[i], "signed", mark(MARK_ANSWER + i),
		    "last", i == ANSWERS - 1));
	json_object_set_new(values, "answers", answers);
	json_object_set_new(values, "any", mark(MARK_ANSWER));
	json_object_set_new(values, "slot", mark(MARK_SLOT));
	json_object_set_new(values, "settings", mark(MARK_SETTINGS));
	json_object_set_new(values, "site", json_string(f->courier->config.url));
	json_object_set_new(values, "lang", json_string(lang));
	make_absolute(f->courier->config.url, json_object_get(values, "html"));
	make_absolute(f->courier->config.url, json_object_get(values, "text"));
	template_context(values);
}

static size_t
takes(const struct buf *text, const struct buf *html)
{
	const struct buf *both[] = { text, html };
	size_t n = text->len + html->len;

	for (size_t i = 0; i < countof(both); i++)
		for (size_t k = 0; k < both[i]->len; k++)
			if ((unsigned char)both[i]->data[k] < MARK_END)
				n += MARK_TAKES;
	return n;
}

static void
keep(struct fragments *f, const char *key, struct fragment *piece)
{
	piece->takes = takes(&piece->text, &piece->html);
	piece->brief_takes = takes(&piece->brief_text, &piece->brief_html);
	f->bytes += sizeof(*piece) + strlen(key) + piece->text.cap + piece->html.cap + piece->brief_text.cap + piece->brief_html.cap;
	g_hash_table_replace(f->table, g_strdup(key), piece);
}

/* Between one need and the next only: a need counts on the pieces that it saw here, or asked for. */
static void
make_room(struct fragments *f)
{
	if (f->bytes <= BYTES_MOST)
		return;
	g_hash_table_remove_all(f->table);
	f->bytes = 0;
}

static struct fragment *
fragment_new(void)
{
	struct fragment *piece = calloc(1, sizeof(*piece));

	if (piece == NULL)
		fatal("out of memory");
	piece->refs = 1;
	return piece;
}

static struct fragment *
find(struct fragments *f, const char *key)
{
	struct fragment *piece = g_hash_table_lookup(f->table, key);

	if (piece != NULL)
		piece->refs++;
	return piece;
}

static const char *
event_key(char key[static KEY_MOST], const struct view *v, json_int_t seq, bool slotted)
{
	(void)snprintf(key, KEY_MOST, "%" JSON_INTEGER_FORMAT " %" JSON_INTEGER_FORMAT " %" JSON_INTEGER_FORMAT " %s %d%d%d", v->group, v->version,
	    seq, v->lang, v->inside, v->leads, slotted);
	return key;
}

struct fragment *
fragments_get(struct fragments *f, const struct view *v, json_int_t seq, bool slotted)
{
	char key[KEY_MOST];

	return find(f, event_key(key, v, seq, slotted));
}

struct fragment *
fragments_fixed(struct fragments *f, const char *name, const char *lang, const char *key, json_t *values)
{
	cleanup(buf_release) struct buf full = {0};
	char template[64];
	struct fragment *piece;

	buf_printf(&full, "%s %s %s", name, lang, key);
	piece = find(f, buf_text(&full));
	if (piece == NULL) {
		piece = fragment_new();
		add_common(f, values, lang);
		(void)snprintf(template, sizeof(template), "%s.txt", name);
		render(f, &piece->text, template, values, lang, true);
		(void)snprintf(template, sizeof(template), "%s.html", name);
		render(f, &piece->html, template, values, lang, false);
		piece->refs++;
		keep(f, buf_text(&full), piece);
	}
	json_decref(values);
	return piece;
}

/* item: as relais.mail_items() tells it; null: there is nothing to tell any more. Taken. */
static void
make(struct fragments *f, const struct view *v, json_t *item, json_int_t seq, bool slotted)
{
	struct fragment *piece = fragment_new();
	const char *title = json_string_value(json_object_get(item, "title"));
	char key[KEY_MOST];

	if (json_is_object(item)) {
		json_object_set_new(item, "group", json_pack("{s:s, s:s}", "slug", v->slug, "name", v->name));
		json_object_set_new(item, "slotted", json_boolean(slotted));
		json_object_set_new(item, json_string_value(json_object_get(item, "kind")), json_true());
		piece->lesson = json_is_true(json_object_get(item, "lesson"));
		piece->has_words = json_is_object(json_object_get(item, "text"));
		piece->title = title != NULL ? strdup(title) : NULL;
		if (json_string_length(json_object_get(item, "body")) > BODY_MOST) {
			json_object_del(item, "body");
			json_object_del(item, "html");
		}
		add_common(f, item, v->lang);
		render(f, &piece->text, "mail_item.txt", item, v->lang, true);
		render(f, &piece->html, "mail_item.html", item, v->lang, false);
		json_object_set_new(item, "brief", json_true());
		render(f, &piece->brief_text, "mail_item.txt", item, v->lang, true);
		render(f, &piece->brief_html, "mail_item.html", item, v->lang, false);
	}
	json_decref(item);
	keep(f, event_key(key, v, seq, slotted), piece);
}

static void
need_free(struct need *n)
{
	json_decref(n->seqs);
	json_decref(n->slotted);
	free(n);
}

static void
find_missing(struct need *n)
{
	json_t *item;
	size_t i;

	json_array_clear(n->seqs);
	json_array_clear(n->slotted);
	json_array_foreach(n->items, i, item) {
		json_int_t seq = json_integer_value(json_array_get(item, 0));
		bool slotted = json_is_integer(json_array_get(item, 1));
		struct fragment *piece = fragments_get(n->fragments, n->view, seq, slotted);

		if (piece == NULL) {
			json_array_append_new(n->seqs, json_integer(seq));
			json_array_append_new(n->slotted, json_boolean(slotted));
		}
		fragment_unref(piece);
	}
}

static void told(void *arg, const struct db_result *r);

static void
ask(struct need *n)
{
	static const char *const nobody[6];
	char group[24], *seqs;

	(void)snprintf(group, sizeof(group), "%" JSON_INTEGER_FORMAT, n->view->group);
	seqs = json_dumps(n->seqs, JSON_COMPACT);
	if (seqs == NULL)
		fatal("out of memory");
	db_call(n->fragments->courier->db, &(struct db_call){ .begin = nobody, .statement = SQL_MAIL_ITEMS, .values = (const char *const[]){ group, seqs,
	    n->view->lang, n->view->inside ? "true" : "false", n->view->leads ? "true" : "false" }, .done = told, .arg = n });
	free(seqs);
}

/* Whoever is done stays first in line until then: what it needs next waits behind the others. */
static void
told(void *arg, const struct db_result *r)
{
	struct need *n = arg;
	struct fragments *f = n->fragments;
	json_t *list = r->outcome == DB_OK ? without_marks(r->value) : NULL;
	bool ok = json_array_size(list) == json_array_size(n->seqs);

	for (size_t i = 0; ok && i < json_array_size(n->seqs); i++)
		make(f, n->view, json_incref(json_array_get(list, i)), json_integer_value(json_array_get(n->seqs, i)),
		    json_is_true(json_array_get(n->slotted, i)));
	json_decref(list);
	do {
		n->done(n->arg, ok);
		STAILQ_REMOVE_HEAD(&f->needs, entry);
		need_free(n);
		if ((n = STAILQ_FIRST(&f->needs)) == NULL)
			return;
		make_room(f);
		find_missing(n);
		ok = true;
	} while (json_array_size(n->seqs) == 0);
	ask(n);
}

void
fragments_need(struct fragments *f, const struct view *v, json_t *items, void (*done)(void *arg, bool ok), void *arg)
{
	struct need *n = calloc(1, sizeof(*n));
	bool first = STAILQ_EMPTY(&f->needs);

	if (n == NULL)
		fatal("out of memory");
	if (first)
		make_room(f);
	*n = (struct need){ .fragments = f, .view = v, .items = items, .seqs = json_array(), .slotted = json_array(), .done = done, .arg = arg };
	find_missing(n);
	if (json_array_size(n->seqs) == 0) {
		need_free(n);
		done(arg, true);
		return;
	}
	STAILQ_INSERT_TAIL(&f->needs, n, entry);
	if (first)
		ask(n);
}
