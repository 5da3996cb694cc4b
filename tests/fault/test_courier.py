"""
The courier killed without warning, again and again, in the midst of its work: every mail arrives, and for each
kill at most one arrives twice, under the same Message-ID: the one whose end was said. MAILS and KILLS may be set: `make fault` has many.
"""

import os
import random
import re
from collections import Counter

from tests.lib import hub
from tests.lib.courier import Courier
from tests.lib.sink import Sink
from tests.lib.site import Tap, psql, wait_until

MAILS = int(os.environ.get('MAILS', 300))
KILLS = int(os.environ.get('KILLS', 15))
SETTINGS = {'RELAIS_COURIER_LEASE': '2', 'RELAIS_SMTP_CONNECTIONS': '1'}


def ids(sink):
    """The Message-IDs of what arrived, as the outbox has them."""
    return [re.search(rb'^Message-ID: <([0-9a-f-]{36})@', mail.data, re.M)[1].decode() for mail in list(sink.mails)]


t = Tap()
hub.seed()
psql(f"INSERT INTO relais.delivery (kind, person_id) SELECT 'sign_in', p.id FROM relais.person p, generate_series(1, {MAILS}) WHERE p.name = 'Mem'")
seed = random.randrange(1 << 32)
print(f'# seed {seed}')
chance = random.Random(seed)
moved = []              # whether each life of the courier sent what was waited for
with Sink() as sink:
    directory = None
    for kill in range(KILLS):
        if len(sink.mails) >= MAILS:
            break
        goal = min(MAILS, len(sink.mails) + chance.randint(1, max(1, 2 * MAILS // KILLS - 1)))
        courier = Courier(env=sink.env() | SETTINGS, directory=directory)
        directory = courier.directory
        moved.append(wait_until(lambda: len(sink.mails) >= goal, 30, 0.001))
        courier.kill()
    t.ok(all(moved) and len(moved) > KILLS // 2, f'killed {len(moved)} times while it was sending')
    with Courier(env=sink.env() | SETTINGS, directory=directory):
        t.ok(wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE state = 'waiting'") == '0', 60), 'all of it was counted in the end')
    arrived = Counter(ids(sink))
    wanted = set(psql('SELECT message_id FROM relais.delivery').splitlines())
    t.is_((len(wanted - set(arrived)), len(set(arrived) - wanted)), (0, 0), f'{MAILS} mails and {len(moved)} kills: none is lost, none is invented')
    doubles = sum(arrived.values()) - len(arrived)
    t.ok(doubles <= len(moved), f'at most one for each kill arrives twice ({doubles} did)')
    t.is_(psql("SELECT count(*) FROM relais.delivery WHERE state <> 'delivered'"), '0', 'and nothing is left')
t.done()
