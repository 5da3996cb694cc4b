#!/usr/bin/python3
"""What nobody asks for is done in bounded pieces, each of which says whether there is more."""

import sys

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

MOST = 1000


def old_answers(t, hub):
    hub.db.rows("INSERT INTO relais.idempotency SELECT 1, 'old' || n, '', '{}', now() - interval '31 days' FROM generate_series(1, 2500) n")
    hub.db.rows("INSERT INTO relais.idempotency VALUES (1, 'new', '', '{}')")
    left = []
    while True:
        answer = hub.write(None, 'housekeep')
        left.append(int(hub.db.value("SELECT count(*) FROM relais.idempotency WHERE key ~ '^old'")))
        if not answer['more']:
            break
    t.is_(left, [2500 - MOST, 2500 - 2 * MOST, 0], 'a thousand old answers at a time')
    t.is_(hub.db.value("SELECT count(*) FROM relais.idempotency WHERE key = 'new'"), '1', 'what is new stays')


def old_tokens(t, hub):
    hub.db.rows("""INSERT INTO relais.access_token (kind, hash, person_id, label, expires_at)
        SELECT 'api', sha256(n::text::bytea), 1, 'old', now() - interval '31 days' FROM generate_series(1, 1500) n""")
    before = int(hub.db.value('SELECT count(*) FROM relais.access_token'))
    more = [hub.write(None, 'housekeep')['more'] for _ in range(2)]
    t.is_((more, before - int(hub.db.value('SELECT count(*) FROM relais.access_token'))), ([True, False], 1500),
          'and of tokens')


def digests(t, hub):
    """An umbrella at a time; one with nothing to tell is passed."""
    for group, who in (('web', 'hub'), ('bgroup', 'bhub')):
        hub.do(who, 'lesson_post', group=group, lang='fr', title='T', status='published')
    hub.db.rows("UPDATE relais.event SET at = now() - interval '60 days'")
    hub.db.rows("UPDATE relais.event SET audience = 2 FROM relais.group g WHERE g.id = group_id AND g.slug <> 'bgroup'")
    ids = dict(hub.db.rows('SELECT slug, id FROM relais.umbrella'))
    first = hub.write(None, 'digests_due')
    t.is_(first, {'more': True, 'after': int(ids['lead']), 'drafted': None}, 'nothing to tell: no draft, and go on')
    second = hub.write(None, 'digests_due', after=first['after'])
    t.is_(second, {'more': True, 'after': int(ids['blead']), 'drafted': 1}, 'the next one is drafted')
    t.is_(hub.write(None, 'digests_due', after=second['after'])['more'], False, 'then it is done')
    t.is_(hub.write(None, 'digests_due')['after'], int(ids['lead']), 'what has its draft is not due')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    old_answers(t, hub)
    old_tokens(t, hub)
    digests(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
