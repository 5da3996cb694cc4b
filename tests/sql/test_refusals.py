#!/usr/bin/python3
"""
Every refusal of the write functions that is no constraint, by a case: who, statement, values.
And whatever is left out or is far too long, a write function answers with a refusal that the
site has a text for, never with an error that would fail the others of its batch.
"""

import re
import sys

from tests.lib import pq
from tests.lib.hub_sql import Hub, sha256
from tests.lib.signed import MAKE_KEY, sign
from tests.lib.tap import Tap
from tests.lib.walls import NOT_THE_SITES

WEB = {'group': 'web'}
ASK = WEB | {'lang': 'fr', 'text': 'T'}
TEACH = WEB | {'lang': 'fr', 'title': 'T'}
REPORT = WEB | {'id': 1, 'status': 'applied'}
WEBSUB = {'mode': 'subscribe', 'topic': 'http://h/groups/open/feed.atom', 'slug': 'open', 'ending': '.atom', 'method': 'sha256',
          'callback': 'http://c.example/'}
HOOK = {'umbrella': 'lead', 'id': 1}
NEW_HOOK = {'url': 'https://hook.example/', 'secret': 'whsec_' + 'A' * 43 + '='}
DELIVERY = 1000000

CASES = [
    ('not_found', 'strange', 'lesson_post', TEACH), ('not_found', 'mem', 'lesson_change', WEB | {'id': 99}),
    ('not_found', 'mem', 'question_reword', WEB | {'id': 1, 'text': 'T'}),
    ('not_found', 'mem', 'lesson_report_post', REPORT | {'id': 2}),
    ('not_found', 'mem', 'we_too_end', WEB | {'problem': 1, 'municipality': 'memtown'}),
    ('not_found', 'co', 'inquiry_end', WEB | {'id': 1, 'n': 9}), ('not_found', 'mem', 'inquiry_consent_put', {'municipality': 'x'}),
    ('not_found', 'other', 'inquiry_answer', WEB | {'id': 1, 'n': 1, 'text': 'T'}),
    ('forbidden', 'mem', 'inquiry_answer', WEB | {'id': 1, 'n': 1, 'text': 'T'}),
    ('forbidden', 'obs', 'inquiry_post', WEB | {'id': 1, 'text': 'T'}),
    ('forbidden', 'memhand', 'inquiry_consent_put', {'municipality': 'memtown', 'consent': 'never'}),
    ('item_ended', 'mem', 'inquiry_post', WEB | {'id': 4, 'text': 'T'}),
    ('inquiry_not_wished', 'mem', 'inquiry_post', WEB | {'id': 1, 'text': 'T', 'municipality': 'othertown'}),
    ('inquiry_not_wished', 'hub', 'inquiry_post', WEB | {'id': 1, 'text': 'T'}),
    ('not_found', 'co', 'member_end', WEB | {'municipality': 'strangetown'}),
    ('not_found', 'co', 'umbrella_change', {'umbrella': 'x'}),
    ('not_found', 'co', 'digest_draft', {'umbrella': 'x'}),
    ('not_found', 'mem', 'digest_approve', {'umbrella': 'lead', 'n': 1}),
    ('not_found', 'mem', 'section_change', WEB | {'umbrella': 'lead', 'n': 1}),
    ('not_found', 'mem', 'token_end', {'id': 1}),
    ('not_found', 'mem', 'sign_in_demo', {'person': 1, 'session': sha256('s')}),
    ('not_found', 'strange', 'subscription_put', WEB | {'cadence': 'weekly'}),
    ('not_found', 'mem', 'subscription_end', WEB),
    ('not_found', 'strange', 'draft_put', WEB | {'place': 'lessons/new', 'form': 'lesson', 'key': 'k', 'content': ''}),
    ('not_found', 'hub', 'report_acknowledge', WEB | {'id': 999}), ('not_found', 'hub', 'conclusion_put', WEB | {'id': 999, 'body': 'B'}),
    ('not_found', 'mem', 'draft_end', WEB | {'place': 'lessons/new'}),
    ('not_found', 'strange', 'token_post', WEB | {'kind': 'feed', 'hash': sha256('h')}),
    ('forbidden', 'mem', 'umbrella_post', {'slug': 'x', 'name': 'N', 'country': 'BJ', 'lang': 'fr'}),
    ('forbidden', 'bco', 'umbrella_change', {'umbrella': 'lead', 'name': 'N'}),
    ('forbidden', 'bco', 'municipality_rename', {'municipality': 'memtown', 'name': 'N'}),
    ('forbidden', 'bco', 'municipality_post', {'slug': 'x', 'name': 'N', 'country': 'BJ', 'lang': 'fr',
                                               'umbrella': 'lead'}),
    ('forbidden', 'bco', 'group_post', {'slug': 'x', 'name': 'N', 'lang': 'fr', 'umbrella': 'lead'}),
    ('forbidden', 'mem', 'umbrella_invite', {'umbrella': 'lead', 'name': 'N', 'email': 'n@example.org', 'role': 'observer'}),
    ('forbidden', 'other', 'municipality_invite', {'municipality': 'memtown', 'name': 'N', 'email': 'n@example.org', 'role': 'observer'}),
    ('role_not_yours', 'mem', 'municipality_invite', {'municipality': 'memtown', 'name': 'N', 'email': 'n@example.org', 'role': 'coach'}),
    ('invited_already', 'co', 'municipality_invite', {'municipality': 'memtown', 'name': 'N', 'email': 'Mem@example.org', 'role': 'coach'}),
    ('person_has_left', 'co', 'municipality_invite', {'municipality': 'othertown', 'name': 'N', 'email': 'gone@example.org', 'role': 'coach'}),
    ('affiliation_last', 'hub', 'affiliation_end', {'id': 1}), ('affiliation_last', 'co', 'affiliation_change', {'id': 10, 'role': 'observer'}),
    ('code_of_others', 'mem', 'affiliation_code', {'id': 3, 'code': sha256('c')}), ('not_found', 'mem', 'affiliation_end', {'id': 1}),
    ('forbidden', 'hub', 'affiliation_change', {'id': 1, 'role': 'observer'}),
    ('owner_sensitive', 'hub', 'owner_put', WEB | {'id': 7, 'municipality': 'othertown'}),
    ('owner_once', 'hub', 'owner_put', WEB | {'id': 2, 'municipality': 'hubtown'}),
    ('owner_writer_stays', 'hub', 'owner_end', WEB | {'id': 2, 'municipality': 'hubtown'}),
    ('municipality_not_member', 'hub', 'owner_put', WEB | {'id': 2, 'municipality': 'strangetown'}),
    ('not_found', 'hub', 'owner_end', WEB | {'id': 2, 'municipality': 'memtown'}), ('item_ended', 'hub', 'owner_put', WEB | {'id': 3, 'municipality': 'memtown'}),
    ('split_in_two', 'hub', 'question_split', WEB | {'id': 2, 'texts': ['One']}), ('item_ended', 'hub', 'question_split', WEB | {'id': 3, 'texts': ['A', 'B']}),
    ('edit_outdated', 'hub', 'question_split', WEB | {'id': 2, 'texts': ['A', 'B'], 'if_match': 9}),
    ('forbidden', 'hub', 'group_change', WEB | {'name': 'N'}), ('forbidden', 'mem', 'associate_put', WEB | {'umbrella': 'blead'}),
    ('forbidden', 'hub', 'hub_hand_over', WEB | {'municipality': 'memtown'}), ('forbidden', 'hub', 'member_end', WEB | {'municipality': 'memtown'}),
    ('not_found', 'co', 'associate_end', WEB | {'umbrella': 'blead'}), ('not_found', 'strange', 'group_change', WEB | {'name': 'N'}),
    ('associate_once', 'co', 'associate_put', WEB | {'umbrella': 'lead'}), ('associate_umbrella_known', 'co', 'associate_put', WEB | {'umbrella': 'x'}),
    ('hub_not_member', 'co', 'hub_hand_over', WEB | {'municipality': 'partown'}), ('hub_not_member', 'co', 'hub_hand_over', WEB | {'municipality': 'obstown'}),
    ('hub_not_member', 'co', 'hub_hand_over', WEB | {'municipality': 'strangetown'}),
    ('member_hub_hands_over', 'co', 'member_put', WEB | {'municipality': 'hubtown', 'role': 'member'}),
    ('member_hub_hands_over', 'co', 'member_end', WEB | {'municipality': 'hubtown'}),
    ('membership_until_date', 'co', 'member_end', WEB | {'municipality': 'memtown', 'until': '2024-13'}),
    ('group_slug_taken', 'co', 'group_change', WEB | {'slug': 'oldgroup'}), ('group_slug_taken', 'co', 'group_change', WEB | {'slug': 'open'}),
    ('group_slug_taken', 'co', 'group_post', {'slug': 'oldgroup', 'name': 'N', 'lang': 'fr', 'umbrella': 'lead'}),
    ('group_programme_known', 'co', 'group_change', WEB | {'programme': 'x'}),
    ('umbrella_slug_taken', 'bco', 'umbrella_change', {'umbrella': 'blead', 'slug': 'oldlead'}),
    ('umbrella_slug_taken', 'operator', 'umbrella_post', {'slug': 'oldlead', 'name': 'N', 'country': 'BJ', 'lang': 'fr'}),
    ('forbidden', 'hub', 'member_put', WEB | {'municipality': 'strangetown', 'role': 'member'}),
    ('forbidden', 'bco', 'person_invite', {'name': 'N', 'email': 'n@example.org', 'affiliation': 'memtown',
                                           'role': 'observer'}),
    ('forbidden', 'memobs', 'lesson_post', TEACH), ('forbidden', 'memobs', 'lesson_report_post', REPORT),
    ('forbidden', 'obs', 'question_post', ASK),
    ('forbidden', 'leadobs', 'question_post', ASK), ('forbidden', 'assoc', 'lesson_report_post', REPORT),
    ('forbidden', 'other', 'lesson_change', WEB | {'id': 1}),
    ('forbidden', 'other', 'question_reword', WEB | {'id': 2, 'text': 'T'}),
    ('forbidden', 'mem', 'priority_put', WEB | {'id': 1, 'priority': 'must'}),
    ('forbidden', None, 'me_change', {'name': 'N'}),
    ('forbidden', None, 'token_post', {'kind': 'api', 'hash': sha256('h')}),
    ('forbidden', 'mem', 'token_post', {'kind': 'session', 'hash': sha256('h')}),
    ('forbidden', 'assoc', 'digest_draft', {'umbrella': 'lead'}),
    ('forbidden', None, 'subscription_put', {'group': 'open', 'cadence': 'weekly'}),
    ('forbidden', 'mem', 'report_acknowledge', WEB | {'id': 999}), ('forbidden', 'mem', 'conclusion_put', WEB | {'id': 1, 'body': 'B'}),
    ('forbidden', None, 'draft_put', {'group': 'open', 'place': 'lessons/new', 'form': 'lesson', 'key': 'k', 'content': ''}),
    ('forbidden', 'key', 'question_post', ASK), ('forbidden', 'key', 'lesson_report_post', REPORT),
    ('edit_outdated', 'hub', 'lesson_change', WEB | {'id': 1, 'if_match': 9}),
    ('edit_outdated', 'hub', 'question_reword', WEB | {'id': 2, 'text': 'T', 'if_match': 9}),
    ('edit_outdated', 'co', 'digest_approve', {'umbrella': 'lead', 'n': 1, 'if_match': 99}),
    ('item_ended', 'hub', 'question_reword', WEB | {'id': 3, 'text': 'T'}),
    ('item_ended', 'hub', 'question_row_put', WEB | {'id': 3, 'text': 'T'}),
    ('not_found', 'hub', 'question_row_put', WEB | {'id': 2, 'problems': [{'id': 99, 'text': 'T'}]}),
    ('forbidden', 'mem', 'question_row_put', WEB | {'id': 2, 'text': 'T'}),
    ('part_used', 'hub', 'question_row_put', WEB | {'id': 2, 'problems': [{'id': 1}]}),
    ('item_ended', 'hub', 'lesson_text_put', WEB | {'id': 4, 'text_lang': 'fr', 'title': 'T'}),
    ('item_ended', 'mem', 'lesson_report_post', REPORT | {'id': 4}),
    ('item_ended', 'hub', 'question_post', ASK | {'parents': [3]}),
    ('status_from_here', 'hub', 'question_change', WEB | {'id': 2, 'status': 'published'}),
    ('status_from_here', 'hub', 'lesson_change', WEB | {'id': 1, 'status': 'draft'}),
    ('status_from_here', 'hub', 'lesson_change', WEB | {'id': 4, 'status': 'published'}),
    ('item_reason_needed', 'hub', 'lesson_change', WEB | {'id': 6, 'status': 'draft'}),
    ('publish_needs_focal_point', 'memhand', 'question_post', ASK),
    ('publish_needs_focal_point', 'hubhand', 'lesson_post', TEACH | {'status': 'published'}),
    ('publish_needs_focal_point', 'hubhand', 'question_reword', WEB | {'id': 2, 'text': 'T'}),
    ('publish_needs_focal_point', 'hubhand', 'question_text_put', WEB | {'id': 2, 'text_lang': 'fr', 'text': 'T'}),
    ('publish_needs_focal_point', 'hubhand', 'lesson_text_put', WEB | {'id': 1, 'text_lang': 'fr', 'title': 'T'}),
    ('publish_needs_focal_point', 'hubhand', 'lesson_change', WEB | {'id': 1, 'cost': 'low'}),
    ('publish_needs_focal_point', 'hubhand', 'lesson_change', WEB | {'id': 1, 'status': 'withdrawn'}),
    ('publish_needs_focal_point', 'memhand', 'question_change', WEB | {'id': 5, 'status': 'published'}),
    ('text_of_known', 'mem', 'lesson_text_put', WEB | {'id': 1, 'text_lang': 'nl', 'title': 'T', 'of': 9}),
    ('answers_question_known', 'hub', 'lesson_post', TEACH | {'questions': [1]}),
    ('answers_question_known', 'hub', 'lesson_post', TEACH | {'questions': [99]}),
    ('answers_subquestion_known', 'hub', 'lesson_change', WEB | {'id': 1, 'subquestions': [99]}),
    ('municipality_needed', 'co', 'question_post', ASK), ('municipality_needed', 'co', 'lesson_report_post', REPORT),
    ('municipality_not_member', 'co', 'lesson_report_post', REPORT | {'municipality': 'strangetown', 'via': 'phone'}),
    ('municipality_not_member', 'co', 'question_post', ASK | {'municipality': 'obstown'}),
    ('municipality_not_yours', 'mem', 'lesson_report_post', REPORT | {'municipality': 'othertown', 'via': 'phone'}),
    ('municipality_not_yours', 'mem', 'question_post', ASK | {'municipality': 'hubtown'}),
    ('report_via_needed', 'hub', 'lesson_report_post', REPORT | {'municipality': 'othertown'}),
    ('report_via_needed', 'co', 'lesson_report_post', REPORT | {'municipality': 'othertown'}),
    ('report_reason_fits', 'mem', 'lesson_report_post', REPORT | {'reason': 'budget'}),
    ('report_ask_again_on_date', 'mem', 'lesson_report_post', REPORT | {'ask_again_on': '2024-02-30'}),
    ('report_ask_again_on_date', 'mem', 'lesson_report_post', REPORT | {'ask_again_on': '2024-02'}),
    ('report_nothing_to_retract', 'mem', 'lesson_report_post', REPORT | {'status': 'retracted'}),
    ('member_hub_hands_over', 'co', 'member_end', WEB | {'municipality': 'hubtown'}),
    ('membership_municipality_known', 'co', 'member_put', WEB | {'municipality': 'x', 'role': 'hub'}),
    ('link_expired', None, 'act_post', {'token': sign('r', 3, '1.1.applied', days=-1)}),
    ('code_unknown', None, 'sign_in', {'code': sha256('x'), 'session': sha256('s')}),
    ('affiliation_known', 'co', 'person_invite', {'name': 'N', 'email': 'n@example.org', 'affiliation': 'x',
                                                  'role': 'observer'}),
    ('person_of_others', 'co', 'person_invite', {'name': 'N', 'email': 'bco@example.org', 'affiliation': 'memtown',
                                                 'role': 'observer', 'code': sha256('c')}),
    ('person_known', 'operator', 'token_post', {'kind': 'api', 'hash': sha256('h'), 'email': 'gone@example.org'}),
    ('group_umbrella_known', 'co', 'group_post', {'slug': 'x', 'name': 'N', 'lang': 'fr', 'umbrella': 'x'}),
    ('group_programme_known', 'co', 'group_post', {'slug': 'x', 'name': 'N', 'lang': 'fr', 'umbrella': 'lead',
                                                   'programme': 'x'}),
    ('municipality_umbrella_known', 'co', 'municipality_post', {'slug': 'x', 'name': 'N', 'country': 'BJ',
                                                                'lang': 'fr', 'umbrella': 'x'}),
    ('municipality_slug_taken', 'co', 'municipality_post', {'slug': 'oldtown', 'name': 'N', 'country': 'BJ',
                                                            'lang': 'fr', 'umbrella': 'lead'}),
    ('municipality_slug_taken', 'co', 'municipality_rename', {'municipality': 'memtown', 'slug': 'oldtown'}),
    ('digest_approved', 'bco', 'digest_approve', {'umbrella': 'blead', 'n': 1}),
    ('digest_approved', 'bco', 'section_change', {'umbrella': 'blead', 'n': 1, 'group': 'bgroup'}),
    ('digest_empty', 'bco', 'digest_draft', {'umbrella': 'blead'}),
    ('item_status_known', 'hub', 'lesson_post', TEACH | {'status': 'merged'}),
    ('nudge_not_silent', 'co', 'nudge_post', WEB | {'days': 30, 'municipality': 'memtown'}),
    ('nudge_nobody_silent', 'co', 'nudge_post', WEB | {'days': 30}),
    ('contact_day_come', 'co', 'contact_post', WEB | {'municipality': 'memtown', 'occurred_on': '2090-01-01', 'via': 'phone'}),
    ('quarter_ended', 'mem', 'quarter_answer_put', {'umbrella': 'lead', 'quarter': '2020-q1', 'municipality': 'memtown', 'works': 'W'}),
    ('digest_schedule_past', 'co', 'digest_schedule', {'umbrella': 'lead', 'n': 1, 'day': '2000-01-01', 'hour': 8}),
    ('digest_schedule_hour', 'co', 'digest_schedule', {'umbrella': 'lead', 'n': 1, 'day': '2090-01-01', 'hour': 24}),
    ('websub_topic_known', 'co', 'websub_ask', WEBSUB | {'slug': 'nowhere'}),
    ('websub_often', 'co', 'websub_ask', WEBSUB | {'callback': 'http://often.example/61'}),
    ('not_found', 'co', 'webhook_pause', HOOK | {'id': 99}), ('not_found', 'bco', 'webhook_end', HOOK | {'umbrella': 'blead'}),
    ('not_found', 'co', 'webhook_again', HOOK | {'n': 1}), ('not_found', 'co', 'webhook_post', NEW_HOOK | {'umbrella': 'x'}),
    ('forbidden', 'mem', 'webhook_end', HOOK), ('forbidden', 'leadobs', 'webhook_post', NEW_HOOK | {'umbrella': 'lead'}),
    ('not_found', 'co', 'webhook_test', HOOK | {'id': 99}), ('forbidden', 'mem', 'webhook_change', HOOK), ('webhook_test_often', 'co', 'webhook_test', HOOK),
    ('webhook_stopped', 'co', 'webhook_again', HOOK | {'n': DELIVERY}), ('webhook_many', 'bco', 'webhook_post', NEW_HOOK | {'umbrella': 'blead'}),
    ('section_item_gone', 'co', 'section_arrange', WEB | {'umbrella': 'lead', 'n': 1, 'act': 'pin', 'seq': 9999}),
]
# Values that a write takes when nothing is wrong with them.
GOOD = {'group': 'web', 'umbrella': 'lead', 'municipality': 'memtown', 'id': 1, 'n': 1, 'problem': 1, 'lang': 'fr',
        'text_lang': 'nl', 'title': 'T', 'text': 'T',
        'name': 'N', 'slug': 'x', 'country': 'BJ', 'role': 'member', 'priority': 'must', 'cadence': 'weekly',
        'kind': 'api', 'hash': sha256('h'),
        'code': sha256('x'), 'session': sha256('s'), 'email': 'n@example.org', 'affiliation': 'memtown',
        'status': 'published', 'person': 1, 'text_html': 'T',
        'body_html': 'T', **NEW_HOOK}
# what is tried in place of one of these, and of the others
TYPED = {'id', 'n', 'problem', 'if_match', 'digest_days', 'days', 'weekday', 'hour', 'person', 'of', 'contact',
         'sensitive', 'demo', 'doc', 'groups', 'came_back', 'open', 'seq', 'day', 'weeks', 'after', 'lease', 'contact_post.occurred_on'}
NUMBERS = {'sdgs', 'questions', 'subquestions', 'parents', 'pin', 'leave_out', 'order'}
LISTS = {'texts', 'links', 'problems', 'services', 'told_to', 'kinds'}
ALWAYS = {'webhook_post.secret', 'webhook_secret.secret', 'hash', 'code', 'session', 'text_html', 'body_html', 'text_lang'}      # the site's own, or of the path


def fill(hub):
    """1 a lesson, 2 a question, 3 one that was dropped, 4 a withdrawn lesson, 5 a draft of memtown's, 6 its proposal,
    7 its question with a sensitive wording; digests."""
    hub.do('hub', 'lesson_post', status='published', **TEACH)
    hub.do('hub', 'question_post', problems=['P'], subquestions=[{'text': 'S'}], **ASK)
    hub.do('other', 'we_too_post', problem=1, **WEB)
    hub.do('hub', 'question_post', **ASK)
    hub.do('hub', 'question_change', status='dropped', id=3, **WEB)
    hub.do('hub', 'lesson_post', status='published', **TEACH)
    hub.do('hub', 'lesson_change', status='withdrawn', id=4, **WEB)
    hub.do('mem', 'question_post', status='draft', **ASK)
    hub.do('mem', 'lesson_post', status='proposed', **TEACH)
    hub.do('mem', 'question_post', status='published', **ASK)
    hub.do('mem', 'question_reword', id=7, text='Secret', sensitive=True, **WEB)
    hub.do('mem', 'inquiry_post', id=1, text='How?', **WEB)
    hub.do('mem', 'token_post', kind='feed', hash=sha256('key'), **WEB)
    hub.do('co', 'municipality_post', slug='oldtown', name='Old', country='BJ', lang='fr', umbrella='lead')
    hub.do('co', 'municipality_rename', municipality='oldtown', slug='newtown')
    hub.do('co', 'group_post', slug='oldgroup', name='Old', lang='fr', umbrella='lead')
    hub.do('co', 'group_change', group='oldgroup', slug='newgroup')
    hub.do('co', 'umbrella_change', umbrella='lead', slug='oldlead')
    hub.do('co', 'umbrella_change', umbrella='oldlead', slug='lead')
    hub.db.rows('INSERT INTO relais.quarter_answer (umbrella_id, quarter, municipality_id, works, at) '
                "SELECT u.id, '2020-q1', m.id, 'W', now() FROM relais.umbrella u, relais.municipality m WHERE u.slug = 'lead' AND m.slug = 'memtown'")
    for n in range(60):
        hub.do('co', 'websub_ask', **WEBSUB | {'callback': f'http://often.example/{n}'})
    hub.do('co', 'webhook_post', umbrella='lead', **NEW_HOOK)
    hub.do('co', 'webhook_pause', **HOOK)
    hub.db.rows("INSERT INTO relais.delivery (kind, state, about) SELECT 'webhook', 'delivered', '{\"webhook\": 1, \"test\": true}' FROM generate_series(1, 10)")
    hub.db.rows("INSERT INTO relais.delivery (id, kind, state, about) OVERRIDING SYSTEM VALUE VALUES ($1::bigint, 'webhook', 'delivered', '{\"webhook\": 1}')", DELIVERY)
    for _ in range(20):
        hub.do('bco', 'webhook_post', umbrella='blead', **NEW_HOOK)
    hub.do('co', 'digest_draft', umbrella='lead')
    hub.do('bco', 'digest_draft', umbrella='blead')
    hub.do('bco', 'digest_approve', umbrella='blead', n=1)


def answer(hub, who, name, values):
    if who == 'operator':
        hub.db.rows("BEGIN; SET LOCAL ROLE relais_admin; SELECT set_config('app.actor', '', true)")
        got = hub.call(name, values)
        hub.db.rows('ROLLBACK')
        return got
    with hub.reader(who, 'feed' if who == 'key' else 'api'):
        return hub.call(name, values)


def cases(t, hub):
    version = 'SELECT string_agg(l::text, $$ $$ ORDER BY group_id) FROM relais.group_log l'
    before = hub.db.value(version)
    for name, who, statement, values in CASES:
        got = answer(hub, who, statement, values)
        t.is_(got, {'error': name}, f'{name}: {who}, {statement}')
    for name, who, statement, values in CASES:
        if who not in ('operator', 'key'):
            hub.write(who, statement, **values)
    t.is_(hub.db.value(version), before, 'and no refused write moves a counter')
    names = set()
    for path in sorted((pq.ROOT / 'sql' / 'migrations').glob('*.sql')):
        if 'import' not in path.name and 'restore' not in path.name:       # those are tests/cli's
            names |= set(re.findall(r"refuse\((?:CASE [^)]*)?'(\w+)'(?! \|\|)", path.read_text()))
    t.is_(sorted(names - {name for name, *_ in CASES}), [], 'every refusal of the migrations has a case')


def odd_values(statement, param):
    if param in ALWAYS or f'{statement}.{param}' in ALWAYS:
        return ()
    if param in TYPED or f'{statement}.{param}' in TYPED:
        return (None,)
    if param in NUMBERS:
        return (None, [], [99])
    return (None, [], [{}], ['x' * 70000]) if param in LISTS else (None, '', 'x' * 70000, 'a\x01b')


def odd(t, hub, known):
    """Each value of each write left out, and far too long."""
    for name, statement in hub.statements.items():
        if statement.kind != 'write' or name in NOT_THE_SITES or name in ('import', 'restore', 'person_end', 'mail_replay',
                                                                          'digests_due', 'deadlines_due', 'housekeep'):
            continue
        wrong = []
        for param in statement.params:
            whole = {p: GOOD[p] for p in statement.params if p in GOOD}
            for value in odd_values(name, param):
                for who in ('hub', 'co'):
                    try:
                        got = answer(hub, who, name, whole | {param: value})
                    except pq.Error as error:
                        got = {'error': f'{error.sqlstate} {error}'}
                    if 'error' in got and got['error'] not in known:
                        wrong.append(f'{who} {param}={str(value)[:20]!r}: {got}')
        t.is_(wrong, [], f'{name}: odd values are refused by name')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    hub.db.rows(MAKE_KEY)
    fill(hub)
    known = set(re.findall(r'^\t\{ "(\w+)", \d+,', (pq.ROOT / 'services/site/problem.c').read_text(), re.MULTILINE))
    t.is_(sorted({name for name, *_ in CASES} - known), [], 'every refusal has a row in the table of the site')
    cases(t, hub)
    odd(t, hub, known)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
