"""
PostgreSQL goes and comes back, in order and by a crash, while the service runs: what it has
in memory is still read, the rest is told to come again, and nothing that was acknowledged is
lost. On a cluster of this test's own.
"""

import os
import signal
import tempfile
import threading
import time
from pathlib import Path

from tests.lib import cluster, hub
from tests.lib.cluster import ROOT, Cluster
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql, wait_until

PAGES = ('/groups/web', '/groups/web/feed.atom', f'{WEB}/lessons/1', '/groups/web/uptake')
AWAY = 1.5          # seconds after which new calls are refused at once


def postmaster(database):
    return int(database.command('status').split()[1])


def ready(site):
    return wait_until(lambda: site.get('/readyz').status == 200, 30)


def away(t, site, tags):
    """While there is no database."""
    t.ok(wait_until(lambda: site.get('/readyz').status == 503), '/readyz says no')
    t.ok(site.get('/readyz').headers['Retry-After'], 'and when to ask again')
    t.is_(site.get('/healthz').status, 200, 'the service itself is well')
    for page in PAGES:
        answer = site.get(page)
        t.is_((answer.status, answer.headers['ETag']), (200, tags[page]), f'{page} is served from memory')
        t.is_(site.get(page, {'If-None-Match': tags[page]}).status, 304, '… and 304 too')
    time.sleep(AWAY)
    for method, path, body, headers in (('GET', '/groups/web/members', None, {}), ('GET', '/groups/web', None, auth('mem')), ('GET', f'{API}/me', None, auth('mem')),
                                        ('POST', f'{WEB}/lessons', hub.LESSON, auth('hub')), ('GET', '/groups/huis', None, auth('mem')),
                                        ('POST', '/sign-in', 'code=x', {'Content-Type': 'application/x-www-form-urlencoded'})):
        start = time.monotonic()
        answer = site.request(method, path, body, headers)
        t.is_((answer.status, bool(answer.headers['Retry-After'])), (503, True), f'{method} {path}: 503, and when to come again')
        t.ok(time.monotonic() - start < 1, '… at once')
        t.ok(answer.headers['X-Request-Id'] in answer.text, '… with the request named')


def back(t, site, tags, title):
    t.ok(ready(site), 'it connects again by itself')
    number = hub.lesson(site, title=title)
    for page in PAGES[:2]:
        answer = site.get(page)
        t.ok(answer.headers['ETag'] != tags[page] and title in answer.text, f'{page} is new after a write')
    t.is_(site.get(f'{WEB}/lessons/{number}').status, 200, 'and all goes on')


def remember(site):
    return {page: site.get(page).headers['ETag'] for page in PAGES}


def stopped(t, database, site):
    tags = remember(site)
    database.command('stop')
    away(t, site, tags)
    database.command('start', *cluster.SETTINGS)
    back(t, site, tags, 'Après arrêt')


def changed_meanwhile(t, database, site, url):
    """What somebody else writes while we are cut off is seen when we are back."""
    remember(site)
    database.command('stop')
    t.ok(wait_until(lambda: site.get('/readyz').status == 503), 'away once more')
    site.process.send_signal(signal.SIGSTOP)
    database.command('start', *cluster.SETTINGS)
    with Site(env={'DATABASE_URL': url}) as other:
        ready(other)
        hub.lesson(other, title='Entretemps')
    site.process.send_signal(signal.SIGCONT)
    t.ok(wait_until(lambda: 'Entretemps' in site.get('/groups/web').text, 10), 'what another process wrote meanwhile is shown')


def crashed(t, database, site):
    """A backend is killed, so the server drops everybody and recovers; posts go on all the while."""
    kept, failed, lock, over = {}, [], threading.Lock(), threading.Event()

    def work(name):
        for i in range(400):
            if over.is_set():
                return
            key = f'{name}-{i}'
            try:
                answer = site.post(f'{WEB}/lessons', hub.LESSON | {'title': key}, auth('hub', Idempotency_Key=key))
            except OSError as error:
                failed.append(error)
                return
            with lock:
                if answer.status == 201:
                    kept[key] = answer.json()['id']
                elif answer.status != 503 or not answer.headers['Retry-After']:
                    failed.append(answer.text)

    threads = [threading.Thread(target=work, args=(name,)) for name in 'abcd']
    for thread in threads:
        thread.start()
    wait_until(lambda: len(kept) > 50)
    main = postmaster(database)
    backends = [int(pid) for pid in Path(f'/proc/{main}/task/{main}/children').read_text().split()
                if b'relais' in Path(f'/proc/{pid}/cmdline').read_bytes() and b'idle' in Path(f'/proc/{pid}/cmdline').read_bytes()]
    os.kill(backends[0], signal.SIGKILL)
    before = len(kept)
    t.ok(wait_until(lambda: len(kept) > before + 50, 30), 'posts go on after the crash')
    over.set()
    for thread in threads:
        thread.join()
    t.is_(failed, [], 'each was answered 201, or 503 with Retry-After')
    t.ok(ready(site), 'it is ready again')
    found = dict(line.split('|') for line in psql("SELECT title, number FROM relais.item_text WHERE title ~ '^[abcd]-'").splitlines())
    t.is_({key: int(found.get(key, 0)) for key in kept}, kept, f'all {len(kept)} that were acknowledged are there')
    again = {key: site.post(f'{WEB}/lessons', hub.LESSON | {'title': key}, auth('hub', Idempotency_Key=key)).json()['id'] for key in found}
    t.is_(again, {key: int(number) for key, number in found.items()}, 'asked again with its key, each is the same')
    t.is_(psql("SELECT count(*) - max(seq) FROM relais.event e JOIN relais.group g ON g.id = group_id WHERE slug = 'web'"), '0', 'the log has no gap')


t = Tap()
with tempfile.TemporaryDirectory() as directory:
    os.chmod(directory, 0o755)      # the server's user has to come through
    database = Cluster(Path(directory) / 'cluster')
    try:
        database.make_template(ROOT / 'build' / 'release' / 'relais')
        url = os.environ['DATABASE_URL'] = database.clone('restarted')
        hub.seed()
        with Site() as site:
            ready(site)
            hub.lesson(site)
            stopped(t, database, site)
            changed_meanwhile(t, database, site, url)
            crashed(t, database, site)
    finally:
        database.command('stop')
t.done()
