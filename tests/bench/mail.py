"""
Digests mailed: the courier takes those that wait in the outbox, composes them and hands them to smtp-sink, beside smtp-source
handing over as many of the same size by as many connections. Timed from when all are due and the courier has started until the
last is received. And what memory the courier takes, for so many people and for four times as many.

None has a core of its own here: sender, receiver and database share the machine, as they will. What Relais does for each mail and
smtp-source for none: it looks up what its reader may see, takes it and counts it in the database, which has more to do with it than
smtp-sink. So what is measured first is the database; how the courier stands by itself beside smtp-source is told by how many each
sends for a second of its own processor time.
"""

import contextlib
import os
import re
import subprocess
import time
from pathlib import Path

from tests.bench import feed, load, machine, servers
from tests.bench.table import Row
from tests.lib import cluster, hub, site

PERSONS = 5000                          # and four times as many
LESSONS = 3                             # a mail of some 16 KB
CONNECTIONS = (4, 16)
GOAL = 0.7                              # mails per second, × smtp-source
FLAT = 0.9                              # memory for as many people, × that for four times as many


class Sink:
    """Postfix's smtp-sink; ends when it has received so many."""

    def __init__(self, count):
        self.port = feed.free_port()
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
    """The release build."""

    def __init__(self, url, scratch, **env):
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


def put_back(url, count):
    """So many are due; the others were delivered."""
    cluster.psql(url, "UPDATE relais.delivery SET state = 'waiting', due_at = now(), turn = 0, tries = 0, ended_at = NULL, answer = NULL "
                      f'WHERE id IN (SELECT id FROM relais.delivery ORDER BY id LIMIT {count})')
    cluster.psql(url, 'VACUUM ANALYZE relais.delivery')


def ours(url, scratch, count, connections):
    put_back(url, count)
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
    source = subprocess.Popen(['smtp-source', '-d', '-s', str(connections), '-m', str(count), '-l', str(size), '-f', 'relais@relais.example',
                               '-t', 'reader@example.org', f'127.0.0.1:{sink.port}'], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sink.wait()
    seconds = time.monotonic() - begun
    use = os.wait4(source.pid, 0)[2]
    source.returncode = 0
    return load.Turn(count, seconds, use.ru_utime + use.ru_stime)


def size_of_one(url, scratch):
    """As many bytes as a mail has, from one that is delivered as a file."""
    put_back(url, 1)
    courier = Courier(url, scratch)
    new = scratch / 'mail' / 'new'
    try:
        if not site.wait_until(lambda: new.is_dir() and list(new.iterdir()), 20):
            raise RuntimeError('no mail was made')
        return next(new.iterdir()).stat().st_size
    finally:
        courier.stop()


def prepare(database, persons):
    url = database.hub('mail')
    hub.seed(url)
    relais = servers.relais_site(url)
    try:
        feed.publish(relais, LESSONS)
    finally:
        relais.stop()
    cluster.psql(url, f'\\set persons {persons}\n' + (load.DATA / 'mail.sql').read_text())
    cluster.psql(url, 'VACUUM ANALYZE')
    return url


@contextlib.contextmanager
def on_any_core(database):
    """The database; what connects to it meanwhile gets a process there too."""
    move(database, machine.cores())
    try:
        yield
    finally:
        move(database, machine.cores()[:1])


def move(database, cores):
    for process in machine.family(database.process):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(process, cores)


def measure(database, scratch, turns, say):
    url = prepare(database, 4 * PERSONS)
    size = size_of_one(url, scratch)
    say(f'{PERSONS:,} digests of {size:,} bytes by ' + ' and '.join(map(str, CONNECTIONS)) + ' connections')
    with on_any_core(database):
        for n in CONNECTIONS:
            mine, others = load.in_turn(turns, lambda: ours(url, scratch, PERSONS, n), lambda: theirs(PERSONS, n, size))
            yield Row(f'digests mailed, {n} connections', 'mails per second', 'smtp-sink', 'smtp-source',
                      [turn.rate for turn in mine], [turn.rate for turn in others], GOAL)
            yield Row(f'… for a second of its own processor time, {n} connections', 'mails', 'smtp-sink', 'smtp-source',
                      [turn.per_cpu for turn in mine], [turn.per_cpu for turn in others])
        few, many = ours(url, scratch, PERSONS, CONNECTIONS[0]), ours(url, scratch, 4 * PERSONS, CONNECTIONS[0])
    yield Row('memory of the courier', f'KB, {PERSONS:,} people', '', f'{4 * PERSONS:,} people', [few.peak], [many.peak], FLAT)
