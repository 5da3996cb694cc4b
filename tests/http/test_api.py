"""Every operation of the API: right, with what follows from it; who may; what is not there."""

import csv
import io
import re

from tests.lib import hub
from tests.lib.hub import API, CLOSED, WEB, auth
from tests.lib.schema import body_schema, right_body
from tests.lib.site import Site, Tap

NOBODY = {}


def asked_for(description):
    """(METHOD, pattern, operation)"""
    return [(method.upper(), pattern, operation) for pattern, methods in description['paths'].items()
            for method, operation in methods.items()]


def answers(t, site, method, path, want, by=None, body=None, **headers):
    answer = site.request(method, path, body, (auth(by) if by else {}) | {k.replace('_', '-'): v for k, v in headers.items()})
    t.is_(answer.status, want, f'{method} {path} by {by}: {want}' + (f' ({str(body)[:60]})' if body else '')) or t.note(answer.text[:400])
    return answer


def lessons(t, site):
    made = answers(t, site, 'POST', f'{WEB}/lessons', 201, 'hub', hub.LESSON | {'sdgs': [11, 4, 11], 'cost': 'low', 'source': 'own_trial',
                   'links': [{'url': 'https://example.org/', 'title': 'Exemple', 'kind': 'page'}], 'occurred_on': '2024-09'})
    number = made.json()['id']
    t.is_(made.json()['status'], 'published', 'the hub publishes')
    t.like(made.headers['Location'] or '', rf'^http://.*{WEB}/lessons/{number}$', 'Location leads to the lesson')
    value = answers(t, site, 'GET', re.sub(r'^http://[^/]+', '', made.headers['Location']), 200).json()
    t.is_((value['title'], value['sdgs'], value['cost'], value['source'], value['occurred_on']),
          ('Commencer petit', [4, 11], 'low', 'own_trial', '2024-09'), 'nobody reads it as it was sent')
    t.is_(value['links'], [{'kind': 'page', 'url': 'https://example.org/', 'title': 'Exemple', 'bytes': None}], 'with its links')
    t.is_(value['body_html'], {'html': '<p>Nous avons <em>commencé</em> petit.</p>'}, 'Markdown is rendered')
    for by, status in (('co', 'published'), ('mem', 'proposed'), ('con', 'proposed'), ('bon', 'proposed')):
        t.is_(answers(t, site, 'POST', f'{WEB}/lessons', 201, by, hub.LESSON).json()['status'], status, f'{by} has {status} it')
    refused = answers(t, site, 'POST', f'{WEB}/lessons', 403, 'draft', hub.LESSON).json()
    t.is_([(e['field'], e['code']) for e in refused.get('errors', [])], [('status', 'focal_point')], 'a contributor of the hub does not publish')
    t.is_(answers(t, site, 'POST', f'{WEB}/lessons', 201, 'draft', hub.LESSON | {'status': 'draft'}).json()['status'], 'draft', 'but drafts')
    for by in ('watch', 'zog', 'other', 'see'):
        answers(t, site, 'POST', f'{WEB}/lessons', 403, by, hub.LESSON)
    answers(t, site, 'POST', f'{WEB}/lessons', 401, None, hub.LESSON)
    answers(t, site, 'POST', f'{WEB}/lessons', 422, 'hub', hub.LESSON | {'questions': [9999]})
    answers(t, site, 'POST', f'{WEB}/lessons', 422, 'hub', hub.LESSON | {'subquestions': [9999]})
    answers(t, site, 'POST', f'{WEB}/lessons', 422, 'hub', hub.LESSON | {'sdgs': [18]})
    answers(t, site, 'POST', f'{WEB}/lessons', 422, 'hub', hub.LESSON | {'municipality': 'mol'})
    answers(t, site, 'POST', f'{WEB}/lessons', 403, 'mem', hub.LESSON | {'municipality': 'bonou'})
    return number


def drafts(t, site):
    """A draft is seen by its owners alone, a proposal also by who decides on it."""
    draft = hub.lesson(site, by='con', status='draft')
    offer = hub.lesson(site, by='mem', status='proposed')
    for number, seen in ((draft, ('mem', 'con', 'coach')), (offer, ('mem', 'con', 'coach', 'hub', 'draft', 'co'))):
        for by in (None, 'mem', 'con', 'coach', 'hub', 'draft', 'co', 'watch', 'bon', 'lier', 'other', 'see', 'zog', 'mol'):
            want = 200 if by in seen else 404
            answers(t, site, 'GET', f'{WEB}/lessons/{number}', want, by)
            answers(t, site, 'GET', f'{WEB}/lessons/{number}/reports', want, by)
        answers(t, site, 'POST', f'{WEB}/lessons/{number}/reports', 404, 'bon', {'status': 'applied'})
    answers(t, site, 'PATCH', f'{WEB}/lessons/{draft}', 404, 'hub', {'status': 'published'}, If_Match='*')
    answers(t, site, 'PATCH', f'{WEB}/lessons/{offer}', 404, 'bon', {'status': 'published'}, If_Match='*')
    t.is_(answers(t, site, 'PATCH', f'{WEB}/lessons/{draft}', 200, 'mem', {'status': 'published'}, If_Match='*').json()['status'], 'proposed',
          'a member who publishes a draft has proposed it')
    t.is_(answers(t, site, 'PATCH', f'{WEB}/lessons/{draft}', 200, 'hub', {'status': 'published'}, If_Match='*').json()['status'], 'published',
          'and the hub publishes it')
    answers(t, site, 'GET', f'{WEB}/lessons/{draft}', 200)
    answers(t, site, 'PATCH', f'{WEB}/lessons/{draft}', 409, 'mem', {'status': 'proposed'}, If_Match='*')
    t.is_(answers(t, site, 'PATCH', f'{WEB}/lessons/{draft}', 200, 'mem', {'status': 'withdrawn', 'reason': 'dépassé'}, If_Match='*').json()['status'],
          'withdrawn', 'an owner withdraws')
    answers(t, site, 'POST', f'{WEB}/lessons/{draft}/reports', 409, 'bon', {'status': 'applied'})
    t.ok(draft not in [l['id'] for l in site.get(f'{WEB}/lessons').json()['lessons']], 'a withdrawn lesson is in no list')


def texts(t, site, number):
    path = f'{WEB}/lessons/{number}/texts/nl'
    text = {'title': 'Klein beginnen', 'body': 'Eén bladzijde volstaat.'}
    edit = site.get(f'{WEB}/lessons/{number}').headers['ETag']
    answers(t, site, 'GET', path, 401)
    t.is_(answers(t, site, 'GET', path, 200, 'lier').json()['title'], None, 'there is no translation yet')
    answers(t, site, 'PUT', path, 428, 'lier', text)
    answers(t, site, 'PUT', path, 412, 'lier', text, If_Match='"r99-x"')
    answers(t, site, 'PUT', path, 422, 'lier', text | {'of': 9}, If_Match=edit)
    put = answers(t, site, 'PUT', path, 200, 'lier', text, If_Match=edit)
    t.like(put.headers['ETag'] or '', r'^"r2-', 'a change answers with the next ETag')
    answers(t, site, 'PUT', path, 412, 'lier', text, If_Match=edit)
    answers(t, site, 'PUT', path, 403, 'other', text, If_Match=put.headers['ETag'])
    answers(t, site, 'PUT', f'{WEB}/lessons/{number}/texts/fr', 403, 'lier', text, If_Match=put.headers['ETag'])
    answers(t, site, 'PUT', f'{WEB}/lessons/{number}/texts/xx', 404, 'hub', text, If_Match='*')
    answers(t, site, 'PUT', f'{WEB}/lessons/9999/texts/nl', 404, 'lier', text, If_Match='*')
    dutch = answers(t, site, 'GET', f'{WEB}/lessons/{number}?lang=nl', 200).json()
    t.is_((dutch['title'], dutch['lang'], dutch['stale']), ('Klein beginnen', 'nl', False), 'the translation is read')
    t.is_(answers(t, site, 'GET', f'{WEB}/lessons/{number}?text_lang=fr&lang=nl', 200).json()['lang'], 'fr', 'and the original, if asked for')
    answers(t, site, 'PUT', f'{WEB}/lessons/{number}/texts/fr', 200, 'hub', {'title': 'Commencer petit', 'body': 'Revu.'}, If_Match=put.headers['ETag'])
    t.is_(site.get(f'{WEB}/lessons/{number}?lang=nl').json()['stale'], True, 'after a correction of the original it is stale')
    answers(t, site, 'GET', f'{WEB}/lessons/{number}?text_lang=xx', 422)


def reports(t, site, number):
    path = f'{WEB}/lessons/{number}/reports'
    made = answers(t, site, 'POST', path, 201, 'mem', {'status': 'trying'})
    t.like(made.headers['Location'] or '', rf'{WEB}/lessons/{number}#report-\d+$', 'one word is a report, and has an address')
    t.is_(made.json()['municipality'], 'aklame', 'of the municipality the person acts for')
    for by in ('con', 'coach', 'lier', 'draft'):
        answers(t, site, 'POST', path, 201, by, {'status': 'interested'})
    for by, want in (('watch', 403), ('zog', 403), ('other', 403), ('see', 403), ('mol', 403), ('co', 422)):
        answers(t, site, 'POST', path, want, by, {'status': 'applied'})
    answers(t, site, 'POST', path, 422, 'hub', {'status': 'applied', 'municipality': 'bonou'})
    told = answers(t, site, 'POST', path, 201, 'co', {'status': 'applied', 'municipality': 'bonou', 'via': 'whatsapp'})
    t.is_(told.json()['municipality'], 'bonou', 'the coordinator records what a member told')
    answers(t, site, 'POST', path, 403, 'mem', {'status': 'applied', 'municipality': 'bonou', 'via': 'phone'})
    answers(t, site, 'POST', path, 422, 'co', {'status': 'applied', 'municipality': 'mol', 'via': 'phone'})
    answers(t, site, 'POST', path, 422, 'mem', {'status': 'applied', 'reason': 'budget'})
    answers(t, site, 'POST', path, 422, 'mem', {'status': 'planned', 'adaptation': 'x'})
    t.is_(answers(t, site, 'POST', path, 201, 'bon', {'status': 'retracted'}).json()['application'], 'silent', 'an undo: silence again')
    answers(t, site, 'POST', path, 409, 'bon', {'status': 'retracted'})
    answers(t, site, 'POST', f'{WEB}/lessons/9999/reports', 404, 'mem', {'status': 'applied'})
    seq = hub.report(site, number, 'interrupted', 'mem', note='FOR-US-ALONE', reason='political')
    for by, note, reason in ((None, False, False), ('mem', True, True), ('coach', True, True), ('co', False, True), ('hub', False, False),
                             ('bon', False, False), ('other', False, False)):
        seen = [r for r in answers(t, site, 'GET', path, 200, by).json()['reports'] if r['seq'] == seq]
        t.is_((any(r['note'] for r in seen), any(r['reason'] for r in seen)), (note, reason), f'what {by} may know of an interruption')
        t.is_('FOR-US-ALONE' in site.get(f'{WEB}/lessons/{number}', auth(by) if by else NOBODY).text, note, f'… and in the lesson, {by}')
    hub.report(site, number, 'adapted', 'bon', adaptation='en fon', services=['état civil'], told_to=['citizens'], ask_again_on='2027-01-31')
    matrix = answers(t, site, 'GET', f'{WEB}/uptake', 200).json()
    cells = {cell['municipality']: cell['status'] for cell in matrix['cells'] if cell['lesson'] == number}
    t.is_(cells, {'bonou': 'adapted'}, 'the public sees who adapted it, not who interrupted')
    t.is_(matrix['totals'], {'adapted': 1}, 'nor in the numbers')
    inside = site.get(f'{WEB}/uptake', auth('co')).json()
    t.is_({(cell['municipality'], cell['status'], cell['reason']) for cell in inside['cells'] if cell['lesson'] == number},
          {('bonou', 'adapted', None), ('aklame', 'interrupted', 'political'), ('lier', 'interested', None)}, 'the lead umbrella sees all')


def questions(t, site):
    made = answers(t, site, 'POST', f'{WEB}/questions', 201, 'mem', hub.QUESTION)
    number = made.json()['id']
    path = f'{WEB}/questions/{number}'
    value = answers(t, site, 'GET', path, 200).json()
    t.is_((value['text'], value['problems'][0]['text'], value['subquestions'][0]['priorities'][0]['priority']),
          (hub.QUESTION['text'], 'Personne ne publie', 'must'), 'a question is read as it was asked')
    for by, want in ((None, 401), ('watch', 403), ('zog', 403), ('other', 403), ('bon', 201), ('hub', 201)):
        answers(t, site, 'POST', f'{WEB}/questions', want, by, hub.QUESTION)
    answers(t, site, 'POST', f'{WEB}/questions', 403, 'con', hub.QUESTION)
    draft = answers(t, site, 'POST', f'{WEB}/questions', 201, 'con', hub.QUESTION | {'status': 'draft'}).json()['id']
    answers(t, site, 'GET', f'{WEB}/questions/{draft}', 404, 'hub')
    answers(t, site, 'PATCH', f'{WEB}/questions/{draft}', 403, 'con', {'status': 'published'}, If_Match='*')
    answers(t, site, 'PATCH', f'{WEB}/questions/{draft}', 200, 'mem', {'status': 'published'}, If_Match='*')
    answers(t, site, 'PATCH', f'{WEB}/questions/{draft}', 428, 'mem', {'status': 'dropped'})
    reworded = answers(t, site, 'POST', f'{path}/revisions', 201, 'mem', {'text': 'Qui publie ?', 'reason': 'plus net', 'trigger': 'visit'})
    t.is_(reworded.json()['revision'], 2, 'a rewording is a revision')
    answers(t, site, 'POST', f'{path}/revisions', 201, 'mem', {'text': 'SECRET-WORDING', 'reason': 'SECRET-REASON', 'sensitive': True})
    for by in (None, 'bon', 'co', 'hub', 'mem', 'coach'):
        text = answers(t, site, 'GET', path, 200, by).text
        t.is_('SECRET' in text, by in ('mem', 'coach'), f'a sensitive wording, read by {by}')
    answers(t, site, 'POST', f'{path}/revisions', 403, 'bon', {'text': 'x'})
    answers(t, site, 'POST', f'{WEB}/questions/9999/revisions', 404, 'mem', {'text': 'x'})
    problem = value['problems'][0]['id']
    t.is_(answers(t, site, 'POST', f'{WEB}/problems/{problem}/we-too', 201, 'bon', {}).json()['we_too'], 1, 'we too')
    answers(t, site, 'POST', f'{WEB}/problems/{problem}/we-too', 409, 'bon')
    t.is_([answers(t, site, 'GET', path, 200, by).json()['problems'][0]['said'] for by in ('bon', 'mem', None)], [True, False, False],
          'who said it is not asked again')
    t.is_([f'/problems/{problem}/we-too"' in answers(t, site, 'GET', path.replace(API, ''), 200, by, Accept='text/html').text for by in ('bon', 'mem')],
          [False, True], 'nor has its page the button')
    answers(t, site, 'POST', f'{WEB}/problems/{problem}/we-too', 403, 'watch')
    answers(t, site, 'POST', f'{WEB}/problems/9999/we-too', 404, 'bon')
    subquestion = value['subquestions'][0]['id']
    answers(t, site, 'PUT', f'{WEB}/subquestions/{subquestion}/priority', 200, 'con', {'priority': 'nice'})
    answers(t, site, 'PUT', f'{WEB}/subquestions/{subquestion}/priority', 403, 'bon', {'priority': 'must'})
    t.is_([site.get(path, auth(by) if by else {}).json()['subquestions'][0]['mine'] for by in ('con', 'bon', None)], ['nice', None, None], 'one\'s own is told apart')
    page = answers(t, site, 'GET', path.replace(API, ''), 200, 'con', Accept='text/html').text
    t.ok('<option value="nice" selected>' in page and '<option value="must">' in page, 'and stands chosen in the form')
    t.is_([(p['municipality'], p['priority']) for p in site.get(path).json()['subquestions'][0]['priorities']], [('aklame', 'nice')],
          'an owner says how much a sub-question matters')
    row = next(q for q in answers(t, site, 'GET', f'{WEB}/questions/table', 200).json()['questions'] if q['id'] == number)
    t.is_([[p['municipality'], p['priority']] for p in row['subquestions'][0]['priorities']], [['aklame', 'nice']], 'the table says it too')
    lines = list(csv.reader(io.StringIO(site.get('/groups/web/questions/table.csv').text)))
    t.is_([line[2:] for line in lines if line[0] == str(number)][1:3],
          [['problem', 'Personne ne publie', 'bonou', ''], ['subquestion', 'Qui publie ?', 'aklame', 'nice']], 'and as CSV')
    answers(t, site, 'GET', f'{path}/texts/nl', 200, 'lier')
    answers(t, site, 'PUT', f'{path}/texts/nl', 200, 'lier', {'text': 'Wie publiceert?'}, If_Match='*')
    t.is_(site.get(f'{path}?lang=nl').json()['text'], 'Wie publiceert?', 'its translation')
    answers(t, site, 'POST', f'{path}/reports', 201, 'bon', {'status': 'applied'})
    t.is_(len(answers(t, site, 'GET', f'{path}/reports', 200).json()['reports']), 1, 'a question has reports')
    merged = answers(t, site, 'POST', f'{WEB}/questions', 201, 'co', hub.QUESTION | {'municipality': 'aklame', 'parents': [number], 'how': 'merged'})
    t.is_(site.get(f"{WEB}/questions/{merged.json()['id']}").json()['parents'][0]['question']['id'], number, 'merged from')
    t.is_(site.get(path).json()['status'], 'merged', 'and the other has ended')
    answers(t, site, 'POST', f'{path}/revisions', 409, 'mem', {'text': 'x'})


def members(t, site):
    path = f'{WEB}/members'
    t.is_([m['role'] for m in answers(t, site, 'GET', path, 200).json()['members']], ['hub', 'member', 'member', 'partner', 'observer'], 'members')
    for by, want in ((None, 401), ('hub', 403), ('mem', 403), ('other', 403), ('see', 403), ('co', 201)):
        answers(t, site, 'POST', path, want, by, {'municipality': 'mol', 'role': 'member', 'since': '2026'})
    answers(t, site, 'POST', path, 422, 'co', {'municipality': 'nowhere', 'role': 'member'})
    answers(t, site, 'DELETE', f'{path}/ouinhi', 409, 'co')
    answers(t, site, 'DELETE', f'{path}/mol', 403, 'hub')
    answers(t, site, 'DELETE', f'{path}/mol', 200, 'co')
    answers(t, site, 'DELETE', f'{path}/mol', 404, 'co')


def people(t, site):
    for method, path in (('GET', 'me'), ('PATCH', 'me'), ('POST', 'me/tokens'), ('DELETE', 'me/tokens/1'), ('GET', 'inbox')):
        answers(t, site, method, f'{API}/{path}', 401, None, {} if method != 'GET' else None)
        answers(t, site, method, f'{API}/{path}', 401, 'an-unknown-word', {'kind': 'api'} if method == 'POST' else None)
    me = answers(t, site, 'GET', f'{API}/me', 200, 'mem').json()
    t.is_((me['name'], me['email'], me['affiliations'][0]['role']), ('Mem', 'mem@example.org', 'focal_point'), 'me')
    t.ok('prefill' not in me, 'without what only the page needs')
    answers(t, site, 'PATCH', f'{API}/me', 200, 'mem', {'lang': 'nl', 'time_zone': 'Europe/Brussels', 'contact': True, 'name': 'Memme'})
    t.is_({k: v for k, v in site.get(f'{API}/me', auth('mem')).json().items() if k in ('name', 'lang', 'time_zone', 'contact')},
          {'name': 'Memme', 'lang': 'nl', 'time_zone': 'Europe/Brussels', 'contact': True}, 'and changed')
    answers(t, site, 'PATCH', f'{API}/me', 422, 'mem', {'time_zone': 'Mars/Olympus'})
    answers(t, site, 'PATCH', f'{API}/me', 200, 'mem', {'contact': False, 'lang': 'en'})
    t.is_(site.get(f'{API}/me', auth('mem')).json()['contact'], False, 'a consent is taken back')
    made = answers(t, site, 'POST', f'{API}/me/tokens', 201, 'mem', {'kind': 'api', 'label': 'program', 'days': 1}).json()
    answers(t, site, 'GET', f'{API}/me', 200, made['token'])
    answers(t, site, 'DELETE', f"{API}/me/tokens/{made['id']}", 404, 'bon')
    answers(t, site, 'DELETE', f"{API}/me/tokens/{made['id']}", 200, 'mem')
    answers(t, site, 'GET', f'{API}/me', 401, made['token'])
    answers(t, site, 'POST', f'{API}/me/tokens', 404, 'mem', {'kind': 'feed', 'group': 'ferme'})
    feed = answers(t, site, 'POST', f'{API}/me/tokens', 201, 'mem', {'kind': 'feed', 'group': 'huis'}).json()
    t.like(feed['feed'], r'/groups/huis/feed\.atom\?key=', 'a feed key comes with its address')
    answers(t, site, 'GET', f'{API}/groups/huis', 404, feed['token'])
    waiting = answers(t, site, 'GET', f'{API}/inbox', 200, 'bon').json()
    t.ok('waiting' in waiting and 'proposals' in waiting, 'the inbox')


def bodies(t, site):
    """Umbrellas, municipalities, groups."""
    t.is_([u['slug'] for u in answers(t, site, 'GET', f'{API}/umbrellas', 200).json()['umbrellas']], ['ancb', 'vvsg'], 'umbrellas')
    t.is_(len(answers(t, site, 'GET', f'{API}/municipalities', 200).json()['municipalities']), 6, 'municipalities')
    answers(t, site, 'GET', f'{API}/umbrellas/ancb', 200)
    answers(t, site, 'GET', f'{API}/umbrellas/none', 404)
    answers(t, site, 'GET', f'{API}/municipalities/lier', 200)
    answers(t, site, 'GET', f'{API}/municipalities/none', 404)
    for by, want in ((None, 401), ('mem', 403), ('co', 403)):
        answers(t, site, 'POST', f'{API}/umbrellas', want, by, {'slug': 'new', 'name': 'New', 'country': 'BJ', 'lang': 'fr'})
    place = {'slug': 'dogbo', 'name': 'Dogbo', 'country': 'BJ', 'lang': 'fr', 'umbrella': 'ancb'}
    for by, want in ((None, 401), ('mem', 403), ('other', 403), ('see', 403), ('co', 201), ('co', 422)):
        answers(t, site, 'POST', f'{API}/municipalities', want, by, place)
    answers(t, site, 'PATCH', f'{API}/municipalities/dogbo', 403, 'other', {'name': 'X'})
    answers(t, site, 'PATCH', f'{API}/municipalities/dogbo', 200, 'co', {'slug': 'dogbo-ahome', 'name': 'Dogbo-Ahomè'})
    moved = answers(t, site, 'GET', f'{API}/municipalities/dogbo', 308)
    t.like(moved.headers['Location'], rf'{API}/municipalities/dogbo-ahome$', 'an old slug leads to the new one')
    answers(t, site, 'GET', f'{API}/municipalities/dogbo-ahome', 200)
    page = site.get('/municipalities/dogbo?lang=fr')
    t.is_((page.status, page.headers['Location']), (308, f'{site.url}/municipalities/dogbo-ahome?lang=fr'), 'on the pages too')
    answers(t, site, 'POST', f'{API}/municipalities', 422, 'co', place)
    group = {'slug': 'new', 'name': 'Nouveau', 'lang': 'fr', 'umbrella': 'ancb'}
    for by, want in ((None, 401), ('mem', 403), ('other', 403), ('co', 201), ('co', 422)):
        answers(t, site, 'POST', f'{API}/groups', want, by, group)
    answers(t, site, 'POST', f'{API}/groups', 422, 'co', group | {'slug': 'b', 'umbrella': 'none'})
    t.is_(answers(t, site, 'GET', f'{API}/groups/new', 200, 'co').json()['group']['visibility'], 'closed', 'a group is closed unless it is said')
    answers(t, site, 'GET', f'{API}/groups/new', 404)


def closed(t, site, operations):
    """Of a closed group nobody else gets anything but 404, whatever the operation."""
    hub.lesson(site, 'ferme', 'lier', title='GEHEIM')
    hub.question(site, 'ferme', 'lier', text='GEHEIM')
    answers(t, site, 'GET', CLOSED, 200, 'mol')
    values = {'group': 'ferme', 'id': '1', 'n': '1', 'problem': '1', 'municipality': 'mol', 'text_lang': 'nl', 'umbrella': 'vvsg'}
    for method, pattern, operation in operations:
        if '{group}' not in pattern:
            continue
        path = API + re.sub(r'{(\w+)}', lambda name: values[name[1]], pattern).replace('questions/1', 'questions/2')
        schema = body_schema(operation)
        body = None if method == 'GET' else right_body(schema) if schema else {}
        for by in (None, 'hub', 'co', 'mem', 'see', 'watch'):
            if by is None and ('security' in operation and {} not in operation['security']):
                answers(t, site, method, path, 401, by, body, If_Match='*')
                continue
            t.unlike(answers(t, site, method, path, 404, by, body, If_Match='*').text, 'GEHEIM', f'… and nothing leaks to {by}')


t = Tap()
with Site() as site:
    hub.seed()
    operations = asked_for(site.get(f'{API}/openapi.json').json())
    number = lessons(t, site)
    drafts(t, site)
    texts(t, site, number)
    reports(t, site, number)
    questions(t, site)
    members(t, site)
    people(t, site)
    bodies(t, site)
    closed(t, site, operations)
t.done()
