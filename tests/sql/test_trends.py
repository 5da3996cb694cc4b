#!/usr/bin/python3
"""
The trends of uptake, counted anew from the reports themselves after many of them, retractions and
corrections; and who gets which of the numbers.
"""

import random
import statistics
import sys
from collections import Counter
from datetime import date, datetime, timedelta, timezone

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

SEED = 20261125
TODAY = datetime.now(timezone.utc).date()
STEPS = 250
STATUSES = ('interested', 'planned', 'trying', 'applied', 'adapted', 'interrupted', 'not_for_us')
OPEN = STATUSES[2:5]
REASONS = ('political', 'budget', 'staff', 'connectivity', 'timing', 'no_need', 'other')
TOWNS = {'memtown': 'mem', 'othertown': 'other', 'partown': 'partner'}
AGES = {1: 130, 2: 80, 3: 65, 4: 31, 5: 29}         # days since each lesson was published; the last has no report
JOINED = {'memtown': 300, 'othertown': 40, 'partown': 300}
SILENT = {('memtown', 4), ('othertown', 1), ('partown', 1), ('partown', 3)}
STAGES = {'answered': STATUSES, 'interested': STATUSES[:5], 'planned': STATUSES[1:5], 'trying': OPEN, 'applied': OPEN[1:]}


def ago(days):
    return (TODAY - timedelta(days)).isoformat()


def fill(hub, dice, group):
    """Lessons 1 to 5 and random reports on all but the last; when they were published and told is set afterwards."""
    for _ in AGES:
        hub.do('hub', 'lesson_post', group=group, lang='fr', title='T', status='published')
    draft = hub.do('hub', 'lesson_post', group=group, lang='fr', title='D', status='published')['id']
    hub.do('mem', 'lesson_report_post', group=group, id=draft, status='applied')
    hub.do('hub', 'lesson_change', group=group, id=draft, status='withdrawn', reason='R')
    for _ in range(STEPS):
        status = dice.choice(STATUSES + ('retracted', 'retracted'))
        values = {'status': status}
        if status in STATUSES[5:] and dice.random() < 0.7:
            values['reason'] = dice.choice(REASONS)
        if dice.random() < 0.5:
            values['occurred_on'] = ago(dice.randint(-40, 160))[:dice.choice((4, 7, 10))]
        town, number = dice.choice(list(TOWNS)), dice.randint(1, 4)
        if (town, number) not in SILENT:
            hub.write(TOWNS[town], 'lesson_report_post', group=group, id=number, **values)
    hub.do('hub', 'lesson_report_post', group=group, id=1, status='applied')        # who does not count
    of = 'group_id = (SELECT id FROM relais.group WHERE slug = $1)'
    for number, age in AGES.items():
        hub.db.rows(f'UPDATE relais.item SET published_at = $2::timestamptz WHERE {of} AND number = $3', group, ago(age), number)
    for seq, in hub.db.rows(f"SELECT seq FROM relais.event WHERE {of} AND kind = 'report'", group):
        hub.db.rows(f'UPDATE relais.event SET at = $2::timestamptz WHERE {of} AND seq = $3', group, ago(dice.randint(0, 100)), seq)
    for town, age in JOINED.items():
        hub.db.rows(f"UPDATE relais.event SET at = $2::timestamptz WHERE {of} AND kind = 'member' AND municipality_id = "
                    '(SELECT id FROM relais.municipality WHERE slug = $3)', group, ago(age), town)


def standing(hub, group):
    """{(lesson, municipality): its reports that were not taken back, in order: (status, reason, occurred on, told on)}"""
    found = {}
    for number, town, *report in hub.db.rows(
            "SELECT r.number, c.slug, r.status, w.reason, r.occurred_on, (e.at AT TIME ZONE 'UTC')::date FROM relais.report r "
            'JOIN relais.event e USING (group_id, seq) JOIN relais.municipality c ON c.id = r.municipality_id '
            'LEFT JOIN relais.report_reason w USING (group_id, seq) JOIN relais.group g ON g.id = r.group_id '
            'WHERE g.slug = $1 AND r.number < 6 ORDER BY r.seq', group):
        stack = found.setdefault((int(number), town), [])
        if report[0] != 'retracted':
            stack.append(report)
        elif stack:
            stack.pop()
    return {pair: stack for pair, stack in found.items() if stack and pair[1] in TOWNS}


def happened(report, length):
    """The day or month (by its length) that counts for a report."""
    _, _, occurred, told = report
    return occurred[:length] if occurred and len(occurred) >= length and occurred[:length] <= told[:length] else told[:length]


def firsts(found, everything):
    """(lesson, municipality, status, report): the first of each open status."""
    for (number, town), stack in found.items():
        if everything or stack[-1][0] in OPEN:
            for status in OPEN:
                yield from [(number, town, status, report) for report in stack if report[0] == status][:1]


def months(found, everything):
    count = Counter((happened(report, 7), status) for _, _, status, report in firsts(found, everything))
    return [{'month': month} | {status: count[month, status] for status in OPEN}
            for month in sorted({month for month, _ in count})]


def days(found, everything, only=None):
    """The lower median, and of how many; None of none."""
    trials = {}
    for number, town, _, report in firsts(found, everything):
        if only in (None, number):
            passed = (date.fromisoformat(happened(report, 10)) - date.fromisoformat(ago(AGES[number]))).days
            trials.setdefault((number, town), []).append(max(passed, 0))
    passed = [min(each) for each in trials.values()]
    return {'median': statistics.median_low(passed), 'trials': len(passed)} if passed else None


def funnel(found, only=None):
    now = [stack[-1][0] for (number, _), stack in found.items() if only in (None, number)]
    return {'sent': len(TOWNS) * (1 if only else len(AGES))} | {
        name: sum(status in of for status in now) for name, of in STAGES.items()}


def silence(found):
    rows = []
    for town in TOWNS:
        waited = [min(age, JOINED[town]) for number, age in AGES.items() if (number, town) not in found]
        row = {'slug': town, 'name': town.title()} | {f'days{n}': sum(age >= n for age in waited) for n in (30, 60, 90)}
        rows += [row] if row['days30'] else []
    return sorted(rows, key=lambda row: (-row['days90'], -row['days60'], -row['days30'], row['name']))


def reasons(found):
    return dict(Counter(tuple(stack[-1][:2]) for stack in found.values() if stack[-1][0] in STATUSES[5:]))


def compare(t, hub, group):
    found = standing(hub, group)
    got = hub.read('co', 'trends_get', group=group)
    t.ok(len(found) >= 7 and len(got['months']) >= 4, f'{group}: there is something to count', found)
    t.is_(got['funnel'], funnel(found), f'{group}: the funnel')
    t.is_({lesson['id']: lesson['funnel'] for lesson in got['lessons']}, {number: funnel(found, number) for number in AGES},
          '… of each lesson')
    t.is_(got['months'], months(found, True), f'{group}: the months')
    t.is_(got['days'], days(found, True), f'{group}: the days to the first trial')
    t.is_({lesson['id']: lesson.get('days') for lesson in got['lessons']}, {number: days(found, True, number) for number in AGES},
          '… of each lesson')
    t.is_({place['slug']: place['n'] for place in got['map']},
          {town: sum(stack[-1][0] in OPEN for (_, of), stack in found.items() if of == town) for town in TOWNS}, f'{group}: the map')
    t.is_({(row['status'], row.get('reason')): row['n'] for row in got['reasons']}, reasons(found), f'{group}: the reasons')
    t.ok(len({row[f'days{n}'] for row in silence(found) for n in (30, 60, 90)}) > 1, f'{group}: there is silence', silence(found))
    t.is_(got['silence'], silence(found), f'{group}: the silence')
    one = hub.read('co', 'trends_get', group=group, lesson=2)
    of_one = {pair: stack for pair, stack in found.items() if pair[0] == 2}
    t.is_((one['funnel'], one['months'], one['days']), (funnel(found, 2), months(of_one, True), days(found, True, 2)),
          f'{group}: one lesson alone')
    return found


def sight(t, hub, found):
    """found: of the public group."""
    inner, hubs, leads = {'funnel', 'lessons', 'months', 'days', 'map'}, {'silence'}, {'reasons'}
    base = {'group', 'lessons_published', 'municipalities'}
    for who, more in (('co', hubs | leads), ('hub', hubs), ('hubhand', hubs), ('mem', set()), ('leadobs', set()), ('obs', set()),
                      ('assoc', set()), ('strange', set()), (None, set())):
        for group in ('open', 'web'):
            got = hub.read(who, 'trends_get', group=group)
            if group == 'web' and who in ('strange', None):
                t.is_(got, None, f'{who}: nothing of a closed group')
                continue
            outside = who in ('assoc', 'strange', None)
            t.is_(set(got), base | inner | more, f'{who}: the parts of {group}')
            t.is_('answered' in got['funnel'], not outside, f'{who}: who has not answered')
            for part in sorted(hubs | leads | inner - {'lessons'}):
                alone = hub.read(who, 'trends_get', group=group, part=part)
                t.is_(alone and alone[part], got.get(part), f'{who}: {part} of {group} by itself')
    for who in ('assoc', None):
        got = hub.read(who, 'trends_get', group='open')
        t.is_(got['funnel'], {name: n for name, n in funnel(found).items() if name in ('sent', 'trying', 'applied')},
              f'{who}: what is open')
        t.is_((got['months'], got['days']), (months(found, False), days(found, False)), f'{who}: of what stands')
    t.ok(months(found, False) != months(found, True), 'which is not the same: some had tried, and stopped')
    for lesson in (6, 99):
        t.is_(hub.read('co', 'trends_get', group='open', lesson=lesson), None, f'no lesson {lesson}')


def few(t, hub):
    """Five towns with one lesson, one of them with another: its number is not told by the difference."""
    towns = [f'town{n}' for n in range(6)]
    hub.db.rows("BEGIN; SET LOCAL ROLE relais_admin; SELECT relais.begin_operator(NULL, 'en')")
    hub.operator('group_post', slug='many', name='Many', visibility='public', lang='fr', umbrella='lead')
    hub.operator('member_put', group='many', municipality='hubtown', role='hub')
    for town in towns:
        hub.operator('municipality_post', slug=town, name=town, country='BJ', department='Zou', lang='fr', umbrella='lead')
        hub.operator('member_put', group='many', municipality=town, role='member')
    hub.db.rows("COMMIT; SELECT set_config('app.actor', '', false)")
    for _ in range(2):
        hub.do('hub', 'lesson_post', group='many', lang='fr', title='T', status='published')

    def tell(town, lesson, status):
        hub.do('co', 'lesson_report_post', group='many', id=lesson, municipality=town, status=status, via='phone')

    def shown(**which):
        return (hub.read(None, 'uptake_get', group='many')['totals'], hub.read(None, 'trends_get', group='many', **which)['funnel'])

    for town in towns[:5]:
        tell(town, 1, 'planned')
    t.is_(shown(), ({'planned': 5}, {'sent': 12, 'planned': 5, 'trying': 0, 'applied': 0}), 'five are told')
    tell(towns[5], 2, 'planned')
    t.is_(shown(), ({}, {'sent': 12, 'trying': 0, 'applied': 0}), 'six are not, where the sixth would be told by the difference')
    t.is_(shown(lesson=1)[1], {'sent': 6, 'planned': 5, 'trying': 0, 'applied': 0}, 'but the five')
    t.is_(shown(lesson=2)[1], {'sent': 6, 'trying': 0, 'applied': 0}, 'and not the one')
    for town in towns[:4]:
        tell(town, 2, 'planned')
    t.is_(shown()[0], {'planned': 10}, 'five and five are told')
    tell(towns[0], 2, 'trying')
    t.is_(shown(), ({'trying': 1}, {'sent': 12, 'trying': 1, 'applied': 0}), 'five and four are not')
    tell(towns[5], 1, 'applied')
    t.is_(shown(lesson=1)[1], {'sent': 6, 'trying': 1, 'applied': 1}, 'nor five that are all the others: each would be told')
    t.is_(hub.read(None, 'lesson_get', group='many', id=1)['totals'], {'applied': 1}, 'and so on the page of the lesson')
    t.is_(shown()[0], {'planned': 9, 'trying': 1, 'applied': 1}, 'nine of ten are told')
    tell(towns[5], 2, 'planned')
    tell(towns[0], 2, 'planned')
    tell(towns[4], 2, 'trying')
    t.is_(shown()[0], {'trying': 1, 'applied': 1}, 'ten of ten are not')


def pages(t, hub):
    for _ in range(24):
        hub.do('hub', 'lesson_post', group='many', lang='fr', title='T', status='published')
    first = hub.read('co', 'trends_get', group='many')
    rest = hub.read('co', 'trends_get', group='many', before=first['more'])
    t.is_(([lesson['id'] for lesson in first['lessons']], first['more']), (list(range(26, 1, -1)), 2), '25 lessons a page')
    t.is_(([lesson['id'] for lesson in rest['lessons']], rest.get('more')), ([1], None), 'and the rest on the next')
    t.is_((rest['funnel'], rest['days']), (first['funnel'], first['days']), 'with the numbers of all')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    dice = random.Random(SEED)
    for group in ('web', 'open'):
        fill(hub, dice, group)
        found = compare(t, hub, group)
    sight(t, hub, found)
    few(t, hub)
    pages(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
