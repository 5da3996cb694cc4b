#!/usr/bin/python3
"""
Row-level security, walked: every table and every reading statement, for every kind of reader.
Whatever carries a marker that is not the reader's is a leak; so is a row or a number of a
question or lesson that the reader cannot see.
"""

import json
import re
import sys

from tests.lib import pq
from tests.lib.hub_sql import PERSONS, Hub
from tests.lib.quarter import quarter
from tests.lib.tap import Tap
from tests.lib.walls import EVERYBODY, MARKER, MAY, NOT_THE_SITES, REASONS, fill, kind_of

ADDRESS = re.compile(r'(\w+)@example\.org')
# What a parameter is given in turn; each that says which row has to be here, or below.
PARAMS = {'group': ('web', 'open', 'bgroup'), 'id': range(1, 25), 'umbrella': ('lead', 'blead'),
          'kind': ('lesson', 'question'),
          'municipality': ('memtown', 'btown'), 'quarter': (quarter(),), 'text_lang': ('fr', 'en'), 'n': (1, 2), 'archive': (None, 1),
          'all': (True,), 'part': (None, 'silence', 'reasons'), 'lesson': (None, 1), 'edit_row': (None, 2),
          'from': ('2000-01-01',), 'to': ('2100-12-31',), 'demo': (True,),
          'code_hash': ('00',), 'token': ('r.1.1.1.any.1.1.00',)}
NARROW = {'before', 'after', 'kinds', 'name', 'since', 'email', 'groups', 'q', 'sdg', 'cost', 'status', 'page', 'days', 'theme', 'suspended'}     # these leave out more; NULL leaves out nothing
# Who manages whose roles: a focal point contributors and observers, the coordinator everybody's of the umbrella and its municipalities.
MANAGED = {'mem': {'memhand', 'memobs'}, 'hub': {'hubhand'}, 'bco': {'bhub', 'bco'},
           'co': {'hub', 'hubhand', 'mem', 'memhand', 'memcoach', 'memobs', 'other', 'partner', 'obs', 'strange', 'leadobs'}}
# What is searched for: every marker, and what is nearly one.
SOUGHT = sorted(EVERYBODY.union(*MAY.values())) + ['ZZOPENSECRE', 'ZZREWORDEZ', 'ZZOWNOTE']


def columns(hub, *names):
    """The tables that have all those columns."""
    return {row[0] for row in hub.db.rows(
        "SELECT attrelid::regclass FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'relais'::regnamespace "
        "AND relkind = 'r' AND attname = ANY ($1) GROUP BY 1 HAVING count(*) = $2::int", '{' + ','.join(names) + '}',
        len(names))}


def tables(hub, who):
    """All a reader gets from every table, by table."""
    names = [row[0] for row in hub.db.rows("SELECT relname FROM pg_class WHERE relnamespace = 'relais'::regnamespace "
                                           "AND relkind IN ('r', 'v', 'm', 'p') ORDER BY 1")]
    out = {}
    with hub.reader(who, kind_of(who)):
        for name in names:
            hub.db.rows('SAVEPOINT s')
            try:
                out[name] = hub.db.value(f"SELECT string_agg(to_json(t)::text, E'\\n') FROM relais.{name} t") or ''
            except pq.Error as error:           # not granted, or not all its columns
                assert error.sqlstate == '42501', error
                hub.db.rows('ROLLBACK TO s')
    return out


def strays(hub, who):
    """Rows below an item that the reader cannot see."""
    found = []
    with hub.reader(who, kind_of(who)):
        for table in sorted(columns(hub, 'group_id', 'number') - {'relais.item', 'relais.uptake_row', 'relais.group_log', 'relais.search_text'}):
            count = hub.db.value(f'SELECT count(*) FROM {table} t WHERE t.number IS NOT NULL AND NOT EXISTS ('
                                 'SELECT FROM relais.item i WHERE i.group_id = t.group_id AND i.number = t.number)')
            found += [f'{table}: {count}'] if count != '0' else []
    return found


def combinations(hub, params):
    """Values of the parameters that say which row; the others stay NULL. Of numbers those there are, and one more."""
    chosen = [{}]
    for param in params:
        if param not in NARROW:
            chosen = [one | {param: value} for one in chosen for value in PARAMS[param]]
    heads = dict(hub.db.rows('SELECT g.slug, l.number + 1 FROM relais.group g JOIN relais.group_log l ON l.group_id = g.id'))
    return [one for one in chosen if one.get('id', 0) <= int(heads[one.get('group', 'web')])]


def numbers(value):
    """The numbers of questions and lessons that an answer names."""
    if isinstance(value, dict):
        own = [value.get(key) for key in ('object', 'number') if isinstance(value.get(key), int)]
        return set(own).union(*map(numbers, value.values()))
    return set().union(*map(numbers, value)) if isinstance(value, list) else set()


def statements(hub, who, hidden, asked):
    """All a reader gets from every reading statement, by statement; with it, hidden numbers that are named."""
    out = {}
    with hub.reader(who, kind_of(who)):
        for name, combined in asked.items():
            texts = []
            hub.db.rows('SAVEPOINT s')
            for values in combined:
                try:
                    value = hub.call(name, values)
                    texts.append(json.dumps(value))
                    if values.get('group') == 'web' and 'id' not in values and numbers(value) & hidden:
                        texts.append(f'ZZHIDDEN {numbers(value) & hidden} in {values}')
                    if name == 'search_get' and value and value['total'] < 10 and value['total'] != len(value['results']):
                        texts.append(f'ZZHIDDEN among {value["total"]} in {values}')
                except pq.Error as error:
                    hub.db.rows('ROLLBACK TO s')
                    if error.sqlstate != '42501':
                        texts.append(f'ZZERROR {values} {error}')
            out[name] = '\n'.join(texts)
    return out


def leaks(texts, may):
    return [f'{name}: {word}' + (text if word in ('ZZERROR', 'ZZHIDDEN') else '')
            for name, text in texts.items() for word in sorted(set(MARKER.findall(text)) - may)]


def unseen(hub, who):
    """The numbers in the closed group that the reader cannot see."""
    with hub.reader(who, kind_of(who)):
        seen = {int(row[0]) for row in hub.db.rows("SELECT number FROM relais.item WHERE group_id = 1")}
    return {int(row[0]) for row in hub.db.rows('SELECT number FROM relais.item WHERE group_id = 1')} - seen


def walk(t, hub):
    reads = {name: s.params for name, s in hub.statements.items() if s.kind == 'read' and name not in NOT_THE_SITES}
    t.is_(sorted({param for params in reads.values() for param in params} - set(PARAMS) - NARROW), [],
          'every parameter of a reading statement is known here')
    t.is_(sorted(NOT_THE_SITES - set(hub.statements)), [], 'and what is left out exists')
    asked = {name: combinations(hub, params) for name, params in reads.items()}
    asked['search_get'] = [{'q': word} for word in SOUGHT] + [{'q': word, 'group': 'web'} for word in SOUGHT[::4]]
    for who, more in MAY.items():
        may = EVERYBODY | more
        seen = tables(hub, who)
        t.is_(leaks(seen, may), [], f'{who}: the tables give nothing else')
        t.is_(strays(hub, who), [], f'{who}: nor a row of what is hidden')
        said = statements(hub, who, unseen(hub, who), asked)
        t.is_(leaks(said, may), [], f'{who}: the statements give nothing else')
        met = set(MARKER.findall(json.dumps(seen) + json.dumps(said)))
        t.is_(sorted(may - met), [], f'{who}: and all that is theirs')
        known = set(ADDRESS.findall(json.dumps(seen) + json.dumps(said)))
        own = {who} if who in PERSONS and who != 'gone' else set()
        t.is_(known, own | MANAGED.get(who, set()), f'{who}: nobody else\'s address, but of those they invite')


def reasons(t, hub):
    for who, (own, widened) in REASONS.items():
        seen = tables(hub, who)['report_reason']
        t.is_(('political' in seen, 'budget' in seen), (own, widened), f'{who}: reasons')
    for who, wanted in (('mem', '1'), ('co', '12'), ('other', '2'), ('assoc', '')):
        row = hub.read(who, 'uptake_get', group='web')['rows'][0]
        t.is_(row['reasons'].replace('0', ''), wanted, f'{who}: reasons in the matrix')
        t.is_(any(c in '1267' for c in row['statuses']), who != 'assoc', f'{who}: statuses in the matrix')
        ats = [row['ats'][8 * i:8 * i + 8] != '00000000' for i in range(len(row['statuses']))]
        t.is_(ats, [c != '0' for c in row['statuses']], f'{who}: no time without a status')


def counts(t, hub):
    """Whoever is not of the group gets numbers of what is not open from five on."""
    few = {'open': {'adapted': 1}, 'web': {'applied': 1}}
    for who, group in ((None, 'open'), ('assoc', 'open'), ('strange', 'open'), ('assoc', 'web')):
        t.is_(hub.read(who, 'uptake_get', group=group)['totals'], few[group], f'{who}: totals of {group}')
        t.is_(hub.read(who, 'lesson_get', group=group, id=1)['totals'], few[group],
              f'{who}: totals of a lesson of {group}')
        t.is_(hub.read(who, 'lesson_get', group=group, id=1)['silent'], None, f'{who}: not who is silent')
    t.is_(hub.read('mem', 'uptake_get', group='open')['totals'], {'adapted': 1, 'interrupted': 2},
          'a member sees every total')
    section = hub.read('assoc', 'digest_group_get', group='web', n=1)['sections'][0]
    t.is_((section['counts'], section['others'], section['waiting']), ([], [], []),
          'assoc: no small numbers in the digest')


def opened(t, hub):
    """What was reworded in confidence and then openly is seen from the open wording on."""
    number = hub.db.value("SELECT number FROM relais.item_text WHERE title = 'ZZREWORDED'")
    hub.do('mem', 'question_reword', group='web', id=number, text='ZZCLOSED now for all', reason='said openly')
    shown = hub.read('other', 'question_get', group='web', id=number)
    t.is_((shown['title'], [r['revision'] for r in shown['revisions']]), ('ZZCLOSED now for all', [1, 4]),
          'reworded openly, it is seen')
    number = hub.db.value("SELECT max(number) FROM relais.item WHERE sensitive")
    hub.do('mem', 'question_reword', group='web', id=number, text='ZZCLOSED now for all', reason='said openly')
    shown = hub.read('other', 'question_get', group='web', id=number)
    t.is_((shown['title'], [r['revision'] for r in shown['revisions']]), ('ZZCLOSED now for all', [2]),
          'so too after a sensitive first wording')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    fill(hub)
    walk(t, hub)
    reasons(t, hub)
    counts(t, hub)
    opened(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
