#!/usr/bin/python3
"""
What one may not see cannot be told from what is not there: whatever a person asks or tries on a
group, question or lesson that they do not see, every statement says what it says of none.
"""

import sys

from tests.lib import pq
from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap
from tests.lib.walls import MAY, NOT_THE_SITES, fill, kind_of

# The operator's, refused to the site as a whole; and what makes or is given nothing of a group.
THE_OPERATORS = {'import', 'restore', 'export_bodies', 'export_group', 'person_end', 'mail_list', 'mail_replay', 'mail_health'}
# A sensible value for each parameter that does not say which row; a statement may have its own.
VALUES = {'lang': 'fr', 'text_lang': 'en', 'title': 'T', 'text': 'T', 'kind': 'lesson', 'role': 'member',
          'priority': 'must', 'name': 'N',
          'cadence': 'weekly', 'hash': '00' * 32, 'municipality': 'memtown', 'n': 1, 'q': 'ZZCLOSED', 'occurred_on': '2026-01-01', 'via': 'phone'}
OWN = {'lesson_report_post': {'status': 'applied', 'via': 'phone'},
       'question_report_post': {'status': 'applied', 'via': 'phone'},
       'question_change': {'status': 'dropped'}, 'lesson_change': {'status': 'withdrawn', 'reason': 'R'},
       'lesson_post': {'status': 'draft'},
       'question_post': {'status': 'draft'}, 'token_post': {'kind': 'feed'}}
NO_SUCH = 999


def answers(hub, name, values):
    """What the statement says; nothing of it stays."""
    values = VALUES | OWN.get(name, {}) | values
    hub.db.rows('SAVEPOINT s')
    try:
        answer = hub.call(name, {param: values[param] for param in hub.statements[name].params if param in values})
    except pq.Error as error:
        answer = f'{error.sqlstate} {error}'
    hub.db.rows('ROLLBACK TO s')
    return answer


def sight(hub):
    """Slugs of the groups, and the numbers in the closed group, that the reader sees."""
    groups = {row[0] for row in hub.db.rows('SELECT slug FROM relais.group')}
    return groups, {row[0] for row in hub.db.rows('SELECT number FROM relais.item WHERE group_id = 1')}


def compare(hub, name, values, none):
    got, want = answers(hub, name, values), answers(hub, name, none)
    return [f'{name} {values}: {got}, of none {want}'] if got != want else []


def below(hub, seen):
    """Problems and sub-questions of the closed group, of the questions that are not seen."""
    return {kind: [row[0] for row in hub.db.rows(f'SELECT {kind} FROM relais.{kind} WHERE group_id = 1 AND number <> ALL ($1::int[])',
                                                 '{' + ','.join(seen) + '}')] for kind in ('problem', 'subquestion')}


def unseen(hub, who, name, groups, seen, hidden):
    """The differences that reader finds with one statement."""
    params = hub.statements[name].params
    found = []
    if 'group' not in params:
        return found
    given = {'id': 1, 'problem': 1, 'umbrella': 'lead', 'slug': 'x'}
    for group in {'web', 'bgroup'} - groups:
        found += compare(hub, name, given | {'group': group}, given | {'group': 'nosuch'})
    if 'web' in groups:
        what = {'priority_put': ('id', hidden['subquestion']), 'we_too_post': ('problem', hidden['problem']),
                'we_too_end': ('problem', hidden['problem'])}.get(
            name, ('id', hidden['item']) if 'id' in params and name != 'token_end' else ('id', []))
        for number in what[1]:
            for kind in ('lesson', 'question') if 'kind' in params else ('lesson',):
                more = {'group': 'web', 'kind': kind}
                found += compare(hub, name, more | {what[0]: number}, more | {what[0]: NO_SUCH})
    return found


def unnamed(t, hub):
    """Nor can a lesson say that it answers what is hidden from its writer."""
    question, subquestion = hub.db.rows('SELECT i.number, s.subquestion FROM relais.item i JOIN relais.subquestion s USING (group_id, number) '
                                        'WHERE i.sensitive ORDER BY 1 LIMIT 1')[0]
    for name in ('lesson_post', 'lesson_change'):
        for field, number in (('questions', question), ('subquestions', subquestion)):
            for who in ('hub', 'co'):
                with hub.reader(who):
                    got = [answers(hub, name, {'group': 'web', 'id': 1, 'reason': None,
                                               'status': 'draft' if name == 'lesson_post' else None,
                                               field: [int(n)]}) for n in (number, NO_SUCH)]
                t.is_(got, [{'error': f'answers_{field[:-1]}_known'}] * 2, f'{who}: {name} cannot name hidden {field}')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    fill(hub)
    items = [row[0] for row in hub.db.rows('SELECT number FROM relais.item WHERE group_id = 1 ORDER BY 1')]
    names = [name for name in hub.statements if name not in NOT_THE_SITES | THE_OPERATORS]
    for who in MAY:
        found = []
        with hub.reader(who, kind_of(who)):
            groups, seen = sight(hub)
            hub.db.rows('RESET ROLE')
            hidden = below(hub, seen) | {'item': [number for number in items if number not in seen]}
            hub.db.rows('SET LOCAL ROLE relais_site')
            for name in names:
                found += unseen(hub, who, name, groups, seen, hidden)
        t.is_(found, [], f'{who}: what is not seen is as if it were not there')
    unnamed(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
