"""WebSub: who asked for a feed is asked back, then sent it, signed, when there is something new, as long as it opens to them."""

import hashlib
import hmac
import re
import threading
import time
from urllib.parse import urlencode

import feedparser

from tests.lib import hub
from tests.lib.courier import Courier, states
from tests.lib.hub import API, auth
from tests.lib.push import subscribe
from tests.lib.site import Site, Tap, psql, wait_until
from tests.lib.subscriber import Subscriber

ALLOW = {'RELAIS_PUSH_ALLOW': '127.0.0.0/8'}
FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


def ask(site, there, path='/a', **changes):
    values = {'callback': there.url + path, 'topic': f'{site.url}/groups/web/feed.atom?lang=fr'} | changes
    answer = site.post('/websub', urlencode(subscribe(site, **values)), FORM)
    assert answer.status == 202, answer.text


def subscriptions():
    return psql("SELECT regexp_replace(callback, '.*/', '/') FROM relais.websub ORDER BY 1").split()


def subscribed(site, there, path='/a', **changes):
    ask(site, there, path, **changes)
    assert wait_until(lambda: path in subscriptions() and ended('websub_verify')), f'{path} is not subscribed: {there.got()}'
    there.forget()


def ended(kind):
    return all(state not in ('waiting', 'under way') for _, state, _ in states(kind))


def at_once():
    """What waits for a later try, and the quiet that is waited for, is over."""
    psql("UPDATE relais.event SET at = at - interval '10 seconds'; "
         "UPDATE relais.item_text SET at = at - interval '10 seconds'; UPDATE relais.delivery SET due_at = now() - interval '1 s' WHERE state = 'waiting' AND due_at < now() + interval '5 minutes'")


def swept():
    """The sweep has been through: nothing is new that was not put into the outbox, which is empty."""
    return wait_until(lambda: psql("SELECT count(*) FROM relais.websub w JOIN relais.group_log l USING (group_id) WHERE w.position < l.head OR w.waits") == '0', 20)


def news(site, there, path='/a', count=1, **values):
    """A lesson, and the deliveries that come of it."""
    hub.lesson(site, **values)
    at_once()
    return there.wait(path, 'POST', count)


def fresh(there):
    psql('DELETE FROM relais.delivery; DELETE FROM relais.websub; DELETE FROM relais.websub_request')
    there.forget()
    there.said.clear()


def verified(t, site, there):
    topic = f'{site.url}/groups/web/feed.atom?lang=fr'
    ask(site, there, '/a?x=1&y=%20', lease_seconds='7200')
    got = there.wait('/a', 'GET')[0]
    t.ok(re.fullmatch('[0-9a-f]{64}', got.query.pop('hub.challenge')), 'a challenge')
    t.is_(got.query, {'x': '1', 'y': ' ', 'hub.mode': 'subscribe', 'hub.topic': topic, 'hub.lease_seconds': '7200'}, 'with what is asked, beside what the callback has in its address')
    t.ok(wait_until(lambda: psql('SELECT count(*) FROM relais.websub') == '1'), 'whoever gives it back is subscribed')
    t.is_(psql("SELECT round(extract(epoch FROM lease_until - now()) / 60) FROM relais.websub"), '120', 'for as long as was asked')
    t.like(got.headers['User-Agent'], re.escape(site.url), 'it says who asks')
    for what, answer in (('nothing', 200), ('another', (200, b'x' * 64)), ('more', lambda h, r: h.send(200, r.query['hub.challenge'].encode() + b'\n')),
                         ('it with a status that is none', lambda h, r: h.send(404, r.query['hub.challenge'].encode())),
                         ('it behind a redirect', lambda h, r: h.send(302, r.query['hub.challenge'].encode(), Location='/b')),
                         ('it before 70 KB', lambda h, r: h.send(200, r.query['hub.challenge'].encode() + b' ' * 70000))):
        there.say('/no', answer)
        ask(site, there, '/no')
        t.ok(wait_until(lambda: ended('websub_verify')) and subscriptions() == ['/a?x=1&y=%20'], f'who gives back {what} is not', subscriptions())
    t.is_(there.got('/b'), [], 'no redirect is followed')
    fresh(there)
    there.say('/a', 503)
    ask(site, there)
    t.ok(wait_until(lambda: states('websub_verify') == [('websub_verify', 'waiting', 1)] and there.got('/a')), 'one that is out of order')
    at_once()
    t.ok(wait_until(lambda: subscriptions() == ['/a']), 'is asked again')
    there.say('/later', 503, 503)
    ask(site, there, '/later')
    t.ok(wait_until(lambda: there.got('/later') and states('websub_verify')[-1][1:] == ('waiting', 1)), 'so is another')
    psql("UPDATE relais.websub_request SET at = at - interval '1 hour' WHERE callback LIKE '%/later'")
    at_once()
    t.ok(wait_until(lambda: ended('websub_verify')) and '/later' not in subscriptions(), 'but not after an hour')
    fresh(there)


def sent(t, site, there):
    subscribed(site, there)
    got, = news(site, there, title='Première')
    feed = site.get('/groups/web/feed.atom?lang=fr')
    t.is_(got.body, feed.body, 'the whole feed is sent')
    t.is_(got.headers['Content-Type'], feed.headers['Content-Type'], 'as what it is')
    t.is_(got.headers['Link'], f'<{site.url}/websub>; rel="hub", <{site.url}/groups/web/feed.atom?lang=fr>; rel="self"', 'with hub and self')
    t.is_(got.headers['X-Hub-Signature'], None, 'without a secret it is not signed')
    parsed = feedparser.parse(got.body)
    t.is_((parsed.bozo, parsed.entries[0].title), (False, 'Première'), 'and any reader reads it')
    t.ok(swept() and len(there.got('/a', 'POST')) == 1, 'once')
    for number in range(3):
        hub.lesson(site, title=f'Suite {number}')
    news(site, there, count=2)
    t.ok(swept() and len(there.got('/a', 'POST')) == 2, 'what happens at once comes at once', len(there.got('/a', 'POST')))
    hub.lesson(site, title='Calme')
    time.sleep(2.5)                     # a round of the sweep: there is nothing else to see that it passed by
    t.is_(len(there.got('/a', 'POST')), 2, 'not before it is quiet')
    at_once()
    there.wait('/a', 'POST', 3)
    swept()
    there.forget()
    hub.report(site, hub.lesson(site, group='web', status='draft') and 1, 'interrupted', 'mem', reason='budget')
    at_once()
    t.ok(swept() and not there.got(), 'nothing is sent of what the public does not see', there.got())
    fresh(there)


def signed(t, site, there):
    for path, changes, method in (('/sha256', {}, 'sha256'), ('/old', {'verify': 'sync'}, 'sha1'), ('/chosen', {'signature': 'sha1'}, 'sha1'), ('/new', {'verify': 'async', 'signature': 'sha256'}, 'sha256')):
        subscribed(site, there, path, secret=' gÉheim ' * 12, **changes)
        got, = news(site, there, path)
        mac = hmac.new((' gÉheim ' * 12).encode(), got.body, method).hexdigest()
        t.is_(got.headers['X-Hub-Signature'], f'{method}={mac}', f'{path} is signed by {method}')
        fresh(there)


def choices(t, site, there):
    for ending in ('.atom', '.rss', '.json'):
        subscribed(site, there, f'/{ending[1:]}', topic=f'{site.url}/groups/web/feed{ending}?lang=nl&kind=lesson')
    subscribed(site, there, '/questions', topic=f'{site.url}/groups/web/feed.atom?kind=question')
    hub.lesson(site, title='Pour tous')
    at_once()
    for ending in ('.atom', '.rss', '.json'):
        got, = there.wait(f'/{ending[1:]}', 'POST')
        t.is_(got.body, site.get(f'/groups/web/feed{ending}?lang=nl&kind=lesson').body, f'{ending}, in the language and of the kind chosen')
    t.ok(swept() and not there.got('/questions', 'POST'), 'who wants questions gets no lessons')
    hub.question(site)
    at_once()
    there.wait('/questions', 'POST')
    t.ok(swept() and len(there.got('/atom', 'POST')) == 1, 'and the other way round')
    psql("UPDATE relais.group SET slug = 'toile' WHERE slug = 'web'; INSERT INTO relais.old_slug VALUES ('group', 'web', 1)")
    there.forget()
    psql("UPDATE relais.group_log SET version = version + 1")
    hub.lesson(site, group='toile')
    at_once()
    got, = there.wait('/atom', 'POST')
    t.ok('/groups/toile/feed.atom' in got.body.decode() and '/groups/web/feed.atom' in got.headers['Link'], 'a group that has another address is sent on under the one that was asked for')
    psql("UPDATE relais.group SET slug = 'web' WHERE slug = 'toile'; DELETE FROM relais.old_slug; UPDATE relais.group_log SET version = version + 1")
    fresh(there)


def again(t, site, there):
    subscribed(site, there)
    there.say('/a', 500, 302, 503)
    news(site, there)
    for count in (1, 2, 3):
        t.ok(wait_until(lambda: states('websub') == [('websub', 'waiting', count)] and re.match('HTTP (500|302|503) after', psql("SELECT answer FROM relais.delivery WHERE kind = 'websub'"))),
             f'refused for now, it waits: {count}', states())
        hub.lesson(site, title=f'Entretemps {count}')
        at_once()
    there.wait('/a', 'POST', 4)
    t.ok(swept() and len(there.got('/a', 'POST')) == 4, 'what happens meanwhile goes with it', len(there.got('/a', 'POST')))
    t.like(there.got('/a', 'POST')[-1].body.decode(), 'Entretemps 3', '… and is not left out')
    there.say('/a', 500)
    hub.lesson(site)
    at_once()
    t.ok(wait_until(lambda: psql("SELECT answer FROM relais.delivery WHERE state = 'waiting' AND tries = 1").startswith('HTTP 500')), 'one that refuses')
    there.say('/a', 500)
    psql("UPDATE relais.delivery SET since = now() - interval '5 days 1 minute' WHERE state = 'waiting'")
    at_once()
    t.ok(wait_until(lambda: subscriptions() == []) and ended('websub'), 'for five days is given up')
    t.is_(psql("SELECT count(*) FROM relais.delivery WHERE state = 'suspended'"), '0', 'and nothing of it is kept')
    fresh(there)
    subscribed(site, there)
    there.say('/a', 410)
    news(site, there)
    t.ok(wait_until(lambda: subscriptions() == []), 'one that is gone is left alone')
    fresh(there)


def renewed(t, site, there):
    """Nobody changes a subscription in another's name."""
    subscribed(site, there, secret='one')
    there.say('/a', 404)
    ask(site, there, secret='two', lease_seconds='3600')
    t.ok(wait_until(lambda: ended('websub_verify')), 'a renewal that is not confirmed')
    row = "SELECT secret, round(extract(epoch FROM lease_until - now()) / 86400) FROM relais.websub"
    t.is_(psql(row), 'one|10', 'changes nothing')
    there.say('/a', 404)
    ask(site, there, mode='unsubscribe')
    t.ok(wait_until(lambda: ended('websub_verify')) and subscriptions() == ['/a'], 'nor is one left so')
    hub.lesson(site, title='Avant')
    ask(site, there, secret='two', lease_seconds='86400')
    t.ok(wait_until(lambda: psql(row) == 'two|1'), 'one that is, is the same row with another secret and lease')
    at_once()
    t.like(there.wait('/a', 'POST')[0].body.decode(), 'Avant', '… and misses nothing')
    swept()
    there.forget()
    ask(site, there, mode='unsubscribe')
    t.ok(wait_until(lambda: subscriptions() == []), 'who leaves')
    got = there.got('/a', 'GET')[0]
    t.is_(sorted(got.query), ['hub.challenge', 'hub.mode', 'hub.topic'], 'is asked too')
    hub.lesson(site)
    at_once()
    t.ok(swept() and not there.got('/a', 'POST'), 'and gets nothing more')
    subscribed(site, there)
    psql("UPDATE relais.websub SET lease_until = now() - interval '1 s'")
    hub.lesson(site)
    at_once()
    t.ok(wait_until(lambda: subscriptions() == []) and not there.got(), 'one that is over ends, without a word')
    t.is_(psql("SELECT count(*) FROM relais.websub_request WHERE secret IS NOT NULL"), '0', 'no secret of a request is kept')
    fresh(there)


def private(t, site, there):
    def made():
        key = site.post(f'{API}/me/tokens', {'kind': 'feed', 'group': 'huis'}, auth('mem')).json()
        return key, f'{site.url}/groups/huis/feed.atom?lang=fr&key={key["token"]}'

    def tell(title):
        hub.lesson(site, 'huis', 'hub', title=title)
        at_once()

    key, topic = made()
    subscribed(site, there, topic=topic)
    tell('INTERNE')
    got, = there.wait('/a', 'POST')
    t.like(got.body.decode(), 'INTERNE', 'a private feed is sent by its key')
    t.is_(re.search(r'<(\S+)>; rel="self"', got.headers['Link'])[1], topic, 'under the address it was asked for by')
    number = hub.lesson(site, 'huis', 'hub')
    hub.report(site, number, 'interrupted', 'mem', 'huis', reason='political', note='GEHEIM')
    at_once()
    body = there.wait('/a', 'POST', 2)[-1].body.decode()
    t.ok('interrompu' in body and 'GEHEIM' not in body, 'who is of the group is told what the group sees, and no more', body)
    swept()
    there.forget()
    site.delete(f"{API}/me/tokens/{key['id']}", auth('mem'))
    tell('APRÈS')
    got, = there.wait('/a', 'GET')
    t.is_((got.query['hub.mode'], got.query['hub.topic'], there.got('/a', 'POST')), ('denied', topic, []), 'a key that ended ends it, and the reader is told')
    t.ok(wait_until(lambda: subscriptions() == [] and ended('websub_verify')), '… once')
    fresh(there)
    key, topic = made()
    subscribed(site, there, topic=topic)
    there.say('/a', 500)
    tell('EN ROUTE')
    wait_until(lambda: states('websub') == [('websub', 'waiting', 1)])
    member = "UPDATE relais.membership SET ended_at = {} WHERE municipality_id = (SELECT id FROM relais.municipality WHERE slug = 'aklame') AND group_id = (SELECT id FROM relais.group WHERE slug = 'huis')"
    psql(member.format('now()'))
    there.forget()
    at_once()
    t.is_(there.wait('/a')[0].query.get('hub.mode'), 'denied', 'so does leaving the group, also for what is on its way')
    psql(member.format('NULL'))
    fresh(there)
    subscribed(site, there, topic=f'{site.url}/groups/web/feed.atom?lang=fr')
    psql("UPDATE relais.group SET visibility = 'closed' WHERE slug = 'web'")
    psql('SELECT relais.websub_check(NULL)')    # each minute
    t.is_(there.wait('/a', 'GET')[0].query.get('hub.mode'), 'denied', 'a group that closes is closed to its subscribers, though nothing happens in it')
    psql("UPDATE relais.group SET visibility = 'public' WHERE slug = 'web'")
    t.is_(psql(f"SELECT count(*) FROM relais.delivery WHERE about::text LIKE '%{key['token']}%'"), '0', 'no key is left behind')
    fresh(there)
    return key['token']


def endless(handler, _):
    handler.send_response(200)
    handler.send_header('Transfer-Encoding', 'chunked')
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(b'4000\r\n' + b'x' * 0x4000 + b'\r\n')
    endless.whole = True


def endless_head(handler, _):
    handler.wfile.write(b'HTTP/1.1 200 OK\r\n')
    for number in range(200000):
        handler.wfile.write(b'X-%d: %s\r\n' % (number, b'y' * 50))
    endless_head.whole = True


def limits(t, site, there):
    """What answers badly is cut, and holds up nobody."""
    for say in (endless, endless_head):
        say.whole = False
        subscribed(site, there)
        there.say('/a', say)
        news(site, there)
        t.ok(wait_until(lambda: ended('websub') and not say.whole), f'{say.__name__}: is cut', states())
        fresh(there)
    go = threading.Event()

    def hang(handler, _):
        handler.wfile.write(b'HTTP/1.1 200 O')
        go.wait(30)
    paths = [f'/{n}' for n in range(40)]
    head = psql('SELECT head FROM relais.group_log WHERE group_id = 1')
    for path in paths:
        there.say(path, hang)
        psql("INSERT INTO relais.websub (topic, group_id, ending, callback, method, position, lease_until) "
             f"VALUES ('{site.url}/groups/web/feed.atom', 1, '.atom', '{there.url}{path}', 'sha256', {head}, now() + interval '1 day')")
    hub.lesson(site)
    at_once()
    t.ok(wait_until(lambda: len(there.got(method='POST')) >= 32), 'where many do not answer')
    started = time.monotonic()
    site.post('/sign-in/mail', 'email=mem%40example.org', FORM)
    t.ok(wait_until(lambda: ('sign_in', 'delivered', 1) in states('sign_in')) and time.monotonic() - started < 8, 'mail goes out', time.monotonic() - started)
    t.ok(wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE kind = 'websub' AND answer LIKE '%imed out%'") == '40', 40), 'and each is given up in time')
    go.set()
    fresh(there)


def barred(t, site, there):
    """Nobody reaches through us what only we can reach."""
    with Courier(site.url) as courier:
        for host in ('127.0.0.1', 'localhost', '127.1', '2130706433', '0x7f.1', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]'):
            ask(site, there, callback=f'http://{host}:{there.port}/a')
        t.ok(wait_until(lambda: ended('websub_verify')), 'what leads to this machine is settled')
        t.is_((there.got(), subscriptions()), ([], []), 'without one byte to it')
        answers = psql("SELECT DISTINCT answer FROM relais.delivery WHERE kind = 'websub_verify'").splitlines()
        t.ok(answers and all(re.search('not of the public internet|resolve|connect', answer) for answer in answers), 'for that reason', answers)
        fresh(there)
        head = psql('SELECT head FROM relais.group_log WHERE group_id = 1')
        psql("INSERT INTO relais.websub (topic, group_id, ending, callback, method, position, lease_until) "
             f"VALUES ('{site.url}/groups/web/feed.atom', 1, '.atom', '{site.url}/websub', 'sha256', {head}, now() + interval '1 day')")
        hub.lesson(site)
        at_once()
        t.ok(wait_until(lambda: subscriptions() == []), 'nor over the connection by which we fetched the feed')
        t.like(psql("SELECT answer FROM relais.delivery WHERE kind = 'websub'"), 'not of the public internet', '… for that reason')
        courier.settled()
    fresh(there)
    try:
        Courier(site.url, env={'RELAIS_PUSH_ALLOW': 'localhost'}).kill()
        t.ok(False, 'a list that is none stops the start')
    except RuntimeError as error:
        t.like(str(error), 'RELAIS_PUSH_ALLOW', 'a list that is none stops the start')


t = Tap()
hub.seed()
with Site() as site, Subscriber() as there:
    with Courier(site.url, env=ALLOW) as courier:
        verified(t, site, there)
        sent(t, site, there)
        signed(t, site, there)
        choices(t, site, there)
        again(t, site, there)
        renewed(t, site, there)
        key = private(t, site, there)
        t.unlike(courier.log(), re.escape(key), 'no key is in the log')
    with Courier(site.url, env=ALLOW | {'RELAIS_COURIER_LEASE': '6'}) as courier:
        limits(t, site, there)
    barred(t, site, there)
t.done()
