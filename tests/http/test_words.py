"""
Every page in each language: no text of another, no bare code, nothing that nobody translated. The fourth language is
one PO file the test makes, in which every text is marked: what is not marked did not come from the catalogue.
"""

import os
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.lib import catalogue, hub, links, push, routes
from tests.lib.hub import API, WEB, auth
from tests.lib.quarter import BENIN, quarter
from tests.lib.site import Site, Tap, psql
from tests.lib.words import Fourth, Language, Page, languages_of_texts, mismarked, readable

def pages(lesson, question, others, digest):
    """(path, persons: None is nobody)"""
    group, items = '/groups/web', (f'lessons/{lesson}', f'questions/{question}', *others)
    for path in ('/', '/search?q=commencer&cost=low', '/search?q=comencer', '/search?q=zzzz&cost=low', f'{group}/search?q=zzzz', f'{group}/search',
                 f'{group}/questions/{question}/similar', group,
                 *(f'{group}/{part}' for part in ('lessons', 'questions', 'questions/table', 'uptake', 'uptake/trends', f'lessons/{lesson}/history', 'came-back', 'take-along',
                                                f'uptake/trends?lesson={lesson}', 'members')),
                 *(f'{group}/{item}' for item in items), f'{group}/lessons/{lesson}/share', '/umbrellas/ancb', '/municipalities/ouinhi',
                 '/umbrellas/ancb/digests', f'/umbrellas/ancb/digests/{digest}', f'{group}/digests/{digest}', '/groups/ferme'):
        yield path, (None, 'hub', 'mem', 'co', 'zog')
    yield from ((f'{group}/silent{path}', ('hub', 'co', 'mem')) for path in ('', '?days=30', '/aklame'))
    yield from ((f'/umbrellas/ancb/quarters{path}', ('co',)) for path in ('', f'/{quarter(BENIN)}', f'/{quarter(BENIN)}?all=true'))
    yield f'/umbrellas/ancb/quarters/{quarter(BENIN)}/answers/aklame', ('mem', 'co')
    for path in ('/groups/huis', '/groups/huis/lessons', '/groups/huis/questions', '/inbox', '/me',
                 f'{group}/lessons/new', f'{group}/questions/new', f'{group}/subscriptions'):
        yield path, (None, 'hub', 'mem', 'co')
    for item in items:
        yield from ((f'{group}/{item}/texts/{lang}', ('hub',)) for lang in ('fr', 'en'))
    yield f'/umbrellas/ancb/digests/{digest}/sections/web', ('hub', 'co')
    yield f'/umbrellas/ancb/digests/{digest}/recipients', ('co',)
    yield f'/umbrellas/ancb/digests/{digest}/public', ('co', None)
    yield from ((path, ('co', None)) for path in passed_on(digest))
    yield from ((f'{group}/{path}', ('co', None)) for path in ('settings', 'members/bonou', 'members/bonou/hub', 'members/lier'))
    yield '/umbrellas/ancb/groups/new', ('co',)
    yield from ((path, ('co', 'bon')) for path in ('/umbrellas/ancb/people', '/municipalities/bonou/people', '/affiliations/7'))
    yield '/umbrellas/ancb/report', ('co',)
    yield from ((f'/umbrellas/ancb/webhooks{path}', ('co',)) for path in ('', '/1'))
    yield from ((path, (None,)) for path in ('/sign-in', '/sign-in/sent', '/demo/mail', '/glossary', '/help', '/outbox', '/nothing', '/style', *links.paths(lesson)))


def passed_on(digest):
    """The pages a digest is passed on by, once it is approved."""
    return f'/umbrellas/ancb/digests/{digest}/share', f'/groups/web/digests/{digest}/share', f'/groups/huis/digests/{digest}/share'


def other_forms(lesson, question, others, digest):
    group = '/groups/web'
    yield from (f'{group}{ending}' for ending in ('.md', f'/lessons/{lesson}.md', f'/lessons/{lesson}.txt',
                f'/questions/{question}.md', f'/questions/{question}.txt', '/feed.atom', '/feed.rss'))
    yield from (f'/umbrellas/ancb/{path}' for path in (f'digests/{digest}.md', f'digests/{digest}.txt', f'digests/{digest}/public.md', f'digests/{digest}/public.txt',
                                                   'report.md', 'report.txt'))
    yield '/feeds.opml'


WRONG = (('/groups/web/lessons', {'title': '', 'body': 'x', 'lang': 'fr', 'links.0.url': 'nowhere', 'occurred_on': 'then'}),
         ('/groups/web/questions', {'text': '', 'lang': 'fr', 'occurred_on': 'then', 'subquestions.0.priority': 'must'}),
         ('/me', {'name': 'x' * 300, 'time_zone': 'Nowhere/At_all'}),
         ('/groups/web/subscriptions', {'cadence': '', 'weekday': '9'}),
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
    site.put(f'{API}/umbrellas/ancb/quarters/{quarter(BENIN)}/answers/aklame', {'works': '1', 'fails': '2', 'better': '3'}, auth('mem', If_Match='*'))
    site.post(f'{WEB}/silent/aklame/contacts', {'occurred_on': '2026-01-01', 'via': 'phone', 'words': '–'}, auth('co'))
    withdrawn = hub.lesson(site, by='hub')
    site.request('PATCH', f'{WEB}/lessons/{withdrawn}', {'status': 'withdrawn', 'reason': 'dépassé'}, auth('hub', If_Match='*'))
    others = [withdrawn, hub.lesson(site, status='draft'), hub.lesson(site, by='mem', status='proposed')]
    hub.report(site, lessons[0], 'adapted', adaptation='plus petit', told_to=['college', 'press'], services=['SIC'],
               note='Bien.')
    hub.report(site, lessons[1], 'interrupted', reason='political', note='Pause.', audience='public')
    hub.report(site, lessons[0], 'applied', by='co', municipality='bonou', via='phone', evidence='à la mairie')
    hub.report(site, question, 'planned', kind='questions')
    site.post(f'{WEB}/subscriptions', {'cadence': 'monthly', 'lang': 'nl'}, auth('mem'))
    push.with_delivery(site)
    site.request('PATCH', f'{API}/me', {'contact': True}, auth('mem'))
    draft = hub.made(site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co')), 'n')
    return lessons[0], question, [f'lessons/{number}' for number in others], draft


def check(t, language, answer, name, status=200, known={}):
    page = Page(answer.text)
    t.is_((answer.status, language.leftovers_on(page), mismarked(page, known)), (status, [], []), f'{name} in {language.lang}')


def read_pages(t, site, language, made, known):
    for path, persons in pages(*made):
        for by in persons:
            answer = site.get(f"{path}{'&' if '?' in path else '?'}lang={language.lang}", auth(by) if by else None)
            if answer.status != 303:
                check(t, language, answer, f'{path} for {by}', answer.status if answer.status == 404 else 200, known)


def read_forms(t, site, language, made):
    for path in other_forms(*made):
        read_form(t, site, language, path)


def read_form(t, site, language, path):
    answer = site.get(f'{path}?lang={language.lang}', auth('co'))
    found = sorted(set(language.leftovers(readable(answer.text))))
    t.is_((answer.status, found), (200, []), f'{path} in {language.lang}')


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


def all_pages_read(t, made):
    """Every page there is a route for is among those above."""
    patterns = [(route.name, re.compile(re.sub(r'{[^}]*}', '[^/]+', route.pattern) + '$'))
                for route in routes.read() if route.method == 'GET' and route.web and route.is_page]
    read = [path.split('?')[0] for path, _ in pages(*made)]
    t.is_([name for name, pattern in patterns if not any(map(pattern.match, read))], [], 'every page is read')


def main():
    t = Tap()
    hub.seed()
    psql("UPDATE relais.person SET demo = true WHERE name = 'Hub'")
    catalogues = os.environ['TMPDIR'] + '/locale'
    catalogue.with_fourth(catalogues)
    with Site(env={'RELAIS_DEMO': '1', 'RELAIS_LOCALE_DIR': catalogues}) as site:
        made = fill(site)
        all_pages_read(t, made)
        typed = [word for path, _ in pages(*made) for _, word in parse_qsl(urlsplit(path).query)]
        languages = [*map(Language, catalogue.LANGUAGES), Fourth(typed)]
        known = languages_of_texts()
        for language in languages:
            read_pages(t, site, language, made, known)
            read_errors(t, site, language)
        approved = site.post(f'{API}/umbrellas/ancb/digests/{made[3]}/approve', {}, auth('co'))
        t.is_(approved.status, 200, 'the digest is approved')
        for language in languages:
            read_forms(t, site, language, made)
            for path in passed_on(made[3]):
                check(t, language, site.get(f'{path}?lang={language.lang}', auth('co')), path, known=known)
                read_form(t, site, language, f'{path}.txt')
        english = Page(site.get(f'/groups/web/lessons/{made[0]}?lang=en', auth('mem')).text)
        t.ok(list(Language('fr').leftovers(english.texts('en'), english.values)), 'English is found where it is')
        t.ok(list(languages[-1].leftovers(english.texts('en'))), 'and so is what is not marked')
    t.done()


if __name__ == '__main__':
    main()
