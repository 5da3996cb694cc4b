#include "services/courier/cite.h"

#include <ctype.h>
#include <string.h>

#include "services/courier/fold.h"

enum { FOLDED = 600, ATTRIBUTION_LINES = 4, HEAD_LINES = 14, SIGN_OFF_MOST = 60, TELEPHONE_MOST = 120 };

/* All folded (fold.h), apart by '|'. */
static const char wrote[] = " a ecrit| ecrivait| ecrit :| wrote| schreef| geschreven| schrieb| ha scritto| escribio";
static const char starts[] = "le |on |op |am |den |il |el |em ";
static const char originals[] = "original message|message original|message d'origine|message initial|courriel original|"
    "mail original|e-mail original|mail d'origine|e-mail d'origine|message precedent|oorspronkelijk bericht|"
    "oorspronkelijke bericht|origineel bericht|originele bericht|oorspronkelijke e-mail|reply message|forwarded message|"
    "forwarded mail|message transfere|message reexpedie|message transmis|mail transfere|doorgestuurd bericht|"
    "doorgestuurde bericht|weitergeleitete nachricht|ursprungliche nachricht|original-nachricht|original appointment|"
    "rendez-vous d'origine|oorspronkelijke afspraak";
static const char begins[] = "begin forwarded message|debut du message reexpedie|debut du message transfere|begin doorgestuurd bericht";
static const char writers[] = "from|de|van|von|expediteur|afzender";
static const char dates[] = "sent|date|envoye|envoye le|date d'envoi|verzonden|verstuurd|datum|gesendet|subject|objet|sujet|onderwerp|betreff";
static const char heads[] = "to|a|aan|an|cc|bcc|cci|copie|copie a|kopie|kopie aan|reply-to|repondre a|importance|priority|"
    "priorite|urgentie|belang|destinataire|attachments|pieces jointes|bijlagen";
static const char closings[] = "cordialement|bien cordialement|tres cordialement|bien a vous|bien a toi|bien a vous tous|"
    "salutations|sinceres salutations|meilleures salutations|salutations distinguees|salutations cordiales|respectueusement|"
    "amicalement|amities|bonne journee|belle journee|bonne soiree|bonne fin de journee|bon week-end|bon weekend|bonne reception|"
    "au plaisir|a bientot|cdt|cdlt|bav|bien sincerement|sincerement|avec mes salutations|avec nos salutations|veuillez agreer|"
    "je vous prie d'agreer|met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|"
    "vriendelijk groetend|groeten|groet|groetjes|hartelijke groet|hartelijke groeten|met hartelijke groeten|beste groeten|"
    "met beste groeten|mvg|m.v.g.|hoogachtend|fijne dag|prettige dag|nog een fijne dag|nog een prettige dag|fijn weekend|"
    "prettig weekend|tot binnenkort|regards|best regards|kind regards|warm regards|best wishes|kindest regards|many regards|"
    "yours sincerely|yours faithfully|sincerely|best|cheers|br|have a nice day|all the best|mit freundlichen grussen";
static const char telephones[] = "envoye de mon|envoye depuis|envoye a partir|envoye avec|envoye par|envoye via|"
    "provenance : courrier|telecharger outlook|telechargez outlook|obtenir outlook|obtenez outlook|sent from|sent with|sent via|"
    "get outlook|download outlook|verzonden vanaf|verzonden vanuit|verzonden met|verzonden via|verstuurd vanaf|verstuurd vanop|"
    "verstuurd vanuit|verstuurd met|verstuurd via|outlook voor|download outlook|gesendet von|von meinem|yahoo mail:|yahoo mail :|"
    "envoye a l'aide|excusez ma brievete|excusez la brievete|veuillez excuser ma brievete|please excuse my brevity|"
    "excuseer mijn beknoptheid|sorry voor mijn beknoptheid|mijn excuses voor mijn beknoptheid";
static const char answers[] = "reponse|repondre|antwoord|answer|reply";

enum how { WHOLE, START, INSIDE };

/* Is the text one of these, or does it start with one, or have one inside? */
static bool
is_one(const char *list, const char *text, size_t len, enum how how)
{
	while (*list != '\0') {
		size_t n = strcspn(list, "|");

		if (how == INSIDE ? memmem(text, len, list, n) != NULL :
		    n <= len && memcmp(text, list, n) == 0 && (how == START || n == len))
			return true;
		list += n + (list[n] == '|');
	}
	return false;
}

static bool
is_empty(const struct cite_line *line)
{
	return line->len == 0;
}

static bool
is_dated_or_addressed(const char *text)
{
	return strpbrk(text, "@0123456789") != NULL;
}

/* "Le 3 mars 2025 à 10:12, Marie Dupont <marie@example.org> a écrit :", often broken into lines. */
static size_t
attribution(const struct cite_line *lines, size_t n)
{
	char text[FOLDED];
	size_t len = 0;
	bool begun = true;

	for (size_t i = 0; i < n && i < ATTRIBUTION_LINES && begun && !is_empty(&lines[i]) && lines[i].depth == lines[0].depth; i++) {
		if (len > 0)
			text[len++] = ' ';
		len += fold_text(text + len, sizeof(text) - len, lines[i].at, lines[i].len);
		if (len + 16 > sizeof(text))
			return 0;
		if (i == 0)
			begun = is_one(starts, text, len, START) || strchr(text, '@') != NULL;
		if (len > 0 && text[len - 1] == ':' && is_one(wrote, text, len, INSIDE) && is_dated_or_addressed(text))
			return i + 1;
	}
	return 0;
}

/* "-----Message d'origine-----" */
static bool
is_original(const struct cite_line *line)
{
	char text[80];
	size_t len = fold_text(text, sizeof(text), line->at, line->len), head = strspn(text, "-_=* ");

	while (len > head && strchr("-_=* :", text[len - 1]) != NULL)
		len--;
	return len > head && ((head >= 2 && is_one(originals, text + head, len - head, WHOLE)) ||
	    is_one(begins, text + head, len - head, WHOLE));
}

static bool
is_rule(const struct cite_line *line)
{
	size_t n = 0;

	while (n < line->len && strchr("-_=* ", line->at[n]) != NULL)
		n++;
	return n == line->len && n >= 8;
}

/* Which of the lists a field's label before ':' is in; bold in plain text has stars around it. */
static const char *
field_list(const struct cite_line *line)
{
	static const char *const lists[] = { writers, dates, heads };
	char text[40];
	const char *at = text, *colon;
	size_t len;

	(void)fold_text(text, sizeof(text), line->at, line->len);
	at += strspn(at, "* ");
	colon = strchr(at, ':');
	if (colon == NULL)
		return NULL;
	for (len = (size_t)(colon - at); len > 0 && strchr("* ", at[len - 1]) != NULL; len--)
		;
	for (size_t i = 0; i < countof(lists); i++)
		if (is_one(lists[i], at, len, WHOLE))
			return lists[i];
	return NULL;
}

/* "De : … Envoyé : … À : … Objet : …"; an address may take up another line. */
static size_t
head_block(const struct cite_line *lines, size_t n)
{
	bool writer = false, date = false;
	size_t labels = 0, last = 0, others = 0;

	if (n == 0 || field_list(&lines[0]) == NULL)
		return 0;
	for (size_t i = 0; i < n && i < HEAD_LINES && others <= 2 && lines[i].depth == lines[0].depth; i++) {
		const char *list = field_list(&lines[i]);

		if (list == NULL) {
			others++;
			continue;
		}
		writer = writer || list == writers;
		date = date || list == dates;
		labels++;
		others = 0;
		last = i + 1;
	}
	return writer && date && labels >= 3 ? last : 0;
}

static size_t
skip_empty(const struct cite_line *lines, size_t n, size_t at)
{
	while (at < n && is_empty(&lines[at]))
		at++;
	return at;
}

size_t
cite_announcement(const struct cite_line *lines, size_t n)
{
	size_t at = 0, next, more;

	if (n > 0 && is_rule(&lines[0])) {      /* Outlook draws one above its block */
		next = skip_empty(lines, n < 4 ? n : 4, 1);
		more = head_block(lines + next, n - next);
		return more > 0 ? next + more : 0;
	}
	if (n > 0 && is_original(&lines[0])) {
		next = skip_empty(lines, n, 1);
		more = head_block(lines + next, n - next);
		more = more > 0 ? more : attribution(lines + next, n - next);
		return more > 0 ? next + more : 1;
	}
	at = head_block(lines, n);
	return at > 0 ? at : attribution(lines, n);
}

bool
cite_signs(const struct cite_line *line)
{
	char text[SIGN_OFF_MOST + 4];
	size_t len, end;

	if (line->len == 2 && memcmp(line->at, "--", 2) == 0)
		return true;
	if (line->len == 3 && memcmp(line->at, "\xe2\x80\x94", 3) == 0)       /* what an iPhone makes of it */
		return true;
	if (line->len > SIGN_OFF_MOST)
		return false;
	len = fold_text(text, sizeof(text), line->at, line->len);
	end = strcspn(text, ",!;:(");
	while (end > 0 && strchr(" .-", text[end - 1]) != NULL)
		end--;
	return len > 0 && is_one(closings, text, end, WHOLE);
}

bool
cite_is_telephone(const struct cite_line *line)
{
	char text[TELEPHONE_MOST + 4];
	size_t len;

	if (line->len > TELEPHONE_MOST)
		return false;
	len = fold_text(text, sizeof(text), line->at, line->len);
	return is_one(telephones, text + strspn(text, "-*_ "), len - strspn(text, "-*_ "), START);
}

bool
cite_asks_answer(const char *label, size_t len)
{
	char text[120];
	size_t n = fold_text(text, sizeof(text), label, len);

	return is_one(answers, text, n, INSIDE);
}
