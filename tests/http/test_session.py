"""Signing in and out, sessions, and that a form from another site does nothing."""

import re
from urllib.parse import urlencode

from tests.lib import hub
from tests.lib.browser import FORM, Browser, Forms
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql

NAME = 'relais'


def signed_in(browser):
    """The name on the reader's own page; None for nobody."""
    answer = browser.get('/me.json')
    return answer.json()['name'] if answer.status == 200 else None


def code(t, site):
    hub.invite('mem', 'ABCD-EFGH'.replace('-', ''))
    browser = Browser(site)
    t.is_(browser.get('/me').headers['Location'], f'{site.url}/sign-in?next=/me', 'nobody is sent to the sign-in')
    browser.follow()
    t.is_(browser.answer.status, 200, 'which is a page')
    browser.submit('/sign-in', code='wrong')
    t.is_(browser.answer.status, 422, 'an unknown code is told')
    t.is_(browser.cookie, None, 'and gives no session')
    t.ok('wrong' not in [value for form in browser.forms() for _, value in form.values], 'what was typed as a code is not shown again')
    t.is_(browser.form('/sign-in').value('next'), '/me', 'but where the reader wanted to go is kept')
    browser.submit('/sign-in', code=' abcd-ef gh ')
    t.is_((browser.answer.status, browser.answer.headers['Location']), (303, f'{site.url}/me'), 'case, spaces and hyphens do not matter')
    cookie = browser.answer.headers['Set-Cookie']
    t.like(cookie, rf'^{NAME}=[\w-]{{43}}; Path=/; HttpOnly; SameSite=Lax; Max-Age=\d+$', 'a session of 256 bits')
    t.is_(signed_in(browser), 'Mem', 'signed in')
    t.is_(browser.answer.headers['Cache-Control'], 'private, no-cache', 'a page of one reader is kept for nobody else')
    secret = browser.cookie.partition('=')[2]
    t.is_(psql(f"SELECT count(*) FROM relais.access_token WHERE encode(hash, 'escape') LIKE '%{secret}%'"), '0', 'the database has not its secret')
    t.is_(psql("SELECT count(*) FROM relais.access_token WHERE kind = 'session' AND hash = sha256('" + secret + "')"), '1', 'but its hash')
    again = Browser(site)
    t.is_(again.post('/sign-in', {'code': 'ABCDEFGH'}).status, 422, 'a code works once')
    hub.invite('mem', 'LATE')
    psql("UPDATE relais.access_token SET expires_at = now() - interval '1 second' WHERE kind = 'code' AND ended_at IS NULL")
    t.is_(again.post('/sign-in', {'code': 'LATE'}).status, 422, 'and not after its time')
    for number, (next_, location) in enumerate((('/groups/web?lang=fr', '/groups/web?lang=fr'), ('//evil.example/', '/inbox'), ('https://evil.example/', '/inbox'),
                                                ('/\\evil.example', '/inbox'), ('javascript:alert(1)', '/inbox'), ('', '/inbox'))):
        hub.invite('mem', f'NEXT{number}')
        other = Browser(site)
        other.sign_in(f'NEXT{number}', next=next_)
        t.is_(other.answer.headers['Location'], site.url + location, f'next={next_} leads to {location}')
    hub.invite('mem', 'NEXTLINE')
    t.is_(Browser(site).post('/sign-in', {'code': 'NEXTLINE', 'next': '/a\r\nSet-Cookie: x=y'}).status, 422, 'a line break in it is refused')
    return browser


def session(t, site, browser):
    value = browser.cookie.partition('=')[2]
    for what, cookie, status in (('among others', f'a=b; {NAME}={value}; c=d', 200), ('of another name', f'x{NAME}={value}', 401), ('cut', f'{NAME}={value[:-1]}', 401),
                                 ('longer', f'{NAME}={value}x', 401), ('empty', f'{NAME}=', 401), ('huge', f'{NAME}={"a" * 5000}', 401),
                                 ('twice, the first counts', f'{NAME}={value}; {NAME}=x', 200)):
        t.is_(site.get('/me.json', {'Cookie': cookie}).status, status, f'the cookie {what}')
    t.is_(site.get(f'{API}/me', {'Cookie': browser.cookie}).status, 200, 'a session may read the API')
    t.is_(site.get(f'{API}/me', {'Authorization': f'Bearer {value}'}).status, 401, 'but is no token for programs')
    t.is_(site.get('/me.json', {'Cookie': f'{NAME}=mem'}).status, 401, 'and a token for programs is no session')
    t.is_(site.get(f'{API}/me', {'Authorization': 'Basic bWVtOm1lbQ=='}).status, 401, 'other schemes are nobody')


def nothing_rendered(t, site):
    """Markdown is not looked at before it is known who sent it: this one could not be rendered."""
    deep = hub.LESSON | {'body': 'a\n\n' + '> ' * 40 + 'x'}
    t.is_(site.post(f'{WEB}/lessons', deep, auth('mem')).status, 422, "somebody's text is rendered")
    for what, headers in (('an unknown token', {'Authorization': 'Bearer nobody'}), ('an unknown session', {'Cookie': f'{NAME}=nobody', 'Sec-Fetch-Site': 'same-origin'})):
        t.is_(site.post(f'{WEB}/lessons', deep, headers).status, 401, f'that of {what} is not')


def other_sites(t, site, browser):
    """The same post, as a browser sends it from elsewhere: nothing happens."""
    token = browser.get('/me') and browser.form('/me').value('csrf')
    other = Browser(site, 'bon')
    foreign = other.get('/me') and other.form('/me').value('csrf')
    t.ok(token != (browser.get('/me') and browser.form('/me').value('csrf')), 'the token in a form differs each time, lest a compressed page tell it')
    here, host = site.url, f'127.0.0.1:{site.port}'
    for what, headers, fields, status in (
            ('same origin', {'Sec-Fetch-Site': 'same-origin'}, {}, 303), ('typed by the reader', {'Sec-Fetch-Site': 'none'}, {}, 303),
            ('cross-site', {'Sec-Fetch-Site': 'cross-site'}, {}, 403), ('same site, another host', {'Sec-Fetch-Site': 'same-site'}, {}, 403),
            ('cross-site, whatever else it has', {'Sec-Fetch-Site': 'cross-site', 'Origin': here}, {'csrf': token}, 403),
            ('of our origin', {'Origin': here}, {}, 303), ('of another origin', {'Origin': 'https://evil.example'}, {}, 403),
            ('of no origin', {'Origin': 'null'}, {'csrf': token}, 403), ('of our port on another name', {'Origin': f'http://evil.example:{site.port}'}, {}, 403),
            ('of a name that ends as ours', {'Origin': f'http://evil{host}'}, {}, 403), ('of an origin that begins as ours', {'Origin': f'{here}.evil.example'}, {}, 403),
            ('neither, with the token', {}, {'csrf': token}, 303), ('neither, and no token', {}, {}, 403),
            ('neither, an empty token', {}, {'csrf': ''}, 403), ("neither, another's token", {}, {'csrf': foreign}, 403),
            ('neither, a cut token', {}, {'csrf': token[:-2]}, 403), ('neither, no hexadecimal', {}, {'csrf': 'z' * len(token)}, 403)):
        answer = site.request('POST', '/me', urlencode({'name': 'Memme', 'time_zone': 'UTC'} | fields), {'Cookie': browser.cookie, 'Content-Type': FORM} | headers)
        t.is_(answer.status, status, f'a form, {what}: {status}')
        t.is_(psql("SELECT name FROM relais.person WHERE email = 'mem@example.org'"), 'Memme' if status == 303 else 'Mem', '… and what it did')
        psql("UPDATE relais.person SET name = 'Mem' WHERE email = 'mem@example.org'")
    for what, headers, status in (('same origin', {'Sec-Fetch-Site': 'same-origin'}, 200), ('cross-site', {'Sec-Fetch-Site': 'cross-site'}, 403), ('neither', {}, 403)):
        for path in (f'{API}/me', '/me'):
            method = 'PATCH' if path != '/me' else 'POST'
            answer = site.request(method, path, {'contact': False}, {'Cookie': browser.cookie, 'Accept': 'application/json'} | headers)
            t.is_(answer.status, status, f'JSON by a session to {path}, {what}: {status}')
    t.is_(site.request('PATCH', f'{API}/me', {'contact': False}, auth('mem', Sec_Fetch_Site='cross-site')).status, 200, 'a token for programs comes from nowhere by itself')
    t.is_(site.request('POST', '/sign-in', urlencode({'code': 'x'}), {'Content-Type': FORM, 'Sec-Fetch-Site': 'cross-site'}).status, 403, 'nobody is signed in from elsewhere')


def signing_from_elsewhere(t, site):
    """No other site signs anybody in (under a name of its choice) or out."""
    person = psql("UPDATE relais.person SET demo = true WHERE email = 'bon@example.org' RETURNING id").splitlines()[0]
    with Site(env={'RELAIS_DEMO': '1'}) as demo:
        here, elsewhere = demo.url, f'http://evil.example:{demo.port}'
        for number, (what, headers, taken) in enumerate((
                ('this site', {'Sec-Fetch-Site': 'same-origin'}, True), ('this origin', {'Origin': here}, True),
                ('another site', {'Sec-Fetch-Site': 'cross-site', 'Origin': here}, False), ('a neighbouring host', {'Sec-Fetch-Site': 'same-site'}, False),
                ('another origin', {'Origin': elsewhere}, False), ('no origin', {'Origin': 'null'}, False))):
            reader = Browser(demo, 'mem')
            hub.invite('mem', f'ELSEWHERE{number}')
            for path, values in (('/sign-in', {'code': f'ELSEWHERE{number}'}), (f'/demo/sign-in/{person}', {}), ('/sign-out', {})):
                cookie = reader.cookie if path == '/sign-out' else ''
                answer = demo.request('POST', path, urlencode(values), {'Content-Type': FORM, 'Cookie': cookie} | headers)
                t.is_((answer.status, answer.headers['Set-Cookie'] is not None), (303, True) if taken else (403, False), f'{path}, sent from {what}')
            t.is_(signed_in(reader), None if taken else 'Mem', f'… signed out by {what}: {taken}')
    psql(f"UPDATE relais.person SET demo = false WHERE id = {person}")


def stale(t, site):
    """A browser that keeps an old cookie and tells no origin is not locked out: the form has the token."""
    hub.invite('con', 'STALE')
    old = {'Cookie': f'{NAME}=long-gone'}
    form = next(form for form in Forms(site.get('/sign-in', old).text).found if form.action == '/sign-in')
    t.is_(site.request('POST', '/sign-in', urlencode(form.filled(code='STALE')), old | {'Content-Type': FORM}).status, 303, 'signed in over a session that ended')
    t.is_(site.request('POST', '/sign-in', 'code=STALE', old | {'Content-Type': FORM}).status, 403, 'by our own form only')


def sign_out(t, site, browser):
    second = Browser(site, 'mem')
    old = browser.cookie
    browser.get('/me')
    t.is_(browser.post('/sign-out', {}).status, 303, 'signed out')
    t.like(browser.answer.headers['Set-Cookie'], rf'^{NAME}=; .*Max-Age=0', 'the cookie is taken back')
    t.is_(site.get('/me.json', {'Cookie': old}).status, 401, 'the session has ended')
    t.is_(signed_in(second), 'Mem', 'and another of the same person has not')
    psql("UPDATE relais.person SET ended_at = now() WHERE email = 'mem@example.org'")
    t.is_((signed_in(second), site.get(f'{API}/me', auth('mem')).status), (None, 401), 'who has left is nobody, by session and token')
    psql("UPDATE relais.person SET ended_at = NULL WHERE email = 'mem@example.org'")
    psql("UPDATE relais.access_token SET expires_at = now() WHERE kind = 'session'")
    t.is_(signed_in(second), None, 'sessions end')


def demonstration(t, site):
    person = psql("UPDATE relais.person SET demo = true WHERE email = 'bon@example.org' RETURNING id").splitlines()[0]
    real = psql("SELECT id FROM relais.person WHERE email = 'mem@example.org'")
    t.is_(Browser(site).post(f'/demo/sign-in/{person}', {}).status, 404, 'without the demonstration there is no such address')
    t.unlike(Browser(site).get('/sign-in').text, '/demo/', 'and none on the page')
    with Site(env={'RELAIS_DEMO': '1'}) as demo:
        browser = Browser(demo)
        browser.get('/sign-in?next=/inbox')
        t.is_([form.action for form in browser.forms() if 'demo' in form.action], [f'/demo/sign-in/{person}'], 'in it, its persons and no other')
        browser.submit(f'/demo/sign-in/{person}')
        t.is_((browser.answer.status, browser.answer.headers['Location']), (303, f'{demo.url}/inbox'), 'one click signs in')
        t.is_(signed_in(browser), 'Bon', 'as that person')
        t.is_(Browser(demo).post(f'/demo/sign-in/{real}', {}).status, 404, 'a real person is never signed in so')
        t.is_(Browser(demo).post(f'/demo/sign-in/{person}', {}, Sec_Fetch_Site='cross-site').status, 403, 'nor anybody from another site')
        for what, headers, offered in (('by a name of this machine', {'Host': f'localhost:{demo.port}'}, True), ('by another', {'Host': '[::1]'}, True),
                                       ('by a name that leads here', {'Host': f'rebound.example:{demo.port}'}, False),
                                       ('by one that begins so', {'Host': '127.0.0.1.example'}, False), ('by one that goes on so', {'Host': '127.0.0.1:80.example'}, False),
                                       *((f'with {name}', {name: value}, False) for name, value in (
                                           ('Forwarded', 'for=192.0.2.1'), ('X-Forwarded-For', '192.0.2.1'), ('X-Forwarded-Host', 'a'), ('X-Forwarded-Proto', 'https'), ('Via', '1.1 a')))):
            headers = {key.replace('-', '_'): value for key, value in headers.items()}
            browser = Browser(demo)
            t.is_('/demo/' in browser.get('/sign-in', **headers).text, offered, f'{what}: {"offered" if offered else "not offered"}')
            t.is_(browser.post(f'/demo/sign-in/{person}', {}, **headers).status, 303 if offered else 404, '… and ' + ('given' if offered else 'not given'))
    with Site(env={'RELAIS_DEMO': '1', 'RELAIS_URL': 'https://hub.example.org'}) as public:
        t.ok('/demo/' not in public.get('/sign-in').text, 'nor at a public address')
        t.is_(public.request('POST', f'/demo/sign-in/{person}', '', {'Content-Type': FORM}).status, 404, 'where there is no such address')
        t.like(public.log(), 'RELAIS_DEMO', 'which is told')


def over_tls(t):
    with Site(env={'RELAIS_URL': 'https://hub.example.org'}) as site:
        hub.invite('con', 'TLS')
        browser = Browser(site)
        browser.post('/sign-in', {'code': 'TLS'}, Origin='https://hub.example.org')
        t.is_(browser.answer.headers['Location'], 'https://hub.example.org/inbox', 'redirects lead to the public address')
        t.like(browser.answer.headers['Set-Cookie'], r'^__Host-relais=[\w-]{43}; Path=/; .*; Secure$', 'where TLS is, the cookie is of this host and secure')
        t.is_(signed_in(browser), 'Con', 'and taken back')
        t.is_(site.get('/me.json', {'Cookie': browser.cookie.removeprefix('__Host-')}).status, 401, 'under no other name')
        for origin, status in (('https://hub.example.org', 303), ('https://hub.example.org.evil.example', 403), ('http://hub.example', 403)):
            answer = site.request('POST', '/me', 'name=Con', {'Cookie': browser.cookie, 'Content-Type': FORM, 'Origin': origin})
            t.is_(answer.status, status, f'a form from {origin}: {status}')


t = Tap()
with Site() as site:
    hub.seed()
    reader = code(t, site)
    session(t, site, reader)
    nothing_rendered(t, site)
    other_sites(t, site, reader)
    signing_from_elsewhere(t, site)
    stale(t, site)
    sign_out(t, site, reader)
    demonstration(t, site)
    over_tls(t)
    t.unlike(site.log(), re.escape(reader.cookie or 'relais=') + r'\w|ABCD', 'no secret is in the log')
t.done()
