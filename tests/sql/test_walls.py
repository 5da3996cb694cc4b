#!/usr/bin/python3
"""
Row-level security, walked: every table and every reading statement, for every kind of
reader. Each text of the groups carries a marker word; which markers a reader may meet
is the table MAY below, and everything else that comes out is a leak.
"""

import json
import re
import sys

from tests.lib import pq
from tests.lib.hub_sql import Hub, sha256
from tests.lib.tap import Tap

MARKER = re.compile(r'ZZ[A-Z]+')

# What each reader may meet, beside what everybody may. IN: a group's inside.
EVERYBODY = {'ZZOPEN', 'ZZOPENREPORT', 'ZZOPENNOTE'}
CLOSED = {'ZZCLOSED', 'ZZOPENSTATUS'}                       # the closed group's published texts, and who tries
IN = CLOSED | {'ZZGROUPNOTE', 'ZZGROUPREASON', 'ZZOPENGROUPNOTE'}
OWN = {'ZZSECRET', 'ZZDRAFT', 'ZZOWNNOTE', 'ZZREWORDED', 'ZZTRANSLATED', 'ZZUMBRELLANOTE', 'ZZDROPPEDDRAFT', 'ZZPROPOSED',
       'ZZOPENSECRET'}
LEADS = IN | {'ZZUMBRELLANOTE', 'ZZPROPOSED'}
NOT_THE_SITES = ('begin_', 'sign_in', 'admin_', 'ledger_', 'doctor_')    # what the command line runs, and what asks nobody
B = {'ZZBGROUP', 'ZZBNOTE'}
MAY = {
    None: set(), 'strange': set(), 'gone': set(), 'ended': set(), 'unknown': set(),
    'mem': IN | OWN, 'memhand': IN | OWN, 'memcoach': IN | OWN, 'memobs': IN, 'other': IN, 'partner': IN, 'obs': IN,
    'hub': IN | {'ZZPROPOSED'}, 'hubhand': IN | {'ZZPROPOSED'}, 'co': LEADS, 'leadobs': IN, 'assoc': CLOSED,
    'bhub': B, 'bco': B,
    'key:both': IN,         # a feed's key for the closed group, of somebody who is of the other group too
    'key:co': IN,           # of the coordinator
    'key:mem': IN,
}
PARAMS = {'group': ('web', 'open', 'bgroup'), 'id': range(1, 16), 'umbrella': ('lead', 'blead'), 'kind': ('lesson', 'question'),
          'municipality': ('memtown', 'btown'), 'text_lang': ('fr', 'en'), 'digest': (1,), 'n': (1,)}
# who a reason is for: (reader, sees the reason that was kept to oneself, the widened one)
REASONS = {'mem': (True, True), 'memcoach': (True, True), 'memobs': (False, True), 'other': (False, True), 'hub': (False, True),
           'obs': (False, True), 'co': (True, True), 'leadobs': (False, True), 'assoc': (False, False), None: (False, False)}


def fill(hub):
    """The closed group's secrets, the public group's, the other closed group's."""
    for group, mark in (('web', 'ZZCLOSED'), ('open', 'ZZOPEN'), ('bgroup', 'ZZBGROUP')):
        of = 'bhub' if group == 'bgroup' else 'hub'
        hub.do(of, 'lesson_post', group=group, lang='fr', title=mark, summary=mark, body=mark, body_html=mark, conditions=mark,
               links=[{'kind': 'page', 'url': f'https://example.org/{mark}', 'title': mark}], status='published')
        hub.do(of, 'lesson_text_put', group=group, id=1, text_lang='en', title=mark, summary=mark, body=mark, body_html=mark)
        hub.do(of, 'question_post', group=group, lang='fr', text=mark, problems=[mark], status='published',
               subquestions=[{'text': mark, 'priority': 'must'}])
    hub.do('bhub', 'lesson_report_post', group='bgroup', id=1, status='applied', note='ZZBNOTE', evidence='ZZBNOTE', audience='group')
    report_all(hub)
    sensitive(hub)


def report_all(hub):
    """Reports in the three widths; the packed rows and counts follow them."""
    report = {'mem': dict(status='interrupted', reason='political', note='ZZOWNNOTE'),
              'other': dict(status='not_for_us', reason='budget', note='ZZGROUPNOTE', audience='group'),
              'partner': dict(status='applied', adaptation='ZZOPENSTATUS', evidence='ZZOPENSTATUS')}
    for who, fields in report.items():
        hub.do(who, 'lesson_report_post', group='web', id=1, **fields)
    hub.do('mem', 'question_report_post', group='web', id=2, status='not_for_us', reason='staff', note='ZZUMBRELLANOTE',
           audience='umbrella')
    hub.do('partner', 'lesson_report_post', group='open', id=1, status='adapted', adaptation='ZZOPENREPORT', services=['ZZOPENREPORT'],
           note='ZZOPENNOTE', audience='public')
    hub.do('other', 'lesson_report_post', group='open', id=1, status='interrupted', reason='budget', note='ZZOPENGROUPNOTE',
           audience='group')
    hub.do('mem', 'lesson_report_post', group='open', id=1, status='interrupted', reason='political', note='ZZOPENSECRET')


def sensitive(hub):
    """The pilot's cases: from the first wording on, reworded, dropped; drafts and proposals."""
    sure = {'group': 'web', 'lang': 'fr'}
    for title, after in (('ZZSECRET', 'dropped'), ('ZZSECRET', None)):
        number = hub.do('mem', 'question_post', text=title, problems=[title], subquestions=[{'text': title, 'priority': 'must'}],
                        status='draft', **sure)['id']
        # as the importer will: the first wording is sensitive already
        hub.db.rows('UPDATE relais.item_text SET sensitive = true WHERE number = $1', number)
        hub.db.rows("UPDATE relais.item_revision SET sensitive = true, reason = 'ZZSECRET' WHERE number = $1", number)
        hub.do('mem', 'question_change', group='web', id=number, status='published')
        hub.do('mem', 'question_report_post', group='web', id=number, status='applied', adaptation='ZZSECRET', note='ZZSECRET',
               audience='group')
        hub.do('mem', 'question_text_put', group='web', id=number, text_lang='en', text='ZZSECRET')
        if after:
            hub.do('mem', 'question_change', group='web', id=number, status=after, reason='ZZSECRET')
    hub.do('mem', 'lesson_post', title='ZZPROPOSED', body='ZZPROPOSED', questions=[number], status='published', **sure)
    hub.do('mem', 'lesson_post', title='ZZDRAFT', body='ZZDRAFT', status='draft', **sure)
    number = hub.do('mem', 'question_post', text='ZZDROPPEDDRAFT', status='draft', **sure)['id']
    hub.do('mem', 'question_change', group='web', id=number, status='dropped', reason='ZZDROPPEDDRAFT')
    number = hub.do('mem', 'question_post', text='ZZCLOSED', status='published', **sure)['id']
    hub.do('mem', 'question_reword', group='web', id=number, text='ZZREWORDED', reason='ZZREWORDED', sensitive=True)
    hub.do('mem', 'question_text_put', group='web', id=number, text_lang='en', text='ZZTRANSLATED')
    hub.do('mem', 'question_text_put', group='web', id=number, text_lang='fr', text='ZZREWORDED corrected')


def keys(hub):
    """Feed keys for the closed group, and a token that was ended."""
    hub.db.rows("INSERT INTO relais.affiliation (person_id, municipality_id, role) SELECT p.id, m.id, 'focal_point' "
                "FROM relais.person p, relais.municipality m WHERE p.name = 'bhub' AND m.slug = 'partown'")
    for word, person in (('key:both', 'bhub'), ('key:co', 'co'), ('key:mem', 'mem')):
        hub.do(person, 'token_post', kind='feed', hash=sha256(word), group='web')
    hub.db.rows("DELETE FROM relais.affiliation a USING relais.person p, relais.municipality m WHERE p.name = 'bhub' "
                "AND m.slug = 'partown' AND a.person_id = p.id AND a.municipality_id = m.id AND false")
    hub.do('mem', 'token_post', kind='api', hash=sha256('ended'))
    hub.db.rows("UPDATE relais.access_token SET ended_at = now() WHERE hash = $1::bytea", '\\x' + sha256('ended'))


def kind_of(who):
    return 'feed' if who and who.startswith('key:') else 'api'


def tables(hub, who):
    """All a reader gets from every table, by table."""
    names = [row[0] for row in hub.db.rows("SELECT relname FROM pg_class WHERE relnamespace = 'relais'::regnamespace "
                                           "AND relkind IN ('r', 'v', 'm', 'p') ORDER BY 1")]
    out = {}
    hub.db.rows('BEGIN; SET LOCAL ROLE relais_site')
    hub.begin(who, kind_of(who))
    for name in names:
        hub.db.rows('SAVEPOINT s')
        try:
            out[name] = hub.db.value(f"SELECT string_agg(to_json(t)::text, E'\\n') FROM relais.{name} t") or ''
        except pq.Error as error:           # not granted
            assert 'permission denied' in str(error), error
            hub.db.rows('ROLLBACK TO s')
    hub.db.rows('ROLLBACK')
    return out


def combinations(params):
    """Values of the parameters that say which row; the others stay NULL."""
    chosen = [{}]
    for param in params:
        chosen = [one | {param: value} for one in chosen for value in PARAMS.get(param, (None,))]
    return chosen


def statements(hub, who):
    """All a reader gets from every reading statement, by statement."""
    out = {}
    for name, statement in hub.statements.items():
        if statement.kind == 'read' and not name.startswith(NOT_THE_SITES):
            out[name] = ''
            for values in combinations(statement.params):
                try:
                    out[name] += json.dumps(hub.read(who, name, token=kind_of(who), **values)) + '\n'
                except pq.Error as error:
                    out[name] += f'ZZERROR {error}'
    return out


def leaks(texts, may):
    return [f'{name}: {word}' + (text if word == 'ZZERROR' else '') for name, text in texts.items() for word in sorted(set(MARKER.findall(text)) - may)]


def walk(t, hub):
    for who, more in MAY.items():
        may = EVERYBODY | more
        # bhub is of both groups, until the key's limit
        if who == 'bhub':
            may = may | IN
        seen = tables(hub, who)
        t.is_(leaks(seen, may), [], f'{who}: the tables give nothing else')
        said = statements(hub, who)
        t.is_(leaks(said, may), [], f'{who}: the statements give nothing else')
        met = set(MARKER.findall(json.dumps(seen) + json.dumps(said)))
        t.is_(sorted(more - met - {'ZZGROUPREASON'}), [], f'{who}: and all that is theirs')


def reasons(t, hub):
    for who, (own, widened) in REASONS.items():
        seen = tables(hub, who)['report_reason']
        t.is_(('political' in seen, 'budget' in seen), (own, widened), f'{who}: reasons')
    for who, wanted in (('mem', '2'), ('co', '12'), ('other', ''), ('assoc', '')):
        row = hub.read(who, 'uptake_get', group='web')['rows'][0]
        t.is_(''.join(c for c in row['reasons'] if c != '0'), {'mem': '1', 'co': '12', 'other': '2', 'assoc': ''}[who],
              f'{who}: reasons in the matrix')
        closed = [c for c in row['statuses'] if c in '1267']
        t.is_(bool(closed), who != 'assoc', f'{who}: statuses in the matrix')
        ats = [row['ats'][8 * i:8 * i + 8] != '00000000' for i in range(len(row['statuses']))]
        t.is_(ats, [c != '0' for c in row['statuses']], f'{who}: no time without a status')


def hidden(t, hub):
    """The sensitive question is nowhere for others: not its number, not its events."""
    number = hub.db.value("SELECT number FROM relais.item_text WHERE title = 'ZZSECRET' AND lang = 'fr' ORDER BY 1 LIMIT 1")
    for who in ('other', 'hub', 'co', 'assoc', None, 'key:mem'):
        token = kind_of(who)
        t.is_(hub.read(who, 'question_get', token=token, group='web', id=number), None, f'{who}: no row for the sensitive question')
        listed = (hub.read(who, 'question_list', token=token, group='web') or {}).get('questions', [])
        t.ok(int(number) not in [q['id'] for q in listed] and all(q['title'] for q in listed), f'{who}: nor in the list')
        events = (hub.read(who, 'event_list', token=token, group='web') or {}).get('events', [])
        t.ok(int(number) not in [e['object'] for e in events], f'{who}: nor an event')
        rows = tables(hub, who)
        t.ok(all(f'({group},{number},' not in rows['item_owner'] for group in (1,)), f'{who}: nor an owner')
    lesson = hub.read('hub', 'inbox')['proposals'][0]['lesson']['id']
    t.is_(hub.read('hub', 'lesson_get', group='web', id=lesson)['questions'], [], 'a lesson that answers it does not name it')
    for name, values in (('question_report_post', {'status': 'applied', 'id': number}), ('question_change', {'status': 'dropped', 'id': number}),
                         ('question_reword', {'text': 'x', 'id': number}), ('question_text_put', {'text': 'x', 'text_lang': 'nl', 'id': number}),
                         ('we_too_post', {'problem': 4})):
        for who in ('other', 'hub', 'co'):
            values = values | ({'municipality': 'othertown'} if who == 'co' and name in ('question_report_post', 'we_too_post') else {})
            t.is_(hub.write(who, name, group='web', **values), {'error': 'not_found'}, f'{who}: {name} does not find it')
    t.is_(hub.write('other', 'lesson_post', group='web', lang='fr', title='x', questions=[int(number)])['error'],
          'answers_question_known', 'nor can a lesson answer it')
    hub.do('mem', 'question_reword', group='web', id=int(number) + 1, text='ZZCLOSED now for all', reason='said openly')
    shown = hub.read('other', 'question_get', group='web', id=int(number) + 1)
    t.is_((shown['title'], [r['revision'] for r in shown['revisions']]), ('ZZCLOSED now for all', [2]), 'reworded openly, it is seen from then on')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    fill(hub)
    keys(hub)
    walk(t, hub)
    reasons(t, hub)
    hidden(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
