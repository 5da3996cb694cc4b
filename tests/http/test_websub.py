"""The hub for the feeds: where it is announced, what it takes, what it refuses and how often it may be asked."""

import json
import re
from urllib.parse import urlencode

from tests.lib import hub
from tests.lib.hub import API, auth
from tests.lib.push import subscribe
from tests.lib.site import Site, Tap, psql

FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


def ask(site, headers=None, **changes):
    return site.post('/websub', urlencode(subscribe(site, **changes)), FORM | (headers or {}))


def waiting():
    """What waits to be verified: (mode, topic, callback, lease, secret, method, key's token)."""
    return [row.split('|') for row in psql(
        "SELECT r.mode, r.topic, r.callback, r.lease, r.secret, r.method, r.token_id FROM relais.delivery d "
        "JOIN relais.websub_request r ON r.id = (d.about->>'request')::bigint WHERE d.kind = 'websub_verify' AND d.state = 'waiting' "
        'AND r.ended_at IS NULL ORDER BY r.id').splitlines()]


def announced(t, site):
    hub_url = f'{site.url}/websub'
    for ending, links in (('.atom', r'<link rel="hub" href="([^"]*)"/>'), ('.rss', r'<atom:link rel="hub" href="([^"]*)"/>'), ('.json', r'"type":"WebSub","url":"([^"]*)"')):
        for query in ('', '?lang=fr&kind=lesson'):
            answer = site.get(f'/groups/web/feed{ending}{query}')
            t.is_(answer.headers['Link'], f'<{hub_url}>; rel="hub", <{site.url}/groups/web/feed{ending}{query}>; rel="self"', f'{ending}{query}: hub and self in Link')
            t.is_(re.findall(links, answer.text), [hub_url], '… and the hub in the body')
    for number in range(21):
        hub.lesson(site, title=f'Numéro {number}')
    answer = site.get('/groups/web/feed.atom?archive=1')
    t.is_((answer.status, answer.headers['Link'], 'rel="hub"' in answer.text), (200, None, False), 'an archive, which never changes, has no hub')
    t.is_(site.get('/websub').status, 405, 'a hub is no page')


def taken(t, site):
    answer = ask(site)
    t.is_((answer.status, answer.body), (202, b''), 'a request is accepted before it is verified')
    topic = f'{site.url}/groups/web/feed.atom?lang=fr'
    t.is_(waiting(), [['subscribe', topic, 'https://reader.example/callback', '864000', '', 'sha256', '']], 'and waits to be: ten days by default')
    for given, lease in (('60', '3600'), ('7200', '7200'), ('99999999', '2592000'), ('0', '864000')):
        ask(site, lease_seconds=given)
        t.is_([row[3] for row in waiting()], [lease], f'{given} seconds become {lease}: the later request takes the place of the one that waits')
    ask(site, secret=' spaces and é ')
    t.is_(waiting()[0][4:6], [' spaces and é ', 'sha256'], 'a secret is taken as it came')
    ask(site, secret='s', verify='sync', verify_token='x', unheard='of')
    t.is_(waiting()[0][5], 'sha1', 'a reader of before WebSub gets SHA-1; what is not known is passed over')
    ask(site, secret='s', verify='sync', signature='sha256')
    t.is_(waiting()[0][5], 'sha256', 'it may choose')
    ask(site, mode='unsubscribe')
    t.is_([row[0] for row in waiting()], ['unsubscribe'], 'leaving is verified too')
    t.is_(psql('SELECT count(*) FROM relais.websub'), '0', 'so there is no subscription yet')
    for query in ('', '?kind=lesson,report', '?lang=nl&kind=digest', '?kind=lesson%2Creport&lang=nl'):
        for ending in ('.atom', '.rss', '.json'):
            t.is_(ask(site, topic=f'{site.url}/groups/web/feed{ending}{query}').status, 202, f'feed{ending}{query} is a topic')


def refused(t, site):
    feed = f'{site.url}/groups/web/feed.atom'
    for changes, status, field in (
            ({'mode': None}, 422, 'mode'), ({'mode': 'publish'}, 422, 'mode'), ({'topic': None}, 422, 'topic'), ({'callback': None}, 422, 'callback'),
            ({'topic': 'http://elsewhere.example/feed'}, 422, 'topic'), ({'topic': f'{site.url}/groups/web'}, 422, 'topic'), ({'topic': f'{site.url}/feeds.opml'}, 422, 'topic'),
            ({'topic': f'{site.url}.evil.example/groups/web/feed.atom'}, 422, 'topic'), ({'topic': f'{feed}x'}, 422, 'topic'), ({'topic': f'{feed}?archive=1'}, 422, 'topic'),
            ({'topic': f'{feed}?lang=xx'}, 422, 'topic'), ({'topic': f'{feed}?lang=fr&lang=nl'}, 422, 'topic'), ({'topic': f'{feed}?x=1'}, 422, 'topic'),
            ({'topic': f'{feed}?kind=%zz'}, 422, 'topic'), ({'topic': f'{site.url}/groups//feed.atom'}, 404, 'topic'), ({'topic': f'{feed}?kind={"x" * 400}'}, 422, 'topic'),
            ({'topic': f'{site.url}/groups/none/feed.atom'}, 404, 'topic'), ({'topic': f'{site.url}/groups/huis/feed.atom'}, 404, 'topic'),
            ({'topic': f'{site.url}/groups/huis/feed.atom?key=wrong'}, 404, 'topic'), ({'topic': f'{feed}?key=wrong'}, 404, 'topic'), ({'topic': f'{feed}?key=mem'}, 404, 'topic'),
            ({'callback': 'ftp://reader.example/'}, 422, 'callback'), ({'callback': 'reader.example'}, 422, 'callback'), ({'callback': 'http://u:p@reader.example/'}, 422, 'callback'),
            ({'callback': 'http://reader.example/#x'}, 422, 'callback'), ({'callback': 'http://reader.example/\r\nX: y'}, 422, 'callback'), ({'callback': 'http://reader.example/' + 'x' * 2000}, 422, 'callback'),
            ({'lease_seconds': 'long'}, 422, 'lease_seconds'), ({'lease_seconds': '-1'}, 422, 'lease_seconds'), ({'secret': 's' * 200}, 422, 'secret'), ({'secret': 'é' * 100}, 422, 'secret'),
            ({'signature': 'md5'}, 422, 'signature')):
        answer = ask(site, **changes)
        t.is_((answer.status, (answer.headers['Content-Type'] or '').partition(';')[0]), (status, 'text/plain'), f'{changes}: refused, in plain text')
        t.like(answer.text, rf'(?m)^hub\.{field}: ', '… by the name of what is wrong')
    t.is_(ask(site, {'Origin': 'https://evil.example', 'Sec-Fetch-Site': 'cross-site'}).status, 403, 'no page elsewhere sends its readers to the hub')
    t.is_(site.post('/websub', 'x', {'Content-Type': 'text/plain'}).status, 415, 'a request is a form')
    t.is_(waiting(), [], 'nothing of it waits')


def private(t, site):
    made = site.post(f'{API}/me/tokens', {'kind': 'feed', 'group': 'huis'}, auth('mem')).json()
    answer = site.get(f'/groups/huis/feed.atom?key={made["token"]}')
    topic = re.search(r'<([^>]*)>; rel="self"', answer.headers['Link'])[1]
    t.is_(ask(site, topic=topic).status, 202, 'a private feed is a topic with its key')
    t.is_([(row[1], row[6]) for row in waiting()], [(topic, str(made['id']))], 'which is remembered')
    for what, other in (('another group', topic.replace('/huis/', '/ferme/')), ('a public one', topic.replace('/huis/', '/web/'))):
        t.is_(ask(site, topic=other).status, 404, f'not for {what}')
    site.delete(f'{API}/me/tokens/{made["id"]}', auth('mem'))
    t.is_(ask(site, topic=topic).status, 404, 'nor when it has ended')
    t.unlike(site.log(), re.escape(made['token']), 'no key is in the log')
    readable = json.loads(psql("SELECT json_agg(has_table_privilege(r, t, p)) FROM unnest('{relais_site,relais_admin,relais_courier}'::text[]) r, "
                               "unnest('{relais.websub,relais.websub_request}'::text[]) t, unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) p"))
    t.is_(set(readable), {False}, 'nobody reads the topics but the functions')


def often(t, site):
    """Not a hammer for others to swing."""
    psql('DELETE FROM relais.delivery; DELETE FROM relais.websub_request')
    statuses = [ask(site, callback=f'http://victim.example/{n}').status for n in range(61)]
    t.is_((statuses[:60], statuses[60]), ([202] * 60, 429), 'a host that does not confirm is asked sixty times an hour')
    answer = ask(site, callback='http://VICTIM.example:99/')
    t.is_((answer.status, answer.headers['Retry-After']), (429, '3600'), '… whatever the port and the case')
    t.is_(ask(site).status, 202, 'others go on')
    psql("UPDATE relais.websub_request SET verified_at = now(), ended_at = now()")
    t.is_(ask(site, callback='http://victim.example/').status, 202, 'one that confirms too')
    psql("UPDATE relais.websub_request SET at = now() - interval '61 minutes', verified_at = NULL")
    t.is_(ask(site, callback='http://victim.example/').status, 202, 'and one that did not, after an hour')
    psql("INSERT INTO relais.websub_request (mode, topic, group_id, ending, callback, method, lease, peer, position) "
         "SELECT 'subscribe', 'http://x', 1, '.atom', 'http://host-' || n || '.example', 'sha256', 3600, '192.0.2.7', 0 FROM generate_series(1, 300) n")
    for named, status in (('192.0.2.7', 429), ('192.0.2.8', 202), ('192.0.2.8, 192.0.2.7', 429), ('192.0.2.7, 192.0.2.8', 202), ('nonsense', 202)):
        t.is_(ask(site, {'X-Forwarded-For': named}, callback='http://fresh.example/').status, status, f'one address asks three hundred times an hour: {named}')
    psql("INSERT INTO relais.websub (topic, group_id, ending, callback, method, position, lease_until) "
         f"SELECT '{site.url}/groups/web/feed.atom?lang=fr', 1, '.atom', 'http://many.example/' || n, 'sha256', 0, now() FROM generate_series(1, 1000) n")
    t.is_([ask(site, callback=f'http://many.example/{n}').status for n in (1000, 1001)], [202, 429], 'a host has a thousand subscriptions, which it renews')
    t.is_(ask(site, mode='unsubscribe', callback='http://many.example/1001').status, 202, 'and leaves')


t = Tap()
hub.seed()
with Site() as site:
    announced(t, site)
    taken(t, site)
    psql('DELETE FROM relais.delivery; DELETE FROM relais.websub_request')
    refused(t, site)
    private(t, site)
    often(t, site)
t.done()
