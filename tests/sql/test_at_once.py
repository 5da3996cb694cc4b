#!/usr/bin/python3
"""
Two at once, where the one has to wait for the other: what comes out is as if they had come one
after the other, and the pages of every group that shows the change are known to be out of date.
"""

import sys
import threading

from tests.lib import pq
from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap


class Later(threading.Thread):
    """A write of another connection, begun while ours holds what it needs; waits until it stands there."""

    def __init__(self, hub, call):
        super().__init__()
        self.hub, self.call, self.answer = Hub(), call, None
        pid = self.hub.db.value('SELECT pg_backend_pid()')
        self.start()
        while self.is_alive() and hub.db.value('SELECT cardinality(pg_blocking_pids($1))', pid) == '0':
            pass

    def run(self):
        who, name, values = self.call
        try:
            self.answer = self.hub.write(who, name, **values)
        except pq.Error as error:
            self.answer = {'error': f'{error.sqlstate} {error}'}

    def end(self):
        self.join()
        self.hub.close()
        return self.answer


def at_once(first, second, hub):
    """The answers of two writes, the second of which is begun before the first is committed; and whether it waited."""
    who, name, values = first
    hub.db.rows('BEGIN; SET LOCAL ROLE relais_site')
    hub.begin(who)
    answer = hub.call(name, values)
    later = Later(hub, second)
    waited = later.is_alive()
    hub.db.rows('COMMIT')
    return answer, later.end(), waited


def versions(hub):
    return dict(hub.db.rows('SELECT g.slug, l.version FROM relais.group g JOIN relais.group_log l ON l.group_id = g.id'))


def names(t, hub):
    """A municipality or umbrella gets a new name while a group takes it in."""
    ids = dict(hub.db.rows('SELECT slug, id FROM relais.group'))
    _, renamed, waited = at_once(('bco', 'member_put', {'group': 'bgroup', 'municipality': 'strangetown',
                                                        'role': 'member'}),
                                 ('co', 'municipality_rename', {'municipality': 'strangetown', 'name': 'Renamed'}), hub)
    t.is_((waited, renamed.get('changed')), (True, [[int(ids['bgroup']), int(versions(hub)['bgroup'])]]),
          'a municipality that is renamed while a group takes it in: the group has changed')
    _, renamed, waited = at_once(('co', 'group_post', {'slug': 'new', 'name': 'New', 'lang': 'fr', 'umbrella': 'lead'}),
                                 ('co', 'umbrella_change', {'umbrella': 'lead', 'name': 'Renamed'}), hub)
    new = [int(hub.db.value("SELECT id FROM relais.group WHERE slug = 'new'")), int(versions(hub)['new'])]
    t.is_((waited, new in renamed['changed'], new[1]), (True, True, 2),
          'an umbrella that is renamed while it gets a group: the group has changed')
    first, second, waited = at_once(('co', 'municipality_rename', {'municipality': 'memtown', 'slug': 'one'}),
                                    ('co', 'municipality_rename', {'municipality': 'memtown', 'slug': 'two'}), hub)
    t.is_((waited, 'error' in first, 'error' in second), (True, False, False), 'two new slugs at once')
    t.is_([hub.read(None, 'moved_get', municipality=slug)['municipality'] for slug in ('memtown', 'one')], ['two'] * 2,
          'every slug it ever had leads to it')
    hub.do('co', 'municipality_rename', municipality='two', slug='memtown')


def digests(t, hub):
    """Drafts and approvals meet writes and each other."""
    report = {'group': 'web', 'id': 1, 'status': 'applied'}
    draft, approve = ('co', 'digest_draft', {'umbrella': 'lead'}), ('co', 'digest_approve',
                                                                    {'umbrella': 'lead', 'n': 1})
    hub.do('hub', 'lesson_post', group='web', lang='fr', title='T', status='published')
    head = int(hub.db.value('SELECT head FROM relais.group_log WHERE group_id = 1'))
    _, drafted, waited = at_once(('mem', 'lesson_report_post', report), draft, hub)
    upto = int(hub.db.value('SELECT upto FROM relais.digest_section WHERE n = 1 AND group_id = 1'))
    t.is_((waited, drafted['value']['n'], upto), (False, 1, head),
          'a draft does not wait for a write, and ends before it')
    first, second, waited = at_once(draft, draft, hub)
    t.is_((waited, first['value']['n'], second['value']['n'], hub.db.value('SELECT count(*) FROM relais.digest')),
          (True, 1, 1, '1'),
          'two drafts at once are one')
    edit = ('hub', 'section_change', {'umbrella': 'lead', 'n': 1, 'group': 'web', 'lang': 'fr', 'text': 'T',
                                      'text_html': 'T'})
    first, second, waited = at_once(edit, approve, hub)
    t.is_((waited, 'error' in first, second['value']['status']), (True, False, 'approved'),
          'an approval waits for an edit, and has it')
    t.is_(hub.db.value('SELECT text FROM relais.digest_text'), 'T', 'the edit is in it')
    hub.do('mem', 'lesson_report_post', **report)
    hub.do('co', 'digest_draft', umbrella='lead')
    approve[2]['n'] = edit[2]['n'] = 2
    first, second, waited = at_once(approve, edit, hub)
    t.is_((waited, first['value']['status'], second), (True, 'approved', {'error': 'digest_approved'}),
          'an edit that comes too late is refused')
    hub.do('mem', 'lesson_report_post', **report)
    hub.do('co', 'digest_draft', umbrella='lead')
    approve[2]['n'] = 3
    first, second, waited = at_once(approve, approve, hub)
    t.is_((waited, first['value']['status'], second), (True, 'approved', {'error': 'digest_approved'}),
          'two approvals at once are one')
    t.is_(hub.db.value("SELECT count(*) FROM relais.event WHERE kind = 'digest' AND group_id = 1"), '3',
          'told once each')


def items(t, hub):
    """Two who change the same: the later one is told that it is out of date."""
    change = {'group': 'web', 'id': 1, 'if_match': int(hub.db.value('SELECT edit FROM relais.item WHERE group_id = 1 AND number = 1')), 'cost': 'low'}
    _, second, waited = at_once(('hub', 'lesson_change', change), ('co', 'lesson_change', change), hub)
    t.is_((waited, second), (True, {'error': 'edit_outdated'}), 'of two changes of one state the later is refused')
    undo = {'group': 'web', 'id': 1, 'status': 'retracted'}
    hub.do('other', 'lesson_report_post', group='web', id=1, status='applied')
    _, second, _ = at_once(('other', 'lesson_report_post', undo), ('other', 'lesson_report_post', undo), hub)
    t.is_(second, {'error': 'report_nothing_to_retract'}, 'a report is taken back once')
    _, second, _ = at_once(('co', 'member_end', {'group': 'web', 'municipality': 'othertown'}),
                           ('other', 'lesson_report_post', {'group': 'web', 'id': 1, 'status': 'applied'}), hub)
    t.is_(second, {'error': 'not_found'}, 'who has just left reports no more')
    hub.do('co', 'member_put', group='web', municipality='othertown', role='member')
    _, second, _ = at_once(('co', 'hub_hand_over', {'group': 'web', 'municipality': 'othertown'}),
                           ('hub', 'lesson_post', {'group': 'web', 'lang': 'fr', 'title': 'T', 'status': 'published'}),
                           hub)
    t.is_(second['value']['status'], 'proposed', 'who has just handed over the hub proposes')


def hubs(t, hub):
    """The hub is handed over to two at once: the later one takes it from the earlier."""
    to = [('co', 'hub_hand_over', {'group': 'open', 'municipality': town}) for town in ('memtown', 'othertown')]
    first, second, waited = at_once(*to, hub)
    t.is_((waited, 'error' in first, 'error' in second), (True, False, False), 'two hand-overs at once')
    roles = dict(hub.db.rows("SELECT c.slug, m.role FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id "
                             "JOIN relais.group g ON g.id = m.group_id WHERE g.slug = 'open' AND m.role IN ('hub', 'member')"))
    t.is_(roles, {'hubtown': 'member', 'memtown': 'member', 'othertown': 'hub'}, 'one hub is left')
    t.is_([h['municipality']['slug'] for h in hub.read(None, 'member_list', group='open')['hubs']], ['hubtown', 'memtown', 'othertown'],
          'each had its turn')
    _, second, waited = at_once(('co', 'hub_hand_over', {'group': 'open', 'municipality': 'hubtown'}),
                                ('co', 'member_end', {'group': 'open', 'municipality': 'hubtown'}), hub)
    t.is_((waited, second), (True, {'error': 'member_hub_hands_over'}), 'who has just become the hub does not leave')
    _, second, _ = at_once(('co', 'member_end', {'group': 'open', 'municipality': 'memtown'}),
                           ('co', 'hub_hand_over', {'group': 'open', 'municipality': 'memtown'}), hub)
    t.is_(second, {'error': 'hub_not_member'}, 'who has just left does not become the hub')
    hub.do('co', 'member_put', group='open', municipality='memtown', role='member')
    first, second, waited = at_once(('co', 'group_change', {'group': 'open', 'slug': 'opened'}),
                                    ('co', 'group_post', {'slug': 'open', 'name': 'N', 'lang': 'fr', 'umbrella': 'lead'}), hub)
    t.is_(('error' in first, second), (False, {'error': 'group_slug_taken'}), 'an address that is just left is not given to another')
    hub.do('co', 'group_change', group='opened', slug='open')


def order(t, hub):
    """Who takes several groups takes them in the order of their slugs: it never waits for one who waits for it."""
    ids = dict(hub.db.rows('SELECT slug, id FROM relais.group'))
    t.ok(int(ids['web']) < int(ids['open']), 'which is not the order of their ids')
    hub.do('co', 'lesson_post', group='open', lang='fr', title='T', status='published')
    hub.do('mem', 'lesson_report_post', group='web', id=1, status='trying')
    digest = hub.do('co', 'digest_draft', umbrella='lead')['n']
    for name, values in (('municipality_rename', {'municipality': 'memtown', 'name': 'Renamed'}),
                         ('digest_approve', {'umbrella': 'lead', 'n': digest})):
        hub.db.rows('BEGIN; SET LOCAL ROLE relais_site')
        hub.begin('mem')
        first = [hub.call('lesson_report_post', {'group': 'open', 'id': 1, 'status': 'trying'})]
        later = Later(hub, ('co', name, values))
        first.append(hub.call('lesson_report_post', {'group': 'web', 'id': 1, 'status': 'trying'}))
        hub.db.rows('COMMIT')
        answer = later.end()
        t.is_([a.get('error') for a in (*first, answer)], [None] * 3, f'{name} beside a batch of two groups')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    names(t, hub)
    digests(t, hub)
    items(t, hub)
    hubs(t, hub)
    order(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
