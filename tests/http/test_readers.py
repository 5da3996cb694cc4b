"""Newsboat, a real feed reader: it subscribes, reloads, imports, and has each entry once."""

import os
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from tests.lib import hub
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, wait_until

CONFIG = 'reload-threads 1\nauto-reload no\nprepopulate-query-feeds no\nerror-log "error.log"\n'


class Newsboat:
    """With files of its own, and no proxy between."""

    def __init__(self, directory, urls=()):
        self.directory = Path(directory)
        (self.directory / 'config').write_text(CONFIG.replace('error.log', str(self.directory / 'error.log')))
        (self.directory / 'urls').write_text(''.join(f'{url}\n' for url in urls))

    def run(self, *arguments):
        files = [f'--{name}-file={self.directory / name}' for name in ('url', 'cache', 'config')]
        files[0] = f"--url-file={self.directory / 'urls'}"
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith('_proxy')}
        done = subprocess.run(['newsboat', '--quiet', *files, *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                              env=environment | {'HOME': str(self.directory), 'TERM': 'dumb'})
        return done.returncode, done.stdout + done.stderr

    def reload(self):
        return self.run('--execute=reload')

    def items(self, url):
        """{guid: (title, author, address, content)} of one feed."""
        with sqlite3.connect(self.directory / 'cache') as cache:
            rows = cache.execute('SELECT guid, title, author, url, content FROM rss_item WHERE feedurl = ?', (url,)).fetchall()
        return {guid: rest for guid, *rest in rows}

    def feed(self, url):
        with sqlite3.connect(self.directory / 'cache') as cache:
            return cache.execute('SELECT title, url, etag FROM rss_feed WHERE rssurl = ?', (url,)).fetchone()

    def urls(self):
        return [line.split()[0] for line in (self.directory / 'urls').read_text().splitlines() if line.strip()]


def answers(site, count):
    """What the last `count` requests for a feed were answered with; the log is written a little later."""
    found = []

    def there():
        found[:] = [line['status'] for line in site.log_lines() if line.get('route') == '/groups/{group}/feed']
        return len(found) >= answers.seen + count
    wait_until(there)
    answers.seen = len(found)
    return found[-count:]


answers.seen = 0


def subscribe(t, site, directory):
    """A reader a feed: newsboat has an entry once, in whatever feeds it comes."""
    lesson = hub.lesson(site, title='L\'été & <b>"5 < 6"</b> 😀')
    hub.question(site)
    hub.report(site, lesson, 'applied', 'mem')
    hub.lesson(site, 'huis', 'hub', title='À la maison')
    private = site.post(f'{API}/me/tokens', {'kind': 'feed', 'group': 'huis'}, auth('mem')).json()
    urls = [f'{site.url}/groups/web/feed{choice}' for choice in ('.atom', '.rss', '.atom?lang=nl', '.rss?kind=lesson')] + [private['feed']]
    readers = {}
    for n, (url, number) in enumerate(zip(urls, (3, 3, 3, 1, 1))):
        (Path(directory) / str(n)).mkdir()
        reader = readers[url] = Newsboat(Path(directory) / str(n), [url])
        t.is_(reader.reload(), (0, ''), f'newsboat reads {url.partition("/groups")[2][:20]}')
        items = reader.items(url)
        t.is_(len(items), number, f'{number} entries')
        t.ok(reader.feed(url)[0] in ('Sites web', 'Groupe fermé'), "under the group's name")
        t.ok(all(address.startswith(site.url) and content for _, _, address, content in items.values()), 'with address and text')
    t.is_(answers(site, len(urls)), [200] * len(urls), 'the first time all of it')
    first, second = (readers[url].items(url) for url in urls[:2])
    t.ok('L\'été & <b>"5 < 6"</b> 😀' in [title for title, *_ in first.values()], 'titles as they were written')
    t.is_({author for _, author, _, _ in first.values()}, {'Ouinhi', 'Aklamè'}, 'and whom they are of')
    t.is_({guid: title for guid, (title, *_) in first.items()}, {guid: title for guid, (title, *_) in second.items()}, 'Atom and RSS have the same entries')
    return readers, lesson, private


def reload(t, site, readers, lesson):
    before = {url: reader.items(url) for url, reader in readers.items()}
    for _ in range(2):          # newsboat keeps an ETag from the second time on
        for reader in readers.values():
            reader.reload()
    t.is_(answers(site, 2 * len(readers))[-len(readers):], [304] * len(readers), 'asked again, they are told that nothing is new')
    t.is_({url: reader.items(url) for url, reader in readers.items()}, before, 'and have what they had')
    site.request('PUT', f'{WEB}/lessons/{lesson}/texts/fr', {'title': 'Corrigé', 'body': 'Mieux.'}, auth('hub', If_Match='*'))
    hub.question(site, by='mem', text='Nouvelle ?')
    for url in list(readers)[:2]:
        t.is_(readers[url].reload(), (0, ''), 'something is new')
        after = readers[url].items(url)
        t.is_(len(after), len(before[url]) + 1, 'one entry more: the correction is none')
        t.ok('Corrigé' in [title for title, *_ in after.values()], 'it has the new text')
        t.is_(set(before[url]) - set(after), set(), 'under the same name')
    answers(site, 2)


def revoke(t, site, readers, private):
    url, reader = list(readers.items())[-1]
    kept = reader.items(url)
    site.delete(f"{API}/me/tokens/{private['id']}", auth('mem'))
    hub.lesson(site, 'huis', 'hub', title='Après')
    reader.reload()
    t.is_(reader.items(url), kept, 'a revoked key brings nothing new')
    t.is_(answers(site, 1), [404], 'it is told that there is nothing')


def opml(t, site, directory):
    (Path(directory) / 'feeds.opml').write_bytes(site.get('/feeds.opml').body)
    reader = Newsboat(directory)
    status, output = reader.run(f"--import-from-opml={Path(directory) / 'feeds.opml'}")
    t.is_((status, reader.urls()), (0, [f'{site.url}/groups/web/feed.atom']), f'it imports the list of feeds {output}')
    t.is_(reader.reload(), (0, ''), 'and reads them')
    t.ok(reader.items(reader.urls()[0]), 'with their entries')


t = Tap()
with Site() as site, tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as second:
    hub.seed()
    subscribed, number, token = subscribe(t, site, directory)
    reload(t, site, subscribed, number)
    revoke(t, site, subscribed, token)
    opml(t, site, second)
t.done()
