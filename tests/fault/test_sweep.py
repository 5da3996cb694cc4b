"""What is past keeping goes and what is due is drafted by the service itself, a minute after its start."""

import time

from tests.lib import hub
from tests.lib.site import Site, Tap, psql, wait_until

t = Tap()
hub.seed()
with Site() as site:
    started = time.monotonic()
    hub.lesson(site)
    psql("INSERT INTO relais.idempotency SELECT 1, 'old' || n, '', '{}', now() - interval '31 days' FROM generate_series(1, 2500) n")
    psql("UPDATE relais.event SET at = now() - interval '60 days'")
    t.ok(wait_until(lambda: psql("SELECT count(*) FROM relais.idempotency WHERE key ~ '^old'") == '0', 90, 0.5), 'all that is old goes')
    t.ok(55 < time.monotonic() - started < 80, 'a minute after the start', time.monotonic() - started)
    t.ok(wait_until(lambda: psql("SELECT count(*) FROM relais.digest WHERE status = 'draft'") != '0'), 'then the digest that is due is drafted')
t.done()
