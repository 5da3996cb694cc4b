"""Webhooks: an umbrella's own system is told what happens in its groups, signed, in order, without a gap, and no more than the umbrella may know."""

import base64
import hashlib
import hmac
import json
import re
import socket
import time

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.courier import Courier, body, states
from tests.lib.hub import API, WEB, auth
from tests.lib.push import webhook
from tests.lib.site import Site, Tap, psql, wait_until
from tests.lib.subscriber import Subscriber

ALLOW = {'RELAIS_PUSH_ALLOW': '127.0.0.0/8'}
HOOKS = f'{API}/umbrellas/ancb/webhooks'


def at_once():
    """What waits for a later try is due."""
    psql("UPDATE relais.delivery SET due_at = now() - interval '1 s' WHERE state = 'waiting' AND NOT under_way")


def swept():
    """All that there was to tell has been told."""
    return wait_until(lambda: psql("SELECT count(*) FROM relais.webhook w, LATERAL relais.webhook_groups(w) g "
                                   "WHERE w.state = 'active' AND (g.told < g.head OR w.delivery_id IS NOT NULL)") == '0', 20)


def tried(count, state='waiting'):
    return wait_until(lambda: ('webhook', state, count) in states('webhook'))


def make(there, path='/a', **values):
    """A webhook to that path: what it is asked by on the API, and its secret."""
    number, secret = webhook(site, url=there.url + path, **values)
    return f"{API}/umbrellas/{values.get('umbrella', 'ancb')}/webhooks/{number}", secret


def look(hook, by='co'):
    return site.get(hook, auth(by)).json()


def do(hook, what, by='co'):
    return site.post(f'{hook}/{what}', {}, auth(by)).status


def events(requests):
    return [event for request in requests for event in json.loads(request.body)['events']]


def titles(requests):
    return [event.get('title') for event in events(requests)]


def is_signed(request, secret):
    """As Standard Webhooks say, by nothing of ours."""
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    mac = base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix('whsec_')), signed, hashlib.sha256).digest()).decode()
    return request.headers['webhook-signature'] == f'v1,{mac}' and abs(time.time() - int(request.headers['webhook-timestamp'])) < 60


def same(requests):
    """Whether all have one key and one content."""
    return len({(r.headers['Idempotency-Key'], r.headers['webhook-id'], r.body) for r in requests}) == 1


def fresh(there):
    psql("DELETE FROM relais.webhook; DELETE FROM relais.delivery")
    there.forget()
    there.said.clear()


def sent(t, there):
    hub.lesson(site, title='Avant')
    _, secret = make(there)
    number = hub.lesson(site, title='Première')
    got, = there.wait('/a', 'POST')
    key = got.headers['Idempotency-Key']
    t.like(key, '^[0-9a-f-]{36}$', 'it comes with a key')
    t.is_((got.headers['webhook-id'], got.headers['Content-Type']), (key, 'application/json'), 'which is its id; as JSON')
    t.ok(is_signed(got, secret), 'signed with the secret that was shown')
    t.like(got.headers['User-Agent'], re.escape(site.url), 'it says who sends')
    told = json.loads(got.body)
    event, = told['events']
    logged = {name: value for name, value in site.get(f'{WEB}/events?after={event["seq"] - 1}').json()['events'][0].items() if value is not None}
    feed_id = psql("SELECT feed_id FROM relais.group WHERE slug = 'web'")
    t.is_(told['umbrella'], 'ancb', 'with the umbrella')
    t.is_(event, logged | {'id': f'{feed_id}/{event["seq"]}', 'group': 'web', 'object_kind': 'lesson', 'link': f'{site.url}/groups/web/lessons/{number}'},
          'and the event as the log of its group shows it')
    t.ok(swept() and len(there.got()) == 1, 'once, and nothing of before', there.got())
    seq = hub.report(site, number, 'adapted', adaptation='Plus petit')
    t.is_(events(there.wait('/a', 'POST', 2))[-1]['link'], f'{site.url}/groups/web/lessons/{number}#report-{seq}', 'a report leads to where it is')
    fresh(there)


def hang_up(handler, _):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def ordered(t, there):
    """Whatever goes wrong, each event comes, after those before it."""
    hook, secret = make(there)
    there.say('/a', (500, '<b>busy</b> été\n'.encode() + b'x' * 300), hang_up, 302, 429)
    hub.lesson(site, title='L0')
    for count in (1, 2, 3, 4):
        t.ok(tried(count), f'what is refused waits: {count}', states('webhook'))
        if count == 1:
            d, = look(hook)['deliveries']
            t.like(d['answer'], r'^HTTP 500 after \d+ ms: <b>busy</b> .{2,4}t.{2,4} x{170,190}$', 'its log has how the answer begins')
            t.like(Browser(site, 'co').get(hook.removeprefix(API)).text, '&lt;b&gt;busy&lt;/b&gt;', 'which stays text on the page')
        hub.lesson(site, 'huis' if count % 2 else 'web', title=f'L{count}')
        at_once()
    t.ok(swept(), 'then all goes out')
    got = there.got('/a', 'POST')
    t.ok(same(got[:5]), 'each try has the same key and content', [r.headers['Idempotency-Key'] for r in got])
    t.ok(all(is_signed(r, secret) for r in got), 'and is signed')
    t.is_(len({r.headers['Idempotency-Key'] for r in got}), len(got) - 4, 'what comes after has others')
    done = events(got[4:])
    for group in ('web', 'huis'):
        seqs = [event['seq'] for event in done if event['group'] == group]
        t.ok(seqs == list(range(seqs[0], seqs[0] + len(seqs))), f'{group}: in order, without a gap', seqs)
    t.is_(sorted(titles(got[4:])), [f'L{n}' for n in range(5)], 'each once')
    t.is_([(d['state'], d['tries']) for d in look(hook)['deliveries']][-1], ('delivered', 5), 'the log counts the tries')
    there.forget()
    do(hook, 'pause')
    head = psql("UPDATE relais.group_log SET head = head + 230 WHERE group_id = 1 RETURNING head").split()[0]
    psql(f"INSERT INTO relais.event (group_id, seq, at, kind, act, audience) SELECT 1, s, now(), 'member', 'joined', 0 FROM generate_series({head}::bigint - 229, {head}::bigint) s")
    do(hook, 'resume')
    t.ok(swept(), 'many events')
    t.is_([len(json.loads(r.body)['events']) for r in there.got()], [100, 100, 30], 'come by the hundred')
    fresh(there)


def again(t, there):
    hook, secret = make(there)
    for title in ('Un', 'Deux'):
        hub.lesson(site, title=title)
        swept()
    first, second = there.got('/a', 'POST')
    n = look(hook)['deliveries'][-1]['n']
    there.say('/a', 503)
    t.is_(do(hook, f'deliveries/{n}/again'), 200, 'what was delivered can be sent again')
    third = there.wait('/a', 'POST', 3)[-1]
    t.ok(same((first, third)) and is_signed(third, secret), 'under its key, signed anew')
    t.ok(tried(1), 'and again if it is refused', states('webhook'))
    hub.lesson(site, title='Trois')
    t.is_(titles(there.wait('/a', 'POST', 4)[3:]), ['Trois'], 'which holds up nothing that is new')
    at_once()
    t.ok(same((first, there.wait('/a', 'POST', 5)[-1])), 'then it comes')
    hub.lesson(site, title='Quatre')
    t.is_(titles(there.wait('/a', 'POST', 6)[5:]), ['Quatre'], 'and what follows goes on where it was')
    t.is_([site.post(f'{hook}/deliveries/{x}/again', {}, auth(by)).status for x, by in ((n, 'other'), (n, 'see'), (n + 99, 'co'))], [403, 403, 404], 'by its coordinators alone')
    fresh(there)


def suspended(t, there):
    hook, _ = make(there)
    there.say('/a', 500, 500)
    hub.lesson(site, title='Un')
    t.ok(tried(1), 'one that is out of order')
    psql("UPDATE relais.delivery SET since = now() - interval '5 days 1 minute' WHERE kind = 'webhook'")
    at_once()
    t.ok(wait_until(lambda: look(hook)['state'] == 'suspended'), 'for five days is suspended')
    t.like(look(hook)['answer'], '^HTTP 500 after', 'which says why')
    told = courier.wait(1)
    t.is_([(mail['To'].addresses[0].addr_spec, mail['Subject']) for mail in told], [('co@example.org', 'A webhook of ANCB is suspended')], 'who coordinates its umbrella is told by mail')
    t.like(body(told[0]), f"(?s)could not be delivered.*{there.url}/a\n.*HTTP 500 after.*{site.url}{hook.removeprefix(API)}\n", '… what came back, and where it is resumed')
    t.like(Browser(site, 'co').get(hook.removeprefix(API)).text, 'It is suspended, because', 'on its page too')
    hub.lesson(site, title='Deux')
    t.ok(swept() and len(there.got()) == 2, 'it is left alone')
    psql("UPDATE relais.delivery SET ended_at = now() - interval '40 days'; SELECT relais.webhook_housekeep()")
    t.is_(do(hook, f"deliveries/{look(hook)['deliveries'][0]['n']}/again"), 409, 'until it is resumed')
    t.is_((do(hook, 'resume'), swept(), look(hook)['state']), (200, True, 'active'), 'and then goes on')
    got = there.got('/a', 'POST')
    t.ok(same(got[:3]) and titles(got[2:]) == ['Un', 'Deux'], 'with what it was at; nothing is skipped', titles(got))
    there.say('/a', 410)
    hub.lesson(site, title='Trois')
    t.ok(wait_until(lambda: look(hook)['state'] == 'suspended' and look(hook)['gone']), 'one that is gone is suspended at once')
    t.like(body(courier.wait(2)[-1]), 'gone for good', '… and who coordinates is told so')
    t.like(Browser(site, 'co').get(hook.removeprefix(API)).text, 'gone for good', 'and its page says so')
    psql("SET ROLE relais_admin; SELECT relais.begin_operator(NULL, 'en'); SELECT relais.mail_replay(NULL)")
    t.ok(swept() and wait_until(lambda: titles(there.got()[-1:]) == ['Trois'] and look(hook)['state'] == 'active'), 'the operator\'s replay goes on too', look(hook))
    fresh(there)


def paused(t, there):
    hook, _ = make(there)
    there.say('/a', 500)
    hub.lesson(site, title='Un')
    tried(1)
    t.is_((do(hook, 'pause'), look(hook)['state']), (200, 'paused'), 'one is paused')
    hub.lesson(site, title='Deux')
    psql("SET ROLE relais_admin; SELECT relais.begin_operator(NULL, 'en'); SELECT relais.mail_replay(NULL)")
    t.ok(wait_until(lambda: psql("SELECT answer FROM relais.delivery WHERE state = 'suspended'") == 'paused') and len(there.got()) == 1,
         'and gets nothing, whoever replays', there.got())
    t.is_(states('webhook_stopped'), [], 'of which nobody is told')
    do(hook, 'resume')
    t.ok(swept() and titles(there.got()) == ['Un', 'Un', 'Deux'], 'until it is resumed', titles(there.got()))
    new = site.post(f'{hook}/secret', {}, auth('co')).json()['secret']
    hub.lesson(site, title='Trois')
    t.ok(swept() and is_signed(there.got()[-1], new) and not is_signed(there.got()[0], new), 'another secret signs what comes after')
    there.say('/a', 500)
    hub.lesson(site, title='Quatre')
    tried(1)
    t.is_((site.delete(hook, auth('co')).status, psql("SELECT count(*) FROM relais.webhook"), states('webhook')), (200, '0', []), 'one that is deleted is gone, with its log')
    fresh(there)


def changed(t, there):
    hook, secret = make(there, '/old')
    there.say('/old', 500)
    hub.lesson(site, title='Un')
    tried(1)
    t.is_([site.request('PATCH', hook, {'url': f'{there.url}/x'}, auth(by)).status for by in ('see', 'mem', 'other')], [403] * 3, 'its coordinators change it')
    t.is_(site.request('PATCH', hook, {'url': f'{there.url}/new'}, auth('co')).status, 200, 'another address')
    got = there.wait('/new', 'POST')
    t.ok(same(there.got('/old', 'POST') + got) and is_signed(got[0], secret), 'gets what waited, at once')
    there.say('/new', 500)
    hub.lesson(site, title='Deux')
    t.ok(tried(1), 'one waits', states('webhook'))
    t.is_((site.request('PATCH', hook, {'kinds': ['report']}, auth('co')).status, look(hook)['url'], look(hook)['kinds']), (200, f'{there.url}/new', ['report']), 'other kinds')
    number = hub.lesson(site, title='Trois')
    seq = hub.report(site, number, 'applied')
    at_once()
    t.ok(swept() and same(there.got('/new', 'POST')[1:3]), 'what waited stays as it was')
    t.is_([e['seq'] for e in events(there.got('/new', 'POST')[3:])], [seq], 'what comes after is of the new ones')
    t.is_((site.request('PATCH', hook, {'kinds': []}, auth('co')).status, look(hook)['kinds']), (200, None), 'none is all')
    fresh(there)


def test_event(t, there):
    hook, secret = make(there, kinds=['report'])
    t.is_([do(hook, 'test', by) for by in ('see', 'other', 'co')], [403, 403, 200], 'its coordinators try it')
    got, = there.wait('/a', 'POST')
    told = json.loads(got.body)
    t.ok(is_signed(got, secret) and got.headers['Idempotency-Key'] == got.headers['webhook-id'], 'it is signed')
    t.is_((told['umbrella'], [(e['kind'], e['link']) for e in told['events']]), ('ancb', [('test', site.url + hook.removeprefix(API))]), 'and says that it is a test')
    t.ok(wait_until(lambda: [(d['test'], d['state']) for d in look(hook)['deliveries']] == [(True, 'delivered')]), 'it is in the log', look(hook))
    t.like(Browser(site, 'co').get(hook.removeprefix(API)).text, '<b>A test</b>', '… on the page too')
    there.say('/a', 500)
    do(hook, 'test')
    t.ok(tried(1), 'one that is refused waits')
    seq = hub.report(site, hub.lesson(site), 'applied')
    t.is_([e.get('seq') for e in events(there.wait('/a', 'POST', 3)[2:])], [seq], 'and holds up nothing')
    do(hook, 'test')
    t.ok(same([there.got('/a', 'POST')[1], there.wait('/a', 'POST', 4)[3]]), 'asked for again, it comes at once')
    do(hook, 'pause')
    t.is_((do(hook, 'test'), len(there.wait('/a', 'POST', 5)), look(hook)['state']), (200, 5, 'paused'), 'one that is paused can be tried, and stays so')
    fresh(there)


def private(t, there):
    """What goes out is what the umbrella may know: of the groups it leads their inside, of those it is associated with what the public of them sees."""
    psql("INSERT INTO relais.associate SELECT g.id, u.id FROM relais.group g, relais.umbrella u WHERE g.slug = 'web' AND u.slug = 'vvsg' ON CONFLICT DO NOTHING")
    make(there, '/lead')
    make(there, '/associated', umbrella='vvsg', by='other')
    make(there, '/reports', kinds=['report'])
    number = hub.lesson(site, title='Ouverte')
    hub.report(site, number, 'interrupted', reason='political', note='GEHEIM')
    hub.report(site, number, 'not_for_us', 'bon', reason='budget', note='GEHEIM', audience='group')
    hub.report(site, number, 'applied', 'lier', note='GEHEIM')
    hub.lesson(site, title='GEHEIM', status='draft')
    hub.question(site, by='mem', text='GEHEIM ?', status='draft')
    asked = hub.question(site, by='mem', text='Comment ?', status='published')
    hub.lesson(site, 'ferme', 'lier', title='BESLOTEN')
    hub.lesson(site, 'huis', title='FERMÉ')
    site.post(f'{WEB}/questions/{asked}/revisions', {'text': 'GEHEIM', 'sensitive': True}, auth('mem'))
    t.ok(swept(), 'all is told')
    got = {path: events(there.got(path)) for path in ('/lead', '/associated', '/reports')}
    everything = '\n'.join(r.body.decode() for r in there.got())
    t.unlike(everything, 'GEHEIM|political|budget', 'no note, no reason, no draft, no sensitive wording')
    t.is_([(e['municipality'], e['status']) for e in got['/lead'] if e['kind'] == 'report'], [('aklame', 'interrupted'), ('bonou', 'not_for_us'), ('lier', 'applied')],
          'who leads is told each status')
    t.is_([(e['municipality'], e['status']) for e in got['/associated'] if e['kind'] == 'report'], [('lier', 'applied')], 'who is associated what the public is told')
    t.is_([e['title'] for e in got['/lead'] if e['kind'] == 'lesson'], ['Ouverte', 'FERMÉ'], 'no group of another umbrella')
    t.is_(sorted(e['title'] for e in got['/associated'] if e['kind'] == 'lesson'), ['BESLOTEN', 'Ouverte'], 'nor the other way round')
    t.is_({e['kind'] for e in got['/reports']}, {'report'}, 'and only what was asked for')
    psql("DELETE FROM relais.associate WHERE umbrella_id = (SELECT id FROM relais.umbrella WHERE slug = 'vvsg')")
    there.forget()
    there.say('/lead', 500)
    hub.lesson(site, title='Après')
    t.ok(wait_until(lambda: there.got('/lead')) and not there.got('/associated'), 'a group that is not its own any more is told of no more')
    tried(1)
    site.request('PATCH', f'{WEB}/lessons/{number}', {'status': 'withdrawn', 'reason': 'GEHEIM'}, auth('hub', If_Match='*'))
    at_once()
    t.ok(swept(), 'what was withdrawn meanwhile')
    t.unlike('\n'.join(r.body.decode() for r in there.got()), 'GEHEIM', 'is told without why')
    fresh(there)


def kept(t, there):
    hook, _ = make(there)
    hub.lesson(site, title='Un')
    swept()
    psql("UPDATE relais.delivery SET ended_at = now() - interval '29 days'; SELECT relais.webhook_housekeep()")
    t.is_(len(look(hook)['deliveries']), 1, 'the log is kept')
    psql("UPDATE relais.delivery SET ended_at = now() - interval '31 days'; SELECT relais.webhook_housekeep()")
    t.is_(look(hook)['deliveries'], [], 'for thirty days')
    hub.lesson(site, title='Deux')
    t.is_(titles(there.wait('/a', 'POST', 2)[1:]), ['Deux'], 'and it goes on')
    fresh(there)


def barred(t, there):
    """Nobody reaches through us what only we can reach."""
    with Courier(site.url) as courier:
        hook, _ = make(there)
        hub.lesson(site)
        t.ok(wait_until(lambda: look(hook)['state'] == 'suspended'), 'an address within is not sent to')
        t.like(look(hook)['answer'], 'not of the public internet', '… for that reason')
        t.is_(there.got(), [], '… without one byte')
        courier.settled()
    fresh(there)


t = Tap()
hub.seed()
with Site() as site, Subscriber() as there:
    with Courier(site.url, env=ALLOW) as courier:
        for test in (sent, ordered, again, suspended, paused, changed, test_event, private, kept):
            test(t, there)
        t.unlike(courier.log(), 'whsec_', 'no secret is in the log')
    barred(t, there)
t.done()
