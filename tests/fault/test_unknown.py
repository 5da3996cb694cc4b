"""
The connection to the database is lost under a write that was sent. Who gave no key is told that it
may or may not have been saved, never "nothing was lost, try again"; with a key it is done once.
"""

import threading

from tests.lib import hub, pq
from tests.lib.hub import WEB, auth
from tests.lib.site import Site, Tap, psql, wait_until

HOLD = "BEGIN; SELECT FROM relais.group_log WHERE group_id = (SELECT id FROM relais.group WHERE slug = 'web') FOR UPDATE"
END = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'"""


def cut_off(site, *request):
    """The answer to a write whose connection is ended while it waits for a group."""
    answers = []
    lock = pq.Connection()
    lock.rows(HOLD)
    sender = threading.Thread(target=lambda: answers.append(site.request(*request)))
    sender.start()
    ended = wait_until(lambda: psql(END) == '1', 10, 0.01)
    lock.rows('COMMIT')
    lock.close()
    sender.join()
    return ended, answers[0]


t = Tap()
hub.seed()
with Site() as site:
    number = hub.lesson(site)
    form = auth('mem', Content_Type='application/x-www-form-urlencoded', Accept='text/html', Accept_Language='nl')
    for request in (('POST', f'{WEB}/lessons', hub.LESSON, auth('hub')),
                    ('POST', f'/groups/web/lessons/{number}/reports', 'status=trying', form)):
        ended, answer = cut_off(site, *request)
        t.is_((ended, answer.status, answer.headers['Retry-After']), (True, 504, None), f'{request[1]}: told as unknown')
        t.ok('may or may not' in answer.text or 'Misschien is dit bewaard' in answer.text, 'in words', answer.text)
    t.ok(answer.text.startswith('<!DOCTYPE html>'), 'a form gets a page')
    ended, answer = cut_off(site, 'POST', f'{WEB}/lessons', hub.LESSON | {'title': 'Once'}, auth('hub', Idempotency_Key='once'))
    t.is_((ended, answer.status), (True, 201), 'what has a key is sent again')
    t.is_(psql("SELECT count(*) FROM relais.item_text WHERE title = 'Once'"), '1', 'and done once')
t.done()
