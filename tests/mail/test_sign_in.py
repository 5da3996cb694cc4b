"""Coming in by mail: the link, the invitation, and that nobody learns whether an address is known."""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.courier import Courier, body, states
from tests.lib.site import Site, Tap, psql, wait_until

LINK = re.compile(r'^(http://\S+/sign-in\?code=([0-9A-Z]+)\S*)$', re.M)


def ask(site, address, **values):
    browser = Browser(site)
    browser.get('/sign-in' + (f"?next={values['next']}" if 'next' in values else ''))
    browser.submit('/sign-in/mail', email=address)
    return browser


def link_of(site, mail):
    found = LINK.search(body(mail))
    return found[1].removeprefix(site.url) if found else None


def offers(browser, action):
    return any(form.action.partition('?')[0] == action for form in browser.forms())


def the_link(t, site, courier):
    known, unknown = ask(site, 'MEM@example.org', next='/groups/web'), ask(site, 'nobody@example.org')
    t.is_((known.answer.status, known.answer.headers['Location']), (303, f'{site.url}/sign-in/sent'), 'asked for by address')
    t.is_((unknown.answer.status, unknown.answer.headers['Location']), (303, f'{site.url}/sign-in/sent'), 'an unknown address gets the same answer')
    known.follow(), unknown.follow()
    t.is_(known.answer.text, unknown.answer.text, 'and the same page')
    mail = courier.wait(1)[0]
    t.is_([mail['To'], mail['From'], mail['Subject']], ['Mem <mem@example.org>', 'Relais <relais@127.0.0.1>', 'Your link to Relais'], 'the mail')
    t.is_([mail['Auto-Submitted'], mail['Content-Language'], mail.get_content_type()], ['auto-generated', 'en', 'text/plain'], 'its fields')
    t.like(mail['Message-ID'], r'^<[0-9a-f-]{36}@127\.0\.0\.1>$', 'its Message-ID')
    t.ok(mail['Date'].datetime, 'its date')
    t.is_(states(), [('sign_in', 'delivered', 1), ('sign_in', 'dropped', 0)] if courier.settled() else None, 'one was sent, the other never tried')
    t.is_(psql("SELECT count(*) FROM relais.access_token WHERE kind = 'code' AND encode(hash, 'hex') IN (SELECT encode(sha256(convert_to(c, 'UTF8')), 'hex') "
               f"FROM (VALUES ('{LINK.search(body(mail))[2]}')) v (c)) AND expires_at BETWEEN now() + interval '14 min' AND now() + interval '15 min'"), '1',
          'of its code only the hash is kept, for a quarter of an hour')
    path = link_of(site, mail)
    for fetch in range(3):
        Browser(site).get(path)     # a scanner
    browser = Browser(site)
    browser.get(path)
    t.is_(browser.answer.status, 200, 'the link shows a page')
    t.is_(browser.cookie, None, 'which lets nobody in')
    browser.submit('/sign-in')
    t.is_((browser.answer.status, browser.answer.headers['Location']), (303, f'{site.url}/groups/web?lang=en'), 'its button does, to where they wanted')
    t.is_(browser.get('/me.json').json()['name'], 'Mem', 'as who they are')
    return path


def onward(t, site, courier):
    """Where somebody wanted to go stands in a mail to whoever's address they typed: as a part of its link, whatever it is."""
    count = len(courier.mails())
    ask(site, 'lier@example.org', next='/search%3Fq%3Ddeux%20mots%26kind%3Dlesson%20https%3A//evil.example')
    mail = courier.wait(count + 1)[-1]
    path = link_of(site, mail)
    t.is_(re.findall(r'https?://\S+', body(mail)), [site.url + path] if path else '', 'the mail has no link but its own')
    browser = Browser(site)
    browser.get(path)
    browser.submit('/sign-in')
    t.is_(browser.answer.headers['Location'], f'{site.url}/search?q=deux mots&kind=lesson https://evil.example&lang=en', 'which leads there')


def again(t, site, courier, path):
    """A link that was used sends another one, to its person and nobody else."""
    browser = Browser(site)
    browser.get(path)
    t.ok(not offers(browser, '/sign-in'), 'a used link has no button to sign in')
    browser.submit('/sign-in/again')
    t.is_(browser.answer.headers['Location'], f'{site.url}/sign-in/sent?lang=en', 'but one to ask for another')
    mail = courier.wait(2)[1]
    t.is_(mail['To'], 'Mem <mem@example.org>', 'which comes')
    psql("UPDATE relais.access_token SET expires_at = now() - interval '1 s' WHERE kind = 'code' AND ended_at IS NULL")
    late = Browser(site)
    late.get(link_of(site, mail))
    t.ok(offers(late, '/sign-in/again'), 'so has one that came too late')
    code = LINK.search(body(mail))[2]
    t.is_(late.post('/sign-in', {'code': code}).status, 422, 'which lets nobody in')
    before = len(states())
    Browser(site).post('/sign-in/again', {'code': 'NOSUCHCODE'})
    t.is_(states()[before:], [('sign_in', 'dropped', 0)], 'an invented one sends nothing')


def limits(t, site, courier):
    psql('DELETE FROM relais.delivery')
    for _ in range(5):
        ask(site, 'bon@example.org')
    courier.settled()
    t.is_([state for _, state, _ in states()], ['delivered'] * 3 + ['dropped'] * 2, 'nobody is sent more than three in a quarter of an hour')
    wrong = ask(site, 'no address')
    t.is_(wrong.answer.status, 422, 'what is no address is told')
    t.is_(wrong.form('/sign-in/mail').value('email'), 'no address', 'and is still there')
    psql("UPDATE relais.person SET ended_at = now() WHERE email = 'zog@example.org'")
    ask(site, 'zog@example.org')
    t.is_(states()[-1], ('sign_in', 'dropped', 0), 'who has left gets none')


def invitation(t, site, courier):
    count = len(courier.mails())
    answer = site.post(f'{hub.API}/municipalities/aklame/people', {'name': 'Zoé Dossou-Gbété', 'email': 'zoe@example.org', 'role': 'contributor', 'lang': 'fr'},
                       hub.auth('mem'))
    t.is_(answer.status, 201, 'somebody is invited')
    mail = courier.wait(count + 1)[-1]
    t.is_([mail['To'], mail['Subject'], mail['Content-Language']], ['Zoé Dossou-Gbété <zoe@example.org>', 'Mem vous invite sur Relais', 'fr'], 'and gets a mail')
    t.is_(mail['From'].addresses[0].display_name, 'Mem via Relais', 'in whose name it is')
    t.like(body(mail), r'Aklamè', 'for which municipality')
    browser = Browser(site)
    browser.get(link_of(site, mail))
    browser.submit('/sign-in')
    t.is_(browser.answer.status, 303, 'its link lets them in')
    t.is_(psql("SELECT used_at IS NOT NULL FROM relais.invitation i JOIN relais.person p ON p.id = i.person_id WHERE p.email = 'zoe@example.org'"), 't',
          'and the invitation is used')
    t.is_(Browser(site).post('/sign-in', {'code': answer.json()['code'].replace('-', '')}).status, 422, 'so that the code passed on lets nobody in any more')


def gone(t, site):
    """Invited, and taken back before the courier came."""
    site.post(f'{hub.API}/municipalities/aklame/people', {'name': 'Yao', 'email': 'yao@example.org', 'role': 'contributor'}, hub.auth('mem'))
    psql('SELECT relais.codes_end(id) FROM relais.person WHERE email = \'yao@example.org\'')
    with Courier(site.url) as courier:
        t.ok(wait_until(lambda: states('invitation')[-1] == ('invitation', 'dropped', 1)), 'an invitation that was taken back is not sent')
        t.is_(courier.raw(), [], 'and no mail is there')


t = Tap()
hub.seed()
with Site() as site:
    with Courier(site.url) as courier:
        path = the_link(t, site, courier)
        again(t, site, courier, path)
        onward(t, site, courier)
        limits(t, site, courier)
        invitation(t, site, courier)
    gone(t, site)
t.done()
