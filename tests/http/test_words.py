"""Every page in French and Dutch: no English text, no bare code, nothing else that nobody translated."""

import html
import re
from html.parser import HTMLParser
from urllib.parse import urlencode

from tests.lib import hub
from tests.lib.hub import API, WEB, auth
from tests.lib.site import ROOT, Site, Tap, psql

TAG = re.compile(r'{{.*?}}|%lld')
LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)?\s*"(.*)"$')
SNAKE = re.compile(r'\b[a-z]+_[a-z_]+\b')
SPOKEN = ('aria-label', 'title', 'placeholder', 'alt')
SILENT = ('style', 'script', 'code', 'textarea', 'abbr')       # a language's code is short for its name


class Page(HTMLParser):
    """What a person reads or hears of a page, and the values of its choices."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.values, self.silent = [], set(), 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.silent += tag in SILENT
        self.texts += [attrs[name] for name in SPOKEN if attrs.get(name) and tag != 'link']
        if attrs.get('value') and (tag in ('option', 'button') or attrs.get('type') == 'checkbox'):
            self.values.add(attrs['value'])

    def handle_endtag(self, tag):
        self.silent -= tag in SILENT

    def handle_data(self, data):
        text = ' '.join(data.split())
        if text and not self.silent:
            self.texts.append(text)


def entries(lang):
    """(context, msgid, its translations) of the language's catalogue."""
    for block in (ROOT / f'web/i18n/{lang}.po').read_text().split('\n\n'):
        found, key = {}, None
        for match in filter(None, map(LINE.match, block.splitlines())):
            key = match[1] or key
            found[key] = found.get(key, '') + match[2].replace('\\"', '"')
        if found.get('msgid'):
            given = [text for key, text in found.items() if key.startswith('msgstr')]
            for name in ('msgid', 'msgid_plural'):
                if name in found:
                    yield found.get('msgctxt'), found[name], given


class Language:
    """What may not stand on a page: sentences anywhere, words and codes as the whole of a text."""

    def __init__(self, lang):
        self.lang = lang
        every = list(entries(lang))
        self.given = {text for _, _, given in every for text in given}
        self.codes = {msgid for context, msgid, _ in every if context}
        self.words = {msgid for _, msgid, _ in every if re.search(r'[^\W\d]', msgid)} - self.given
        self.sentences = [(msgid, re.compile(r'(?<!\w)' + '.+?'.join(map(re.escape, TAG.split(msgid))) + r'(?!\w)'))
                          for context, msgid, given in every if not context and ' ' in msgid and msgid not in given]

    def leftovers(self, texts, values=()):
        """What of these texts is English, or a code."""
        for text in texts:
            yield from (msgid for msgid, pattern in self.sentences if pattern.search(text))
            yield from SNAKE.findall(text)
            if text.rstrip(':') in self.words or (text in values and text not in self.codes):
                yield text


def pages(lesson, question, others, digest):
    """(path, persons: None is nobody)"""
    group, items = '/groups/web', (f'lessons/{lesson}', f'questions/{question}', *others)
    for path in ('/', '/search?q=commencer&cost=low', '/search?q=comencer', '/search?q=zzzz&cost=low', f'{group}/search?q=zzzz', f'{group}/search',
                 f'{group}/questions/{question}/similar', group,
                 *(f'{group}/{part}' for part in ('lessons', 'questions', 'uptake', 'uptake/trends', f'uptake/trends?lesson={lesson}', 'members')),
                 *(f'{group}/{item}' for item in items), '/umbrellas/ancb', '/municipalities/ouinhi',
                 '/umbrellas/ancb/digests', f'/umbrellas/ancb/digests/{digest}', '/groups/ferme'):
        yield path, (None, 'hub', 'mem', 'co', 'zog')
    for path in ('/groups/huis', '/groups/huis/lessons', '/groups/huis/questions', '/inbox', '/me',
                 f'{group}/lessons/new', f'{group}/questions/new', f'{group}/subscriptions'):
        yield path, (None, 'hub', 'mem', 'co')
    for item in items:
        yield from ((f'{group}/{item}/texts/{lang}', ('hub',)) for lang in ('fr', 'en'))
    yield f'/umbrellas/ancb/digests/{digest}/sections/web', ('hub', 'co')
    yield '/umbrellas/ancb/report', ('co',)
    yield from ((path, (None,)) for path in ('/sign-in', '/glossary', '/nothing', '/style'))


def other_forms(lesson, question, others, digest):
    group = '/groups/web'
    yield from (f'{group}{ending}' for ending in ('.md', f'/lessons/{lesson}.md', f'/lessons/{lesson}.txt',
                f'/questions/{question}.md', f'/questions/{question}.txt', '/feed.atom', '/feed.rss'))
    yield from (f'/umbrellas/ancb/{path}' for path in (f'digests/{digest}.md', f'digests/{digest}.txt', 'report.md'))
    yield '/feeds.opml'


WRONG = (('/groups/web/lessons', {'title': '', 'body': 'x', 'lang': 'fr', 'links.0.url': 'nowhere', 'occurred_on': 'then'}),
         ('/groups/web/questions', {'text': '', 'lang': 'fr', 'occurred_on': 'then', 'subquestions.0.priority': 'must'}),
         ('/me', {'name': 'x' * 300, 'time_zone': 'Nowhere/At_all'}),
         ('/groups/web/subscriptions', {'cadence': '', 'weekday': '9', 'hour': 'noon'}),
         ('/me/tokens', {'kind': 'none', 'group': 'Not a slug'}))


def fill(site):
    """A group in which much has happened: (lesson, question, paths of others below the group, digest)."""
    question = hub.question(site)
    site.post(f'{WEB}/questions/{question}/revisions',
              {'text': 'Comment informer ?', 'reason': 'plus juste', 'trigger': 'visit'}, auth('hub'))
    hub.question(site, parents=[question], how='split', problems=[], subquestions=[])
    lessons = [hub.lesson(site, sdgs=[11], cost='low', source='visit', questions=[question], conditions='Un agent.',
                          occurred_on='2024-03-01', links=[{'url': 'https://example.org/', 'kind': 'document'}]) for _ in range(2)]
    for lang, title in (('nl', 'Klein beginnen'), ('fr', 'Commencer plus petit')):
        site.put(f'{WEB}/lessons/{lessons[0]}/texts/{lang}', {'title': title, 'body': 'Een.'}, auth('hub', If_Match='*'))
    withdrawn = hub.lesson(site, by='hub')
    site.request('PATCH', f'{WEB}/lessons/{withdrawn}', {'status': 'withdrawn', 'reason': 'dépassé'}, auth('hub', If_Match='*'))
    others = [withdrawn, hub.lesson(site, status='draft'), hub.lesson(site, by='mem', status='proposed')]
    hub.report(site, lessons[0], 'adapted', adaptation='plus petit', told_to=['college', 'press'], services=['SIC'],
               note='Bien.')
    hub.report(site, lessons[1], 'interrupted', reason='political', note='Pause.', audience='public')
    hub.report(site, lessons[0], 'applied', by='co', municipality='bonou', via='phone', evidence='à la mairie')
    hub.report(site, question, 'planned', kind='questions')
    draft = hub.made(site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co')), 'n')
    return lessons[0], question, [f'lessons/{number}' for number in others], draft


def check(t, language, answer, name, status=200):
    # what is marked as a word of another language may be one
    page = Page(re.sub(rf'<span lang="(?!{language.lang})\w+">[^<]*</span>', '', answer.text))
    found = sorted(set(language.leftovers(page.texts, page.values)))
    t.is_((answer.status, found), (status, []), f'{name} in {language.lang}')


def read_pages(t, site, language, made):
    for path, persons in pages(*made):
        for by in persons:
            answer = site.get(f"{path}{'&' if '?' in path else '?'}lang={language.lang}", auth(by) if by else None)
            if answer.status != 303:
                check(t, language, answer, f'{path} for {by}', answer.status if answer.status == 404 else 200)


def read_forms(t, site, language, made):
    for path in other_forms(*made):
        answer = site.get(f'{path}?lang={language.lang}', auth('co'))
        lines = [html.unescape(re.sub(r'<[^>]*>', ' ', line)) for line in answer.text.splitlines()]
        t.is_((answer.status, sorted(set(language.leftovers(lines)))), (200, []), f'{path} in {language.lang}')


def read_errors(t, site, language):
    def send(path, typed, by='hub', method='POST', kind='application/x-www-form-urlencoded'):
        return site.request(method, f'{path}?lang={language.lang}', urlencode(typed),
                            auth(by, Accept='text/html', Content_Type=kind))

    for path, typed in WRONG:
        check(t, language, send(path, typed), f'{path} with errors', 422)
    key = send('/me/tokens', {'kind': 'feed', 'group': 'huis'})
    check(t, language, key, 'a key just made', 201)
    t.like(key.text, r'<code>http://[^<]+/groups/huis/feed\.atom\?key=[\w-]+', 'and it is shown')
    lesson = '/groups/web/lessons', {'title': 'x', 'body': 'x', 'lang': 'fr'}
    for status, how in ((405, {'method': 'PUT'}), (415, {'kind': 'text/plain'}), (403, {'by': 'zog'})):
        check(t, language, send(*lesson, **how), f'problem {status}', status)


def main():
    t = Tap()
    hub.seed()
    psql("UPDATE relais.person SET demo = true WHERE name = 'Hub'")
    with Site(env={'RELAIS_DEMO': '1'}) as site:
        made = fill(site)
        for lang in ('fr', 'nl'):
            language = Language(lang)
            read_pages(t, site, language, made)
            read_errors(t, site, language)
        approved = site.post(f'{API}/umbrellas/ancb/digests/{made[3]}/approve', {}, auth('co'))
        t.is_(approved.status, 200, 'the digest is approved')
        for lang in ('fr', 'nl'):
            read_forms(t, site, Language(lang), made)
        english = Page(site.get(f'/groups/web/lessons/{made[0]}?lang=en', auth('mem')).text)
        t.ok(list(Language('fr').leftovers(english.texts, english.values)), 'English is found where it is')
    t.done()


main()
