"""A public group's feed from memory, beside nginx serving the same bytes from a file."""

import random
import socket
import urllib.request

from tests.bench import load, servers
from tests.bench.table import Row
from tests.lib import hub, site

PATH = '/groups/web/feed.atom'
LESSONS = 20
SECONDS = 3
GOALS = {'304': 1.0, 'gzip': 1.25, 'plain': 1.15}      # requests per CPU second of the server, × nginx


def publish(service, lessons=LESSONS):
    """
    Lessons as long as people write them: title, summary, three paragraphs of four sentences.
    Real words, mixed anew for each sentence: the same sentences again would zip better than texts do.
    """
    words = (load.DATA / 'sentences.txt').read_text().split()
    pick = random.Random(1)
    for n in range(1, lessons + 1):
        text = [' '.join(pick.sample(words, 14)) for _ in range(14)]
        hub.lesson(service, title=f'Leçon {n} : {text[0]}', summary=text[1],
                   body='\n\n'.join('. '.join(text[start:start + 4]) for start in (2, 6, 10)))


def answer(url, **headers):
    """Status, ETag and body."""
    request = urllib.request.Request(url, headers={name.replace('_', '-'): value for name, value in headers.items()})
    with urllib.request.urlopen(request) as got:
        if got.status != 200:
            raise RuntimeError(f'{url}: {got.status}')
        return got.headers['ETag'], got.read()


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as listening:
        return listening.getsockname()[1]


def client(server, kind):
    """A turn of wrk at the server, with the header that asks for that kind of answer."""
    etag = answer(server.url + PATH)[0]
    header = {'304': f'If-None-Match: {etag}', 'gzip': 'Accept-Encoding: gzip', 'plain': 'Accept: */*'}[kind]
    return lambda: load.wrk(server.url + PATH, SECONDS, [header], server=server.process.pid)


def measure(database, scratch, turns, say):
    url = database.hub('feed')
    hub.seed(url)
    relais, nginx = servers.relais_site(url), servers.Nginx(scratch / 'nginx', free_port())
    try:
        publish(relais)
        plain, zipped = answer(relais.url + PATH)[1], answer(relais.url + PATH, Accept_Encoding='gzip')[1]
        nginx.serve(PATH, plain, zipped)
        if (answer(nginx.url + PATH)[1], answer(nginx.url + PATH, Accept_Encoding='gzip')[1]) != (plain, zipped):
            raise RuntimeError('nginx does not serve the same bytes')
        say(f'feed of {len(plain):,} bytes, {len(zipped):,} gzipped: ' + ', '.join(GOALS))
        for kind, goal in GOALS.items():
            ours, theirs = load.in_turn(turns, client(relais, kind), client(nginx, kind))
            job = f'group feed, {kind}'
            yield Row(job, 'requests per CPU second', 'wrk', 'nginx',
                      [turn.per_cpu for turn in ours], [turn.per_cpu for turn in theirs], goal)
            yield Row(job, 'requests per second', 'wrk', 'nginx',
                      [turn.rate for turn in ours], [turn.rate for turn in theirs])
    finally:
        nginx.stop()
        relais.stop()
