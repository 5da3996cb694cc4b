#!/usr/bin/python3
"""
Digests tell everything once: sections chained over the log, whatever happens between the draft
and the approval, as often as it is drafted anew.
"""

import random
import sys

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

WEB = {'group': 'web'}
TEACH = WEB | {'lang': 'fr', 'status': 'published'}
LISTS = ('lessons', 'questions', 'members', 'reports', 'others')


def told(hub, n, who='co', group='web'):
    """{list: [(number, act, status)]} of one group's section, as that reader sees it; None: no such section."""
    view = hub.read(who, 'digest_get', umbrella='lead', n=n)
    for section in view['sections'] if view else ():
        if section['group']['slug'] == group:
            return {name: [(i.get('number'), i['act'], i.get('status')) for i in section[name]] for name in LISTS}
    return None


def chain(hub):
    return [[int(v) for v in row] for row in hub.db.rows(
        "SELECT s.after, s.upto FROM relais.digest_section s JOIN relais.digest d USING (umbrella_id, n) WHERE s.group_id = 1 "
        "AND d.status = 'approved' ORDER BY s.n")]


def publish(hub):
    hub.do('co', 'digest_approve', umbrella='lead', n=hub.do('co', 'digest_draft', umbrella='lead')['n'])


def history(t, hub):
    """What was there before the first digest is never told."""
    hub.do('hub', 'lesson_post', title='History', **TEACH)                                      # 1
    hub.db.rows('UPDATE relais.group_log SET floor = head')
    t.is_(hub.write('co', 'digest_draft', umbrella='lead'), {'error': 'digest_empty'},
          'history is not told; an empty digest is not made')
    t.is_(hub.db.value('SELECT count(*) FROM relais.digest'), '0', 'not even as a draft')
    t.is_(hub.db.value("SELECT relais.digest_due_at(u) FROM relais.umbrella u WHERE slug = 'lead'"), None,
          'nor is one due')
    hub.do('mem', 'lesson_report_post', id=1, status='applied', **WEB)
    t.is_(hub.db.value("SELECT relais.digest_due_at(u) - e.at FROM relais.umbrella u, relais.event e JOIN relais.group_log l USING (group_id) "
                       "WHERE slug = 'lead' AND e.group_id = 1 AND e.seq = l.floor + 1"), '14 days',
          'after the first news one is due')
    publish(hub)
    t.is_(told(hub, 1)['reports'], [(1, 'reported', 'applied')], 'the news alone are told')


def between(t, hub):
    """What is taken back or withdrawn between draft and approval is not told; what comes then is told next."""
    for title in ('Stays', 'Goes'):                                                             # 2, 3
        hub.do('hub', 'lesson_post', title=title, **TEACH)
    hub.do('mem', 'lesson_report_post', id=2, status='trying', **WEB)
    hub.do('mem', 'lesson_report_post', id=2, status='applied', note='For all', audience='public', **WEB)
    hub.do('other', 'lesson_report_post', id=2, status='adapted', **WEB)
    hub.do('other', 'lesson_report_post', id=3, status='interrupted', reason='budget', **WEB)
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    seqs = dict(hub.db.rows("SELECT kind || number || coalesce(detail->>'status', ''), seq FROM relais.event WHERE group_id = 1"))
    hub.do('co', 'section_change', umbrella='lead', n=n, pin=[int(seqs['lesson2'])],
           leave_out=[int(seqs['report2adapted'])], **WEB)
    hub.do('hub', 'lesson_change', id=3, status='withdrawn', reason='Wrong', **WEB)
    hub.do('mem', 'lesson_report_post', id=2, status='retracted', **WEB)
    hub.do('co', 'digest_approve', umbrella='lead', n=n)
    t.is_(told(hub, n), {'lessons': [(2, 'published', None)], 'questions': [], 'members': [],
                         'reports': [(2, 'reported', 'trying')], 'others': []},
          'told is what stands when it is approved; what was left out stays out')
    section = hub.read('co', 'digest_get', umbrella='lead', n=n)['sections'][0]
    t.is_([i.get('pinned', False) for i in section['lessons']], [True], 'a pin stays')
    before = hub.db.value('SELECT md5(string_agg(s::text, $$ $$ ORDER BY s.n)) FROM relais.digest_section s')
    hub.do('hub', 'lesson_change', id=2, status='withdrawn', reason='Wrong', **WEB)
    hub.do('other', 'lesson_report_post', id=2, status='retracted', **WEB)
    t.is_(hub.write('hub', 'section_change', umbrella='lead', n=n, pin=[], **WEB), {'error': 'digest_approved'},
          'approved, it is fixed')
    publish(hub)
    t.is_(hub.db.value("SELECT md5(string_agg(s::text, $$ $$ ORDER BY s.n)) FROM relais.digest_section s WHERE s.n <= 2"), before, 'whatever comes')
    t.is_(told(hub, 3)['lessons'], [(2, 'withdrawn', None), (3, 'withdrawn', None)],
          'what comes then is told by the next')
    hub.do('mem', 'question_post', text='Q', lang='fr', status='published', **WEB)               # 4
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    hub.do('mem', 'question_change', id=4, status='dropped', **WEB)
    hub.do('co', 'digest_approve', umbrella='lead', n=n)
    t.is_(told(hub, n)['questions'], [(4, 'asked', None)], 'a question that was dropped since was asked')
    hub.do('mem', 'question_report_post', id=4, status='applied', **WEB)
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    hub.do('mem', 'question_report_post', id=4, status='retracted', **WEB)
    t.is_(told(hub, n)['reports'], [(4, 'reported', 'applied')], 'a draft has what stood when it was drafted')
    hub.do('co', 'digest_approve', umbrella='lead', n=n)
    t.is_(told(hub, n), {'lessons': [], 'questions': [(4, 'dropped', None)], 'members': [], 'reports': [],
                         'others': []},
          'approved, it tells what is left')
    hub.do('mem', 'lesson_report_post', id=1, status='trying', **WEB)
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    hub.do('mem', 'lesson_report_post', id=1, status='retracted', **WEB)
    head = int(hub.db.value('SELECT head FROM relais.group_log WHERE group_id = 1'))
    t.is_(hub.write('co', 'digest_approve', umbrella='lead', n=n), {'error': 'digest_empty'},
          'with nothing left it is not approved')
    t.is_(int(hub.db.value('SELECT head FROM relais.group_log WHERE group_id = 1')), head, 'and leaves no gap')


def redraft(t, hub):
    """A further draft extends the open one, with its texts, pins and omissions."""
    hub.do('hub', 'lesson_post', title='New', **TEACH)
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    seq = int(hub.db.value("SELECT max(seq) FROM relais.event WHERE group_id = 1"))
    hub.do('hub', 'section_change', umbrella='lead', n=n, pin=[seq], lang='en', text='By hand', text_html='By hand',
           **WEB)
    hub.do('hub', 'lesson_post', title='Newer', **TEACH)
    edit = hub.do('co', 'digest_draft', umbrella='lead')
    t.is_(edit['n'], n, 'there is one open draft')
    section = hub.read('co', 'digest_get', umbrella='lead', n=n)['sections'][0]
    t.is_(([i.get('pinned', False) for i in section['lessons']], section['markdown'], section['upto']),
          ([True, False], 'By hand', seq + 1),
          'which is extended, and keeps pins and texts')
    t.is_(hub.write('co', 'digest_approve', umbrella='lead', n=n, if_match=edit['edit'] - 1),
          {'error': 'edit_outdated'}, 'not an older one is approved')
    hub.do('co', 'digest_approve', umbrella='lead', n=n, if_match=edit['edit'])


def written(t, hub):
    """The text that is offered to an editor is what everybody may read: it will be everybody's."""
    hub.do('partner', 'lesson_report_post', group='open', id=1, status='applied', note='Among us', audience='umbrella')
    hub.do('mem', 'lesson_report_post', group='open', id=1, status='interrupted', note='Among us', audience='group')
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    section = hub.read('co', 'section_get', umbrella='lead', n=n, group='open')['section']
    t.is_(([i.get('note') for i in section['reports']], [i.get('note') for i in section['others']]),
          (['Among us'], ['Among us']), 'an editor sees the notes')
    t.is_(([i.get('note') for i in section['open']['reports']], section['open']['others']), ([None], []),
          'the text to edit does not have them')
    hub.do('co', 'digest_approve', umbrella='lead', n=n)
    t.is_(hub.read(None, 'digest_group_get', group='open', n=n)['sections'][0]['open'], None,
          'and goes when it is approved')


def random_chain(t, hub):
    """Over random writes and digests: sections join without gap or overlap, and tell what stands once."""
    dice = random.Random(7)
    first = len(chain(hub))
    for _ in range(150):
        choice, who = dice.random(), dice.choice(('mem', 'other', 'partner'))
        if choice < 0.7:
            hub.write(who, 'lesson_report_post', id=dice.choice((1, 5, 6)),
                      status=dice.choice(('applied', 'trying', 'planned', 'retracted')), **WEB)
        elif choice < 0.8:
            hub.do('hub', 'lesson_post', title='T', **TEACH)
        elif choice < 0.9:
            hub.write('co', 'digest_draft', umbrella='lead')
        else:
            n = hub.write('co', 'digest_draft', umbrella='lead').get('value', {}).get('n')
            hub.write(who, 'lesson_report_post', id=1, status='retracted', **WEB)
            hub.write('co', 'digest_approve', umbrella='lead', n=n)
    sections = chain(hub)
    t.ok(len(sections) > first + 5, 'there are digests', sections)
    t.is_([i for i in range(1, len(sections)) if sections[i][0] != sections[i - 1][1]], [],
          'each section goes on where the one before ended')
    t.is_(hub.db.value('SELECT string_agg(n::text, $$ $$ ORDER BY n) FROM relais.digest'),
          ' '.join(str(i + 1) for i in range(int(
        hub.db.value('SELECT max(n) FROM relais.digest')))), 'the numbers have no gap')
    twice = hub.db.rows("SELECT i->>'seq' FROM relais.digest_section s, jsonb_array_elements(s.items) i WHERE s.group_id = 1 GROUP BY 1 HAVING count(*) > 1")
    t.is_(twice, [], 'nothing is told twice')
    missing = hub.db.rows(
        "SELECT e.seq FROM relais.event e JOIN relais.item i USING (group_id, number) JOIN relais.digest_section s ON s.group_id = e.group_id "
        "AND e.seq > s.after AND e.seq <= s.upto WHERE e.group_id = 1 AND e.act = 'published' AND i.status = 'published' AND NOT EXISTS ("
        "SELECT FROM jsonb_array_elements(s.items) x WHERE x->'seq' = to_jsonb(e.seq))")
    t.is_(missing, [], 'no lesson is skipped')


def few(t, hub):
    """To whoever is not of the group, numbers of what is not open begin with five."""
    for town in ('t1', 't2', 't3'):
        hub.do('co', 'municipality_post', slug=town, name=town, country='BJ', lang='fr', umbrella='lead')
        hub.do('co', 'member_put', group='open', municipality=town, role='member')
    number = hub.do('hub', 'lesson_post', group='open', lang='fr', title='T', status='published')['id']
    publish(hub)
    for town, want in (('memtown', {}), ('othertown', {}), ('t1', {}), ('t2', {}), ('t3', {'interrupted': 5})):
        hub.do('co', 'lesson_report_post', group='open', id=number, status='interrupted', municipality=town,
               via='phone')
        t.is_(hub.read(None, 'lesson_get', group='open', id=number)['totals'], want,
              f'{town}: the total the public sees')
    publish(hub)
    n = int(hub.db.value('SELECT max(n) FROM relais.digest'))
    t.is_(hub.read(None, 'digest_group_get', group='open', n=n)['sections'][0]['counts'],
          [{'status': 'interrupted', 'n': 5}], 'and in the digest')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    hub.do('hub', 'lesson_post', group='open', lang='fr', title='T', status='published')
    history(t, hub)
    between(t, hub)
    redraft(t, hub)
    written(t, hub)
    random_chain(t, hub)
    few(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
