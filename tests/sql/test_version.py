#!/usr/bin/python3
"""
A group's version rises with every write that changes anything its pages show; the answer says
which groups changed, so that the site forgets what it remembers of them. Walked over every table
of the schema and every write statement: a new one that is not placed here fails the test.
"""

import sys

from tests.lib.hub_sql import PERSONS, Hub, sha256
from tests.lib.quarter import BENIN, quarter
from tests.lib.signed import MAKE_KEY, sign
from tests.lib.tap import Tap
from tests.lib.walls import THE_COURIERS

MEM = list(PERSONS).index('mem') + 1
# Tables with a group_id are a group's own, but for these, whose rows no page for others shows.
PRIVATE = {
    'group_log': 'the counters themselves', 'access_token': 'the person\'s own', 'subscription': 'the person\'s own', 'draft': 'likewise', 'mail_clock': 'likewise',
    'websub': 'the subscriber\'s alone', 'websub_request': 'likewise', 'webhook_position': 'the umbrella\'s coordinators\'',
    'digest_section': 'a draft is shown to those who edit it; once approved: below', 'digest_text': 'likewise',
}
# Tables without one, and the part of them that a group's pages show.
SHARED = {
    'group': 'SELECT x.* FROM relais.group x WHERE x.id = g.id',
    'umbrella': 'SELECT x.slug, x.name, x.time_zone FROM relais.umbrella x WHERE x.id = g.umbrella_id '
                'OR x.id IN (SELECT s.umbrella_id FROM relais.associate s WHERE s.group_id = g.id)',
    'municipality': 'SELECT x.* FROM relais.municipality x WHERE x.id IN (SELECT m.municipality_id FROM relais.membership m WHERE m.group_id = g.id)',
    'programme': 'SELECT x.* FROM relais.programme x WHERE x.id = g.programme_id',
    'digest': "SELECT s.*, (SELECT string_agg(t::text, '' ORDER BY lang) FROM relais.digest_text t WHERE (t.umbrella_id, t.n, t.group_id) = "
              "(s.umbrella_id, s.n, s.group_id)) FROM relais.digest_section s JOIN relais.digest d USING (umbrella_id, n) "
              "WHERE s.group_id = g.id AND d.status = 'approved'",
}
ELSEWHERE = {'incoming': 'the courier\'s', 'mail_trouble': 'for who manages people', 'digest_held': 'who was told',
             'signing_key': 'nobody\'s page', 'delivery': 'the courier\'s', 'invitation': 'for who manages people', 'quarter_answer': 'for its municipality and the umbrella alone',
             'person': 'nobody is named on a group\'s pages', 'affiliation': 'likewise', 'idempotency': 'answers given',
             'old_slug': 'municipalities\' old addresses', 'log_kind': 'what export knows: part of the program',
             'inquiry_consent': 'read by who is signed in', 'webhook': 'for the umbrella\'s coordinators',
             'digest_schedule': 'on the desk of its coordinator',
             'partnership': 'on a municipality\'s page, which is no group\'s'}

WEB = {'group': 'web'}
LATEST = object()       # the newest report's number
SECRET, HOOK, DELIVERY = 'whsec_' + 'A' * 43 + '=', {'umbrella': 'lead', 'id': 1}, 1000000
# Each write statement, with the groups whose pages it changes.
CASES = [
    ('operator', 'umbrella_post', {'slug': 'new', 'name': 'N', 'country': 'BJ', 'lang': 'fr'}, ''),
    ('co', 'umbrella_change', {'umbrella': 'lead', 'name': 'Lead renamed'}, 'web open'),
    ('co', 'umbrella_change', {'umbrella': 'lead', 'time_zone': 'Africa/Porto-Novo'}, 'web open'),
    ('operator', 'umbrella_change', {'umbrella': 'associated', 'name': 'Associated renamed'}, 'web open'),
    ('co', 'municipality_post', {'slug': 'newtown', 'name': 'N', 'country': 'BJ', 'lang': 'fr', 'umbrella': 'lead'},
     ''),
    ('co', 'municipality_rename', {'municipality': 'memtown', 'name': 'Mem renamed'}, 'web open'),
    ('co', 'municipality_rename', {'municipality': 'othertown', 'slug': 'thattown'}, 'web open'),
    ('bco', 'municipality_rename', {'municipality': 'btown', 'name': 'B renamed'}, 'bgroup'),
    ('co', 'group_post', {'slug': 'fresh', 'name': 'F', 'visibility': 'public', 'lang': 'fr', 'umbrella': 'lead'},
     'fresh'),
    ('co', 'member_put', {'group': 'fresh', 'municipality': 'memtown', 'role': 'hub'}, 'fresh'),
    ('co', 'member_put', {'group': 'web', 'municipality': 'newtown', 'role': 'member'}, 'web'),
    ('co', 'member_put', {'group': 'web', 'municipality': 'newtown', 'role': 'observer'}, 'web'),
    ('co', 'member_change', {'group': 'web', 'municipality': 'newtown', 'role': 'member', 'since': '2024'}, 'web'),
    ('co', 'member_end', {'group': 'web', 'municipality': 'newtown', 'until': '2025'}, 'web'),
    ('co', 'group_change', {'group': 'web', 'name': 'Web renamed', 'description': 'D', 'lang': 'en'}, 'web'),
    ('co', 'group_change', {'group': 'web', 'slug': 'webs'}, 'webs'), ('co', 'group_change', {'group': 'webs', 'slug': 'web'}, 'web'),
    ('co', 'associate_put', {'group': 'web', 'umbrella': 'blead'}, 'web'),
    ('co', 'associate_end', {'group': 'web', 'umbrella': 'blead'}, 'web'),
    ('co', 'umbrella_change', {'umbrella': 'lead', 'slug': 'leader'}, 'web open fresh'),
    ('co', 'umbrella_change', {'umbrella': 'leader', 'slug': 'lead'}, 'web open fresh'),
    ('hub', 'lesson_post', WEB | {'lang': 'fr', 'title': 'T', 'status': 'published'}, 'web'),
    ('hub', 'lesson_text_put', WEB | {'id': 1, 'text_lang': 'fr', 'title': 'Corrected'}, 'web'),
    ('mem', 'lesson_text_put', WEB | {'id': 1, 'text_lang': 'nl', 'title': 'Translated'}, 'web'),
    ('hub', 'lesson_change', WEB | {'id': 1, 'cost': 'low'}, 'web'),
    ('hub', 'lesson_change', WEB | {'id': 1, 'links': [{'url': 'https://example.org'}]}, 'web'),
    ('mem', 'question_post', WEB | {'lang': 'fr', 'text': 'Q', 'problems': ['P'], 'subquestions': [{'text': 'S'}],
                                    'status': 'draft'}, 'web'),
    ('mem', 'question_change', WEB | {'id': 2, 'status': 'published'}, 'web'),
    ('mem', 'question_reword', WEB | {'id': 2, 'text': 'R', 'reason': 'Because'}, 'web'),
    ('mem', 'question_reword', WEB | {'id': 2, 'text': 'R', 'sensitive': True}, 'web'),
    ('mem', 'question_row_put', WEB | {'id': 2, 'text': 'Row', 'problems': [{'text': 'New'}]}, 'web'),
    ('other', 'question_text_put', WEB | {'id': 2, 'text_lang': 'nl', 'text': 'V'}, 'web'),
    ('other', 'we_too_post', WEB | {'problem': 1}, 'web'),
    ('other', 'we_too_end', WEB | {'problem': 1, 'municipality': 'thattown'}, 'web'),
    ('other', 'inquiry_post', WEB | {'id': 1, 'text': 'How?'}, 'web'),
    ('hub', 'inquiry_answer', WEB | {'id': 1, 'n': 1, 'text': 'So.'}, 'web'),
    ('co', 'inquiry_end', WEB | {'id': 1, 'n': 1, 'reason': 'R'}, 'web'),
    ('mem', 'inquiry_consent_put', {'municipality': 'memtown', 'consent': 'never'}, ''),
    ('mem', 'priority_put', WEB | {'id': 1, 'priority': 'nice'}, 'web'),
    ('mem', 'lesson_report_post', WEB | {'id': 1, 'status': 'trying', 'note': 'N'}, 'web'),
    ('hub', 'report_acknowledge', WEB | {'id': LATEST}, 'web'), ('hub', 'conclusion_put', WEB | {'id': 1, 'body': 'B', 'body_html': 'B'}, 'web'),
    ('mem', 'lesson_report_post', WEB | {'id': 1, 'status': 'retracted'}, 'web'),
    ('mem', 'question_report_post', WEB | {'id': 2, 'status': 'interrupted', 'reason': 'staff'}, 'web'),
    ('co', 'member_put', WEB | {'municipality': 'memtown', 'role': 'hub'}, 'web'),
    ('mem', 'quarter_answer_put', {'umbrella': 'lead', 'quarter': quarter(BENIN), 'municipality': 'memtown', 'works': 'W'}, ''),
    ('co', 'nudge_post', WEB, 'web'),
    ('co', 'contact_post', WEB | {'municipality': 'thattown', 'occurred_on': '2026-01-01', 'via': 'phone', 'words': 'W'}, 'web'),
    ('co', 'hub_hand_over', WEB | {'municipality': 'hubtown'}, 'web'), ('co', 'hub_hand_over', WEB | {'municipality': 'memtown'}, 'web'),
    ('co', 'digest_draft', {'umbrella': 'lead'}, ''),
    ('co', 'section_change', WEB | {'umbrella': 'lead', 'n': 1, 'lang': 'fr', 'text': 'T', 'text_html': 'T'}, ''),
    ('co', 'section_arrange', WEB | {'umbrella': 'lead', 'n': 1, 'act': 'pin', 'seq': 5}, ''),
    ('co', 'digest_schedule', {'umbrella': 'lead', 'n': 1, 'day': '2090-01-01', 'hour': 8}, ''),
    ('co', 'digest_unschedule', {'umbrella': 'lead', 'n': 1}, ''),
    ('operator', 'schedules_due', {}, ''), ('operator', 'deadlines_due', {}, ''), ('co', 'digest_policy_put', WEB | {'at_deadline': 'hold'}, 'web'),
    ('co', 'digest_approve', {'umbrella': 'lead', 'n': 1}, 'web open fresh'),
    (None, 'act_post', {'token': sign('r', MEM, '1.1.trying')}, 'web'), (None, 'act_undo', {'token': sign('r', MEM, '1.1.trying')}, 'web'),
    ('hub', 'lesson_change', WEB | {'id': 1, 'status': 'withdrawn', 'reason': 'R'}, 'web'),
    ('mem', 'owner_put', WEB | {'id': 2, 'municipality': 'hubtown'}, 'web'), ('mem', 'owner_end', WEB | {'id': 2, 'municipality': 'hubtown'}, 'web'),
    ('mem', 'question_split', WEB | {'id': 2, 'texts': ['One', 'Two'], 'reason': 'R'}, 'web'),
    ('hub', 'question_post', WEB | {'lang': 'fr', 'text': 'Q', 'status': 'published'}, 'web'),
    ('hub', 'question_change', WEB | {'id': 5, 'status': 'dropped'}, 'web'),
    ('operator', 'digests_due', {}, ''),
    # what a person keeps for themselves
    ('mem', 'me_change', {'name': 'N', 'contact': True}, ''),
    ('mem', 'draft_put', WEB | {'place': 'lessons/new', 'form': 'lesson', 'key': 'k', 'content': 'title=T'}, ''),
    ('mem', 'draft_end', WEB | {'place': 'lessons/new'}, ''),
    ('mem', 'subscription_put', WEB | {'cadence': 'weekly'}, ''), ('mem', 'subscription_end', WEB, ''),
    ('mem', 'token_post', {'kind': 'api', 'hash': sha256('new')}, ''), ('mem', 'token_end', {'id': 17}, ''),
    ('co', 'person_invite', {'name': 'N', 'email': 'n@example.org', 'affiliation': 'memtown', 'role': 'observer',
                             'code': sha256('code')}, ''),
    ('co', 'umbrella_invite', {'umbrella': 'lead', 'name': 'N', 'email': 'o@example.org', 'role': 'observer', 'code': sha256('o')}, ''),
    ('mem', 'municipality_invite', {'municipality': 'memtown', 'name': 'N', 'email': 'p@example.org', 'role': 'contributor',
                                    'code': sha256('p')}, ''),
    ('mem', 'affiliation_code', {'id': 19, 'code': sha256('p2')}, ''), ('mem', 'affiliation_code_end', {'id': 19}, ''), ('mem', 'affiliation_mail', {'id': 19}, ''),
    ('co', 'affiliation_change', {'id': 19, 'role': 'focal_point'}, ''), ('co', 'affiliation_end', {'id': 19}, ''),
    # links in mail
    (None, 'settings_group', {'token': sign('p', MEM), 'group': 'web', 'cadence': 'weekly'}, ''),
    (None, 'settings_person', {'token': sign('p', MEM), 'lang': 'fr', 'weeks': 2}, ''),
    (None, 'settings_leave', {'token': sign('p', MEM), 'group': 'web'}, ''), (None, 'leave_post', {'token': sign('u', MEM, 0)}, ''),
    (None, 'confirm_post', {'token': sign('c', MEM, 1)}, ''),
    (None, 'sign_in_mail', {'email': 'mem@example.org'}, ''), (None, 'sign_in_again', {'code': sha256('code')}, ''),
    (None, 'sign_in', {'code': sha256('code'), 'session': sha256('session')}, ''), (None, 'housekeep', {}, ''),
    (None, 'websub_ask', {'mode': 'subscribe', 'topic': 'http://h/groups/open/feed.atom', 'slug': 'open', 'ending': '.atom', 'callback': 'http://c/', 'method': 'sha256'}, ''),
    ('co', 'webhook_post', {'umbrella': 'lead', 'url': 'http://c/', 'secret': SECRET}, ''), ('co', 'webhook_secret', HOOK | {'secret': SECRET}, ''),
    ('co', 'webhook_change', HOOK | {'url': 'http://d/', 'kinds': '["lesson"]'}, ''), ('co', 'webhook_test', HOOK, ''), ('co', 'webhook_pause', HOOK, ''), ('co', 'webhook_resume', HOOK, ''), ('co', 'webhook_again', HOOK | {'n': DELIVERY}, ''), ('co', 'webhook_end', HOOK, ''),
    ('operator', 'sign_in_demo', {'person': 1, 'session': sha256('demo')}, ''),
    ('mem', 'sign_out', {'session': sha256('mem')}, ''),
]
OTHERS_TEST = {'import', 'restore', 'person_end', 'mail_replay'} | THE_COURIERS        # tests/cli, test_delivery


def look(hub):
    """{group: (what its pages show, its version)}"""
    return {row[0]: (row[1:-1], int(row[-1])) for row in hub.db.rows('EXECUTE look')}


def tables(t, hub):
    """The expressions that digest what a group's pages show; each table of the schema has its place."""
    own = {row[0] for row in hub.db.rows("SELECT table_name FROM information_schema.columns WHERE table_schema = 'relais' AND column_name = 'group_id'")}
    every = {row[0] for row in hub.db.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'relais'")}
    t.is_(sorted(every - own - set(SHARED) - set(ELSEWHERE)), [], 'every table without a group is placed')
    t.is_(sorted((set(SHARED) | set(ELSEWHERE) | set(PRIVATE)) - every), [], 'and no other is named')
    queries = {name: f'SELECT x.* FROM relais.{name} x WHERE x.group_id = g.id'
               for name in sorted(own - set(PRIVATE))} | SHARED
    t.ok(len(queries) > 20, 'there are tables to walk', sorted(queries))
    return [f"(SELECT md5(string_agg(q::text, ' ' ORDER BY q::text)) FROM ({sql}) q)" for sql in queries.values()]


def write(hub, who, name, values):
    if who != 'operator':
        return hub.write(who, name, **values)
    hub.db.rows("BEGIN; SET LOCAL ROLE relais_admin; SELECT set_config('app.actor', '', true)")
    answer = hub.call(name, values)
    hub.db.rows('COMMIT')
    return answer


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    hub.db.rows("UPDATE relais.person SET demo = true WHERE id = 1")
    hub.db.rows(MAKE_KEY)
    hub.db.rows("INSERT INTO relais.incoming (recipient, sender, message, state) VALUES ('r', 's', '', 'done')")
    hub.db.rows("INSERT INTO relais.delivery (id, kind, state, about) OVERRIDING SYSTEM VALUE VALUES ($1::bigint, 'webhook', 'delivered', '{\"webhook\": 1}')", DELIVERY)
    hub.db.rows('SET jit = off')        # compiling this query takes ten times as long as running it
    hub.db.rows(f"PREPARE look AS SELECT g.slug, {', '.join(tables(t, hub))}, l.version FROM relais.group g JOIN relais.group_log l "
                'ON l.group_id = g.id')
    t.is_(sorted({name for name, s in hub.statements.items() if s.kind == 'write'} - {name for _, name,
                                                                                      *_ in CASES} - OTHERS_TEST), [],
          'every write statement has a case')
    for who, name, values, groups in CASES:
        before = look(hub)
        if values.get('id') is LATEST:
            values = values | {'id': hub.db.rows('SELECT max(seq) FROM relais.report WHERE group_id = 1')[0][0]}
        answer = write(hub, who, name, values)
        after = look(hub)
        changed = {group for group in after if before.get(group, (None,))[0] != after[group][0]}
        risen = {group for group in after if before.get(group, (None, 0))[1] < after[group][1]}
        ids = dict(hub.db.rows('SELECT slug, id FROM relais.group'))
        what = f'{name} {" ".join(map(str, values.values()))[:40]}'
        t.is_((changed, 'error' in answer), (set(groups.split()), False), f'{what}: changes what it should')
        t.is_(sorted(changed - risen), [], f'{what}: raises the version')
        t.is_(sorted(answer.get('changed', [])), sorted([int(ids[group]), after[group][1]] for group in risen),
              f'{what}: says so')
    t.done()


if __name__ == '__main__':
    sys.exit(main())
