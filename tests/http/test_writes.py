"""What holds for every change: keys that repeat, edits that are compared, lists that go on."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

from tests.lib import hub
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql


def keys(t, site):
    """Idempotency-Key: the same answer, and nothing twice."""
    first = site.post(f'{WEB}/lessons', hub.LESSON, auth('hub', Idempotency_Key='k-1'))
    again = site.post(f'{WEB}/lessons', hub.LESSON, auth('hub', Idempotency_Key='k-1'))
    t.is_((first.status, again.status), (201, 201), 'the same request twice')
    t.is_((again.body, again.headers['Location'], again.headers['ETag']), (first.body, first.headers['Location'], first.headers['ETag']), 'has the same answer')
    for what, path, body, by in (('another body', f'{WEB}/lessons', hub.LESSON | {'title': 'Autre'}, 'hub'), ('another path', f'{WEB}/questions', hub.QUESTION, 'hub'),
                                 ('the same in other words', f'{WEB}/lessons', json.dumps(hub.LESSON, indent=1), 'hub')):
        answer = site.request('POST', path, body, auth(by, Idempotency_Key='k-1', Content_Type='application/json'))
        t.is_(answer.status, 422, f'the same key with {what}: 422')
        t.like(answer.json()['detail'], 'Idempotency-Key', 'which says why')
    other = site.post(f'{WEB}/lessons', hub.LESSON, auth('mem', Idempotency_Key='k-1'))
    t.ok(other.status == 201 and other.json()['id'] != first.json()['id'], 'keys are of each person')
    wrong = site.post(f'{WEB}/lessons', hub.LESSON | {'questions': [9999]}, auth('hub', Idempotency_Key='k-2'))
    right = site.post(f'{WEB}/lessons', hub.LESSON, auth('hub', Idempotency_Key='k-2'))
    t.is_((wrong.status, right.status), (422, 201), 'what was refused does not use the key up')
    for key in ('', 'x' * 256, 'a b', 'é'.encode().decode('latin-1')):
        t.is_(site.post(f'{WEB}/lessons', hub.LESSON, auth('hub', Idempotency_Key=key)).status, 400, f'no key: {key[:5]!r}')
    t.is_(site.post(f'{WEB}/lessons', hub.LESSON, auth('hub', Idempotency_Key='~' * 255)).status, 201, 'one of 255 characters')
    before = psql('SELECT head FROM relais.group_log JOIN relais.group ON id = group_id WHERE slug = ' + "'web'")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: site.post(f'{WEB}/questions', hub.QUESTION, auth('hub', Idempotency_Key='at-once')), range(16)))
    t.is_({(answer.status, answer.json().get('id')) for answer in answers}, {(201, answers[0].json()['id'])}, '16 at once have one answer')
    t.is_(psql('SELECT head FROM relais.group_log JOIN relais.group ON id = group_id WHERE slug = ' + "'web'"), str(int(before) + 1), 'and made one event')
    number = first.json()['id']
    for _ in range(2):
        made = site.post(f'{API}/me/tokens', {'kind': 'api'}, auth('hub', Idempotency_Key='token')).json()
        t.is_(site.get(f'{API}/me', auth(made['token'])).status, 200, 'a secret made again by its key works')
    for method, path, body in (('PATCH', f'{WEB}/lessons/{number}', {'cost': 'low'}), ('PUT', f'{WEB}/lessons/{number}/texts/nl', {'title': 'N', 'body': 'B'})):
        same = [site.request(method, path, body, auth('hub', Idempotency_Key=method, If_Match='*')) for _ in range(2)]
        t.is_((same[0].status, same[0].body), (same[1].status, same[1].body), f'{method} too')
    return number


def edits(t, site, number):
    """If-Match compares the edit of the resource, not of the group."""
    path = f'{WEB}/lessons/{number}'
    tag = site.get(path).headers['ETag']
    hub.report(site, number, 'applied', 'mem')
    later = site.get(path).headers['ETag']
    t.ok(tag != later and tag.split('-')[0] == later.split('-')[0], "a neighbour's report changes the ETag, not the edit in it")
    t.is_(site.request('PATCH', path, {'cost': 'low'}, auth('hub')).status, 428, 'without If-Match: 428')
    for value in ('"r99-x"', 'nonsense', 'r1-x', '"x"', '""', 'W/"r1-x"', '"r-x"', '"rx"', '"r999999999999-x"'):
        answer = site.request('PATCH', path, {'cost': 'low'}, auth('hub', If_Match=value))
        t.is_(answer.status, 412, f'If-Match: {value}: 412')
    answer = site.request('PATCH', path, {'cost': 'high'}, auth('hub', If_Match=tag))
    t.is_(answer.status, 200, 'with the ETag of before the report: changed')
    t.is_(site.request('PATCH', path, {'cost': 'low'}, auth('hub', If_Match=tag)).status, 412, 'and with it once only')
    t.is_(site.request('PATCH', path, {'cost': 'low'}, auth('hub', If_Match=answer.headers['ETag'])).status, 200, "the answer's ETag goes on")
    t.is_(site.request('PATCH', path, {'cost': 'low'}, auth('hub', If_Match='*')).status, 200, 'If-Match: * whatever it is')
    with ThreadPoolExecutor(8) as pool:
        edit = site.get(path).headers['ETag']
        answers = list(pool.map(lambda n: site.request('PATCH', path, {'reason': str(n)}, auth('hub', If_Match=edit)).status, range(8)))
    t.is_(sorted(answers), [200] + [412] * 7, 'of 8 at once one wins')
    asked = hub.question(site)
    t.is_(site.request('POST', f'{WEB}/questions/{asked}/revisions', {'text': 'Autre ?'}, auth('hub', If_Match='"r9-x"')).status, 412, 'a rewording too')


def pages_of(site, path, name, by=None):
    """All of a list, by following Link: rel="next"."""
    found, seen = [], 0
    while path:
        answer = site.get(path, auth(by) if by else {})
        found += answer.json()[name]
        seen += 1
        link = re.fullmatch(r'<http://[^/]+(/[^>]+)>; rel="next"', answer.headers['Link'] or '')
        path = link and link[1]
        if seen > 20:
            raise RuntimeError(f'{path} does not end')
    return found, seen


def lists(t, site):
    psql('''DO $$ BEGIN FOR i IN 1..120 LOOP
        INSERT INTO relais.municipality (slug, name, country, lang) VALUES (format('place-%s', i), format('Place %s', i), 'BJ', 'fr');
        INSERT INTO relais.umbrella (slug, name, country, lang) VALUES (format('body-%s', i), format('Body %s', i), 'BJ', 'fr');
        END LOOP; END $$''')
    for i in range(60):
        hub.lesson(site, title=f'Leçon {i}')
        hub.question(site, text=f'Question {i} ?')
    hub.lesson(site, 'huis', 'hub')
    lessons, count = pages_of(site, f'{WEB}/lessons', 'lessons')
    numbers = [lesson['id'] for lesson in lessons]
    t.ok(count > 1 and numbers == sorted(set(numbers), reverse=True), 'lessons: newest first, each once, over several pages')
    t.is_(len(numbers), int(psql("SELECT count(*) FROM relais.item i JOIN relais.group g ON g.id = group_id WHERE g.slug = 'web' AND i.kind = 'lesson' AND status = 'published'")), 'and all of them')
    for path, name, of, total in ((f'{WEB}/questions', 'questions', 'id', 'SELECT count(*) FROM relais.item WHERE kind = ' + "'question'"),
                                  (f'{API}/municipalities', 'municipalities', 'slug', 'SELECT count(*) FROM relais.municipality'),
                                  (f'{API}/umbrellas', 'umbrellas', 'slug', 'SELECT count(*) FROM relais.umbrella'),
                                  (f'{WEB}/uptake', 'lessons', 'id', "SELECT count(*) FROM relais.item i JOIN relais.group g ON g.id = group_id WHERE slug = 'web' AND i.kind = 'lesson' AND status = 'published'")):
        found, count = pages_of(site, path, name)
        t.ok(count > 1 and len({item[of] for item in found}) == len(found), f'{path}: each once, over {count} pages')
        t.is_(len(found), int(psql(total)), 'and all of them')
    t.like(site.get(f'{WEB}/lessons?lang=nl').headers['Link'], r'[?&]lang=nl[&>]', 'the next page is in the same language')
    events, count = pages_of(site, f'{WEB}/events', 'events')
    page = site.get(f'{WEB}/events').json()
    numbers = [event['seq'] for event in events]
    t.ok(numbers == sorted(set(numbers)) and page['head'] == numbers[-1], 'the log: in order, each once, to its head')
    t.is_((count, sorted(page)), (len(events) // 100 + 1, ['events', 'head']), 'over full pages, which have no other members')


t = Tap()
with Site() as site:
    hub.seed()
    edits(t, site, keys(t, site))
    lists(t, site)
t.done()
