#!/usr/bin/python3
"""
When a mailing is due, and what it tells: each subscription's log from where the last one ended, so that
nothing is told twice and nothing is skipped.
"""

import json
import sys
import threading

from tests.lib import signed
from tests.lib.hub_sql import PERSONS, Hub
from tests.lib.tap import Tap

# cadence, weekday, hour, zone, after, next
MOMENTS = [
    ('daily', None, None, 'UTC', '2026-11-28 06:59Z', '2026-11-28 07:00Z'),
    ('daily', None, None, 'UTC', '2026-11-28 07:00Z', '2026-11-29 07:00Z'),
    ('daily', None, 18, 'Africa/Porto-Novo', '2026-11-28 12:00Z', '2026-11-28 17:00Z'),
    ('daily', None, 0, 'Africa/Porto-Novo', '2026-11-28 22:30Z', '2026-11-28 23:00Z'),
    ('daily', 3, 9, 'UTC', '2026-11-28 12:00Z', '2026-11-29 09:00Z'),              # a day of the week is nothing to it
    ('weekly', None, None, 'UTC', '2026-11-28 12:00Z', '2026-11-30 07:00Z'),       # Monday
    ('weekly', 3, 9, 'Europe/Brussels', '2026-11-28 12:00Z', '2026-12-02 08:00Z'),
    ('weekly', 6, 13, 'UTC', '2026-11-28 12:00Z', '2026-11-28 13:00Z'),
    ('weekly', 6, 12, 'UTC', '2026-11-28 12:00Z', '2026-12-05 12:00Z'),
    ('weekly', 1, 8, 'Europe/Brussels', '2026-10-19 12:00Z', '2026-10-26 07:00Z'),  # the clock goes back on the 25th
    ('monthly', None, None, 'UTC', '2026-11-28 12:00Z', '2026-12-07 07:00Z'),      # the first Monday
    ('monthly', 2, 10, 'UTC', '2026-12-01 09:00Z', '2026-12-01 10:00Z'),
    ('monthly', 2, 10, 'UTC', '2026-12-01 10:00Z', '2027-01-05 10:00Z'),
    ('fortnightly', None, None, 'UTC', '2026-11-28 12:34Z', '2026-11-28 12:34Z'),  # with the digest
    ('fortnightly', 1, None, 'UTC', '2026-11-28 12:34Z', '2026-11-30 07:00Z'),
    ('fortnightly', None, 8, 'UTC', '2026-11-28 12:34Z', '2026-11-29 08:00Z'),
    ('at_once', None, None, 'UTC', '2026-11-28 12:34Z', None),
    ('paused', 1, 8, 'UTC', '2026-11-28 12:34Z', None),
]
ID = {name: number for number, name in enumerate(PERSONS, 1)}
WEB = {'group': 'web'}


def moments(t, hub):
    hub.db.rows('CREATE TEMP TABLE moment (cadence text, weekday int, hour int, zone text, after timestamptz, want timestamptz)')
    for row in MOMENTS:
        hub.db.rows('INSERT INTO moment VALUES ($1, $2::int, $3::int, $4, $5::timestamptz, $6::timestamptz)', *row)
    wrong = hub.db.rows('SELECT m, relais.next_mailing(m.cadence, m.weekday, m.hour, m.zone, m.after) FROM moment m '
                        'WHERE relais.next_mailing(m.cadence, m.weekday, m.hour, m.zone, m.after) IS DISTINCT FROM m.want')
    t.is_(wrong, [], f'each cadence, in each zone, has its next moment ({len(MOMENTS)} cases)')


def courier(hub, name, **values):
    hub.db.rows('BEGIN; SET LOCAL ROLE relais_courier')
    hub.db.rows('SELECT relais.begin_request(NULL, NULL, NULL, NULL, NULL, NULL)')
    answer = hub.call(name, values)
    hub.db.rows('COMMIT')
    return answer


def sweep(hub):
    """A round of the sweep; {person: [seq, …]} of what went into the outbox."""
    last = hub.db.value('SELECT coalesce(max(id), 0) FROM relais.delivery')
    after = None
    while (answer := courier(hub, 'mailing_due', after=after))['more']:
        after = answer['after']
    rows = hub.db.rows("SELECT p.name, about FROM relais.delivery d JOIN relais.person p ON p.id = d.person_id WHERE d.kind = 'mailing' AND d.id > $1::bigint", last)
    return {name: [item[0] for part in json.loads(about)['parts'] for item in part['items']] for name, about in rows}


def follow(hub, who, cadence, group='web', **values):
    hub.do(who, 'subscription_put', group=group, cadence=cadence, **values)


def lesson(hub, title='T', who='hub', group='web'):
    return hub.do(who, 'lesson_post', group=group, lang='fr', title=title, body='B', body_html='B', status='published')['id']


def head(hub, group='web'):
    return int(hub.db.value('SELECT l.head FROM relais.group_log l JOIN relais.group g ON g.id = l.group_id WHERE g.slug = $1', group))


def past(hub, minutes):
    hub.db.rows('UPDATE relais.event SET at = at - make_interval(mins => $1::int)', minutes)


def due(hub):
    hub.db.rows("UPDATE relais.mail_clock SET next_at = now() - interval '1 s' WHERE next_at IS NOT NULL")


def at_once(t, hub):
    follow(hub, 'mem', 'at_once')
    t.is_(sweep(hub), {}, 'what was before is history')
    lesson(hub)
    first = head(hub)
    past(hub, 20)
    lesson(hub)
    t.is_(sweep(hub), {}, 'until it was quiet for half an hour nothing is sent')
    past(hub, 31)
    t.is_(sweep(hub), {'mem': [head(hub), first]}, 'then all of it, the newest first')
    t.is_(sweep(hub), {}, 'and not again')
    lesson(hub)
    past(hub, 241)
    lesson(hub)
    t.is_(len(sweep(hub)['mem']), 2, 'where it is never quiet, four hours are enough')


def told(t, hub):
    """Many small steps, mailed in between at random moments: each event once."""
    follow(hub, 'other', 'daily')
    start, seen, want = head(hub), [], []
    for step in range(12):
        number = lesson(hub, f'L{step}')
        published = head(hub)
        want.append(published)
        if step % 3 == 0:
            hub.do('partner', 'lesson_report_post', group='web', id=number, status='trying')
            want.append(head(hub))
        if step % 4 == 1:
            hub.do('other', 'lesson_report_post', group='web', id=number, status='applied')         # their own act
            want.remove(published)                                                                  # and an answered lesson
        if step % 5 == 4:
            due(hub)
            seen += sweep(hub).get('other', [])
    due(hub)
    seen += sweep(hub).get('other', [])
    t.is_(sorted(seen), want, 'over several mailings each event is told once, but what one did oneself and what is answered')
    t.ok(start < min(seen), 'from the day of the subscription on')
    due(hub)
    t.is_((sweep(hub).get('other'), hub.db.value('SELECT bool_and(next_at > now()) FROM relais.mail_clock WHERE person_id = $1', ID['other'])), (None, 't'),
          'with nothing to tell there is no mail, and the next day is waited for')


def secrets(t, hub):
    """Who is not of a closed group's inside, or left it, is told no more than its pages show."""
    follow(hub, 'assoc', 'daily', 'open')
    follow(hub, 'mem', 'daily', 'open')
    number = lesson(hub, 'O', group='open')
    hub.do('other', 'lesson_report_post', group='open', id=number, status='interrupted', reason='budget', note='own')
    due(hub)
    got = sweep(hub)
    t.is_((len(got['assoc']), len(got['mem'])), (1, 2), 'an interruption is told inside the group only')
    follow(hub, 'partner', 'daily')
    lesson(hub)
    hub.do('co', 'member_end', group='web', municipality='partown')
    due(hub)
    t.is_(sweep(hub).get('partner'), None, 'whoever sees a group no more is told nothing of it')


def digests(t, hub):
    follow(hub, 'memhand', 'fortnightly')
    first, second = lesson(hub, 'D1'), lesson(hub, 'D2')
    past(hub, 60)
    due(hub)
    t.is_(sweep(hub).get('memhand'), None, 'with the digest: nothing before it is approved')
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    seq = {row[0]: int(row[1]) for row in hub.db.rows("SELECT number, max(seq) FROM relais.event WHERE group_id = 1 AND act = 'published' GROUP BY 1")}
    hub.do('co', 'section_change', group='web', umbrella='lead', n=n, leave_out=[seq[str(first)]])
    upto = head(hub)
    hub.do('co', 'digest_approve', umbrella='lead', n=n)
    approved = head(hub)
    third = lesson(hub, 'D3')
    got = sweep(hub)['memhand']
    t.is_((got[0], seq[str(second)] in got, seq[str(first)] in got, third in got), (approved, True, False, False),
          'then what the digest tells, without what was left out of it')
    t.is_(int(hub.db.value('SELECT position FROM relais.subscription WHERE person_id = $1 AND group_id = 1', ID['memhand'])), upto, 'and no further')
    t.is_(sweep(hub).get('memhand'), None, 'once')
    hub.do('co', 'digest_draft', umbrella='lead')
    hub.do('co', 'digest_approve', umbrella='lead', n=n + 1)
    got = sweep(hub)['memhand']
    t.ok(head(hub) in got and max(int(s) for s in got[1:]) > upto, 'the next digest goes on from there')
    hub.do('memhand', 'subscription_put', group='web', cadence='fortnightly', weekday=1, hour=8)
    lesson(hub, 'D4')
    hub.do('co', 'digest_draft', umbrella='lead')
    hub.do('co', 'digest_approve', umbrella='lead', n=n + 2)
    t.is_(sweep(hub).get('memhand'), None, 'on a chosen day it waits for it')
    hub.db.rows("UPDATE relais.digest SET approved_at = now() - interval '8 days' WHERE n = $1::int", n + 2)
    t.ok(sweep(hub).get('memhand'), 'and comes then')


def pauses(t, hub):
    follow(hub, 'memcoach', 'daily')
    hub.db.rows('UPDATE relais.mail_clock SET paused_until = current_date + 7 WHERE person_id = $1', ID['memcoach'])
    lesson(hub)
    due(hub)
    t.is_(sweep(hub).get('memcoach'), None, 'a pause')
    hub.db.rows('UPDATE relais.mail_clock SET paused_until = current_date WHERE person_id = $1', ID['memcoach'])
    t.is_(sweep(hub).get('memcoach'), [head(hub)], 'after which what happened meanwhile is told')
    # where it is always a day later than in the database
    hub.db.rows("SET timezone = 'Etc/GMT+12'")
    hub.db.rows("UPDATE relais.person SET time_zone = 'Pacific/Kiritimati' WHERE id = $1", ID['memcoach'])
    hub.db.rows("UPDATE relais.mail_clock SET paused_until = (now() AT TIME ZONE 'Pacific/Kiritimati')::date WHERE person_id = $1", ID['memcoach'])
    lesson(hub)
    due(hub)
    made = sweep(hub).get('memcoach')
    taken = courier(hub, 'delivery_claim', most=100, lease=600)['deliveries']
    t.is_((made, [d['id'] for d in taken if d['to']['name'] == 'memcoach'][-1:]), ([head(hub)], [int(hub.db.value('SELECT max(id) FROM relais.delivery WHERE person_id = $1', ID['memcoach']))]),
          'its day is that of its reader')
    hub.db.rows('RESET timezone')
    hub.db.rows('UPDATE relais.person SET time_zone = NULL WHERE id = $1', ID['memcoach'])
    hub.do('memcoach', 'subscription_put', group='web', cadence='paused')
    lesson(hub)
    due(hub)
    t.is_(sweep(hub).get('memcoach'), None, 'paused without an end')


def at_same_time(t, hub):
    for who in ('hub', 'hubhand', 'memobs', 'obs', 'leadobs', 'co'):
        follow(hub, who, 'daily')
    for _ in range(3):
        lesson(hub, who='co')
    due(hub)
    last = hub.db.value('SELECT max(id) FROM relais.delivery')
    others = [Hub() for _ in range(4)]
    workers = [threading.Thread(target=sweep, args=(other,)) for other in others]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for other in others:
        other.close()
    sweep(hub)
    rows = hub.db.rows("SELECT person_id, count(*) FROM relais.delivery WHERE kind = 'mailing' AND id > $1::bigint GROUP BY 1", last)
    t.is_(sorted(rows), sorted([str(ID[who]), '1'] for who in ('memobs', 'other', 'obs', 'leadobs')),
          'four couriers at once make one mail a person, but none for those whose news it is')


def together(t, hub):
    """What is found out once for all who have the same roles is what each would be told by themselves."""
    hub.db.rows('DELETE FROM relais.subscription; DELETE FROM relais.delivery')
    hub.db.rows("INSERT INTO relais.affiliation (person_id, umbrella_id, role) SELECT p.id, u.id, 'coordinator' FROM relais.person p, relais.umbrella u "
                "WHERE p.name = 'memhand' AND u.slug = 'blead'")
    hub.db.rows("INSERT INTO relais.subscription (person_id, group_id, cadence, lang, position) SELECT p.id, g.id, 'daily', "
                "CASE (p.id + g.id) % 3 WHEN 1 THEN 'fr' WHEN 2 THEN 'nl' END, 0 FROM relais.person p, relais.group g")
    hub.db.rows("UPDATE relais.subscription SET cadence = 'paused' WHERE person_id = $1 AND group_id = 1", ID['memcoach'])
    hub.db.rows('UPDATE relais.mail_clock SET paused_until = current_date + 7 WHERE person_id = $1 AND group_id = 2', ID['other'])
    hub.db.rows("INSERT INTO relais.delivery (kind, person_id, about) SELECT 'mailing', p.id, jsonb_build_object('parts', (SELECT "
                "jsonb_agg(jsonb_build_object('group', g.id, 'items', jsonb_build_array(jsonb_build_array(p.id, NULL, g.id))) ORDER BY g.id) "
                'FROM relais.group g WHERE (p.id + g.id) % 4 > 0)) FROM relais.person p')
    each = hub.db.rows('SELECT d.id, relais.letter(d, p) FROM relais.delivery d JOIN relais.person p ON p.id = d.person_id ORDER BY d.id')
    all_ = hub.db.rows('SELECT l.id, l.letter FROM relais.letters_mailing(ARRAY(SELECT d FROM relais.delivery d)) l ORDER BY l.id')
    t.is_(all_, [row for row in each if row[1] is not None], f'the letters of {len(each)} people, of all their kinds')
    t.ok(len(PERSONS) > len(all_) > len(PERSONS) // 2, 'who sees no group of theirs is told nothing', len(all_))
    taken = courier(hub, 'delivery_claim', most=100, lease=600)
    gone = [str(d['id']) for d in taken['deliveries'] if d['to']['name'] == 'gone']
    t.is_(([str(d['id']) for d in taken['deliveries']], gone, taken['taken']), ([i for i, _ in all_ if i not in lost(hub)], [], len(each)),
          'all of them are taken in their order, without who has left')
    t.is_([json.loads(letter) for i, letter in all_ if i not in lost(hub)], [d['letter'] for d in taken['deliveries']], 'each with its own letter')


def lost(hub):
    """Deliveries that went to nobody."""
    return [i for i, in hub.db.rows("SELECT id FROM relais.delivery WHERE state = 'dropped'")]


def apart(t, hub):
    """A mailing that cannot be made keeps back no other."""
    hub.db.rows("UPDATE relais.delivery SET state = 'waiting', due_at = now(), ended_at = NULL")
    want = [str(d['id']) for d in courier(hub, 'delivery_claim', most=100, lease=600)['deliveries']]
    hub.db.rows("UPDATE relais.delivery SET state = 'waiting', due_at = now(), ended_at = NULL")
    hub.db.rows("UPDATE relais.delivery SET about = '{\"parts\": [{\"group\": \"x\"}]}' WHERE id = $1::bigint", want[1])
    taken = courier(hub, 'delivery_claim', most=100, lease=600)['deliveries']
    t.is_([str(d['id']) for d in taken], want[:1] + want[2:], 'the others are taken')
    t.is_(hub.db.rows("SELECT id, left(answer, 6) FROM relais.delivery WHERE state = 'suspended'"), [[want[1], '22P02 ']], 'it is suspended, and why is told')
    hub.db.rows('DELETE FROM relais.delivery WHERE NOT id = ANY ($1::bigint[])', '{%s}' % ','.join(want[:2]))
    hub.db.rows("UPDATE relais.delivery SET state = 'waiting', due_at = now(), ended_at = NULL; DELETE FROM relais.subscription")
    taken = courier(hub, 'delivery_claim', most=100, lease=600)
    t.is_((taken, hub.db.rows('SELECT state FROM relais.delivery ORDER BY id')), ({'taken': 2, 'deliveries': []}, [['dropped'], ['suspended']]),
          'and what nobody follows any more is dropped beside it')


def links(t, hub):
    """What relais.signed() believes."""
    hub.db.rows(signed.MAKE_KEY)
    good = signed.sign('r', ID['mem'], '1.2.any')
    t.is_(hub.db.rows('SELECT (relais.signed($1)).*', good), [['r', str(ID['mem']), '{1,2,any}', 'f']], 'a link says what was signed')
    t.is_(hub.db.rows('SELECT (relais.signed($1)).*', signed.sign('p', ID['mem']))[0][2], '{}', 'or nothing but whose it is')
    t.is_(hub.db.value('SELECT (relais.signed($1)).expired', signed.sign('r', ID['mem'], '1.2.any', days=-1)), 't', 'an old one is known as such')
    t.is_(hub.db.value('SELECT (relais.signed($1)).expired', signed.sign('r', ID['mem'], '1.2.any', days=0)), 'f', 'on its last day it is good')
    bad = [good[:-1], good + '0', good.replace('.any.', '.applied.'), good.upper(), signed.sign('r', ID['gone'], '1.2.any'), signed.sign('r', ID['mem'], '1.2.any', key=7),
           '', '.', 'r', 'r.1', 'r.1.2.3', good.replace('.', '/'), 'r..1.1.1.' + '0' * 32, 'r.99999999999.1.1.1.' + '0' * 32, good + '\n', 'x' * 5000]
    t.is_([text for text in bad if hub.db.value('SELECT (relais.signed($1)).purpose', text) is not None], [], 'anything else is none')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    for test in (moments, at_once, told, secrets, digests, pauses, at_same_time, links, together, apart):
        test(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
