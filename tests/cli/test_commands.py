"""Every verb of the command line: right, wrong, forbidden, missing; as a table and as JSON; and who the log says it was."""

import json
import re
import tempfile
import unicodedata
from pathlib import Path

from tests.lib import hub
from tests.lib.site import Tap, psql, relais

t = Tap()


def says(want, *arguments, out=None, err=None, by=None):
    """One call: its exit status, and what it says; gives standard output."""
    words = [*map(str, arguments), *(('--as', f'{by}@example.org') if by else ())]
    done = relais(*words)
    name = 'relais ' + ' '.join(words)
    t.is_(done.returncode, want, f'{name[:100]}: {want}') or t.note(done.stdout + done.stderr)
    if want:
        t.ok(done.stdout == '' and re.search('^relais: ', done.stderr, re.M), '… and says so on standard error alone', done.stdout, done.stderr)
    if out:
        t.like(done.stdout, out, f'… prints {out}')
    if err:
        t.like(done.stderr, err, f'… tells {err}')
    return done.stdout


def gives(*arguments, by=None):
    """The JSON of a call that succeeds."""
    text = says(0, *arguments, '--json', by=by)
    try:
        return json.loads(text)
    except ValueError:
        t.ok(False, '… prints JSON', text)
        return {}


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


def aligned(text, column):
    """Whether that column begins at the same place in every line."""
    header, *lines = text.splitlines()
    at = header.index(column)
    for line in lines:
        before = next(line[:n] for n in range(len(line) + 1) if width(line[:n]) >= at)
        if width(before) != at or not (before.endswith('  ') and line[len(before):len(before) + 1] != ' '):
            return False
    return True


def last_event(group='web'):
    return psql("SELECT e.kind, e.act, p.email FROM relais.event e JOIN relais.group g ON g.id = e.group_id "
                f"LEFT JOIN relais.person p ON p.id = e.person_id WHERE g.slug = '{group}' ORDER BY e.seq DESC LIMIT 1")


def bodies():
    t.is_([u['slug'] for u in gives('umbrella', 'list')], ['ancb', 'vvsg'], 'umbrellas')
    says(0, 'umbrella', 'add', 'uvcw', '--name', 'UVCW', '--country', 'BE', '--lang', 'fr', out='uvcw')
    says(1, 'umbrella', 'add', 'uvcw', '--name', 'UVCW', '--country', 'BE', '--lang', 'fr', err='slug: is taken already')
    says(1, 'umbrella', 'add', 'x', '--name', 'X', '--country', 'Benin', '--lang', 'fr', err='country: ')
    says(1, 'umbrella', 'add', 'x', '--name', 'X', '--country', 'BJ', '--lang', 'fr', '--time-zone', 'Mars', err='time_zone: ')
    says(2, 'umbrella', 'add', 'x', '--country', 'BJ', '--lang', 'fr', err='--name is missing')
    says(1, 'umbrella', 'add', 'x', '--name', 'X', '--country', 'BJ', '--lang', 'fr', by='co', err='not allowed')
    says(0, 'municipality', 'add', 'cove', '--name', 'Covè 你好', '--country', 'bj', '--lang', 'fr', '--department', 'Zou', '--umbrella', 'ancb')
    says(0, 'municipality', 'add', 'nyanza', '--name', 'Nyanza', '--country', 'RW', '--lang=en', '--level=district', out='nyanza')
    says(2, 'municipality', 'add', 'x', '--name', 'X', '--country', 'BJ', '--lang', 'fr', '--level', 'village', err='one of: municipality district')
    says(1, 'municipality', 'add', 'x', '--name', 'X', '--country', 'BJ', '--lang', 'fr', '--umbrella', 'nobody', err='umbrella: ')
    says(1, 'municipality', 'add', 'X y', '--name', 'X', '--country', 'BJ', '--lang', 'fr', err='slug: has small letters')
    says(1, 'municipality', 'add', 'x', '--name', 'a\nb', '--country', 'BJ', '--lang', 'fr', err='name: ')
    says(1, 'municipality', 'add', 'x', '--name', 'X', '--country', 'BJ', '--lang', 'fr', '--umbrella', 'ancb', by='other', err='not allowed')
    says(0, 'municipality', 'add', 'lalo', '--name', 'Lalo', '--country', 'BJ', '--lang', 'fr', '--umbrella', 'ancb', by='co')
    says(0, 'municipality', 'rename', 'lalo', '--slug', 'lalo-neuf', '--name', 'Lalo-Neuf')
    says(1, 'municipality', 'rename', 'nowhere', '--name', 'X', err='not found')
    says(1, 'municipality', 'rename', 'lalo-neuf', '--name', 'X', by='other', err='not allowed')
    says(1, 'municipality', 'rename', 'lalo-neuf', '--slug', 'cove', err='slug: is taken')
    shown = says(0, 'municipality', 'list')
    t.ok(all(aligned(shown, column) for column in ('level', 'country')), 'a table is aligned with letters of any width', shown)
    t.is_(len(gives('municipality', 'list')), 9, 'municipalities')


def groups():
    says(0, 'group', 'add', 'new', '--name', 'Nouveau', '--umbrella', 'ancb', '--lang', 'fr', out='/groups/new')
    says(1, 'group', 'add', 'new2', '--name', 'N', '--umbrella', 'nobody', '--lang', 'fr', err='umbrella: is not known')
    says(1, 'group', 'add', 'new', '--name', 'N', '--umbrella', 'ancb', '--lang', 'fr', err='slug: is taken')
    says(1, 'group', 'add', 'x', '--name', 'N', '--umbrella', 'ancb', '--lang', 'fr', '--programme', 'none', err='programme: ')
    says(1, 'group', 'add', 'x', '--name', 'N', '--umbrella', 'ancb', '--lang', 'fr', by='mem', err='not allowed')
    says(2, 'group', 'add', 'x', '--name', 'N', '--umbrella', 'ancb', '--lang', 'fr', '--visibility', 'open', err='one of: public closed')
    t.is_([g['slug'] for g in gives('group', 'list')], ['web', 'ferme', 'huis', 'new'], 'the operator sees all groups')
    t.is_([g['slug'] for g in gives('group', 'list', by='lier')], ['web', 'ferme'], 'a person theirs')
    says(0, 'group', 'show', 'web', out='Members\nmunicipality')
    t.is_(gives('group', 'show', 'web')['slug'], 'web', 'a group as JSON')
    says(1, 'group', 'show', 'nowhere', err='relais group list')
    says(1, 'group', 'show', 'ferme', by='mem', err='not for you')
    says(0, 'group', 'member', 'add', 'new', 'cove', '--role', 'hub', '--since', '2024-09')
    says(0, 'group', 'member', 'add', 'new', 'aklame', by='co')
    says(1, 'group', 'member', 'add', 'new', 'mol', by='mem', err='not found|not allowed')
    says(1, 'group', 'member', 'add', 'new', 'nowhere', err='municipality: is not known')
    says(1, 'group', 'member', 'add', 'new', 'mol', '--since', '2024-13', err='since: is no date')
    says(1, 'group', 'member', 'add', 'nowhere', 'mol', err='not found')
    says(2, 'group', 'member', 'add', 'new', 'mol', '--role', 'chief', err='one of: hub')
    says(2, 'group', 'member', 'add', 'new', err='MUNICIPALITY is missing')
    says(0, 'group', 'member', 'role', 'new', 'aklame', 'hub')
    t.is_([(m['slug'], m['role']) for m in gives('group', 'member', 'list', 'new')], [('aklame', 'hub'), ('cove', 'member')], 'a new hub takes over')
    says(1, 'group', 'member', 'remove', 'new', 'aklame', err='another one the hub')
    says(0, 'group', 'member', 'remove', 'new', 'cove')
    says(1, 'group', 'member', 'remove', 'new', 'cove', err='not found')
    says(1, 'group', 'member', 'list', 'nowhere', err='not found')
    says(2, 'group', 'member', 'chief', err='does not know')


def persons():
    code = says(0, 'person', 'invite', 'new@example.org', '--of', 'cove', '--role', 'focal_point', '--name', 'Néo').strip()
    t.like(code, r'^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4})+$', 'a code to sign in with')
    t.is_(gives('person', 'invite', 'new@example.org', '--of', 'cove', '--role', 'coach')['email'], 'new@example.org', 'and as JSON')
    says(1, 'person', 'invite', 'x@example.org', '--of', 'nowhere', '--role', 'coach', err='of: there is no such')
    says(1, 'person', 'invite', 'x@example.org', '--of', 'cove', '--role', 'coordinator', err='role: ')
    says(1, 'person', 'invite', 'nobody', '--of', 'cove', '--role', 'coach', err='email: ')
    says(2, 'person', 'invite', 'x@example.org', '--of', 'cove', '--role', 'king', err='one of: coordinator')
    says(2, 'person', 'invite', 'x@example.org', '--of', 'cove', '--role', 'coach', '--days', 'many', err='--days is a number')
    says(1, 'person', 'invite', 'x@example.org', '--of', 'cove', '--role', 'coach', by='mem', err='not allowed')
    listed = gives('person', 'list')
    t.is_([p['roles'] for p in listed if p['email'] == 'new@example.org'], ['focal_point cove, coach cove'], 'with all roles')
    says(0, 'person', 'end', 'new@example.org')
    says(1, 'person', 'end', 'new@example.org', err='nobody here')
    says(1, 'person', 'end', 'mem@example.org', by='co', err='not allowed')
    says(1, 'group', 'list', by='new', err='nobody here has the address')
    says(1, 'group', 'list', by='nobody', err='relais person list')


def tokens():
    made = gives('token', 'add', 'mem@example.org', '--label', 'für mich', '--days', '10')
    t.is_(psql(f"SELECT kind FROM relais.access_token WHERE hash = '\\x{hub.sha256(made['token'])}'"), 'api', 'a token is kept hashed')
    t.like(says(0, 'token', 'add', 'mem@example.org', '--kind', 'feed', '--group', 'huis').strip(), r'^[\w-]{43}$', 'the key of a feed')
    says(2, 'token', 'add', 'mem@example.org', '--kind', 'feed', err='needs --group')
    says(1, 'token', 'add', 'nobody@example.org', err='nobody here')
    says(1, 'token', 'add', 'mem@example.org', '--kind', 'feed', '--group', 'nowhere', err='not found')
    t.is_(sorted(x['kind'] for x in gives('token', 'list', 'mem@example.org')), ['api', 'api', 'feed'], "a person's tokens")
    says(0, 'token', 'end', made['id'])
    says(1, 'token', 'end', made['id'], err='not found')
    says(2, 'token', 'end', 'x', err='ID is a number')
    t.is_([x['state'] for x in gives('token', 'list', 'mem@example.org', '--all')].count('ended'), 1, 'ended ones with --all')


def lessons(folder):
    file = folder / 'lesson.md'
    file.write_text('# Écrire court\n\nUne page *suffit*.\n')
    made = gives('lesson', 'post', 'web', file, '--lang', 'fr', by='hub')
    t.is_((made['kind'], made['group']), ('lesson', 'web'), 'a lesson from a file')
    t.is_(last_event(), 'lesson|published|hub@example.org', 'the log says who')
    says(0, 'lesson', 'post', 'web', file, by='mem', out=r'lesson \d+: /groups/web/lessons/\d+')
    t.is_(last_event(), 'lesson|proposed|mem@example.org', "a member's is a proposal")
    says(1, 'lesson', 'post', 'web', file, by='other', err='not allowed|not found|is no municipality')
    says(1, 'lesson', 'post', 'web', file, by='draft', err='only a focal point')
    says(1, 'lesson', 'post', 'nowhere', file, by='hub', err='no such group')
    says(1, 'lesson', 'post', 'web', folder / 'none.md', by='hub', err='No such file')
    says(2, 'lesson', 'post', 'web', err='FILE is missing')
    text = says(0, 'lesson', 'show', 'web', made['id'])
    t.ok(text.startswith('# Écrire court\n') and 'Une page *suffit*.' in text, 'a lesson as Markdown', text)
    t.is_(gives('lesson', 'show', 'web', made['id'])['title'], 'Écrire court', 'and as JSON')
    says(1, 'lesson', 'show', 'web', '999', err='not found')
    says(2, 'lesson', 'show', 'web', 'one', err='ID is a number')
    t.is_([x['status'] for x in gives('lesson', 'list', 'web')], ['proposed', 'published'], 'all lessons for the operator')
    t.is_([x['status'] for x in gives('lesson', 'list', 'web', by='bon')], ['published'], 'for others what is published')
    says(1, 'lesson', 'list', 'nowhere', err='not found')
    return made['id']


def questions():
    asked = gives('question', 'ask', 'web', 'Qui écrit ?', '--lang', 'fr', '--problems', 'Personne', '--problems', 'Pas le temps', by='mem')
    t.is_(last_event(), 'question|asked|mem@example.org', 'a question of a person')
    says(0, 'question', 'ask', 'web', 'Comment ?', '--lang', 'fr', '--municipality', 'bonou', '--status', 'draft')
    t.is_(last_event(), 'question|drafted|', 'and one by the operator')
    says(1, 'question', 'ask', 'web', 'Comment ?', '--lang', 'fr', err='--municipality')
    says(1, 'question', 'ask', 'web', 'Comment ?', '--lang', 'fr', '--municipality', 'mol', err='no municipality of the group')
    says(1, 'question', 'ask', 'web', ' ', '--lang', 'fr', by='mem', err='title: |text: ')
    says(2, 'question', 'ask', 'web', 'Comment ?', err='--lang is missing')
    says(1, 'question', 'ask', 'web', 'Comment ?', '--lang', 'fr', '--occurred-on', 'hier', by='mem', err='occurred_on: is no date')
    t.is_([q['title'] for q in gives('question', 'list', 'web', by='mem')], ['Qui écrit ?'], 'questions')
    says(1, 'question', 'list', 'ferme', by='mem', err='not found')
    return asked['id']


def reports(lesson, question):
    says(0, 'report', 'web', lesson, 'applied', '--municipality', 'aklame', '--via', 'phone', '--services', 'état civil', '--services', 'eau')
    t.is_(last_event(), 'report|reported|', 'a report by the operator')
    says(0, 'report', 'web', question, 'trying', by='bon')
    t.is_(last_event(), 'report|reported|bon@example.org', 'a report on a question, by a person')
    says(1, 'report', 'web', lesson, 'applied', err='municipality: for which')
    says(1, 'report', 'web', lesson, 'applied', '--municipality', 'aklame', err='--via')
    says(1, 'report', 'web', lesson, 'applied', '--municipality', 'nowhere', '--via', 'mail', err='municipality: ')
    says(1, 'report', 'web', '999', 'applied', by='mem', err='no lesson or question 999')
    says(2, 'report', 'web', lesson, 'done', err='STATUS is one of: interested')
    says(1, 'report', 'web', lesson, 'applied', '--reason', 'budget', by='mem', err='reason: only')
    says(0, 'report', 'web', lesson, 'interrupted', '--reason', 'budget', '--note', 'chut', by='bon')
    says(1, 'report', 'web', lesson, 'retracted', by='lier', err='no report to take back')
    says(1, 'report', 'ferme', '1', 'applied', by='mem', err='no lesson or question')
    cells = {(c['municipality'], c['status'], c['reason']) for c in gives('uptake', 'web')['cells']}
    t.is_(cells, {('aklame', 'applied', None), ('bonou', 'interrupted', 'budget')}, 'who applied what')
    t.is_({(c['municipality'], c['status'], c['reason']) for c in gives('uptake', 'web', by='mem')['cells']},
          {('aklame', 'applied', None), ('bonou', 'interrupted', None)}, 'a reason is not for everybody')
    says(0, 'uptake', 'web', out=r'aklame +applied')
    says(1, 'uptake', 'ferme', by='mem', err='no group ferme')


def digests():
    n = gives('digest', 'draft', 'ancb')['n']
    says(1, 'digest', 'draft', 'ancb', by='mem', err='not allowed')
    says(1, 'digest', 'draft', 'nobody', err='not found')
    says(0, 'digest', 'show', 'ancb', n, out=r'# ANCB – digest 1 \(draft\)')
    says(1, 'digest', 'show', 'ancb', n, by='lier', err='not found')
    says(1, 'digest', 'approve', 'ancb', n, by='other', err='not allowed|not found')
    says(1, 'digest', 'schedule', 'ancb', n, '--day', '2090-01-31', '--hour', '8', by='hub', err='not found|not allowed')
    says(1, 'digest', 'schedule', 'ancb', n, '--day', '2090-01-31', '--hour', '8', err='not allowed')
    says(1, 'digest', 'schedule', 'ancb', n, '--day', '2020-01-31', '--hour', '8', by='co', err='day: and hour are past')
    says(1, 'digest', 'schedule', 'ancb', n, '--day', '2090-01-31', '--hour', '24', by='co', err='hour: is a number from 0 to 23')
    says(2, 'digest', 'schedule', 'ancb', n, '--day', '2090-02-30', '--hour', '8', by='co', err='--day is a day')
    says(2, 'digest', 'schedule', 'ancb', '--day', '2090-01-31', by='co', err='--hour is missing')
    t.like(gives('digest', 'schedule', 'ancb', '--day', '2090-01-31', '--hour', '8', by='co')['at'], '^2090-01-31T07:00:00', 'a draft is scheduled, where the umbrella body is')
    says(0, 'digest', 'unschedule', 'ancb', by='co')
    t.is_(gives('digest', 'show', 'ancb', n)['status'], 'draft', 'and waits for a hand again')
    says(0, 'digest', 'approve', 'ancb', n, by='co')
    says(1, 'digest', 'approve', 'ancb', n, err='approved and does not change')
    says(1, 'digest', 'approve', 'ancb', 99, err='not found')
    says(2, 'digest', 'show', 'ancb', 'first', err='N is a number')
    text = says(0, 'digest', 'show', 'ancb', n, by='lier')
    t.ok('Écrire court' in text and 'chut' not in text and 'budget' not in text, 'a digest tells a partner what it may know', text)
    t.is_([(d['n'], d['status']) for d in gives('digest', 'list', 'ancb')], [(n, 'approved')], 'digests')
    t.is_(gives('digest', 'show', 'ancb', n)['status'], 'approved', 'a digest as JSON')
    says(1, 'digest', 'draft', 'ancb', err='nothing has happened')
    says(0, 'digest', 'report', 'ancb', '--from', '2020-01-01', '--to', '2035-12-31', out='Sites web')
    t.ok('groups' in gives('digest', 'report', 'ancb', '--from', '2020-01-01', '--to', '2035-12-31'), 'the report as JSON')
    says(2, 'digest', 'report', 'ancb', '--from', 'January', '--to', '2035-12-31', err='--from is a day')
    says(2, 'digest', 'report', 'ancb', '--from', '2025-02-29', '--to', '2035-12-31', err='--from is a day')
    says(1, 'digest', 'report', 'ancb', '--from', '2020-01-01', '--to', '2035-12-31', by='mem', err='not found')
    says(2, 'digest', 'report', 'ancb', '--from', '2020-01-01', err='--to is missing')
    says(1, 'digest', 'list', 'nobody', err='not found')


def mails():
    psql('TRUNCATE relais.delivery RESTART IDENTITY')
    psql("INSERT INTO relais.delivery (kind, person_id, state, tries, answer, since) SELECT 'nudge', p.id, s, n, a, now() - interval '1 day' "
         "FROM (VALUES (1, 'suspended', 3, '550 5.1.1 no such mailbox'), (2, 'waiting', 2, '451 4.3.0 not now'), (3, 'delivered', 1, NULL), (4, 'dropped', 0, NULL), "
         "(5, 'waiting', 0, NULL)) v (i, s, n, a), relais.person p WHERE p.email = 'mem@example.org' ORDER BY i")
    psql("UPDATE relais.delivery SET due_at = now() + interval '1 hour' WHERE id = 2")
    psql("UPDATE relais.delivery SET turn = 1, due_at = now() + interval '10 min' WHERE id = 5")        # somebody has it
    t.is_([(m['id'], m['kind'], m['to'], m['state'], m['tries'], m['answer'], m['under_way']) for m in gives('mail', 'list')],
          [(1, 'nudge', 'mem@example.org', 'suspended', 3, '550 5.1.1 no such mailbox', False), (2, 'nudge', 'mem@example.org', 'waiting', 2, '451 4.3.0 not now', False),
           (5, 'nudge', 'mem@example.org', 'waiting', 0, None, True)], 'what waits and what is suspended')
    t.is_([m['id'] for m in gives('mail', 'list', '--suspended')], [1], 'what is suspended')
    t.ok(aligned(says(0, 'mail', 'list', out='no such mailbox'), 'answer'), 'as a table')
    says(1, 'mail', 'list', by='co', err='not allowed')
    says(1, 'mail', 'replay', 1, by='co', err='not allowed')
    says(2, 'mail', 'replay', err='ID is missing, or --all')
    says(2, 'mail', 'replay', 1, '--all', err='either ID or --all')
    says(2, 'mail', 'replay', 'x', err='ID is a number')
    for gone in (3, 4, 99):
        says(1, 'mail', 'replay', 1, gone, err='not found')
    state = "SELECT string_agg(id || ' ' || state || ' ' || tries || ' ' || (due_at <= clock_timestamp()) || ' ' || (since > now() - interval '1 hour'), ', ' ORDER BY id) FROM relais.delivery"
    before = psql(state)
    t.is_(before, '1 suspended 3 true false, 2 waiting 2 false false, 3 delivered 1 true false, 4 dropped 0 true false, 5 waiting 0 false false', 'nothing was changed by that')
    t.is_(gives('mail', 'replay', 1, 1, 5), {'replayed': 1}, 'one is sent again; what somebody has is left to them')
    t.is_(psql(state), before.replace('1 suspended 3 true false', '1 waiting 0 true true'), 'as if never tried')
    psql("UPDATE relais.delivery SET state = 'suspended', ended_at = now(), answer = 'no' WHERE id IN (1, 5)")
    says(0, 'mail', 'replay', '--all', out='replayed +3')
    t.is_(psql(f"{state} WHERE state = 'waiting'"), '1 waiting 0 true true, 2 waiting 0 true true, 5 waiting 0 true true', 'all are')
    t.is_(psql('SELECT count(*) FROM relais.delivery WHERE ended_at IS NOT NULL OR under_way'), '0', 'and none has ended')
    psql("INSERT INTO relais.delivery (kind, state) SELECT 'nudge', 'suspended' FROM generate_series(1, 1100)")
    t.is_(len(gives('mail', 'list')), 1103, 'long lists are whole')
    psql('TRUNCATE relais.delivery')


def files(folder):
    says(0, 'export', folder / 'out', out=r'wrote \d+ files')
    says(1, 'export', folder / 'out', err='not empty')
    says(1, 'export', folder / 'mine', by='co', err='only the operator')
    says(1, 'export', folder / 'no' / 'such', err='cannot make')
    t.is_(gives('export', folder / 'json')['folder'], str(folder / 'json'), 'an export as JSON')
    table = folder / 'towns.csv'
    table.write_text('slug,name,country,lang,umbrella\nouidah,Ouidah,BJ,fr,ancb\naklame,Aklamè-Centre,BJ,fr,ancb\n')
    says(1, 'import', table, by='mem', err='not allowed')
    says(0, 'import', table, by='co', out='added 1 municipalities\nchanged 1 municipalities')
    says(0, 'import', table, out='nothing to do')
    reports = folder / 'reports.csv'
    reports.write_text('object,municipality,status,services,told_to\n1,aklame,adapted,eau \\; assainissement; état civil,college; press\n')
    t.is_(gives('import', reports, '--group', 'web')['added'], {'reports': 1}, 'an import as JSON')
    t.is_(psql('SELECT services, told_to FROM relais.report ORDER BY seq DESC LIMIT 1'), '{"eau ; assainissement","état civil"}|{college,press}',
          'a list in a field, with a semicolon in one of its parts')
    people = folder / 'people.csv'
    people.write_text('name,email\nX,x@example.org\n')
    says(1, 'import', people, by='co', err='not allowed')
    says(1, 'import', '--restore', folder / 'out', err='not empty')
    says(1, 'import', folder / 'nothing', err='No such file')


with tempfile.TemporaryDirectory() as scratch:
    hub.seed()
    bodies()
    groups()
    persons()
    tokens()
    lesson = lessons(Path(scratch))
    reports(lesson, questions())
    digests()
    mails()
    files(Path(scratch))
    t.is_(gives('migrate')['applied'], [], 'migrate has nothing to do')
    says(0, 'migrate', out='nothing to do')
    t.ok(re.fullmatch(r'relais \d+\.\d+\n', says(0, '--version')), 'the version')
t.done()
