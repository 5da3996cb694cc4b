"""
More than the database takes: a group is locked by somebody else, so writes wait. The queue
has an end (503, Retry-After), waiting has an end, and everything else goes on meanwhile, the
writes of other groups too.
"""

import resource
import select
import time

from tests.lib import hub, pq
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql, wait_until

QUEUE, BATCH = 1024, 64         # of the service: waiting, and to a commit
POSTS = QUEUE + BATCH + 112
WAIT_SECONDS = 5                # in the queue
LOCK_SECONDS = 2                # for a lock
QUICK = LOCK_SECONDS * 3 / 4      # of an answer that waits for no lock, on a machine that is busy


def post(site, number, lesson):
    """Sends a report on a connection of its own; does not wait."""
    body = b'{"status":"trying","note":"Numero %d"}' % number
    connection = site.connect(60)
    connection.sendall(b'POST %s/lessons/%d/reports HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer mem\r\nContent-Type: application/json\r\n'
                       b'Idempotency-Key: over-%d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' % (WEB.encode(), lesson, number, len(body), body))
    return connection


def answered(connections):
    """Those that have an answer by now."""
    poll = select.poll()
    by_number = {connection.fileno(): connection for connection in connections if connection.fileno() != -1}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(0)]


def read(connection):
    text = b''
    while piece := connection.recv(65536):
        text += piece
    connection.close()
    head, _, body = text.partition(b'\r\n\r\n')
    return int(head.split()[1]), head.decode(), body.decode()


def slowest(site, path, headers=None, times=20):
    worst = 0
    for _ in range(times):
        start = time.monotonic()
        answer = site.get(path, headers)
        worst = max(worst, time.monotonic() - start)
        if answer.status != 200:
            return answer.status
    return worst


def held_up(t, site, lesson):
    """All the posts, while somebody else holds their group."""
    lock = pq.Connection()
    lock.rows("BEGIN; SELECT FROM relais.group_log WHERE group_id = (SELECT id FROM relais.group WHERE slug = 'web') FOR UPDATE")
    connections = [post(site, number, lesson) for number in range(POSTS)]
    t.ok(wait_until(lambda: len(answered(connections)) >= POSTS - QUEUE - BATCH, WAIT_SECONDS + 15), 'what has no room in the queue is answered')
    t.ok(site.get('/metrics').text.count('relais_'), 'metrics are told meanwhile')
    for path, headers in (('/healthz', None), ('/readyz', None), ('/groups/web/feed.atom', None), (f'{WEB}/lessons/{lesson}', auth('mem'))):
        slow = slowest(site, path, headers)
        t.ok(slow < QUICK, f'{path} waits for no lock', slow)
    t.ok(wait_until(lambda: len(answered(connections)) == POSTS, WAIT_SECONDS + 15), 'nobody waits for ever')
    heads = [(status, head) for status, head, _ in map(read, connections)]
    t.is_({status for status, _ in heads}, {503}, 'all are told 503')
    t.ok(all('Retry-After: ' in head for _, head in heads), 'and when to come again')
    took = [line['ms'] for line in site.log_lines() if line.get('route', '').endswith('/reports') and line['status'] == 503]
    at_once = len([ms for ms in took if ms < LOCK_SECONDS * 1000 / 2])
    # who came just before the lock's time was over did not wait long either: their number is the machine's
    t.ok(POSTS - QUEUE - BATCH <= at_once, 'those for whom there was no room at once', at_once)
    t.ok(max(took) >= LOCK_SECONDS * 1000, 'the others when one had waited', max(took))
    t.ok(all(ms < LOCK_SECONDS * 1000 + 3000 for ms in took), f'… {LOCK_SECONDS} s for the lock', max(took))
    others_go_on(t, site, lesson)
    page = site.request('POST', f'/groups/web/lessons/{lesson}/reports', 'status=trying', auth('mem', Content_Type='application/x-www-form-urlencoded', Accept='text/html'))
    t.ok(page.status == 503 and page.headers['Retry-After'] and page.text.startswith('<!DOCTYPE html>'), 'a form is told it as a page')
    t.ok('<input type="hidden" name="status" value="trying">' in page.text, 'from which it can be sent again')
    lock.rows('COMMIT')
    lock.close()


def others_go_on(t, site, lesson):
    """The writes of other groups are done, even in one batch with those that wait."""
    waiting = [post(site, POSTS + number, lesson) for number in range(10)]
    start = time.monotonic()
    t.is_({site.post(f'{API}/groups/huis/lessons', hub.LESSON, auth('hub')).status for _ in range(5)}, {201}, 'other groups take writes meanwhile')
    took = time.monotonic() - start
    t.ok(took < LOCK_SECONDS + 3, 'all of which wait for the lock once at most', took)
    t.is_({read(connection)[0] for connection in waiting}, {503}, 'those of the group itself are told 503')


def afterwards(t, site, lesson):
    t.is_(psql("SELECT count(*) FROM relais.report_note WHERE note LIKE 'Numero %'"), '0', 'nothing was done of what was told 503')
    again = [read(post(site, number, lesson))[0] for number in range(0, POSTS, 10)]
    t.is_(set(again), {201}, 'asked again with their keys, all are done')
    numbers = psql("SELECT note FROM relais.report_note WHERE note LIKE 'Numero %'").splitlines()
    t.is_((len(numbers), len(set(numbers))), (len(again), len(again)), 'none twice')
    t.is_(psql("""SELECT count(*) - max(e.seq) FROM relais.event e JOIN relais.group g ON g.id = e.group_id WHERE slug = 'web'"""), '0', 'the log has no gap')
    t.ok(slowest(site, '/healthz') < QUICK, 'and all is as before')


t = Tap()
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * POSTS)), hard))
with Site(env={'RELAIS_CONNECTIONS_PER_ADDRESS': '3000'}) as site:
    hub.seed()
    number = hub.lesson(site)
    held_up(t, site, number)
    afterwards(t, site, number)
t.done()
