"""Webhooks by page and API: who makes them, the secret that is shown once, what is refused."""

import html
import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, auth
from tests.lib.push import HOOK
from tests.lib.site import Site, Tap, psql

PAGE = '/umbrellas/ancb/webhooks'


def secret_of(answer):
    found = re.search(r'<code>(whsec_[^<]*)</code>', answer.text)
    return found and html.unescape(found[1])


def stored():
    return psql('SELECT secret FROM relais.webhook ORDER BY id').split()


def pages(t, site):
    co = Browser(site, 'co')
    t.like(co.get('/umbrellas/ancb').text, f'href="{PAGE}', 'the umbrella\'s page leads there')
    t.unlike(Browser(site, 'see').get('/umbrellas/ancb').text, PAGE, 'for its coordinators')
    co.get(PAGE)
    sent = co.submit(PAGE, **HOOK, kinds=['lesson', 'report'])
    t.is_((sent.status, secret_of(sent)), (201, stored()[0]), 'a webhook is made, its secret shown')
    t.like(secret_of(sent), '^whsec_[A-Za-z0-9+/]{43}=$', '… as Standard Webhooks want it')
    t.is_((secret_of(co.get(PAGE)), 'whsec_' in co.get(f'{PAGE}.json').text), (None, False), 'only this once')
    path = re.search(rf'href="({PAGE}/\d+)', co.get(PAGE).text)[1]
    page = co.get(path).text
    t.ok(HOOK['url'] in page and 'reports' in page and 'digests' not in page.split('<main')[1].split('<form')[0], 'it has a page')
    t.is_((co.submit(f'{path}/pause').status, 'Resume' in co.follow().text, 'Pause' in co.answer.text), (303, True, False), 'it is paused')
    t.is_((co.submit(f'{path}/resume').status, 'Pause' in co.follow().text), (303, True), 'and resumed')
    wrong = co.submit(path, url='portal', kinds=['digest'])
    t.is_((wrong.status, co.form(path).value('url'), co.form(path).all('kinds')), (422, 'portal', ['digest']), 'a wrong address comes back')
    co.get(path)
    t.is_((co.form(path).value('url'), co.form(path).all('kinds')), (HOOK['url'], ['lesson', 'report']), 'the form shows what is')
    t.is_(co.submit(path, url='https://portal.example/new', kinds='').status, 303, 'address and kinds are changed')
    t.ok('https://portal.example/new' in co.follow().text and 'about everything' in co.answer.text, '… which the page shows')
    t.is_((co.submit(f'{path}/test').status, '<b>A test</b>' in co.follow().text), (303, True), 'a test is in the log')
    for _ in range(9):
        psql("INSERT INTO relais.delivery (kind, state, about) SELECT kind, 'delivered', about FROM relais.delivery WHERE kind = 'webhook' LIMIT 1")
    psql("UPDATE relais.delivery SET state = 'delivered' WHERE kind = 'webhook'")
    often = co.submit(f'{path}/test')
    t.is_((often.status, 'ten times in an hour' in often.text), (429, True), 'not without end')
    co.get(path)
    new = co.submit(f'{path}/secret')
    t.is_((new.status, secret_of(new), secret_of(new) != secret_of(sent)), (201, stored()[0], True), 'another secret is shown')
    t.is_(co.post(f'{path}/deliveries/999/again', {}).status, 404, 'what was not sent is not sent again')
    co.get(path)
    t.is_((co.submit(f'{path}/end').status, co.answer.headers['Location'], stored()), (303, site.url + PAGE, []), 'it is deleted')
    wrong = co.post(PAGE, {'url': 'http://user:word@portal.example/', 'kinds': 'report'})
    t.ok(wrong.status == 422 and 'user:word@portal.example' in wrong.text and secret_of(wrong) is None, 'a wrong address comes back')


def programs(t, site):
    hooks = API + PAGE
    made = site.post(hooks, HOOK, auth('co', Idempotency_Key='one'))
    again = site.post(hooks, HOOK, auth('co', Idempotency_Key='one'))
    value = made.json()
    t.is_((made.status, [value['secret']], again.json()), (201, stored(), value), 'a request repeated with its key has the same secret, and makes one')
    t.is_(made.headers['Location'], f'{site.url}{hooks}/{value["id"]}', 'Location says where')
    one = site.get(f'{hooks}/{value["id"]}', auth('co')).json()
    t.is_((one['url'], one['kinds'], one['state'], one['deliveries']), (HOOK['url'], None, 'active', []), 'and there it is')
    t.is_([w['id'] for w in site.get(hooks, auth('co')).json()['webhooks']], [value['id']], 'in the list too')
    t.is_([site.get(f'{hooks}/{value["id"]}', auth(by)).status for by in ('see', 'other', 'hub', 'mem')], [404] * 4, 'others do not see it')
    t.is_(site.get(f'{API}/umbrellas/vvsg/webhooks/{value["id"]}', auth('other')).status, 404, 'nor as another umbrella\'s')
    t.is_(site.delete(f'{API}/umbrellas/vvsg/webhooks/{value["id"]}', auth('other')).status, 404, '… to delete')
    for what, state in (('pause', 'paused'), ('resume', 'active')):
        t.is_(site.post(f'{hooks}/{value["id"]}/{what}', {}, auth('co')).json()['state'], state, f'{what}')
    for url in ('ftp://portal.example/', 'portal.example', 'https://u@portal.example/', 'https://portal.example/#x', 'https://portal.example/é'):
        refused = site.post(hooks, {'url': url}, auth('co'))
        t.is_((refused.status, refused.json()['errors'][0]['field']), (422, 'url'), f'{url} is no address to push to')
    for _ in range(19):
        site.post(hooks, HOOK, auth('co'))
    t.is_((site.post(hooks, HOOK, auth('co')).status, len(stored())), (409, 20), 'there are twenty at most')
    described = site.get(f'{API}/openapi.json').json()['paths']['/umbrellas/{umbrella}/webhooks']['post']['summary']
    t.like(described, 'webhook-signature.*Idempotency-Key', 'what is sent is described')


t = Tap()
hub.seed()
with Site() as site:
    pages(t, site)
    programs(t, site)
t.done()
