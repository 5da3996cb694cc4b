"""Whose mails come back on three days is written to no more; who manages them is told; what they miss waits."""

from tests.lib import hub
from tests.lib.courier import Courier
from tests.lib.hub import API, auth
from tests.lib.sink import Sink
from tests.lib.site import Site, Tap, psql, wait_until

NO = '550 5.1.1 no such mailbox'


ABOUT = {'notice': "jsonb_build_object('what', 'message', 'group', 1, 'text', 'T', 'from', (SELECT id FROM relais.person WHERE name = 'Co'), "
                   "'municipality', (SELECT a.municipality_id FROM relais.affiliation a WHERE a.person_id = person.id))",
         'nudge': "jsonb_build_object('group', 1, 'day', current_date, 'municipality', (SELECT id FROM relais.municipality WHERE slug = 'bonou'))"}


def put(kind, word='bon'):
    """A mail of that kind to somebody; the state that it came to."""
    about = ABOUT.get(kind, "'{}'")
    number = psql(f"INSERT INTO relais.delivery (kind, person_id, about) SELECT '{kind}', id, {about} FROM relais.person "
                  f"WHERE email = '{word}@example.org' RETURNING id").split()[0]
    wait_until(lambda: psql(f'SELECT state FROM relais.delivery WHERE id = {number}') != 'waiting', 20)
    return psql(f'SELECT state FROM relais.delivery WHERE id = {number}')


def person(site, by='co'):
    return next(p for p in site.get(f'{API}/municipalities/bonou/people', auth(by)).json()['people'] if p['email'] == 'bon@example.org')


def days(t, site, sink):
    sink.answers['RCPT', 'bon@example.org'] = NO
    for day in range(3):
        t.is_(person(site).get('unreachable'), None, f'after {day} days they are written to')
        t.is_([put('nudge'), put('nudge')], ['suspended', 'suspended' if day < 2 else 'dropped'], 'mails are refused, twice on a day')
        if day < 2:
            psql("UPDATE relais.mail_trouble SET last_at = last_at - interval '1 day'")
    t.is_((person(site).get('unreachable') or {}).get('answer'), NO, 'after the third their coordinator sees why')
    t.is_(person(site, 'bon')['unreachable']['answer'], NO, 'and they, where they sign in')
    t.ok(wait_until(lambda: any(mail.recipient == 'co@example.org' and b'Subject: Mails to Bon come back' in mail.data for mail in sink.mails)), 'and is told by mail')
    t.is_({mail.recipient for mail in sink.mails if b'come back' in mail.data}, {'co@example.org'}, 'which nobody else is')


def silence(t, site, sink):
    t.is_([put(kind) for kind in ('nudge', 'notice')], ['dropped'] * 2, 'nothing more is sent')
    t.is_(put('notice', 'mem'), 'delivered', 'to them')
    t.is_(put('sign_in'), 'delivered', 'but what they ask for themselves')
    t.ok(wait_until(lambda: any(mail.recipient == 'mem@example.org' and b'Trois' in mail.data for mail in sink.mails), 30), 'the others get the news')
    t.is_(psql("SELECT count(*) FROM relais.delivery d JOIN relais.person p ON p.id = d.person_id WHERE p.name = 'Bon' AND d.kind = 'mailing'"), '0', 'and theirs wait')


def again(t, site):
    number = person(site)['id']
    t.is_([site.post(f'{API}/affiliations/{number}/mail', None, auth(by)).status for by in ('mem', 'see', 'hub', 'co')], [404, 404, 404, 200], 'who manages them tries again')
    t.is_(person(site).get('unreachable'), None, 'it is as before')


def ours(t, site):
    """What is wrong with us, or only for now, says nothing of an address."""
    psql('DELETE FROM relais.mail_trouble')
    for answer, counts in (('550 5.1.1 x', 1), ('5.1.1 x', 1), ('451 4.3.0 x', 1), ('42883 ERROR', 0), ('the letter cannot be made', 0), ('Could not connect', 0)):
        psql(f"INSERT INTO relais.delivery (kind, person_id, due_at) SELECT 'nudge', id, now() + interval '1 day' FROM relais.person WHERE name = 'Con'; "
             f"UPDATE relais.delivery SET state = 'suspended', answer = '{answer}' WHERE state = 'waiting' AND due_at > now() + interval '1 hour'")
        t.is_(psql('SELECT count(*) FROM relais.mail_trouble'), str(counts), answer)
        psql('DELETE FROM relais.mail_trouble')


t = Tap()
hub.seed()
with Site() as site, Sink() as sink:
    for word in ('bon', 'mem'):
        site.post(f'{hub.WEB}/subscriptions', {'cadence': 'at_once'}, auth(word))
    first = hub.lesson(site, title='Un')
    psql("INSERT INTO relais.nudge (group_id, municipality_id, day, at, lessons) SELECT 1, id, current_date, now(), '{%d}' FROM relais.municipality "
         "WHERE slug = 'bonou'" % first)
    with Courier(site.url, env=sink.env()):
        days(t, site, sink)
    sink.answers.clear()
    hub.lesson(site, title='Trois')
    psql("UPDATE relais.event SET at = at - interval '40 minutes'")
    with Courier(site.url, env=sink.env()):
        silence(t, site, sink)
    again(t, site)
    with Courier(site.url, env=sink.env()):
        t.ok(wait_until(lambda: any(mail.recipient == 'bon@example.org' and b'Trois' in mail.data for mail in sink.mails)), 'and what waited comes')
    ours(t, site)
t.done()
