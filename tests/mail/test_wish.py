"""How mails come, said by mail: each line does what it says, of the group that was answered; its receipt says what holds and how to undo it."""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.courier import Courier, body
from tests.lib.mailbox import SETTINGS, Mailbox, address
from tests.lib.site import Site, Tap, psql

MEM = "person_id = (SELECT id FROM relais.person WHERE name = 'Mem')"
STATE = ("SELECT concat_ws(' ', cadence, 'day ' || weekday, 'at ' || hour, array_to_string(kinds, '+'), 'in ' || s.lang, 'until ' || (c.paused_until - current_date)) "
         f"FROM relais.subscription s JOIN relais.mail_clock c USING (person_id, group_id) WHERE s.{MEM}")
SPEAKS = "SELECT lang FROM relais.person WHERE name = 'Mem'"

# what is written, how mails come then, what the receipt says
STEPS = (('quotidien', 'daily', r'Sites web: every day$'), ('Chaque lundi à 8 h', 'weekly day 1 at 8', r'Sites web: every week, Monday, 8:00$'),
         ('maandelijks', 'monthly day 1 at 8', 'Sites web: every month, Monday, 8:00$'), ('every two weeks', 'fortnightly day 1 at 8', 'Sites web: every fortnight, Monday, 8:00$'),
         ('seulement les leçons', 'fortnightly day 1 at 8 lesson', r'every fortnight, Monday, 8:00 – lessons$'),
         ('alleen lessen en vragen', 'fortnightly day 1 at 8 lesson+question', ' – lessons, learning questions$'),
         ('everything', 'fortnightly day 1 at 8', r'8:00$'), ('chaque jour à minuit', None, 'did not understand'), ('daily at 0:00', 'daily day 1 at 0', 'every day, 0:00$'),
         ('pause 2 semaines', 'daily day 1 at 0 until 14', 'There is a pause until .* “resume” ends it'), ('pauze tot 2001-01-01', None, 'did not understand'),
         ('hervatten', 'daily day 1 at 0', 'The pause is over'), ('à chaque nouvelle', 'at_once day 1 at 0', 'at once$'))


def steps(t, box, to):
    state = psql(STATE)
    for text, want, says in STEPS:
        receipt = body(box.receipt(box.send(to, text)))
        state = state if want is None else want
        t.is_(psql(STATE), state, f'{text}: {state}')
        t.ok(re.search(says, receipt, re.M), '… which the receipt says', receipt)
        t.is_('answer “undo”' in receipt, want is not None, '… and how to undo it')
        t.like(receipt, rf'\n{re.escape(site.url)}/mail/p\.', '… and leads to the page')


def undoing(t, box, to):
    """The newest first; and what was said of lessons in its turn."""
    before = psql(STATE)
    box.receipt(box.send(to, 'mensuel\nseulement les retours'))
    t.is_(psql(STATE), 'monthly day 1 at 0 report', 'two things in one mail')
    receipt = body(box.receipt(box.send(to, 'chaque jour\nmensuel')))
    t.is_((receipt.count('You get the news'), 'every month' in receipt), (1, True), 'of two wishes, what holds is told once')
    box.receipt(box.send(to, 'annuler'))
    receipt = body(box.receipt(box.send(to, 'annuler')))
    t.is_(psql(STATE), before, 'undone by one word')
    t.like(receipt, r'as they did before:\s+- Sites web: at once', 'which the receipt says')
    t.unlike(receipt, 'answer “undo”', 'without more to undo')
    box.receipt(box.send(to, 'pauze 1 maand'))
    receipt = box.receipt(box.send(to, 'STOP'))
    t.is_(psql(STATE), '', 'STOP')
    t.like(body(receipt), 'no more news by mail. “subscribe” lets', 'says how to come back')
    box.receipt(box.send(address(receipt), 'undo'))
    t.is_(psql(STATE), f'{before} until 30', 'by undoing it, all is as it was')
    box.receipt(box.send(to, '1 appliqué'))
    box.receipt(box.send(to, 'hervatten'))
    receipts = [body(box.receipt(box.send(to, 'ongedaan maken'))) for _ in range(2)]
    t.is_((psql(STATE), 'as they did before' in receipts[0], 'Taken back: Un' in receipts[1]), (f'{before} until 30', True, True), 'mails and lessons, in their order')
    psql(f"UPDATE relais.delivery SET made_at = made_at - interval '2 days' WHERE kind = 'receipt' AND {MEM}")
    t.like(body(box.receipt(box.send(to, 'annuler'))), 'did not understand', 'for a day')


def subscribing(t, box, to):
    box.receipt(box.send(to, 'désabonner'))
    t.like(body(box.receipt(box.send(to, 'mensuel'))), 'You follow no group by mail. “subscribe”', 'who follows nothing has no rhythm')
    receipt = body(box.receipt(box.send(to, "s'abonner, chaque vendredi")))
    t.is_(psql(STATE), 'weekly day 5', 'who subscribes may say how')
    t.like(receipt, 'You get the news:\n- Sites web: every week, Friday', 'the group of the mail that was answered, and no other')
    box.receipt(box.send(to, 'pause'))
    box.receipt(box.send(to, 'abonneren'))
    t.is_(psql(STATE), 'weekly day 5', 'subscribed already, a pause ends')
    psql(f"UPDATE relais.subscription SET lang = 'fr' WHERE {MEM}")


def languages(t, box, to):
    for text, lang, says in (('en néerlandais', 'nl', 'Vanaf nu schrijven we u'), ('Langue : français', 'fr', 'Désormais'), ('chaque mois, en anglais', 'en', 'You get the news')):
        receipt = box.receipt(box.send(to, text))
        t.is_((psql(SPEAKS), receipt['Content-Language'], 'in ' in psql(STATE)), (lang, lang, False), f'{text}: {lang}, of all mails')
        t.like(body(receipt), says, '… from the receipt on')


def helping(t, box, to):
    for lang, ask, has in (('fr', 'AIDE', 'chaque lundi à 8'), ('nl', 'hulp', 'elke maandag om 8 uur'), ('en', 'help', 'every Monday at 8')):
        psql(f"UPDATE relais.person SET lang = '{lang}' WHERE name = 'Mem'")
        receipt = body(box.receipt(box.send(to, ask)))
        t.ok(has in receipt and len(receipt) < 2000, f'{lang}: the help tells the words, and is short', len(receipt))
    psql("UPDATE relais.person SET lang = 'en' WHERE name = 'Mem'")


def page(t, box, to):
    """The page that each mail leads to has all that can be said by mail."""
    link = re.search(r'/mail/p\.\S+?(?=\?)', body(box.receipt(box.send(to, 'chaque lundi à 8h, seulement les leçons'))))[0]
    browser = Browser(site)
    browser.get(f'{link}?lang=en')
    form = browser.form(f'{link}/groups/web')
    t.is_((form.value('cadence'), form.value('weekday'), form.value('hour'), form.all('kinds')), ('weekly', '1', '8', ['lesson']), 'the page shows what was said by mail')
    browser.submit(f'{link}/groups/web', cadence='weekly', weekday='1', hour='8', lang='', kinds=['lesson', 'digest'])
    t.is_((browser.answer.status, psql(STATE)), (303, 'weekly day 1 at 8 lesson+digest'), 'about what can be chosen there')
    browser.get(link)
    browser.submit(f'{link}/groups/web', cadence='weekly', weekday='1', hour='8', lang='', kinds=['lesson', 'question', 'report', 'digest'])
    t.is_(psql(STATE), 'weekly day 1 at 8', 'all of it is everything')
    browser.get(f'{link}?lang=fr')
    t.like(browser.answer.text, 'Maintenant\xa0: chaque semaine, lundi, 8:00</p>', '… and the page says what holds')
    browser.get(link)
    t.is_(browser.form(f'{link}/groups/web').all('kinds'), ['lesson', 'question', 'report', 'digest'], '… and is shown so')


t = Tap()
hub.seed()
with Site() as site:
    site.post(f'{hub.WEB}/subscriptions', {'cadence': 'at_once'}, hub.auth('mem'))
    hub.lesson(site, title='Un')
    psql("UPDATE relais.event SET at = at - interval '40 minutes'; DELETE FROM relais.delivery")
    with Courier(site.url, env=SETTINGS) as courier:
        box = Mailbox(courier)
        to = address(courier.wait(1)[0])
        steps(t, box, to)
        undoing(t, box, to)
        subscribing(t, box, to)
        languages(t, box, to)
        page(t, box, to)
        helping(t, box, to)
t.done()
