"""Mailings: what one person gets of their groups, when, in which form; and the links in it."""

import email.policy
import re
from html.parser import HTMLParser

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.courier import Courier, body, states
from tests.lib.site import Site, Tap, psql, wait_until

API = hub.API


def follow(site, word, cadence='at_once', group='web', **values):
    answer = site.post(f'{API}/groups/{group}/subscriptions', {'cadence': cadence} | values, hub.auth(word))
    assert answer.status == 201, answer.text


def quiet(minutes=31):
    """As if nothing had happened for a while."""
    psql(f"UPDATE relais.event SET at = at - interval '{minutes} minutes'")


def mails(site, count, env=None):
    """Those that a courier delivers to begin with, by address."""
    with Courier(site.url, env={'RELAIS_MAIL_DOMAIN': 'mail.example'} | (env or {})) as courier:
        courier.wait(count)
        courier.settled()
        return {mail['To'].addresses[0].addr_spec.partition('@')[0]: mail for mail in courier.mails()}


def nothing(t, site, name):
    with Courier(site.url) as courier:
        # the sweep has been through when a nudge to nobody would have been: its keys are there, its first round done
        wait_until(lambda: psql("SELECT count(*) FROM relais.subscription s JOIN relais.group_log l USING (group_id) WHERE s.cadence = 'at_once' "
                                "AND s.position < l.head") == '0', 5)
        t.is_(courier.raw(), [], name)


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.links, self.sources = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.links += [values['href']] if 'href' in values else []
        self.sources += [tag] if 'src' in values or tag in ('img', 'link', 'iframe', 'script') else []


MORE = r'(?:And|Et encore|En nog) (\d+)'


def form(t, site):
    follow(site, 'mem', lang='fr')
    follow(site, 'co')
    follow(site, 'bon', kinds=['lesson'])
    one = hub.lesson(site, title='Commencer petit', body='Nous avons *commencé*, voir [la page](/groups/web) et ![plan](https://x.example/p.png).', conditions='Un ordinateur')
    hub.lesson(site, title='Élargir')
    hub.report(site, one, 'applied', by='bon', note='avec la jeunesse')
    hub.report(site, one, 'interrupted', by='lier', note='GEHEIM', reason='budget')
    quiet()
    got = mails(site, 3)
    t.is_(sorted(got), ['bon', 'co', 'mem'], 'one mail a person')
    mem, co = got['mem'], got['co']
    text = body(mem)
    t.is_(mem['Subject'], 'Sites web\xa0: Élargir (+3)', 'named by its newest lesson')
    t.is_([mem.get_content_type(), [part.get_content_type() for part in mem.iter_parts()]], ['multipart/alternative', ['text/plain', 'text/html']], 'text and HTML')
    order = [text.index(word) for word in ('Bonou – appliqué', '* Élargir', '* Commencer petit')]
    t.is_(order, sorted(order), 'the newest first')
    t.like(text, r'\n\[1\] Votre réponse\xa0: _{4,}\n', 'a lesson has a line to answer in, in the language of the subscription')
    t.like(text, r'\n\[2\] Votre réponse', 'each its own')
    t.ok(mem['Content-Language'] == 'fr' and 'dans quelle langue' in text and '?lang=fr' in text, 'as all of a mail that has one language', text)
    t.unlike(body(co), r'\[1\]', 'not for who answers for nobody')
    t.unlike(text + body(got['bon']), 'GEHEIM', 'nobody reads what is a neighbour\'s own')
    t.unlike(text, 'budget', 'nor its reason')
    t.like(body(co), 'budget', 'which the lead umbrella knows')
    t.is_(re.findall(r'^\* .*$', body(got['bon']), re.M), ['* Élargir'], 'kinds that were not asked for are left out, and a lesson that was answered')
    html = Links(mem.get_body(('html',)).get_content())
    t.is_(html.sources, [], 'nothing is fetched to show it')
    t.ok(all(link.startswith(('http://', 'https://')) for link in html.links), 'every link leads somewhere', html.links)
    t.is_(len([link for link in html.links if '/a/r.' in link]), 12, 'six words to press for each lesson')
    t.like(mem.get_body(('html',)).get_content(), '<em>commencé</em>', 'the HTML is the Markdown\'s own')
    fields(t, mem)
    return got


def fields(t, mail):
    t.is_(mail['List-Id'], '"Sites web" <web.groups.127.0.0.1>', 'List-Id')
    t.is_([mail['In-Reply-To'], mail['References']], ['<web.groups@127.0.0.1>'] * 2, 'a group\'s mails thread')
    t.like(mail['List-Unsubscribe'], r'^<http://127\.0\.0\.1:\d+/u/u\.\d+\.\d+\.\d+\.1\.[0-9a-f]{32}>$', 'List-Unsubscribe')
    t.is_(mail['List-Unsubscribe-Post'], 'List-Unsubscribe=One-Click', 'by one click')
    t.like(mail['Reply-To'].addresses[0].addr_spec, r'^reply\+m\.\d+\.\d+\.\d+\.1\.[0-9a-f]{32}@mail\.example$', 'an answer says whose it is')
    raw = mail.as_bytes(policy=email.policy.SMTP)
    t.ok(len(raw) < 30000, 'under 30 KB', len(raw))
    t.ok(all(len(line) <= 998 for line in raw.split(b'\r\n')), 'no line is too long')


def scanner(t, site, mails):
    """A program that opens every link of every mail, and every link of those pages with a token in it, changes nothing."""
    everything = ' || '.join(f"(SELECT coalesce(md5(string_agg(x::text, '' ORDER BY x::text)), '') FROM relais.{table} x)"
                             for table in ('event', 'report', 'subscription', 'mail_clock', 'person', 'access_token', 'delivery', 'incoming'))
    before = psql(f'SELECT {everything}')
    seen, wait = set(), []
    for mail in mails:
        html = mail.get_body(('html',))
        wait += Links(html.get_content()).links if html else []
        wait += re.findall(r'https?://\S+', body(mail)) + [mail['List-Unsubscribe'].strip('<>')]
    while wait:
        link = wait.pop().partition('#')[0]
        if not link.startswith(site.url) or link in seen:
            continue
        seen.add(link)
        answer = site.get(link.removeprefix(site.url))
        if re.search(r'/(a|c|u|mail)/', link):
            t.unlike(answer.text, r'(?i)onload|http-equiv="refresh"|\.submit\(', f'no form of {link.removeprefix(site.url)[:8]}… submits itself')
            wait += [site.url + there for there in re.findall(r'href="(/(?:a|c|u|mail)/[^"]+)"', answer.text)]
    t.ok(len(seen) > 20 and psql(f'SELECT {everything}') == before, f'a scanner that opened {len(seen)} links changed nothing')


def once(t, site):
    """What was told, is done by oneself, or was answered, is not told (again)."""
    psql('DELETE FROM relais.delivery')
    nothing(t, site, 'nothing is told twice')
    number = hub.lesson(site, title='Trois')
    hub.report(site, number, 'trying', by='mem')
    quiet()
    got = mails(site, 2)
    t.is_(sorted(got), ['bon', 'co'], 'who answered a lesson already, or did all there is to tell, gets no mail')
    psql('DELETE FROM relais.delivery')
    hub.lesson(site, title='Quatre')
    nothing(t, site, 'what is new waits for half an hour of quiet')
    hub.lesson(site, title='Cinq')
    quiet()
    got = mails(site, 3)
    t.is_(re.findall(r'^\* .*$', body(got['mem']), re.M), ['* Cinq', '* Quatre'], 'and is gathered into one mail')
    psql('DELETE FROM relais.delivery')
    hub.lesson(site, title='Six')
    psql("SELECT relais.mailing_due(NULL)")
    quiet()
    while psql("SELECT count(*) FROM relais.delivery WHERE kind = 'mailing'") != '3':
        psql("SELECT relais.mailing_due((SELECT max(person_id) FROM relais.delivery))")
    site.delete(f'{hub.WEB}/subscriptions', hub.auth('bon'))
    lesson = psql("SELECT max(number) FROM relais.item WHERE group_id = 1")
    site.request('PATCH', f'{hub.WEB}/lessons/{lesson}', {'status': 'withdrawn', 'reason': 'R'}, hub.auth('hub') | {'If-Match': '*'})
    with Courier(site.url) as courier:
        t.ok(courier.settled() and states('mailing') == [('mailing', 'dropped', 1)] * 3, 'leaving, and withdrawing, take effect on what waits already', states())
        t.is_(courier.raw(), [], 'and no mail is empty')


def long_one(t, site):
    psql('DELETE FROM relais.delivery')
    for number in range(90):
        hub.lesson(site, title=f'Leçon {number:02}', body='Une page à jour suffit. ' * 90)
    quiet()
    got = mails(site, 2)
    raw = got['mem'].as_bytes(policy=email.policy.SMTP)
    t.ok(len(raw) < 30000, 'a mail stays under 30 KB, whatever happened', len(raw))
    text = body(got['mem'])
    told, more = len(re.findall(r'^\* Leçon', text, re.M)), int(re.search(MORE, text)[1])
    t.ok(text.count('Une page à jour suffit.') >= 90 and told + more == 91, 'the newest in full, older ones by their titles, the others (and one that was withdrawn) by number', told, more)


def languages(t, site):
    psql('DELETE FROM relais.delivery; DELETE FROM relais.subscription')
    follow(site, 'mem', lang='fr')
    follow(site, 'mem', group='huis', lang='nl')
    hub.lesson(site, title='Une')
    hub.lesson(site, group='huis', title='Een')
    quiet()
    mail = mails(site, 1)['mem']
    text = body(mail)
    t.is_((mail['Content-Language'], 'Votre réponse' in text, 'Uw antwoord' in text, 'in which language' in text), ('en', True, True, True),
          'each group in the language that was chosen for it, what is around them in that of their reader')


def much(t, site):
    """More than the courier keeps of what it rendered: what goes from there is missing in no mail."""
    psql("DELETE FROM relais.delivery; DELETE FROM relais.subscription; UPDATE relais.person SET lang = 'en'")
    for word, lang in (('mem', 'fr'), ('co', 'en'), ('bon', 'nl')):
        follow(site, word, lang=lang)
    for number in range(190):
        hub.lesson(site, title=f'Leçon {number:03}', body='éééé ' * 655)
    quiet()
    for word, mail in mails(site, 3).items():
        text = body(mail)
        told, more = len(re.findall(r'^\* Leçon', text, re.M)), sum(map(int, re.findall(MORE, text)))
        t.is_(told + more, 190, f'all there is to tell {word} is in the mail, or counted')


def named(t, site):
    """Who answers for whom, however long the group's name is."""
    psql('DELETE FROM relais.delivery')
    psql(f"UPDATE relais.group SET name = '{'é' * 200}' WHERE slug = 'web'")
    follow(site, 'mem', lang='fr')
    follow(site, 'bon', lang='fr')
    hub.lesson(site, title='Nommer')
    quiet()
    got = mails(site, 2)
    t.is_([re.findall('pour (Aklamè|Bonou)', body(got[word])) for word in ('mem', 'bon')], [['Aklamè'], ['Bonou']], 'each is told for whom they answer')


def answers(t, site, mail):
    """A link from the mail, pressed."""
    link = next(url for url in Links(mail.get_body(('html',)).get_content()).links if '.adapted.' in url).removeprefix(site.url)
    number = int(re.search(r'/a/r\.\d+\.\d+\.(\d+)\.', link)[1])

    def status():
        return psql(f"SELECT status FROM relais.application a JOIN relais.municipality m ON m.id = a.municipality_id "
                    f"WHERE a.group_id = 1 AND a.number = {number} AND m.slug = 'aklame'")
    before = psql('SELECT count(*) FROM relais.event')
    browser = Browser(site)
    for _ in range(3):
        browser.get(link)
    t.is_((browser.answer.status, psql('SELECT count(*) FROM relais.event')), (200, before), 'opening a link does nothing')
    t.like(browser.answer.text, r'Vous répondez comme Mem, pour Aklamè', 'but says in whose name')
    path = link.partition('?')[0]
    browser.submit(path, status='adapted', adaptation='En fon', note='Cela marche')
    t.is_((browser.answer.status, status()), (303, 'adapted'), 'pressing its button answers')
    browser.follow()
    t.like(browser.answer.text, 'Noté', 'and says so')
    t.is_(browser.cookie, None, 'without signing anybody in')
    reports = psql('SELECT count(*) FROM relais.report')
    Browser(site).post(path, {'status': 'adapted', 'note': 'Cela marche'})
    t.is_(psql('SELECT count(*) FROM relais.report'), reports, 'the same twice is one')
    browser.submit(f'{path}/undo')
    t.is_((browser.answer.status, status()), (303, ''), 'it can be undone')
    Browser(site).post(path, {'status': 'interrupted'})
    t.is_(status(), 'adapted', 'a link for one word says no other')
    town = "UPDATE relais.affiliation a SET municipality_id = m.id FROM relais.municipality m, relais.person p WHERE p.id = a.person_id AND p.name = 'Mem' AND m.slug = '{}'"
    psql(town.format('bonou'))
    hub.report(site, number, 'applied', by='bon')
    t.is_((Browser(site).post(f'{path}/undo', {}).status, status(), psql(f"SELECT a.status FROM relais.application a JOIN relais.municipality m ON m.id = a.municipality_id "
           f"WHERE a.group_id = 1 AND a.number = {number} AND m.slug = 'bonou'")), (409, 'adapted', 'applied'), 'whoever acts for another municipality by then undoes no answer of that one')
    psql(town.format('aklame'))
    hub.report(site, number, 'retracted', by='bon')
    psql("UPDATE relais.event SET at = at - interval '25 hours'")
    t.is_(Browser(site).post(f'{path}/undo', {}).status, 409, 'not for ever')
    for what, wrong in (('another word', path.replace('.adapted.', '.applied.')), ('another person', re.sub(r'/r\.\d+', '/r.1', path)), ('cut', path[:-2]),
                        ('a later day', re.sub(r'\.(\d+)\.1\.', r'.99999.1.', path)), ('another key', re.sub(r'\.1\.(\w+)$', r'.2.\1', path))):
        t.is_(Browser(site).post(wrong, {'status': 'applied'}).status, 404, f'a link changed to {what} is none')
        t.like(Browser(site).get(wrong).text, 'This link is not whole', '… and its page says so')
    return link


def leaves(t, site, mail):
    url = mail['List-Unsubscribe'].strip('<>').removeprefix(site.url)
    browser = Browser(site)
    browser.get(url)
    count = "SELECT count(*) FROM relais.subscription WHERE person_id = (SELECT id FROM relais.person WHERE name = 'Mem')"
    t.is_((browser.answer.status, psql(count)), (200, '1'), 'the page for leaving does nothing by itself')
    t.like(browser.answer.text, 'Mem, you get the news of “Sites web” by mail', '… and says whose it is, and of what')
    for kind, sent in (('application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'),
                       ('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n')):
        answer = site.post(url, sent, {'Content-Type': kind})
        t.is_((answer.status, 'Location' in answer.headers, 'Set-Cookie' in answer.headers), (200, False, False), f'one click ({kind[:19]}): 200, no redirect, no cookie')
    t.is_(psql(count), '0', 'and nothing more comes')


def settings(t, site, mail):
    path = re.search(r'(/mail/p\.\S+)\?', body(mail))[1]
    browser = Browser(site)
    browser.get(path)
    t.like(browser.answer.text, 'Co, co@example.org', 'the page of settings says whose they are')
    browser.submit(f'{path}/groups/web', cadence='weekly', weekday='3', hour='9', lang='nl')
    row = "SELECT s.cadence, s.weekday, s.hour, s.lang FROM relais.subscription s JOIN relais.person p ON p.id = s.person_id WHERE p.name = 'Co'"
    t.is_((browser.answer.status, psql(row)), (303, 'weekly|3|9|nl'), 'how often, when, in which language')
    Browser(site).post(path, {'weeks': '4'})
    clock = "SELECT paused_until - current_date FROM relais.mail_clock c JOIN relais.person p ON p.id = c.person_id WHERE p.name = 'Co'"
    t.is_(psql(clock), '28', 'a pause')
    t.like(browser.get(path).text, 'There is a pause until', 'which is told')
    Browser(site).post(path, {'weeks': '0'})
    t.is_(psql(clock), '', 'and ended')
    Browser(site).post(path, {'lang': 'nl'})
    t.is_(psql("SELECT lang FROM relais.person WHERE name = 'Co'"), 'nl', 'the language of all')
    Browser(site).post(f'{path}/groups/web/end', {})
    t.is_(psql(row), '', 'and no more of a group')
    t.is_(Browser(site).post(f'{path}/groups/ferme', {'cadence': 'daily'}).status, 404, 'of what is not seen there is nothing to follow')


t = Tap()
hub.seed()
with Site() as site:
    got = form(t, site)
    scanner(t, site, got.values())
    answers(t, site, got['mem'])
    once(t, site)
    long_one(t, site)
    leaves(t, site, got['mem'])
    settings(t, site, got['co'])
    languages(t, site)
    much(t, site)
    named(t, site)
t.done()
