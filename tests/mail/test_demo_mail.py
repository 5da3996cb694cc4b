"""The mailbox of the demonstration: it shows what a mail program would."""

import os
import re
from html import unescape
from pathlib import Path

from tests.lib import hub
from tests.lib.courier import Courier, body
from tests.lib.site import Site, Tap, psql

LONG = 'Une très longue leçon sur les marchés, leurs heures, leurs prix, et qui appeler, là où il n’y a pas de ligne'


def shown(site):
    """[(lang, subject, lines above the text, paragraphs)], the newest first."""
    answer = site.get('/demo/mail?lang=en')
    assert answer.status == 200, answer.text
    found = []
    for lang, article in re.findall(r'<article class="panel" lang="(\w+)">(.*?)</article>', answer.text, re.S):
        def words(pattern):
            return [unescape(re.sub('<[^>]+>', '', one)).strip() for one in re.findall(pattern, article, re.S)]
        found.append((lang, words('<h2>(.*?)</h2>')[0], words('<p class="meta">(.*?)</p>'), words('<p>(.*?)</p>')))
    return found


def name(field):
    return f'{field.addresses[0].display_name} <{field.addresses[0].addr_spec}>'


def written(mail):
    """The same of a mail as a mail program reads it."""
    reply = [f"An answer goes to: {name(mail['Reply-To'])}"] if mail['Reply-To'] else []
    return (mail['Content-Language'], mail['Subject'], [f"{name(mail['From'])} → {name(mail['To'])}"] + reply,
            [line.strip() for line in body(mail).split('\n') if line.strip()])


t = Tap()
hub.seed()
psql("DELETE FROM relais.delivery; UPDATE relais.person SET name = 'Émilie Ünal-Çelik', lang = 'fr' WHERE name = 'Bon'; UPDATE relais.person SET name = 'A \"B\" C' WHERE name = 'Mem'")
with Site(env={'RELAIS_DEMO': '1'}) as site:
    t.is_(shown(site), [], 'an empty one')
    number = hub.lesson(site, title=LONG, body='D\'abord.\n\nPuis : <b>&</b> = 3 €.\n\n-- \n> suite\n\n--- \n\nFrom here')
    site.post(f'{hub.WEB}/lessons/{number}/inquiries', {'text': 'Combien ?\nEt quand ?'}, hub.auth('mem'))
    for word in ('mem', 'bon'):
        site.post(f'{hub.WEB}/subscriptions', {'cadence': 'at_once'}, hub.auth(word))
    psql("UPDATE relais.subscription SET position = 0; UPDATE relais.event SET at = at - interval '31 minutes'")
    with Courier(site.url, env={'RELAIS_MAIL_DOMAIN': 'relais.example'}, directory=Path(os.environ['DATA_DIR'])) as courier:
        courier.wait(4)
        courier.settled()
        mails = courier.mails()
    seen = shown(site)
    t.is_(len(seen), len(mails), 'as many as came')
    for one, mail in zip(seen, reversed(mails)):
        t.is_(one, written(mail), mail['Subject'])
t.done()
