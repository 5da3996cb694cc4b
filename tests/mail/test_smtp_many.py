"""Several couriers at once, killed and stopped in the midst: nothing is lost, and what comes twice is told apart."""

import collections
import os
import re
import tempfile
import threading
from pathlib import Path

from tests.lib import hub, pq
from tests.lib.courier import Courier
from tests.lib.sink import Sink
from tests.lib.site import Tap, psql, wait_until


def put(count):
    psql("TRUNCATE relais.delivery; INSERT INTO relais.delivery (kind, person_id) SELECT 'sign_in', p.id FROM relais.person p, "
         f"generate_series(1, {count}) WHERE p.email = 'mem@example.org'")


def wanted():
    return set(psql('SELECT message_id FROM relais.delivery').splitlines())


def tally():
    return dict(line.split('|') for line in psql('SELECT state, count(*) FROM relais.delivery GROUP BY 1').splitlines())


def came(sink):
    """How often each Message-ID came."""
    return collections.Counter(re.search(rb'Message-ID: <([0-9a-f-]+)@', mail.data)[1].decode() for mail in list(sink.mails))


def done():
    return tally().get('waiting') is None


def four_at_once(t, sink):
    put(300)
    couriers = [Courier(env=sink.env()) for _ in range(4)]
    t.ok(wait_until(done, 60), '300 are sent by four couriers', tally())
    for courier in couriers:
        courier.stop()
    got = came(sink)
    t.is_((set(got), set(got.values())), (wanted(), {1}), 'each once')
    t.ok(sink.most <= 16, 'over no more connections than each may have', sink.most)
    t.ok(int(psql("SELECT max(tries) FROM relais.delivery")) == 1, 'at the first try')


def killed(t, sink, directory):
    """Over several connections: what a server has or is being given when a courier dies may come again, one for each of them."""
    connections, kills = 4, 3
    sink.clear()
    put(120)
    settings = sink.env(RELAIS_COURIER_LEASE='2', RELAIS_SMTP_CONNECTIONS=str(connections))
    for kill in range(kills):
        courier = Courier(env=settings, directory=directory)
        before = len(sink.mails)
        wait_until(lambda: len(sink.mails) >= before + 7)
        courier.kill()
    with Courier(env=settings, directory=directory):
        t.ok(wait_until(done, 60), f'120 are sent although {kills} couriers were killed', tally())
    got = came(sink)
    t.is_(set(got), wanted(), 'none is lost')
    t.ok(sum(got.values()) - 120 <= kills * connections, 'few come twice', sum(got.values()))
    t.ok(max(got.values()) <= 1 + kills, 'under the same Message-ID', got.most_common(3))


def killed_by_one(t, sink, directory):
    """Taken one by one, at most one comes twice for each that was killed."""
    sink.clear()
    put(12)
    kills = 0
    sent = threading.Event()
    sink.answers['BODY'] = lambda c: sent.set()         # the mail is here; whether its sender learns so is a race
    settings = sink.env(RELAIS_COURIER_LEASE='2', RELAIS_COURIER_BATCH='1')
    for kill in range(3):
        sent.clear()
        courier = Courier(env=settings, directory=directory)
        sent.wait(10)
        courier.kill()
        kills += 1
    with Courier(env=settings, directory=directory):
        t.ok(wait_until(done, 60), f'12 are sent, one by one, although {kills} couriers were killed', tally())
    got = came(sink)
    t.is_(set(got), wanted(), 'none is lost')
    t.ok(sum(got.values()) - 12 <= kills, 'each kill doubles one at most', sum(got.values()))


def remembered(t, sink, directory, beside):
    """What was sent while the database could count nothing is not sent again, whoever comes next."""
    sink.clear()
    put(30)
    db = pq.Connection()
    locked = threading.Event()
    first = threading.Lock()

    def lock(_):                    # the mails of the other connections end after the first one's lock is there
        with first:
            if not locked.is_set():
                db.rows('BEGIN; LOCK TABLE relais.delivery IN SHARE MODE')
                locked.set()

    def kept():
        return sum(file.read_bytes().count(b'\n') for file in (directory / 'courier').glob('ended.*'))

    sink.answers['BODY'] = lock
    settings = sink.env(RELAIS_COURIER_LEASE='20')
    courier = Courier(env=settings, directory=directory)
    t.ok(wait_until(lambda: locked.is_set() and kept() == 30), 'mails go on while none can be counted', kept())
    courier.kill()
    other = Courier(env=settings, directory=directory) if beside else None
    db.rows('ROLLBACK')
    other = other or Courier(env=settings, directory=directory)
    t.ok(wait_until(done, 60), 'all are sent', tally())
    other.stop()
    got = came(sink)
    t.is_((set(got), set(got.values())), (wanted(), {1}), f'each once, by another that {"was" if beside else "came"} there')
    t.is_(list((directory / 'courier').iterdir()), [], 'and nothing is kept of it')


def stopped(t, sink):
    sink.clear()
    put(300)
    stops = 0
    while not done() and stops < 20:
        courier = Courier(env=sink.env())
        before = len(sink.mails)
        wait_until(lambda: len(sink.mails) >= min(before + 40, 300))
        courier.stop()
        stops += 1
    t.ok(1 < stops < 20, f'300 are sent by couriers that were stopped in the midst, {stops} one after another', tally())
    got = came(sink)
    t.is_((set(got), set(got.values())), (wanted(), {1}), 'none is lost, none comes twice')


t = Tap()
hub.seed()
with Sink() as sink:
    four_at_once(t, sink)
    with tempfile.TemporaryDirectory(dir=os.environ.get('DATA_DIR')) as directory:
        killed(t, sink, Path(directory))
        killed_by_one(t, sink, Path(directory))
        remembered(t, sink, Path(directory), beside=False)
        remembered(t, sink, Path(directory), beside=True)
    stopped(t, sink)
t.done()
