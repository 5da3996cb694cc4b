#!/usr/bin/python3
"""
The desk of a digest: the order of a section survives whatever comes, a draft is approved by itself only by who may, and
who gets it is told to its coordinator, by name only with consent.
"""

import sys

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

WEB = {'group': 'web'}
TEACH = WEB | {'lang': 'fr', 'status': 'published'}
DRAFT = {'umbrella': 'lead', 'n': 1}
EDITORS = ('hub', 'hubhand', 'co')
OTHERS = ('mem', 'memcoach', 'partner', 'obs', 'leadobs', 'assoc', 'strange', 'bco', 'gone', None)


def section(hub, who='co'):
    return hub.read(who, 'section_get', **DRAFT, **WEB)['section']


def titles(hub, name='lessons'):
    return [item['title'] for item in section(hub)[name]]


def arrange(hub, act, title=None, who='co', **values):
    seq = next((i['seq'] for name in ('lessons', 'reports', 'left_out') for i in section(hub)[name] if i['title'] == title), None)
    return hub.write(who, 'section_arrange', act=act, seq=seq, **DRAFT, **WEB, **values)


# act, on what, the lessons then; on the order of the row before
MOVES = (
    ('up', 'A', 'D C A B'), ('up', 'A', 'D A C B'), ('up', 'A', 'A D C B'), ('up', 'A', 'A D C B'), ('down', 'B', 'A D C B'),
    ('down', 'A', 'D A C B'), ('pin', 'B', 'B D A C'), ('up', 'B', 'B D A C'), ('up', 'D', 'B D A C'), ('pin', 'C', 'C B D A'),
    ('up', 'B', 'B C D A'), ('unpin', 'B', 'C D A B'), ('leave_out', 'D', 'C A B'), ('up', 'B', 'C B A'), ('take_in', 'D', 'C D B A'),
    ('unpin', 'C', 'D B A C'),
)


def ordered(t, hub):
    for title in 'ABCD':
        hub.do('hub', 'lesson_post', title=title, **TEACH)
    hub.do('mem', 'lesson_report_post', id=1, status='applied', **WEB)
    hub.do('co', 'digest_draft', umbrella='lead')
    t.is_(titles(hub), list('DCBA'), 'the newest first, until somebody orders them')
    for act, title, want in MOVES:
        arrange(hub, act, title)
        t.is_(' '.join(titles(hub)), want, f'{act} {title}: {want}')
    seqs = {i['title']: i['seq'] for i in section(hub)['lessons']}
    hub.do('hub', 'section_arrange', order=[seqs[c] for c in 'BADC'], **DRAFT, **WEB)
    t.is_(titles(hub), list('BADC'), 'all at once')
    hub.do('hub', 'lesson_post', title='E', **TEACH)
    hub.do('co', 'digest_draft', umbrella='lead')
    t.is_(titles(hub), list('BADCE'), 'drafted anew, the order stays; what is new stands behind it')
    hub.do('hub', 'section_change', pin=[seqs['D']], **DRAFT, **WEB)
    t.is_(titles(hub), list('DBACE'), 'and so it does when pins are set')
    t.is_(titles(hub, 'reports'), ['A'], 'the other lists are as they were')
    for who in EDITORS:
        t.ok('error' not in hub.write(who, 'section_arrange', act='up', seq=seqs['B'], **DRAFT, **WEB), f'{who} arranges')
    for who in OTHERS:
        t.is_(hub.write(who, 'section_arrange', act='up', seq=seqs['B'], **DRAFT, **WEB), {'error': 'not_found'}, f'{who}: does not')
    t.is_(hub.write('co', 'section_arrange', act='up', seq=999, **DRAFT, **WEB), {'error': 'section_item_gone'},
          'what is not in it any more')
    hub.do('co', 'section_change', lang='nl', text='T', text_html='T', **DRAFT, **WEB)
    for who, want in (('co', ['nl']), ('hub', ['nl']), ('mem', None)):
        value = hub.read(who, 'section_get', **DRAFT, **WEB)
        t.is_(value and value['written'], want, f'{who}: the languages written by hand: {want}')


def due(hub, passed=True):
    """Runs what the sweep runs; first the time is made to have come."""
    if passed:
        hub.db.rows("UPDATE relais.digest_schedule SET at = now() - interval '1 minute'")
    return hub.write(None, 'schedules_due')


def desk(hub, who='co', n=1):
    value = hub.read(who, 'digest_get', umbrella='lead', n=n)
    return value and value.get('desk')


def scheduled(t, hub):
    later = DRAFT | {'day': '2090-03-01', 'hour': 9}
    for who in OTHERS + ('hub',):
        t.is_(hub.write(who, 'digest_schedule', **later), {'error': 'not_found'}, f'{who}: does not schedule')
        t.is_(hub.write(who, 'digest_unschedule', **DRAFT), {'error': 'not_found'}, f'{who}: nor takes it back')
        t.is_(desk(hub, who), None, f'{who}: sees nothing of it')
    t.is_(hub.write('co', 'digest_schedule', **DRAFT | {'day': '2020-03-01', 'hour': 9}), {'error': 'digest_schedule_past'},
          'not for a time that has passed')
    hub.db.rows("UPDATE relais.umbrella SET time_zone = 'Africa/Porto-Novo' WHERE slug = 'lead'")
    hub.do('co', 'digest_schedule', **later)
    t.is_(hub.db.value('SELECT at AT TIME ZONE $$UTC$$ FROM relais.digest_schedule'), '2090-03-01 08:00:00', 'in the time of the umbrella')
    shown = desk(hub)['schedule']
    t.is_((shown['day'], shown['hour'], shown['by'], shown['waits']), ('2090-03-01', 9, 'co', True), 'the desk says when, and who set it')
    t.is_(due(hub, False), {'more': False, 'after': None, 'changed': [], 'approved': None}, 'before its time nothing happens')
    hub.do('co', 'digest_unschedule', **DRAFT)
    t.is_((due(hub)['approved'], desk(hub)['schedule']), (None, None), 'taken back, nothing does')
    hub.do('co', 'digest_schedule', **later)
    hub.do('co', 'digest_draft', umbrella='lead')
    t.is_(desk(hub)['schedule']['waits'], True, 'drafted anew, it stays')
    # who set it may not any more
    hub.db.rows("UPDATE relais.affiliation SET role = 'observer' WHERE person_id = (SELECT id FROM relais.person WHERE name = 'co') AND umbrella_id IS NOT NULL")
    due(hub)
    hub.db.rows("UPDATE relais.affiliation SET role = 'coordinator' WHERE person_id = (SELECT id FROM relais.person WHERE name = 'co') AND umbrella_id IS NOT NULL")
    shown = desk(hub)['schedule']
    t.is_((shown['waits'], shown['is_empty'], hub.db.value('SELECT status FROM relais.digest WHERE n = 1')), (False, False, 'draft'),
          'who may not approve it any more does not; the desk says so')
    hub.do('co', 'digest_schedule', **later)
    hub.db.rows("UPDATE relais.person SET ended_at = now() WHERE name = 'co'")
    due(hub)
    t.is_(hub.db.value('SELECT refused FROM relais.digest_schedule'), 'forbidden', 'nor who left')
    hub.db.rows("UPDATE relais.person SET ended_at = NULL WHERE name = 'co'")
    t.is_(due(hub)['more'], False, 'what was refused is not tried again')
    hub.do('co', 'digest_schedule', **later)
    answer = due(hub)
    t.is_((answer['approved'], len(answer['changed'])), (1, 2), 'its time come, it is approved, and says which groups changed')
    t.is_(hub.db.value('SELECT p.name FROM relais.digest d JOIN relais.person p ON p.id = d.approved_by WHERE d.n = 1'), 'co', 'by who set it')
    t.is_(hub.db.value("SELECT current_setting('app.actor', true)"), '', 'and nobody is left to act')
    t.is_(hub.write('co', 'digest_schedule', **later), {'error': 'digest_approved'}, 'then there is nothing to schedule')
    t.is_(titles_of(hub, 1), list('DBACE'), 'approved, it has the order')


def titles_of(hub, n):
    lessons = hub.read('co', 'digest_get', umbrella='lead', n=n)['sections']
    return [i['title'] for i in next(s for s in lessons if s['group']['slug'] == 'web')['lessons']]


def emptied(t, hub):
    """Nothing is left to tell when the time comes."""
    hub.do('mem', 'lesson_report_post', id=2, status='trying', **WEB)
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    hub.do('co', 'digest_schedule', umbrella='lead', n=n, day='2090-03-01', hour=9)
    hub.do('mem', 'lesson_report_post', id=2, status='retracted', **WEB)
    t.is_((due(hub)['approved'], desk(hub, n=n)['schedule']['is_empty']), (None, True), 'with nothing left it is not approved, and the desk says so')
    t.is_(hub.write('co', 'digest_draft', umbrella='lead'), {'error': 'digest_empty'}, 'drafted anew, there is no draft')
    hub.do('mem', 'lesson_report_post', id=2, status='trying', **WEB)
    hub.do('co', 'digest_draft', umbrella='lead')
    hub.do('co', 'digest_schedule', umbrella='lead', n=n, day='2090-03-01', hour=9)
    hub.db.rows('DELETE FROM relais.digest_section WHERE n = $1::int', n)
    hub.db.rows('DELETE FROM relais.digest WHERE n = $1::int', n)
    t.is_(hub.db.value('SELECT count(*) FROM relais.digest_schedule WHERE n = $1::int', n), '0', 'a draft that goes takes its time along')


# who, how often, what, in which language
FOLLOWS = (('mem', 'weekly', None, 'nl'), ('other', 'at_once', ['digest', 'lesson'], None), ('hub', 'weekly', ['lesson'], None),
           ('partner', 'paused', None, None), ('memhand', 'monthly', None, 'fr'), ('obs', 'weekly', None, None))


def followed(t, hub):
    n = hub.db.value('SELECT max(n) FROM relais.digest')
    for who, cadence, kinds, lang in FOLLOWS:
        hub.do(who, 'subscription_put', cadence=cadence, kinds=kinds, lang=lang, **WEB)
    hub.do('strange', 'subscription_put', group='open', cadence='weekly')
    for who in ('mem', 'strange'):
        hub.do(who, 'me_change', contact=True)
    hub.db.rows("UPDATE relais.membership SET ended_at = now() WHERE municipality_id = (SELECT id FROM relais.municipality WHERE slug = 'obstown')")
    value = hub.read('co', 'digest_recipients', umbrella='lead', n=1)
    web = next(s for s in value['sections'] if s['slug'] == 'web')
    t.is_((web['persons'], web['hidden']), (3, 2), 'who wants digests of the group, and still sees it')
    t.is_(web['people'], [{'name': 'mem', 'lang': 'nl', 'cadence': 'weekly', 'of': 'Memtown'}], 'by name only who agreed')
    t.is_({x['lang']: x['n'] for x in web['langs']}, {'nl': 1, 'en': 1, 'fr': 1}, 'by language')
    t.is_({x['cadence']: x['n'] for x in web['cadences']}, {'weekly': 1, 'at_once': 1, 'monthly': 1}, 'by cadence')
    t.is_([m['slug'] for m in web['without']], ['hubtown', 'partown'], 'and the municipalities nobody gets it for')
    open_ = next(s for s in value['sections'] if s['slug'] == 'open')
    t.is_(([p['name'] for p in open_['people']], value['persons']), (['strange'], 4), 'a public group is followed by whoever likes')
    for who in OTHERS + ('hub',):
        t.is_(hub.read(who, 'digest_recipients', umbrella='lead', n=1), None, f'{who}: is not told')
    t.is_(hub.read('co', 'digest_recipients', umbrella='lead', n=99), None, f'of no digest: none ({n} there are)')


def public(t, hub):
    """The public edition is nobody's view of it."""
    hub.do('partner', 'lesson_report_post', group='open', id=1, status='applied', note='For the group', audience='group')
    hub.do('mem', 'lesson_report_post', group='open', id=1, status='interrupted', reason='budget', note='SECRET', audience='group')
    hub.do('hub', 'lesson_post', title='Closed', **TEACH)
    n = hub.do('co', 'digest_draft', umbrella='lead')['n']
    for who, want in (('co', True), ('hub', False), ('mem', False), (None, False)):
        t.is_(hub.read(who, 'digest_public', umbrella='lead', n=n) is not None, want, f'{who}: the edition of a draft: {want}')
    hub.do('co', 'digest_approve', umbrella='lead', n=n)
    for who in ('co', 'hub', None):
        got = hub.read(who, 'digest_public', umbrella='lead', n=n)
        nobodys = hub.read(None, 'digest_get', umbrella='lead', n=n)
        t.is_([{name: s[name] for name in ('lessons', 'questions', 'members', 'reports', 'others', 'counts', 'text', 'markdown')} for s in got['sections']],
              [{name: s[name] for name in ('lessons', 'questions', 'members', 'reports', 'others', 'counts', 'text', 'markdown')} for s in nobodys['sections']],
              f'{who}: what nobody in particular sees')
        t.ok([s['group']['slug'] for s in got['sections']] == ['open'] and 'SECRET' not in str(got) and 'For the group' not in str(got)
             and 'interrupted' not in str(got), f'{who}: of public groups, and no more')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    hub.do('hub', 'lesson_post', group='open', lang='fr', title='T', status='published')
    ordered(t, hub)
    scheduled(t, hub)
    emptied(t, hub)
    followed(t, hub)
    public(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
