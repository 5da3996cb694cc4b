#!/usr/bin/python3
"""
The outbox: what is taken is nobody else's until its lease ends, who comes too late changes nothing,
and what cannot be delivered is tried again, given up, or dropped.
"""

import json
import sys
import threading

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

ROLE = 'BEGIN; SET LOCAL ROLE relais_courier'


def courier(hub, name, /, **values):
    hub.db.rows(ROLE)
    hub.db.rows("SELECT relais.begin_request(NULL, NULL, NULL, NULL, NULL, NULL)")
    answer = hub.call(name, values)
    hub.db.rows('COMMIT')
    return answer


def claim(hub, most=10, lease=600):
    return courier(hub, 'delivery_claim', most=most, lease=lease)['deliveries']


def done(hub, *results, message_id=None):
    """results: (id, turn, outcome, answer). message_id: other than they have."""
    ids = dict(hub.db.rows('SELECT id, message_id FROM relais.delivery'))
    told = [{'message_id': message_id or ids[str(r[0])]} | dict(zip(('id', 'turn', 'outcome', 'answer'), r)) for r in results]
    return courier(hub, 'delivery_done', results=json.dumps(told))['counted']


def queue(hub, count=1, person='mem', kind='sign_in'):
    """Puts some in; gives their ids."""
    return [int(row[0]) for row in hub.db.rows('INSERT INTO relais.delivery (kind, person_id) SELECT $1, p.id FROM relais.person p, '
                                               'generate_series(1, $2::int) WHERE p.name = $3 RETURNING id', kind, count, person)]


def row(hub, id_):
    return hub.db.rows("SELECT state, tries, turn, round(extract(epoch FROM due_at - clock_timestamp())), answer FROM relais.delivery WHERE id = $1::bigint", id_)[0]


def leases(t, hub):
    ids = queue(hub, 5)
    one, two = claim(hub, 3), claim(hub, 3)
    t.is_(([d['id'] for d in one], [d['id'] for d in two], claim(hub)), (ids[:3], ids[3:], []), 'each is taken by one, the oldest first')
    d = one[0]
    t.is_((d['turn'], d['kind'], d['to']['email'], d['to']['name'], d['to']['lang']), (1, 'sign_in', 'mem@example.org', 'mem', 'en'), 'with who gets it')
    t.is_(done(hub, (ids[0], 1, 'delivered', None), message_id=one[1]['message_id']), 0, 'of another mail with its number nothing is counted')
    t.is_(done(hub, (ids[0], 1, 'delivered', None)), 1, 'one is delivered')
    t.is_(done(hub, (ids[0], 1, 'refused', 'x')), 0, 'which does not change any more')
    hub.db.rows("UPDATE relais.delivery SET due_at = now() - interval '1 s' WHERE id = $1::bigint", ids[1])
    again = claim(hub)
    t.is_([(d['id'], d['turn'], d['message_id'] == one[1]['message_id']) for d in again], [(ids[1], 2, True)],
          'when the lease ends it is taken again, under the same Message-ID')
    t.is_((done(hub, (ids[1], 1, 'delivered', None)), row(hub, ids[1])[0]), (0, 'waiting'), 'and whoever had it before comes too late')
    t.is_(courier(hub, 'delivery_done', results=json.dumps([{'id': ids[2], 'turn': 1, 'outcome': 'delivered'}]))['counted'], 1, 'a courier of before is understood')
    t.is_(done(hub, *((i, 2 if i == ids[1] else 1, 'delivered', None) for i in ids[1:])), 3, 'several are counted at once')
    given_back(t, hub)
    first, second = queue(hub, 2)
    hub.db.rows("UPDATE relais.delivery SET due_at = now() + interval '1 hour' WHERE id = $1::bigint", first)
    t.is_([d['id'] for d in claim(hub)], [second], 'what is not due waits')
    hub.db.rows('DELETE FROM relais.delivery')


def given_back(t, hub):
    id_, = queue(hub)
    claim(hub)
    t.is_((done(hub, (id_, 1, 'left', None)), row(hub, id_)[:2]), (1, ['waiting', '0']), 'what was not tried is given back, and no try')
    t.is_((done(hub, (id_, 1, 'left', None)), row(hub, id_)[1]), (0, '0'), 'once')
    t.is_([(d['id'], d['turn']) for d in claim(hub)], [(id_, 2)], 'so that it is taken again at once')
    t.is_((done(hub, (id_, 1, 'left', None)), row(hub, id_)[1], claim(hub)), (0, '1', []), 'and not away from whoever has it then')
    done(hub, (id_, 2, 'delivered', None))


def at_once(t, hub):
    """Eight couriers share the work, none does another's."""
    queue(hub, 400)
    taken, lock = [], threading.Lock()

    def work():
        other = Hub()
        while got := claim(other, 7):
            with lock:
                taken.extend(d['id'] for d in got)
            done(other, *((d['id'], d['turn'], 'delivered', None) for d in got))
        other.close()
    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    t.is_((len(taken), len(set(taken))), (400, 400), 'many couriers share the work, and nothing is taken twice')
    t.is_(hub.db.value("SELECT count(*) FROM relais.delivery WHERE state = 'delivered' AND tries = 1"), '400', 'all of it is delivered')
    hub.db.rows('DELETE FROM relais.delivery')


def tries(t, hub):
    id_, = queue(hub)
    wrong = []
    for number in range(1, 14):
        hub.db.rows('UPDATE relais.delivery SET due_at = now()')
        turn, = (d['turn'] for d in claim(hub))
        done(hub, (id_, turn, 'later', '451 busy'))
        state, count, _, wait, answer = row(hub, id_)
        base = min(60 * 2 ** (number - 1), 4 * 3600)
        if (state, int(count), answer) != ('waiting', number, '451 busy') or not 0.74 * base <= float(wait) <= 1.26 * base:
            wrong.append((number, state, count, wait, answer))
    t.is_(wrong, [], 'what is refused for now is tried again, after a minute, twice as long each time, at most four hours')
    hub.db.rows("UPDATE relais.delivery SET due_at = now(), since = now() - interval '5 days 1 minute', made_at = now() - interval '6 hours'")
    turn, = (d['turn'] for d in claim(hub))
    done(hub, (id_, turn, 'later', '451 still'))
    t.is_((row(hub, id_)[0], row(hub, id_)[4]), ('suspended', '451 still'), 'for five days; then it is suspended')
    t.is_(claim(hub), [], 'and taken no more')
    id_, = queue(hub)
    claim(hub)
    done(hub, (id_, 1, 'refused', '550 nobody'))
    t.is_((row(hub, id_)[0], row(hub, id_)[4]), ('suspended', '550 nobody'), 'what is refused for good is suspended at once')
    hub.db.rows('DELETE FROM relais.delivery')


def dropped(t, hub):
    """What needs no letter any more, or cannot have one, holds up nobody else."""
    old, gone, bad, good = (queue(hub, person=person)[0] for person in ('mem', 'gone', 'mem', 'hub'))
    hub.db.rows("UPDATE relais.delivery SET made_at = now() - interval '25 hours' WHERE id = $1::bigint", old)
    hub.db.rows("UPDATE relais.delivery SET kind = 'nudge', about = '{\"group\": \"x\"}' WHERE id = $1::bigint", bad)
    t.is_([d['id'] for d in claim(hub)], [good], 'a letter that cannot be made does not hold up the others')
    t.is_([row(hub, i)[0] for i in (old, gone, bad)], ['dropped', 'dropped', 'suspended'], 'one that is too old, or whose reader has left, is dropped')
    t.like(row(hub, bad)[4], '^22P02 ', 'and why it cannot be made is told')
    hub.db.rows('DELETE FROM relais.delivery')


def codes(t, hub):
    id_, = queue(hub)
    claim(hub)
    count = "SELECT count(*) FROM relais.access_token WHERE kind = 'code'"
    t.is_(courier(hub, 'delivery_code', delivery=id_, turn=1, code='ab' * 32), {'made': True}, 'a code for a delivery one has')
    t.is_(courier(hub, 'delivery_code', delivery=id_, turn=2, code='cd' * 32), {'made': False}, 'not for one that somebody else has')
    nudge, = queue(hub, kind='nudge')
    t.is_(courier(hub, 'delivery_code', delivery=nudge, turn=0, code='ef' * 32), {'made': False}, 'nor for one of another kind')
    t.is_(hub.db.value(count), '1', 'so there is one')
    hub.db.rows('DELETE FROM relais.delivery')


def nudges(t, hub):
    for day in (40, 35):
        number = hub.do('hub', 'lesson_post', group='web', lang='fr', title=f'T{day}', body='B', body_html='B', status='published')['id']
        hub.db.rows("UPDATE relais.item SET published_at = now() - make_interval(days => $1::int) WHERE number = $2::int AND group_id = 1", day, number)
    hub.db.rows("UPDATE relais.membership SET since = '2020'")
    hub.do('hub', 'nudge_post', group='web', days=30, municipality='memtown')
    letters = claim(hub)
    t.is_(sorted((d['kind'], d['to']['name']) for d in letters), [('nudge', 'mem'), ('nudge', 'memhand')], 'a reminder goes to whoever reports for the municipality')
    letter = letters[0]['letter']
    t.is_((letter['by'], letter['municipality'], letter['list'], [x['title'] for x in letter['lessons']], letter['more']),
          ('Hubtown', 'Memtown', 'web', ['T40', 'T35'], None), 'and says what it is about, in whose name')
    hub.db.rows("UPDATE relais.delivery SET due_at = now() - interval '1 s'")
    hub.do('mem', 'lesson_report_post', group='web', id=1, status='applied')
    t.is_([x['title'] for x in claim(hub)[0]['letter']['lessons']], ['T35'], 'what was answered meanwhile is left out')
    hub.db.rows("UPDATE relais.delivery SET due_at = now() - interval '1 s'")
    hub.do('mem', 'lesson_report_post', group='web', id=2, status='not_for_us')
    t.is_((claim(hub), [s[0] for s in hub.db.rows('SELECT state FROM relais.delivery')]), ([], ['dropped', 'dropped']), 'and if all was, nothing is sent')
    hub.db.rows('DELETE FROM relais.delivery')


def kept(t, hub):
    for kind, state, days in (('sign_in', 'dropped', 2), ('sign_in', 'delivered', 2), ('nudge', 'delivered', 2), ('nudge', 'delivered', 400), ('nudge', 'suspended', 400)):
        hub.db.rows('INSERT INTO relais.delivery (kind, about, state, ended_at) VALUES ($1, $2, $3, now() - make_interval(days => $4::int))',
                    kind, json.dumps({'days': days}), state, days)
    courier(hub, 'deliveries_housekeep')
    t.is_(sorted((k, s, int(d)) for k, s, d in hub.db.rows("SELECT kind, state, about->>'days' FROM relais.delivery")),
          [('nudge', 'delivered', 2), ('nudge', 'suspended', 400)], 'what is done is kept for a year, a link for a day, what waits for somebody for ever')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    hub.db.rows('DELETE FROM relais.delivery')
    leases(t, hub)
    at_once(t, hub)
    tries(t, hub)
    dropped(t, hub)
    codes(t, hub)
    nudges(t, hub)
    kept(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
