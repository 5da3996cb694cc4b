#!/usr/bin/python3
"""The report for the donor over a period: what everybody may know, numbers, and nothing else."""

import json
import sys

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

WEB = {'group': 'web'}


def report(hub, start, finish, who='co'):
    value = hub.read(who, 'donor_report', umbrella='lead', **{'from': start, 'to': finish})
    return next(group for group in value['groups'] if group['slug'] == 'web') if value else None


def fill(hub):
    """Question 1, reworded by day, month and year, once in confidence; what others must not meet is marked ZZ."""
    hub.do('mem', 'question_post', lang='fr', text='First', status='published', occurred_on='2024', **WEB)
    for text, day, sensitive in (('Second', '2024-06-15', False), ('ZZ confided', '2024-08', True),
                                 ('Third', '2025-02', False), ('Fourth', '2026', False)):
        hub.do('mem', 'question_reword', id=1, text=text, reason=f'{text} because', trigger='visit', occurred_on=day,
               sensitive=sensitive, **WEB)
    hub.do('mem', 'question_post', lang='fr', text='ZZ draft', status='draft',
           **WEB)                                   # 2
    hub.do('mem', 'question_change', id=2, status='dropped', **WEB)
    hub.do('mem', 'question_post', lang='fr', text='ZZ secret', status='draft',
           **WEB)                                  # 3
    hub.db.rows('UPDATE relais.item_text SET sensitive = true WHERE number = 3')
    hub.db.rows('UPDATE relais.item_revision SET sensitive = true WHERE number = 3')
    hub.do('mem', 'question_change', id=3, status='published', **WEB)
    hub.do('mem', 'question_report_post', id=3, status='applied', services=['ZZ service'], note='ZZ note',
           audience='public', occurred_on='2025', **WEB)
    hub.do('hub', 'lesson_post', lang='fr', title='L', status='published', occurred_on='2024-05',
           **WEB)               # 4
    hub.do('mem', 'lesson_report_post', id=4, status='trying', services=['ZZ past'], occurred_on='2025-03', **WEB)
    hub.do('mem', 'lesson_report_post', id=4, status='applied', services=['water'], note='Agreed', audience='public',
           occurred_on='2025-03-10', **WEB)
    hub.do('other', 'lesson_report_post', id=4, status='adapted', adaptation='ZZ ours', services=['water', 'press'],
           note='ZZ group', occurred_on='2025', **WEB)
    hub.do('partner', 'lesson_report_post', id=4, status='interrupted', reason='budget', note='ZZ why',
           services=['ZZ stopped'], audience='public',
           occurred_on='2025-03', **WEB)
    hub.do('hub', 'lesson_report_post', id=4, status='applied', services=['ZZ hub'], occurred_on='2025-03', **WEB)


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    fill(hub)
    got = report(hub, '2025-01-01', '2025-06-30')
    t.is_((got['municipalities'], got['lessons']), (3, 1), 'how many municipalities and lessons')
    t.is_(got['questions'], [{'number': 1, 'lang': 'fr', 'start': 'Second', 'end': 'Third', 'evolution': [
        {'title': 'Third', 'reason': 'Third because', 'trigger': 'visit', 'day': '2025-02'}]}],
        'a question at start and end, and between')
    t.is_(got['applications'], [{'status': 'applied', 'n': 1}, {'status': 'adapted', 'n': 1}],
          'applications, by what stands, of members and partners')
    t.is_(got['others'], [{'status': 'interrupted', 'n': None, 'few': True}], 'the rest is counted, from five on')
    t.is_(got['services'], ['press', 'water'], 'services of what is open')
    t.is_(got['notes'], [{'municipality': 'Memtown', 'status': 'applied', 'note': 'Agreed', 'adaptation': None}],
          'notes that their owner widened to all')
    for start, finish, first, last, days, applied in (
            ('2024-01-01', '2024-12-31', 'First', 'Second', ['2024-06-15'], 0),
            ('2024-06-15', '2024-06-15', 'First', 'Second', ['2024-06-15'], 0),
            ('2024-06-16', '2025-02-01', 'Second', 'Third', ['2025-02'], 1),
            ('2025-03-10', '2025-03-10', 'Third', 'Third', [], 2),
            ('2025-03-11', '2025-12-31', 'Third', 'Third', [], 1),
            ('2026-05-01', '2026-06-01', 'Third', 'Fourth', ['2026'], 0)):
        got = report(hub, start, finish)
        question = got['questions'][0]
        t.is_((question['start'], question['end'], [w['day'] for w in question['evolution']]), (first, last, days),
              f'{start} to {finish}: the question')
        t.is_(sum(a['n'] for a in got['applications']), applied, f'{start} to {finish}: applications')
    t.is_(report(hub, '2023-01-01', '2023-12-31')['questions'], [], 'before it was asked there is none')
    t.unlike(json.dumps([report(hub, '2000-01-01', '2100-01-01'), report(hub, '2025-01-01', '2025-12-31')]), 'ZZ',
             'nothing that is for fewer')
    for who in ('mem', 'hub', 'leadobs', 'assoc', 'bco', None):
        t.is_(report(hub, '2025-01-01', '2025-06-30', who), None, f'{who}: not theirs to make')
    hub.do('co', 'umbrella_change', umbrella='lead', time_zone='Asia/Tokyo')
    hub.do('mem', 'lesson_report_post', id=4, status='trying', **WEB)
    hub.db.rows("UPDATE relais.event SET at = '2025-12-31 20:00+00' WHERE seq = (SELECT max(seq) FROM relais.event WHERE group_id = 1) AND group_id = 1")
    t.is_([sum(a['n'] for a in report(hub, f'{year}-01-01', f'{year}-12-31')['applications']
               if a['status'] == 'trying') for year in (2025, 2026)], [0, 1],
          'days are the lead umbrella\'s')
    t.done()


if __name__ == '__main__':
    sys.exit(main())
