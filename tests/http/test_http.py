"""What HTTP itself promises, on the service's own addresses: methods, forms, languages, heads, errors."""

import gzip
import json
import re
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from tests.lib import hub, routes
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap

JSON = 'application/problem+json'


def methods(t, site, number):
    for path, allow in ((f'{WEB}/lessons', 'GET, HEAD, POST'), (f'{WEB}/lessons/{number}', 'GET, HEAD, PATCH'),
                        (f'{WEB}/lessons/{number}/texts/nl', 'GET, HEAD, PUT'), (f'{WEB}/members/bonou', 'GET, HEAD, DELETE'),
                        (f'/groups/web/lessons/{number}.json', 'GET, HEAD'), ('/healthz', 'GET, HEAD'), ('/sign-in', 'GET, HEAD, POST')):
        for method in ('TRACE', 'BREW', 'PUT' if 'PUT' not in allow else 'DELETE'):
            answer = site.request(method, path)
            t.is_((answer.status, answer.headers['Allow']), (405, allow), f'{method} {path} says what is allowed')
        answer = site.request('OPTIONS', path)
        t.is_((answer.status, answer.headers['Allow'], answer.body), (204, allow, b''), f'OPTIONS {path}')
    for path in ('/healthz', '/groups/web.json', f'{API}/groups', f'{WEB}/lessons/{number}', '/groups/web/feed.json', f'{API}/openapi.json',
                 '/nowhere', f'{API}/nowhere'):
        got, head = site.get(path), site.request('HEAD', path)
        same = [name for name in got.headers.keys() if name not in ('Date', 'X-Request-Id') and got.headers[name] != head.headers[name]]
        t.is_((head.status, head.body, same), (got.status, b'', []), f'HEAD {path} is GET without the body')
        t.is_(head.headers['Content-Length'], str(len(got.body)), 'and tells its length')


def problems(t, site):
    """Every error of the API is a problem document that names its request."""
    for method, path, status, headers in (
            ('GET', f'{API}/nowhere', 404, {}), ('GET', f'{API}/groups/none', 404, {}), ('POST', f'{API}/me/tokens', 401, {}),
            ('DELETE', f'{API}/groups', 405, {}), ('POST', f'{WEB}/lessons', 415, auth('hub', Content_Type='text/plain')),
            ('POST', f'{WEB}/lessons', 415, auth('hub', Content_Type='application/x-www-form-urlencoded')),
            ('POST', f'{WEB}/lessons', 400, auth('hub', Content_Type='application/json'))):
        answer = site.request(method, path, b'x=y' if method == 'POST' else None, headers | {'X-Request-Id': 'abc-123'})
        problem = answer.json()
        t.is_((answer.status, answer.headers['Content-Type'], problem['status'], problem['request_id'], answer.headers['X-Request-Id']),
              (status, JSON, status, 'abc-123', 'abc-123'), f'{method} {path}: {status}, with the request named')
        t.ok(problem['title'] and problem['detail'] and problem['type'] == 'about:blank', 'and told what is wrong')
        t.is_(answer.headers['Cache-Control'], 'no-store', 'kept nowhere')
        if status == 401:
            t.like(answer.headers['WWW-Authenticate'] or '', '^Bearer', 'with the way to sign in')
    for sent in ('<script>', 'a b', 'x' * 200):
        got = site.get(f'{API}/nowhere', {'X-Request-Id': sent})
        t.ok(got.headers['X-Request-Id'] != sent and got.json()['request_id'] == got.headers['X-Request-Id'], f'an odd request id is replaced: {sent[:9]}')
    t.is_(site.get(f'{API}/nowhere', {'Accept-Language': 'nl-BE'}).json()['title'], 'Niet gevonden', 'in the reader\'s language')
    page = site.get('/groups/none', {'X-Request-Id': 'page-1'})
    t.is_((page.status, 'page-1' in page.text), (404, True), 'a page too names its request')
    t.is_(site.get('/me.json').status, 401, 'nobody is nobody')
    t.ok(site.get('/me.json').headers['WWW-Authenticate'], 'also on the web')
    to = site.get('/me')
    t.is_((to.status, re.sub('^http://[^/]+', '', to.headers['Location'])), (303, '/sign-in?next=/me'), 'a page sends nobody to the sign-in')
    t.is_(site.get('/inbox', {'Cookie': 'relais=long-gone'}).status, 303, 'and somebody whose session ended')
    t.is_(site.get('/groups/web/lessons/new', {'Cookie': 'relais=long-gone'}).status, 303, 'from a form too')


def bodies(t, site):
    """A form of short fields takes no long body; what people write at length has its room."""
    for path, by, name in (('/sign-in', None, 'code'), ('/me', 'mem', 'name'), ('/me/tokens', 'mem', 'label'), ('/groups/web/problems/1/we-too', 'mem', 'municipality'),
                           ('/groups/web/subscriptions', 'mem', 'cadence'), ('/groups/web/lessons', 'mem', 'title')):
        headers = (auth(by) if by else {}) | {'Content-Type': 'application/x-www-form-urlencoded', 'Accept': 'application/json'}
        answer = site.request('POST', path, f'{name}=' + 'a' * 20000, headers)
        t.is_(answer.status, 422 if path == '/groups/web/lessons' else 413, f'20,000 bytes to {path}')
        if answer.status == 413:
            t.is_(answer.headers['Cache-Control'], 'no-store', 'kept nowhere')
    answer = site.request('POST', '/groups/web/lessons?lang=nl', 'body=' + 'a' * 300000, auth('hub', Accept='text/html', Content_Type='application/x-www-form-urlencoded'))
    t.is_((answer.status, '<html lang="nl">' in answer.text, 'Ga terug' in answer.text), (413, True, True), 'who sent a form is told on a page what to do')
    number = hub.lesson(site)
    body = urlencode({'status': 'applied', 'note': '\U0001f600' * 2000, 'evidence': '\U0001f600' * 2000, 'adaptation': '\U0001f600' * 500,
                      'services': '\r\n'.join(['\U0001f600' * 100] * 20)})
    answer = site.request('POST', f'/groups/web/lessons/{number}/reports', body, auth('mem', Content_Type='application/x-www-form-urlencoded', Accept='application/json'))
    t.is_(answer.status, 201, 'a report with every field full is taken')


def own_business(t, site, number):
    """What the memory of answers is told of a group stays inside."""
    for path in (WEB, f'{WEB}/lessons', f'{WEB}/lessons/{number}', f'{WEB}/members', f'{WEB}/uptake', f'/groups/web/lessons/{number}.json'):
        group = site.get(path).json()['group']
        t.is_((group['slug'], {'id', 'version'} & set(group)), ('web', set()), f'{path}: the group by its address, without numbers of ours')
    groups = site.get(f'{API}/groups').json()['groups']
    t.is_(groups and [group for group in groups if {'id', 'version'} & set(group)], [], 'in the list of groups too')


def malformed(t, site, number):
    path, json_type = f'{WEB}/lessons', auth('hub', Content_Type='application/json')
    for name, body in (('no JSON', b'{'), ('a doubled name', b'{"lang":"fr","lang":"nl"}'), ('invalid UTF-8', b'{"title":"\xff"}'),
                       ('an overlong slash', b'{"title":"\xc0\xaf"}'), ('a lone surrogate', b'{"title":"\\ud800"}'),
                       ('a NUL', b'{"title":"a\x00b"}'), ('an escaped NUL', b'{"title":"a\\u0000b"}'), ('a number too large', b'{"sdgs":[1e999]}'),
                       ('more behind it', b'{} {}'), ('single quotes', b"{'lang':'fr'}"), ('NaN', b'{"sdgs":[NaN]}'),
                       ('20,000 brackets', b'{"links":' + b'[' * 20000 + b']' * 20000 + b'}'), ('20,000 open ones', b'[' * 20000)):
        answer = site.request('POST', path, body, json_type)
        t.is_((answer.status, answer.headers['Content-Type']), (400, JSON), f'{name}: 400')
    answer = site.request('POST', path, b'{"title":' + b'[' * 1000 + b']' * 1000 + b'}', json_type)
    t.is_(answer.status, 422, 'deep nesting where a text should be: 422')
    answer = site.request('POST', path, b'{"title":"' + b'a' * 300000 + b'"}', json_type)
    t.is_((answer.status, answer.json()['request_id']), (413, answer.headers['X-Request-Id']), 'too large a body: 413')
    t.is_(site.request('DELETE', f'{WEB}/members/bonou', b'a' * 2000, auth('co')).status, 413, 'where none is expected, far sooner')
    for name, body in (('a broken escape', b'title=%zz'), ('a cut escape', b'title=%e'), ('invalid UTF-8', b'title=%ff'), ('a NUL', b'title=%00')):
        answer = site.request('POST', '/groups/web/lessons', body, auth('hub', Content_Type='application/x-www-form-urlencoded', Accept='application/json'))
        t.is_(answer.status, 400, f'a form with {name}: 400')
        t.is_(site.get(f'/groups/web/lessons.json?before={body[6:].decode()}').status, 400, f'a query with {name}: 400')
    for query, status in (('before=x', 422), ('before=0', 422), ('before=99999999999999999999', 422), ('before=', 200), ('nonsense=1', 200),
                          ('lang=xx', 200), ('before=5&before=7', 200), ('&&=&', 200)):
        t.is_(site.get(f'{WEB}/lessons?{query}').status, status, f'?{query}: {status}')
    for tail in ('..', '../../etc/passwd', '%2e%2e/secret', 'web%2f..', 'web/', 'Web', 'web//lessons', 'web/lessons/-1', 'web/lessons/1e3',
                 'web/lessons/0x1', 'web/lessons/99999999999', f'web/lessons/{number}/', f'web/lessons/0{number}x', 'web;x', 'w%65b', 'a' * 100, 'web.json.json',
                 'web.exe', '.json', 'web/lessons/.json'):
        t.is_(site.get(f'/groups/{tail}').status, 404, f'/groups/{tail[:30]} is nothing')
        t.is_(site.get(f'{API}/groups/{tail}').status, 404, f'nor in the API')
    for path in ('/static/../style.css', '/static/style.css', '/static/', '/api/v1', '/api/v1/', '/api/v2/groups', '/api/v1/groups/web.md', '/groups/web/lessons/new.json'):
        t.is_(site.get(path).status, 404, f'{path} is nothing')
    t.is_(site.get('/' + 'a' * 9000).status, 414, 'too long an address')
    t.is_(site.get('/', {'X-Long': 'a' * 20000}).status, 431, 'too large a head')
    t.like(site.raw(b'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n').decode(), r'^HTTP/1.1 400 ', 'two hosts')
    t.is_(site.get('/healthz').status, 200, 'and it lives on')


def forms(t, site, number):
    lesson = f'/groups/web/lessons/{number}'
    for path, endings in ((lesson, {'': 'text/html', '.json': 'application/json', '.md': 'text/markdown', '.txt': 'text/plain'}),
                          ('/groups/web', {'': 'text/html', '.json': 'application/json', '.md': 'text/markdown'}),
                          ('/groups/web/uptake', {'': 'text/html', '.json': 'application/json', '.csv': 'text/csv'}),
                          ('/groups/web/feed', {'.atom': 'application/atom+xml', '.rss': 'application/rss+xml', '.json': 'application/feed+json'}),
                          ('/feeds', {'.opml': 'text/x-opml'})):
        for ending, kind in endings.items():
            answer = site.get(path + ending)
            t.is_((answer.status, (answer.headers['Content-Type'] or '').partition(';')[0]), (200, kind), f'{path}{ending} is {kind}')
            if len(endings) > 1:
                asked = site.get(path, {'Accept': f'image/png, {kind};q=0.8, */*;q=0.1'})
                t.is_(asked.body, answer.body, f'the same for Accept: {kind}')
        for ending in ('.html', '.csv', '.opml', '.atom'):
            if ending not in endings and not (ending == '.html' and '' in endings):
                t.is_(site.get(path + ending).status, 404, f'{path}{ending} is nothing')
    for accept, kind in (('text/html', 'text/html'), ('application/json;q=0.9, text/html;q=0.8', 'application/json'), ('*/*', 'text/html'),
                         ('image/png', 'text/html'), ('text/*', 'text/html'), ('application/*', 'application/json'), ('text/html;q=0, text/plain', 'text/plain'),
                         ('TEXT/MARKDOWN', 'text/markdown'), (',,;q=', 'text/html'), ('text/html;level=1', 'text/html')):
        t.is_(site.get(lesson, {'Accept': accept}).headers['Content-Type'].partition(';')[0], kind, f'Accept: {accept}')
    csv = site.get('/groups/web/uptake.csv').text
    t.like(csv, r'^[^\r\n]+\r\n', 'lines of CSV end in CRLF')


def dates(t, site):
    for path in ('/healthz', '/groups/web', '/nowhere'):
        date = site.get(path).headers['Date']
        t.like(date, r'^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$', f'the Date of {path} is an IMF-fixdate')
        t.ok(abs(time.time() - parsedate_to_datetime(date).timestamp()) < 5, 'and now')


def languages(t, site, number):
    page = f'/groups/web/lessons/{number}'
    for headers, query, lang in (({}, '', 'en'), ({'Accept-Language': 'fr-BJ, en;q=0.5'}, '', 'fr'), ({'Accept-Language': 'de, nl;q=0.1'}, '', 'nl'),
                                 ({'Accept-Language': 'fr'}, '?lang=nl', 'nl'), ({'Accept-Language': 'fr'}, '?lang=xx', 'fr'), ({'Accept-Language': 'xx'}, '', 'en')):
        answer = site.get(page + query, headers)
        t.is_((answer.headers['Content-Language'], f'<html lang="{lang}"' in answer.text), (lang, True), f'{headers} {query}: {lang}')
    site.request('PATCH', f'{API}/me', {'lang': 'nl'}, auth('bon'))
    t.is_(site.get(page, auth('bon', Accept_Language='fr')).headers['Content-Language'], 'nl', "a person's choice comes before the browser's")
    t.is_(site.get(page + '?lang=fr', auth('bon')).headers['Content-Language'], 'fr', 'and behind the address')


def fixed_files(t, site):
    """What has an address of its own, since a worker rules the paths below it and a phone comes back for its pictures."""
    for path, kind in (('/worker.js', 'text/javascript; charset=utf-8'), ('/here.js', 'text/javascript; charset=utf-8'), ('/manifest.webmanifest', 'application/manifest+json'), ('/icon.svg', 'image/svg+xml'),
                       ('/icon-192.png', 'image/png'), ('/icon-512.png', 'image/png'), ('/icon-whole-512.png', 'image/png'), ('/apple-touch-icon.png', 'image/png')):
        answer = site.get(path)
        t.is_((answer.status, answer.headers['Content-Type']), (200, kind), f'{path} is {kind}')
        t.is_(site.get(path, {'If-None-Match': answer.headers['ETag']}).status, 304, '… and is not sent twice')
        t.is_(site.get(path, {'If-None-Match': '"other"'}).status, 200, '… but when it has changed')
        t.is_(site.request('POST', path, b'').status, 404, '… and takes nothing')
    t.is_(site.get('/worker.js').headers['Cache-Control'], 'no-cache', 'a new worker is found at once')
    t.is_(site.get('/style.css').status, 404, 'other files have their hash in their address')


def secrets_not_kept(t):
    """What a page shows this once would be lost if a device sent its form later: the worker keeps no such form."""
    kept = re.search('NOT_KEPT = /(.*)/;', (routes.ROOT / 'web/script/worker/outbox.js').read_text())[1]
    secret = [route for route in routes.read() if 'SHOWS_SECRET' in route.flags]
    t.is_([route.name for route in secret if not re.search(kept, route.pattern)], [], f'none of {len(secret)} forms that show a secret waits on a device')


def encodings(t, site, number):
    for path in (f'/groups/web/lessons/{number}', '/groups/web/feed.atom', f'{API}/openapi.json', f'{WEB}/lessons/{number}'):
        plain = site.get(path, {'Accept-Encoding': 'identity'})
        for accept, zipped in (('gzip', True), ('gzip;q=0', False), ('gzip; q=0.0', False), ('br, GZIP;q=0.5, *;q=0', None), ('deflate', False), ('gzip;q=1.0', True)):
            answer = site.get(path, {'Accept-Encoding': accept})
            is_zipped = answer.headers['Content-Encoding'] == 'gzip'
            if zipped is not None and 'openapi' not in path:
                t.is_(is_zipped, zipped, f'{path}, Accept-Encoding: {accept}')
            t.ok((gzip.decompress(answer.body) if is_zipped else answer.body) == plain.body, 'the same bytes within')
        if 'openapi' not in path:
            t.ok({'accept', 'accept-encoding', 'accept-language', 'cookie', 'authorization'} <=
                 {word.strip().lower() for word in plain.headers['Vary'].split(',')}, f'{path} says what it depends on')
        t.is_(plain.headers['X-Content-Type-Options'], 'nosniff', 'and what it is')
    page = site.get(f'/groups/web/lessons/{number}')
    t.like(page.headers['Content-Security-Policy'], "default-src 'none'.*frame-ancestors 'none'", 'pages run nothing and stand in no frame')
    fixed_files(t, site)
    secrets_not_kept(t)
    style = re.search(r'/static/style\.[0-9a-f]+\.css', page.text)
    t.ok(style, 'the style is linked under its hash')
    if style:
        css = site.get(style[0])
        t.is_((css.status, 'immutable' in css.headers['Cache-Control']), (200, True), 'and kept for ever')
        t.is_(gzip.decompress(site.get(style[0], {'Accept-Encoding': 'gzip'}).body), css.body, 'gzip too')


def log(t, site):
    """One line a request: id, pattern, status, ms; no parameter, name or address."""
    site.get('/groups/web/feed.atom?key=SECRETKEY', {'X-Request-Id': 'log-1'})
    site.request('POST', f'{WEB}/lessons', {'title': 'SECRETTITLE'}, auth('hub', X_Request_Id='log-2'))
    from tests.lib.site import wait_until
    t.ok(wait_until(lambda: 'log-2' in site.log()), 'requests are logged')
    lines = [line for line in site.log_lines() if line.get('id') in ('log-1', 'log-2')]
    t.is_([(line.get('route'), line.get('status')) for line in lines], [('/groups/{group}/feed', 200), ('/groups/{group}/lessons', 422)], 'by pattern and status')
    t.unlike(site.log(), r'SECRET|127\.0\.0\.1.*feed|example\.org', 'and nothing of what was in them')


t = Tap()
with Site() as site:
    hub.seed()
    number = hub.lesson(site)
    hub.report(site, number)
    methods(t, site, number)
    problems(t, site)
    bodies(t, site)
    own_business(t, site, number)
    malformed(t, site, number)
    forms(t, site, number)
    dates(t, site)
    languages(t, site, number)
    encodings(t, site, number)
    log(t, site)
t.done()
