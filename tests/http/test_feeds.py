"""Feeds: what readers and validators insist on, in Atom, RSS, JSON Feed and OPML."""

import gzip
import re
import xml.etree.ElementTree as ElementTree

import feedparser

from tests.lib import feeds, hub
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql, wait_until

URL = 'http://hub.example'          # the public address, so that two processes give the same bytes
ODD = 'L\'été "5 < 6" & <b>plus</b> ]]> 😀 \u00a0\u200bé'


def local(address):
    return address.removeprefix(URL)


def read(t, site, path, name='', headers=None):
    """The feed there, read by its ending; the test fails if it is faulty."""
    answer = site.get(path, headers)
    try:
        feed = feeds.READ[re.search(r'\.\w+', path)[0]](answer.body)
        t.is_((answer.status, feed.self), (200, URL + path), f'{path} is well-formed, and says where it is{name}')
        return feed
    except (feeds.Fault, KeyError, ElementTree.ParseError, ValueError) as fault:
        t.ok(False, f'{path} is well-formed{name}', f'{answer.status}: {fault!r}', answer.text[:2000])
        raise


def odd_texts(t, site):
    """Whatever people write arrives as they wrote it, and breaks no reader."""
    number = hub.lesson(site, title=ODD, summary=ODD, body=f'# {ODD}\n\n`<![CDATA[ x ]]>`')
    hub.question(site, by='mem', text=ODD)
    hub.report(site, number, 'adapted', 'bon', adaptation=ODD, note=ODD)
    for control in ('\x00', '\x0b', '\x1b', '\ufffe', '\uffff'):
        answer = site.post(f'{WEB}/lessons', hub.LESSON | {'title': f'a{control}b'}, auth('hub'))
        t.ok(answer.status in (400, 422), f'U+{ord(control):04X} is refused, which XML has not', answer.status)
    for ending in feeds.READ:
        feed = read(t, site, f'/groups/web/feed{ending}')
        titles = [title for title, _, _ in feed.entries.values()]
        t.is_(titles, [f'Bonou – adapted: {ODD}', ODD, ODD], f'{ending}: titles as they were written')
        parsed = feedparser.parse(site.get(f'/groups/web/feed{ending}').body) if ending != '.json' else None
        if parsed:
            t.ok(not parsed.bozo, f'{ending}: feedparser has no complaint', parsed.get('bozo_exception'))
            t.is_([entry.id for entry in parsed.entries], list(feed.entries), 'and finds the entries')
            t.is_([entry.author for entry in parsed.entries], ['Bonou', 'Aklamè', 'Ouinhi'], 'with whom they are of')
            html = parsed.entries[-1].content[0].value
            t.ok('<h3>' in html and '<b>plus' not in html and '&lt;b&gt;plus' in html, 'the text is markup, what people typed in it is not')
    for address in (address for _, address, _ in read(t, site, '/groups/web/feed.atom').entries.values()):
        t.is_(site.get(local(address).partition('#')[0]).status, 200, f'{local(address)} leads to a page')
    return number


def stable(t, site, number):
    """A correction makes an entry newer, never another one."""
    before = read(t, site, '/groups/web/feed.atom')
    body = site.get('/groups/web/feed.atom').body
    t.is_(site.get('/groups/web/feed.atom').body, body, 'the same bytes each time')
    name = next(name for name, (_, address, _) in before.entries.items() if address.endswith(f'/lessons/{number}'))
    answer = site.request('PUT', f'{WEB}/lessons/{number}/texts/fr', {'title': 'Corrigé', 'body': 'Mieux.'}, auth('hub', If_Match='*'))
    t.is_(answer.status, 200, 'a lesson is corrected')
    for ending in feeds.READ:
        after = read(t, site, f'/groups/web/feed{ending}')
        t.is_(after.entries[name][0], 'Corrigé', f'{ending}: the same id has the new text')
        t.is_(list(after.entries)[0], name, 'and is the newest')
        t.is_(sorted(after.entries), sorted(before.entries), 'there is no other')
    t.ok(read(t, site, '/groups/web/feed.atom').entries[name][2] > before.entries[name][2], 'it was updated later')
    t.ok(list(read(t, site, '/groups/web/feed.atom').kinds.values()).count('lesson') == 1, 'once')
    withdrawn = hub.lesson(site, title='Retirée')
    site.request('PATCH', f'{WEB}/lessons/{withdrawn}', {'status': 'withdrawn'}, auth('hub', If_Match='*'))
    t.ok('Retirée' not in site.get('/groups/web/feed.atom').text, 'what is withdrawn is gone')
    other = hub.lesson(site, title='Reprise')
    hub.report(site, other, 'applied', 'mem')
    site.post(f'{WEB}/lessons/{other}/reports', {'status': 'retracted'}, auth('mem'))
    t.ok('applied: Reprise' not in site.get('/groups/web/feed.atom').text, 'what was taken back too')
    for status in ('interrupted', 'not_for_us'):
        hub.report(site, other, status, 'lier', note='GEHEIM', reason='political')
        for ending in feeds.READ:
            t.unlike(site.get(f'/groups/web/feed{ending}').text, 'GEHEIM|political|Lier', f'{ending}: {status} is not for everybody')


def choices(t, site, number):
    site.request('PUT', f'{WEB}/lessons/{number}/texts/nl', {'title': 'In het Nederlands', 'body': 'Beter.'}, auth('lier', If_Match='*'))
    for lang, title, status in (('fr', 'Corrigé', 'adapté'), ('nl', 'In het Nederlands', 'aangepast'), ('en', 'Corrigé', 'adapted')):
        feed = read(t, site, f'/groups/web/feed.atom?lang={lang}')
        titles = [title for title, _, _ in feed.entries.values()]
        t.is_(feed.lang, lang, f'?lang={lang}')
        t.ok(title in titles and any(status in title for title in titles), 'titles and words in it', titles)
    for kind, kinds in (('lesson', {'lesson'}), ('question', {'question'}), ('report', {'report'}), ('lesson,question', {'lesson', 'question'}),
                        ('digest', set()), ('nonsense', set())):
        t.is_(set(read(t, site, f'/groups/web/feed.atom?kind={kind}').kinds.values()), kinds, f'?kind={kind}')
    t.ok(not feedparser.parse(site.get('/groups/web/feed.atom?kind=digest').body).bozo, 'an empty feed is a feed')
    t.is_(site.get('/groups/web/feed.atom?archive=0').status, 422, 'no archive 0')
    t.is_(site.get('/groups/none/feed.atom').status, 404, 'no feed of no group')
    t.is_(read(t, site, '/groups/web/feed.atom?lang=fr&kind=lesson').self, f'{URL}/groups/web/feed.atom?lang=fr&kind=lesson', 'self is what was fetched')


def conditional(t, site):
    """A different ETag per form, encoding and language; 304 for it, and for it alone."""
    tags = {}
    for path in ('/groups/web/feed.atom', '/groups/web/feed.rss', '/groups/web/feed.json', '/groups/web/feed.atom?lang=fr', '/groups/web/feed.atom?lang=nl'):
        for encoding in ('identity', 'gzip'):
            answer = site.get(path, {'Accept-Encoding': encoding})
            tags.setdefault(answer.headers['ETag'], []).append((path, encoding))
            same = site.get(path, {'Accept-Encoding': encoding, 'If-None-Match': answer.headers['ETag']})
            t.is_((same.status, same.body, same.headers['ETag'], same.headers['Vary']), (304, b'', answer.headers['ETag'], answer.headers['Vary']), f'{path}, {encoding}: 304')
            t.is_(site.get(path, {'Accept-Encoding': encoding, 'If-None-Match': f"\"x\", W/{answer.headers['ETag']}"}).status, 304, '… weakly, in a list')
            t.is_(site.get(path, {'Accept-Encoding': encoding, 'If-None-Match': '"x"'}).status, 200, '… not for another')
    t.is_([what for what in tags.values() if len(what) > 1], [], 'every form, language and encoding has an ETag of its own')
    plain = site.get('/groups/web/feed.atom', {'Accept-Encoding': 'identity'})
    t.is_(gzip.decompress(site.get('/groups/web/feed.atom', {'Accept-Encoding': 'gzip'}).body), plain.body, 'with the same text in it')
    t.is_(plain.headers['Cache-Control'], 'public, no-cache', 'a public feed is kept by anybody, and asked for again')
    parsed = feedparser.parse(f'{site.url}/groups/web/feed.atom')
    t.is_(feedparser.parse(f'{site.url}/groups/web/feed.atom', etag=parsed.etag).status, 304, 'feedparser asks so, and hears that nothing is new')
    hub.question(site, text='Nouvelle ?')
    t.is_(feedparser.parse(f'{site.url}/groups/web/feed.atom', etag=parsed.etag).status, 200, 'until something is')


def archives(t, site):
    """RFC 5005: from the current document back to the first, every entry once and in order."""
    for i in range(50):
        hub.lesson(site, title=f'Numéro {i}')
    for ending in feeds.READ:
        page, pages = read(t, site, f'/groups/web/feed{ending}?lang=fr&kind=lesson'), []
        found = list(page.entries)
        while page.prev:
            t.ok('lang=fr' in page.prev and 'kind=lesson' in page.prev, f'{ending}: the archive is of the same choice')
            page = read(t, site, local(page.prev))
            pages.append(page)
            t.ok(page.archive and len(page.entries) <= 20 and (ending == '.json' or page.current == f'{URL}/groups/web/feed{ending}?lang=fr&kind=lesson'), '… marked as one')
            found += list(page.entries)
        titles = [entry[0] for page in pages for entry in page.entries.values()]
        t.is_(len(pages), 2, f'{ending}: two full pages')
        t.is_({f'Numéro {i}' for i in range(50)} - {entry[0] for entry in read(t, site, f'/groups/web/feed{ending}?lang=fr&kind=lesson').entries.values()} - set(titles), set(),
              'nothing is left out')
        t.is_(len([title for title in titles if title.startswith('Numéro')]), len({title for title in titles if title.startswith('Numéro')}), 'nothing is in two archives')
        if ending != '.json':
            t.is_([page.next for page in pages], [None] + [page.self for page in pages[:-1]], 'and each names the next')
    path = '/groups/web/feed.atom?lang=fr&kind=lesson&archive=1'
    before = site.get(path).body
    hub.lesson(site, title='Plus tard')
    t.is_(site.get(path).body, before, 'an archive does not change')
    t.is_(site.get(f'{path}9').status, 404, 'there is no 19th')


def private(t, site):
    """A closed group's feed by a key of one's own, for that group, for reading, until it is revoked."""
    hub.lesson(site, 'huis', 'hub', title='GEHEIM')
    made = site.post(f'{API}/me/tokens', {'kind': 'feed', 'group': 'huis', 'label': 'reader'}, auth('mem')).json()
    key = made['token']
    path = f'/groups/huis/feed.atom?key={key}'
    t.is_(made['feed'], URL + path, 'the address comes with the key')
    for ending in feeds.READ:
        answer = site.get(f'/groups/huis/feed{ending}?key={key}')
        t.ok(answer.status == 200 and 'GEHEIM' in answer.text, f'{ending} is opened by it')
        t.is_(answer.headers['Cache-Control'], 'private, no-cache', 'and kept by nobody else')
        t.is_(site.get(f'/groups/huis/feed{ending}?key={key}', {'If-None-Match': answer.headers['ETag']}).status, 304, 'asked again: 304')
        t.is_(site.get(f'/groups/huis/feed{ending}').status, 404, 'without it there is nothing')
    feed = read(t, site, path)
    t.ok(all('key=' not in address for _, address, _ in feed.entries.values()), 'the entries do not tell it')
    for what, other in (('another group', f'/groups/ferme/feed.atom?key={key}'), ('a page', f'/groups/huis?key={key}'), ('the API', f'{API}/groups/huis?key={key}'),
                        ('a wrong key', '/groups/huis/feed.atom?key=wrong'), ('an empty one', '/groups/huis/feed.atom?key='), ('another kind of token', '/groups/huis/feed.atom?key=mem')):
        t.is_(site.get(other).status, 404, f'{what}: nothing')
    t.is_(site.get('/groups/huis/feed.atom', {'Authorization': f'Bearer {key}'}).status, 404, 'it is no token for programs')
    t.is_(site.delete(f"{API}/me/tokens/{made['id']}", auth('mem')).status, 200, 'revoked')
    t.is_(site.get(path).status, 404, 'it opens nothing, at once')
    again = site.post(f'{API}/me/tokens', {'kind': 'feed', 'group': 'huis'}, auth('mem')).json()
    psql("UPDATE relais.membership SET ended_at = now() WHERE municipality_id = (SELECT id FROM relais.municipality WHERE slug = 'aklame')")
    t.is_(site.get(f"/groups/huis/feed.atom?key={again['token']}").status, 404, 'nor does the key of one who left')
    t.unlike(site.log(), re.escape(key), 'no key is in the log')


def opml(t, site):
    answer = site.get('/feeds.opml')
    root = ElementTree.fromstring(answer.body)
    outlines = root.findall('./body/outline')
    t.is_((root.tag, root.get('version'), [outline.get('text') for outline in outlines]), ('opml', '2.0', ['Sites web']), 'OPML lists the public groups')
    for outline in outlines:
        t.is_(outline.get('type'), 'rss', 'as feeds')
        t.is_(site.get(local(outline.get('xmlUrl'))).status, 200, 'which are there')
        t.is_(site.get(local(outline.get('htmlUrl'))).status, 200, 'with their page')


def processes(t, site):
    """A second process on the same database: the same bytes, and never a stale page."""
    with Site(env={'RELAIS_URL': URL}) as second:
        t.ok(wait_until(lambda: second.get('/readyz').status == 200), 'a second process is ready')
        for path in ('/groups/web/feed.atom', '/groups/web/feed.rss?lang=fr', '/groups/web/feed.json', '/feeds.opml'):
            one, two = site.get(path), second.get(path)
            t.is_((two.body, two.headers['ETag']), (one.body, one.headers['ETag']), f'{path}: the same bytes and ETag')
            t.is_(second.get(path, {'If-None-Match': one.headers['ETag']}).status, 304, '… so one answers for the other')
        for i in range(5):
            for page in ('/groups/web/feed.atom', '/groups/web', f'{WEB}/lessons'):
                second.get(page)
            hub.lesson(site, title=f'Chez le premier {i}')
            t.ok(wait_until(lambda: f'Chez le premier {i}' in second.get('/groups/web/feed.atom').text, 1), 'what the first was told the second shows, within a second')
            t.ok(all(f'Chez le premier {i}' in second.get(page).text for page in ('/groups/web', f'{WEB}/lessons')), '… on every page')
        psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
        hub.lesson(site, title='Sans annonce')
        t.ok(wait_until(lambda: 'Sans annonce' in second.get('/groups/web/feed.atom').text, 5), 'also when the announcement is lost')
        hub.operate(hub.call('municipality_rename', 'ouinhi', 'Ouinhi-Centre', None))       # which announces nothing
        for process in (site, second):
            t.ok(wait_until(lambda process=process: 'Ouinhi-Centre' in process.get('/groups/web/feed.atom').text, 5), 'and what was written past them all')


t = Tap()
with Site(env={'RELAIS_URL': URL}) as site:
    hub.seed()
    lesson = odd_texts(t, site)
    stable(t, site, lesson)
    choices(t, site, lesson)
    conditional(t, site)
    archives(t, site)
    opml(t, site)
    processes(t, site)
    private(t, site)
t.done()
