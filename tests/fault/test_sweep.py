"""
What is past keeping goes, what is due is drafted, and a digest whose hour came while the service was away is approved:
by the service itself, a minute after its start.
"""

import time

from tests.lib import hub
from tests.lib.hub import API, auth
from tests.lib.site import Site, Tap, psql, wait_until

SCHEDULES = 'SELECT d.status, s.refused FROM relais.digest d JOIN relais.umbrella u ON u.id = d.umbrella_id LEFT JOIN relais.digest_schedule s USING (umbrella_id, n)'


def schedule(umbrella, by):
    path = f"{API}/umbrellas/{umbrella}/digests"
    n = hub.made(site.post(path, {}, auth(by)), 'n')
    answer = site.post(f'{path}/{n}/schedule', {'day': '2090-01-31', 'hour': 8}, auth(by))
    t.is_(answer.status, 200, f'{umbrella}: a digest is scheduled')


def third():
    """An umbrella body whose group has news, and nothing drafted."""
    hub.operate(hub.call('umbrella_post', 'uvcw', 'UVCW', 'BE', 'fr', 'Europe/Brussels'),
                hub.call('municipality_post', 'huy', 'Huy', 'municipality', 'BE', None, 'fr', 'uvcw', 'false'),
                hub.call('group_post', 'jeunes', 'Jeunes', '', 'public', 'fr', 'uvcw', None), hub.call('member_put', 'jeunes', 'huy', 'hub', None),
                hub.call('person_invite', 'Huy', 'huy@example.org', 'fr', 'huy', 'focal_point', None, None),
                hub.call('token_post', 'api', hub.sha256('huy'), 'test', None, None, 'huy@example.org'))
    hub.lesson(site, 'jeunes', 'huy')


t = Tap()
hub.seed()
with Site() as site:
    hub.lesson(site)
    hub.lesson(site, 'ferme', 'lier')
    schedule('ancb', 'co')
    schedule('vvsg', 'other')
    third()
    site.kill()
psql("UPDATE relais.event SET at = now() - interval '60 days'")
psql("UPDATE relais.digest_schedule SET at = now() - interval '1 hour'")
psql("UPDATE relais.affiliation SET role = 'observer' WHERE person_id = (SELECT id FROM relais.person WHERE name = 'Other')")
psql("INSERT INTO relais.idempotency SELECT 1, 'old' || n, '', '{}', now() - interval '31 days' FROM generate_series(1, 2500) n")
with Site() as site:
    started = time.monotonic()
    t.ok(wait_until(lambda: psql("SELECT count(*) FROM relais.idempotency WHERE key ~ '^old'") == '0', 90, 0.5), 'all that is old goes')
    t.ok(55 < time.monotonic() - started < 80, 'a minute after the start', time.monotonic() - started)
    t.ok(wait_until(lambda: psql(f"{SCHEDULES} WHERE u.slug = 'ancb' AND n = 1") == 'approved|'), 'the digest whose hour came meanwhile is approved')
    t.is_(psql("SELECT p.name FROM relais.digest d JOIN relais.person p ON p.id = d.approved_by WHERE d.n = 1 AND d.status = 'approved'"), 'Co', 'as who set it')
    t.ok(wait_until(lambda: psql(f"{SCHEDULES} WHERE u.slug = 'vvsg' AND n = 1") == 'draft|not_found'), 'not that of somebody who coordinates no more: the desk says so')
    t.is_(site.get(f'{API}/umbrellas/ancb/digests/1').json()['status'], 'approved', 'everybody reads it')
    t.ok(wait_until(lambda: psql(f"{SCHEDULES} WHERE u.slug = 'uvcw'") == 'draft|'), 'then the digest that is due is drafted')
t.done()
