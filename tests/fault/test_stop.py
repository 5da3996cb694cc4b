"""A service that is told to stop answers what is under way; told a second time, it ends at once."""

import signal
import threading
import time

from tests.lib import hub, pq
from tests.lib.hub import WEB, auth
from tests.lib.site import Site, Tap, psql, wait_until

HOLD = "BEGIN; SELECT FROM relais.group_log WHERE group_id = (SELECT id FROM relais.group WHERE slug = 'web') FOR UPDATE"
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def stopped(t, signals):
    """Seconds until the end, and the answer to a write that waits for a lock meanwhile."""
    answers = []

    def send(site):
        try:
            answers.append(site.post(f'{WEB}/lessons', hub.LESSON, auth('hub')).status)
        except OSError:
            answers.append(None)

    lock = pq.Connection()
    with Site() as site:
        hub.lesson(site)
        lock.rows(HOLD)
        sender = threading.Thread(target=send, args=(site,))
        sender.start()
        t.ok(wait_until(lambda: psql(WAITS) == '1'), 'a write is under way')
        start = time.monotonic()
        for _ in range(signals):
            site.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        site.process.wait(20)
        took = time.monotonic() - start
    sender.join()
    lock.rows('COMMIT')
    lock.close()
    return took, answers[0]


t = Tap()
hub.seed()
took, answer = stopped(t, 1)
t.ok(took > 1 and answer == 503, 'one signal: it is answered first', (took, answer))
took, answer = stopped(t, 2)
t.ok(took < 1.5 and answer is None, 'two: it ends at once', (took, answer))
t.done()
