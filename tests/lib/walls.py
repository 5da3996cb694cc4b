"""
A hub full of secrets, for the tests of who sees what. Each text carries a marker word that says
who may meet it; MAY is the table of who may meet which.
"""

import re

from tests.lib import pq
from tests.lib.hub_sql import sha256
from tests.lib.quarter import quarter

MARKER = re.compile(r'ZZ[A-Z]+')

EVERYBODY = {'ZZOPEN', 'ZZOPENREPORT', 'ZZOPENNOTE'}
CLOSED = {'ZZCLOSED', 'ZZOPENSTATUS', 'ZZDIGESTTEXT'}       # the closed group's published texts, and who tries
WEB = CLOSED | {'ZZGROUPNOTE', 'ZZMEMBERSTATUS'}            # the closed group's inside
IN = WEB | {'ZZOPENGROUPNOTE'}                              # … and the public group's, which has the same members
OWN = {'ZZSECRET', 'ZZDRAFT', 'ZZOWNNOTE', 'ZZREWORDED', 'ZZTRANSLATED', 'ZZUMBRELLANOTE', 'ZZDROPPEDDRAFT',
       'ZZMERGEDDRAFT',
       'ZZPROPOSED', 'ZZTAKENBACK', 'ZZOPENSECRET'}
TOLD = {'ZZTOLDHUB', 'ZZTOLDLEAD'}                        # words of contacts: of the hub, of the lead umbrella
DECIDES = {'ZZPROPOSED', 'ZZTAKENBACK', 'ZZDIGESTDRAFT'}    # what waits for the hub and the lead umbrella
ASKED = {'ZZASKED', 'ZZMASKED'}       # a direct question: who asks, who is asked, hub and lead umbrella
B = {'ZZBGROUP', 'ZZBNOTE'}
MAY = {
    None: set(), 'strange': set(), 'gone': set(), 'ended': set(), 'unknown': set(),
    **{who: IN | OWN | TOLD | {'ZZQUARTER'} for who in ('mem', 'memhand', 'memcoach')},
    'memobs': IN, 'other': IN | ASKED, 'partner': IN, 'obs': IN,
    'hub': IN | DECIDES | ASKED | {'ZZTOLDHUB'}, 'hubhand': IN | DECIDES | ASKED | {'ZZTOLDHUB'},
    'co': IN | DECIDES | ASKED | {'ZZUMBRELLANOTE', 'ZZTOLDLEAD', 'ZZQUARTER', 'ZZHOOK', 'ZZANSWER'}, 'leadobs': IN,
    'assoc': CLOSED,
    'bhub': IN | B,         # of both groups
    'bco': B,
    # a feed's key opens the inside of its one group, whoever's it is
    'key:both': WEB, 'key:co': WEB, 'key:mem': WEB,
}
# reader: (sees the reason that was kept to oneself, the widened one)
REASONS = {'mem': (True, True), 'memcoach': (True, True), 'memobs': (False, True), 'other': (False, True),
           'hub': (False, True),
           'obs': (False, True), 'co': (True, True), 'leadobs': (False, True), 'assoc': (False, False),
           None: (False, False)}

# What only the courier may call: of these files.
COURIERS_FILES = ('delivery', 'incoming')
THE_COURIERS = {name for file in COURIERS_FILES
                for name in re.findall(r'^-- *statement *: *(\w+)', (pq.ROOT / 'sql' / f'{file}.sql').read_text(), re.MULTILINE)}

# Statements of the command line's that ask no table, or none that the site may read.
NOT_THE_SITES = {'admin_role', 'admin_begin', 'admin_notify', 'ledger_lock', 'ledger_make', 'ledger_open',
                 'ledger_read', 'ledger_add',
                 'doctor_facts', 'begin_request'} | THE_COURIERS


def kind_of(who):
    return 'feed' if who and who.startswith('key:') else 'api'


def fill(hub):
    """Fills the founded hub: three groups' texts, reports, secrets, digests, and keys."""
    publish(hub)
    report(hub)
    inquire(hub)
    hide(hub)
    tell(hub)
    remind(hub)
    push(hub)
    give_keys(hub)


def publish(hub):
    for group, mark in (('web', 'ZZCLOSED'), ('open', 'ZZOPEN'), ('bgroup', 'ZZBGROUP')):
        of = 'bhub' if group == 'bgroup' else 'hub'
        hub.do(of, 'lesson_post', group=group, lang='fr', title=mark, summary=mark, body=mark, body_html=mark,
               conditions=mark,
               links=[{'kind': 'page', 'url': f'https://example.org/{mark}', 'title': mark}], status='published')
        hub.do(of, 'lesson_text_put', group=group, id=1, text_lang='en', title=mark, summary=mark, body=mark,
               body_html=mark)
        hub.do(of, 'question_post', group=group, lang='fr', text=mark, problems=[mark], status='published',
               subquestions=[{'text': mark, 'priority': 'must'}])
        hub.do(of, 'conclusion_put', group=group, id=1, lang='fr', body=mark, body_html=mark)
    hub.do('bhub', 'lesson_report_post', group='bgroup', id=1, status='applied', note='ZZBNOTE', evidence='ZZBNOTE',
           audience='group')


def report(hub):
    """In every width; the packed rows and counts follow the reports."""
    for who, fields in (('mem', dict(status='interrupted', reason='political', note='ZZOWNNOTE')),
                        ('other', dict(status='not_for_us', reason='budget', note='ZZGROUPNOTE', audience='group')),
                        ('partner', dict(status='applied', adaptation='ZZOPENSTATUS', evidence='ZZOPENSTATUS'))):
        hub.do(who, 'lesson_report_post', group='web', id=1, **fields)
    hub.do('mem', 'question_report_post', group='web', id=2, status='not_for_us', reason='staff', note='ZZUMBRELLANOTE',
           audience='umbrella')
    hub.do('other', 'question_report_post', group='web', id=2, status='planned', services=['ZZMEMBERSTATUS'])
    hub.do('partner', 'lesson_report_post', group='open', id=1, status='adapted', adaptation='ZZOPENREPORT',
           services=['ZZOPENREPORT'],
           note='ZZOPENNOTE', audience='public')
    hub.do('other', 'lesson_report_post', group='open', id=1, status='interrupted', reason='budget',
           note='ZZOPENGROUPNOTE',
           audience='group')
    hub.do('mem', 'lesson_report_post', group='open', id=1, status='interrupted', reason='political',
           note='ZZOPENSECRET')


def ask(hub, text, status='draft', **values):
    return hub.do('mem', 'question_post', group='web', lang='fr', text=text, status=status, **values)['id']


def inquire(hub):
    """Of another member: a question that waits, one with its answer, one hidden, and (of the public group) one for all."""
    for group, text, then in (('web', 'ZZCLOSED', dict(text='ZZCLOSED')), ('web', 'ZZMASKED', dict(text='ZZMASKED')),
                              ('open', 'ZZOPEN', dict(text='ZZOPEN', open=True)), ('web', 'ZZASKED', None)):
        n = hub.do('other', 'inquiry_post', group=group, id=1, text=text)['n']
        if then:
            hub.do('hub', 'inquiry_answer', group=group, id=1, n=n, **then)
        if text == 'ZZMASKED':
            hub.do('co', 'inquiry_end', group=group, id=1, n=n, reason='ZZMASKED')


def hide(hub):
    """What others must not learn of: sensitive from the first wording on or reworded so; drafts, dropped or merged; proposals."""
    for after in ('dropped', None):
        number = ask(hub, 'ZZSECRET', problems=['ZZSECRET'], subquestions=[{'text': 'ZZSECRET', 'priority': 'must'}])
        # as an import does: the first wording is sensitive already
        hub.db.rows('UPDATE relais.item_text SET sensitive = true WHERE number = $1', number)
        hub.db.rows("UPDATE relais.item_revision SET sensitive = true, reason = 'ZZSECRET' WHERE number = $1", number)
        hub.do('mem', 'question_change', group='web', id=number, status='published')
        hub.do('mem', 'question_report_post', group='web', id=number, status='applied', adaptation='ZZSECRET',
               note='ZZSECRET',
               services=['ZZSECRET'], audience='public')
        hub.do('mem', 'question_text_put', group='web', id=number, text_lang='en', text='ZZSECRET')
        if after:
            hub.do('mem', 'question_change', group='web', id=number, status=after, reason='ZZSECRET')
    sure = {'group': 'web', 'lang': 'fr'}
    hub.do('mem', 'lesson_post', title='ZZPROPOSED', body='ZZPROPOSED', questions=[number], status='published', **sure)
    taken = hub.do('mem', 'lesson_post', title='ZZTAKENBACK', status='proposed', **sure)['id']
    hub.do('mem', 'lesson_change', group='web', id=taken, status='withdrawn', reason='ZZTAKENBACK')
    hub.do('mem', 'lesson_post', title='ZZDRAFT', body='ZZDRAFT', status='draft', **sure)
    number = ask(hub, 'ZZDROPPEDDRAFT', problems=['ZZDROPPEDDRAFT'])
    hub.do('mem', 'question_change', group='web', id=number, status='dropped', reason='ZZDROPPEDDRAFT')
    hub.do('mem', 'question_text_put', group='web', id=number, text_lang='en', text='ZZDROPPEDDRAFT')
    ask(hub, 'ZZCLOSED', 'published', how='merged', parents=[ask(hub, 'ZZMERGEDDRAFT')])
    number = ask(hub, 'ZZCLOSED', 'published')
    hub.do('mem', 'question_reword', group='web', id=number, text='ZZREWORDED', reason='ZZREWORDED', sensitive=True)
    hub.do('mem', 'question_text_put', group='web', id=number, text_lang='en', text='ZZTRANSLATED')
    hub.do('mem', 'question_text_put', group='web', id=number, text_lang='fr', text='ZZREWORDED corrected')


def tell(hub):
    """An approved digest, which covers all of the above, and an open draft behind it."""
    hub.do('co', 'digest_draft', umbrella='lead')
    hub.do('hub', 'section_change', umbrella='lead', n=1, group='web', lang='en', text='ZZDIGESTTEXT',
           text_html='ZZDIGESTTEXT')
    hub.do('co', 'digest_approve', umbrella='lead', n=1)
    hub.do('hub', 'lesson_post', group='web', lang='fr', title='ZZCLOSED', status='published')
    hub.do('co', 'digest_draft', umbrella='lead')
    hub.do('co', 'section_change', umbrella='lead', n=2, group='web', lang='en', text='ZZDIGESTDRAFT',
           text_html='ZZDIGESTDRAFT')


def remind(hub):
    """Who is silent is reminded, and spoken with by hub and lead umbrella."""
    hub.do('co', 'nudge_post', group='web')
    for who, words in (('hub', 'ZZTOLDHUB'), ('co', 'ZZTOLDLEAD')):
        hub.do(who, 'contact_post', group='web', municipality='memtown', occurred_on='2026-01-01', via='phone', words=words)
    hub.do('mem', 'quarter_answer_put', umbrella='lead', quarter=quarter(), municipality='memtown', works='ZZQUARTER', better='ZZQUARTER')


def push(hub):
    """To the lead umbrella's own system, with a secret that nobody is shown."""
    hub.do('co', 'webhook_post', umbrella='lead', url='https://portal.example/ZZHOOK', secret='whsec_ZZKEY' + 'a' * 38 + '=')
    hub.db.rows("INSERT INTO relais.delivery (kind, state, about, answer) VALUES ('webhook', 'delivered', '{\"webhook\": 1, \"group\": 1}', 'ZZANSWER')")


def give_keys(hub):
    """Feed keys for the closed group, one of somebody who is of both groups; and a token that was ended."""
    hub.db.rows("INSERT INTO relais.affiliation (person_id, municipality_id, role) SELECT p.id, m.id, 'focal_point' "
                "FROM relais.person p, relais.municipality m WHERE p.name = 'bhub' AND m.slug = 'partown'")
    for word, person in (('key:both', 'bhub'), ('key:co', 'co'), ('key:mem', 'mem')):
        hub.do(person, 'token_post', kind='feed', hash=sha256(word), group='web')
    hub.do('mem', 'token_post', kind='api', hash=sha256('ended'))
    hub.db.rows("UPDATE relais.access_token SET ended_at = now() WHERE hash = $1::bytea", '\\x' + sha256('ended'))
