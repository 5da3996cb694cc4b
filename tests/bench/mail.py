"""
Digests mailed: the courier takes N that are due, composes them and hands them to smtp-sink, beside smtp-source handing over
as many of the same size by as many connections. And what memory it takes, for N people and for four times as many.
"""

import os
import re
import subprocess
import time
from pathlib import Path

from tests.bench import feed, load, machine, servers
from tests.bench.table import Row
from tests.lib import cluster, hub, site

PERSONS = 2000
LESSONS = 3                             # a mail of some 16 KB
CONNECTIONS = (4, 16)
GOAL = 0.7                              # mails per second, × smtp-source
AGAIN = "UPDATE relais.delivery SET state = 'waiting', due_at = now(), turn = 0, tries = 0, ended_at = NULL, answer = NULL"


class Sink:
    """Postfix's smtp-sink, on the clients' core; ends when it has received so many."""

    def __init__(self, count):
        self.port = feed.free_port()
        with machine.on_core(machine.cores()[1]):
            self.process = subprocess.Popen(['smtp-sink', *(['-u', 'nobody'] if os.geteuid() == 0 else []), '-M', str(count),
                                             f'127.0.0.1:{self.port}', '256'], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not site.wait_until(self.listens, 10):
            raise RuntimeError('smtp-sink does not listen')

    def listens(self):
        return f':{self.port:04X} ' in Path('/proc/net/tcp').read_text()

    def wait(self):
        try:
            if self.process.wait(120) != 0:
                raise RuntimeError(f'smtp-sink ended with {self.process.returncode}')
        except subprocess.TimeoutExpired:
            raise RuntimeError('smtp-sink did not receive all') from None
        finally:
            self.process.kill()


class Courier:
    """The release build, on the servers' core."""

    def __init__(self, url, scratch, **env):
        with machine.on_core(machine.cores()[0]):
            self.process = subprocess.Popen([site.program('relais-courier', 'release')], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            text=True, env=cluster.clean_environment() | env | {
                                                'DATABASE_URL': url, 'DATA_DIR': str(scratch), 'RELAIS_URL': 'https://relais.example',
                                                'RELAIS_MAIL_DOMAIN': 'relais.example', 'RELAIS_LOCALE_DIR': ''})
        if not self.process.stdout.readline().startswith('delivering '):
            raise RuntimeError('relais-courier did not start')

    def peak(self):
        """KB of memory at most."""
        return int(re.search(r'VmHWM:\s+(\d+)', Path(f'/proc/{self.process.pid}/status').read_text())[1])

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def ours(url, scratch, count, connections):
    cluster.psql(url, AGAIN)
    cluster.psql(url, 'VACUUM relais.delivery')
    sink = Sink(count)
    courier = Courier(url, scratch, RELAIS_SMTP_URL=f'smtp://127.0.0.1:{sink.port}', RELAIS_SMTP_CONNECTIONS=str(connections))
    begun = time.monotonic()
    try:
        sink.wait()
        turn = load.Turn(count, time.monotonic() - begun, machine.cpu_seconds(courier.process.pid))
        turn.peak = courier.peak()
    finally:
        courier.stop()
    left = int(cluster.psql(url, "SELECT count(*) FROM relais.delivery WHERE state <> 'delivered'"))
    if left > connections:
        raise RuntimeError(f'{left} of {count} mails are not counted')
    return turn


def theirs(count, connections, size):
    sink = Sink(count)
    begun = time.monotonic()
    with machine.on_core(machine.cores()[0]):
        source = subprocess.Popen(['smtp-source', '-d', '-s', str(connections), '-m', str(count), '-l', str(size), '-f', 'relais@relais.example',
                                   '-t', 'reader@example.org', f'127.0.0.1:{sink.port}'], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sink.wait()
    seconds = time.monotonic() - begun
    source.wait(20)
    return load.Turn(count, seconds)


def size_of_one(url, scratch):
    """As many bytes as a mail has, from one that is delivered as a file."""
    cluster.psql(url, AGAIN + ' WHERE id = (SELECT min(id) FROM relais.delivery)')
    courier = Courier(url, scratch)
    new = scratch / 'mail' / 'new'
    try:
        if not site.wait_until(lambda: new.is_dir() and list(new.iterdir()), 20):
            raise RuntimeError('no mail was made')
        return next(new.iterdir()).stat().st_size
    finally:
        courier.stop()


def prepare(database, persons):
    url = database.hub(f'mail_{persons}')
    hub.seed(url)
    relais = servers.relais_site(url)
    try:
        feed.publish(relais, LESSONS)
    finally:
        relais.stop()
    cluster.psql(url, f'\\set persons {persons}\n' + (load.DATA / 'mail.sql').read_text())
    cluster.psql(url, f'DELETE FROM relais.delivery WHERE kind <> \'mailing\'; UPDATE relais.delivery SET state = \'delivered\', ended_at = now()')
    cluster.psql(url, 'VACUUM ANALYZE')
    return url


def measure(database, scratch, turns, say):
    url, large = prepare(database, PERSONS), prepare(database, 4 * PERSONS)
    size = size_of_one(url, scratch)
    say(f'{PERSONS} digests of {size:,} bytes by ' + ' and '.join(map(str, CONNECTIONS)) + ' connections')
    for n in CONNECTIONS:
        mine, others = load.in_turn(turns, lambda: ours(url, scratch, PERSONS, n), lambda: theirs(PERSONS, n, size))
        job = f'digests mailed, {n} connections'
        yield Row(job, 'mails per second', 'smtp-sink', 'smtp-source', [turn.rate for turn in mine], [turn.rate for turn in others], GOAL)
        say(f'{n}: {mine[0].per_cpu:.0f} per CPU second of the courier')
    few, many = ours(url, scratch, PERSONS, 4).peak, ours(large, scratch, 4 * PERSONS, 4).peak
    say(f'peak {few:,} KB for {PERSONS}, {many:,} KB for {4 * PERSONS}')
