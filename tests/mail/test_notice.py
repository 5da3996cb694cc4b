"""Notices: who is told what by mail, when there is something to do or to know; and the digest that nobody approved."""

import re

from tests.lib import hub
from tests.lib.courier import Courier, body
from tests.lib.site import Site, Tap, psql, wait_until

API, WEB, auth = hub.API, hub.WEB, hub.auth


def mails(site, count):
    """[(to, subject, text)] of what waits now, in the order of the persons."""
    with Courier(site.url) as courier:
        if count:
            courier.wait(count)
        courier.settled()
        found = sorted((mail['To'].addresses[0].username, mail['Subject'], body(mail)) for mail in courier.mails())
    psql('DELETE FROM relais.delivery')
    return found


def told(found):
    return [who for who, *_ in found]


def municipality(t, site):
    number = hub.lesson(site, title='Commencer petit')
    hub.report(site, number, 'applied', by='hub', municipality='aklame', via='phone')
    found = mails(site, 2)
    t.is_(told(found), ['con', 'mem'], 'what was noted in a municipality\'s name: whoever acts for it is told')
    t.is_(found[0][1], 'Hub noted for Aklamè: applied', 'by whom, and what')
    t.like(found[0][2], rf'{re.escape(site.url)}/groups/web/lessons/{number}#reports', 'and where it can be taken back')
    hub.report(site, number, 'trying', by='hub', municipality='bonou', via='phone')
    site.post(f'{WEB}/lessons/{number}/reports', {'status': 'retracted'}, auth('bon'))
    t.is_(mails(site, 0), [], 'what was taken back meanwhile is not told')
    site.post(f'{WEB}/lessons/{number}/inquiries', {'text': 'Combien cela coûte-t-il ?'}, auth('bon'))
    found = mails(site, 2)
    t.is_((told(found), found[1][1]), (['draft', 'hub'], 'A question from Bonou'), 'a question goes to who is asked')
    t.like(found[1][2], 'Combien cela coûte-t-il \\?', 'as it was put')
    n = psql('SELECT max(inquiry) FROM relais.inquiry')
    site.post(f'{WEB}/lessons/{number}/inquiries/{n}/answer', {'text': 'Rien du tout.'}, auth('hub'))
    found = mails(site, 1)
    t.is_((told(found), found[0][1]), (['bon'], 'An answer from Ouinhi'), 'and the answer to who asked')
    t.like(found[0][2], 'Rien du tout\\.', 'as it was given')
    left = "FROM relais.person p WHERE p.id = person_id AND p.name"
    hub.report(site, number, 'adapted', by='hub', municipality='aklame', via='phone')
    psql(f"UPDATE relais.affiliation SET role = 'observer' {left} = 'Mem'")
    t.is_(told(mails(site, 1)), ['con'], 'who does not act for it any more when the mail goes out is not told')
    psql(f"UPDATE relais.affiliation SET role = 'focal_point' {left} = 'Mem'")
    psql("INSERT INTO relais.delivery (kind, person_id, about) SELECT 'notice', p.id, jsonb_build_object('what', 'message', 'group', 1, 'text', 'Une phrase.', "
         "'from', (SELECT id FROM relais.person WHERE name = 'Mem')) FROM relais.person p WHERE p.name IN ('Co', 'Other')")
    t.is_(told(mails(site, 1)), ['co'], 'nor of a message, but who coordinates')


def sweep():
    for task in ('schedules_due', 'deadlines_due', 'digests_due'):
        psql(f"SELECT relais.{task}(NULL); SELECT relais.{task}((SELECT id FROM relais.umbrella WHERE slug = 'ancb'))")


def age(days):
    psql(f"UPDATE relais.event SET at = at - interval '{days} days' WHERE group_id <> (SELECT id FROM relais.group WHERE slug = 'ferme'); UPDATE relais.digest SET approved_at = approved_at - interval '{days} days'")


def digest(t, site):
    hub.lesson(site, group='huis', title='Fermé')
    site.post(f'{API}/groups/huis/subscriptions', {'cadence': 'fortnightly'}, auth('mem'))
    site.post(f'{WEB}/subscriptions', {'cadence': 'fortnightly'}, auth('mem'))
    site.post(f'{WEB}/subscriptions', {'cadence': 'fortnightly'}, auth('bon'))
    psql("UPDATE relais.group_log SET floor = 0 WHERE group_id IN (SELECT g.id FROM relais.group g WHERE slug IN ('web', 'huis')); UPDATE relais.subscription SET position = 0")
    age(15)
    sweep()
    found = mails(site, 2)
    t.is_([(who, subject) for who, subject, _ in found], [('co', 'ANCB: digest 1 is drafted'), ('hub', 'ANCB: digest 1 is drafted')],
          'a digest that is due is drafted, and coordinators and hubs are told')
    t.like(found[1][2], '/umbrellas/ancb/digests/1/sections/web', 'where a hub edits its section')
    t.unlike(found[1][2], 'approve', 'which it does not approve')
    sweep()
    t.is_(mails(site, 0), [], 'once')
    t.is_(site.post(f'{API}/groups/huis/digest-policy', {'at_deadline': 'hold'}, auth('co')).status, 200, 'a group that holds its section')
    age(2)
    sweep()
    found = mails(site, 3)
    t.is_([(who, subject) for who, subject, _ in found if 'ANCB' in subject], [('co', 'ANCB: digest 1 went out')], 'after three days it goes out by itself, and its coordinators are told')
    t.like(next(text for who, _, text in found if who == 'co'), 'in the next one: Groupe fermé', 'also what was held back')
    t.ok({who for who, *_ in found} == {'co', 'bon', 'mem'} and not any('Fermé' in text for *_, text in found), 'without what is held', found)
    t.is_(psql("SELECT count(*) FROM relais.digest_section s JOIN relais.digest d USING (umbrella_id, n) JOIN relais.group g ON g.id = s.group_id "
               "WHERE g.slug = 'huis' AND d.status = 'approved'"), '0', 'whose section is no part of it')


def held(t, site):
    age(15)
    sweep()
    mails(site, 2)
    site.post(f'{WEB}/digest-policy', {'at_deadline': 'hold'}, auth('co'))
    age(4)
    sweep()
    sweep()
    found = mails(site, 1)
    t.is_([(who, subject) for who, subject, _ in found], [('co', 'ANCB: digest 2 waits for you')], 'a digest that all hold waits, and that is told once')
    t.is_(site.post(f'{API}/umbrellas/ancb/digests/2/approve', {}, auth('co')).status, 200, 'until it is approved')
    found = mails(site, 1)
    t.ok([text for who, _, text in found if who == 'mem' and '* Fermé' in text], 'and then tells what had been held back', found)


def counts(t, site):
    """What the coordinator sees of an approved digest's mails."""
    age(20)
    hub.lesson(site, title='Encore')
    site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co'))
    site.post(f'{API}/umbrellas/ancb/digests/3/approve', {}, auth('co'))
    with Courier(site.url):
        t.ok(wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE kind = 'mailing' AND state = 'delivered'") == '2', 20), 'both followers got it')
    psql("UPDATE relais.delivery SET since = made_at + interval '1 hour'; "
         "UPDATE relais.delivery SET state = 'suspended', answer = '550 nobody' WHERE kind = 'mailing' AND person_id = (SELECT id FROM relais.person WHERE name = 'Bon')")
    number = psql("SELECT max(number) FROM relais.item WHERE group_id = 1")
    site.post(f'{WEB}/lessons/{number}/reports', {'status': 'trying', 'via': 'mail'}, auth('mem'))
    seen = site.get(f'{API}/umbrellas/ancb/digests/3/recipients', auth('co')).json()['sections']
    t.is_([s['mails'] for s in seen if s['slug'] == 'web'], [{'delivered': 1, 'waiting': 0, 'delayed': 0, 'suspended': 1, 'answered': 1}],
          'delivered, came back, answered: counted by group')
    t.is_(site.get(f'{API}/umbrellas/ancb/digests/3/recipients', auth('hub')).status, 404, 'for nobody but the coordinator')


def emptied(t, site):
    """A draft that is due, of which nothing is left to tell."""
    psql("UPDATE relais.digest_policy SET at_deadline = 'send'")
    site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co'))
    site.post(f'{API}/umbrellas/ancb/digests/4/approve', {}, auth('co'))
    psql('DELETE FROM relais.delivery')
    age(20)
    number = hub.lesson(site, title='Un instant')
    age(15)
    sweep()
    t.is_(told(mails(site, 2)), ['co', 'hub'], 'a further digest is drafted')
    t.is_(site.request('PATCH', f'{WEB}/lessons/{number}', {'status': 'withdrawn', 'reason': 'un double'}, auth('hub', If_Match='*')).status, 200, 'its lesson is withdrawn')
    age(4)
    sweep()
    t.is_(mails(site, 0), [], 'whose only lesson was withdrawn: it does not go out')
    t.is_(psql("SELECT count(*) FROM relais.digest WHERE status = 'draft'"), '0', 'and is no draft any more')
    hub.lesson(site, title='Autre chose')
    age(15)
    sweep()
    t.is_([subject for *_, subject, _ in mails(site, 2)], ['ANCB: digest 5 is drafted'] * 2, 'the next news make it anew')


t = Tap()
hub.seed()
psql('DELETE FROM relais.delivery')
with Site() as site:
    municipality(t, site)
    digest(t, site)
    held(t, site)
    counts(t, site)
    emptied(t, site)
t.done()
