"""Who is silent, the reminder to them, and notes of contact: who sees what, how often, and until when."""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql

SILENT = '/groups/web/silent'


def days_ago(days):
    """As if everything about nudges had happened that many days before it did."""
    psql(f"UPDATE relais.nudge SET day = day - {days}")


def silent(site, by, query=''):
    return site.get(f'{API}{SILENT}{query}', auth(by)).json()


def why(site, by='co'):
    return {row['municipality']['slug']: row['why'] for row in silent(site, by)['silent']}


def send(site, by='co', want=201, **body):
    answer = site.post(f'{WEB}/nudges', body, auth(by))
    if answer.status != want:
        raise RuntimeError(f'{answer.status} instead of {want}: {answer.text}')
    return answer.json()


def fill(site):
    """Two lessons, the second 40 days old, on which nobody said a word; lier speaks Dutch, of bonou nobody is there any more."""
    first, second = hub.lesson(site), hub.lesson(site, title='Publier <les> horaires')
    site.put(f'{WEB}/lessons/{second}/texts/nl', {'title': 'Openingsuren publiceren', 'body': 'x'}, auth('hub', If_Match='*'))
    psql(f"UPDATE relais.item SET published_at = now() - interval '40 days' WHERE number = {second}; "
         "UPDATE relais.membership SET since = '2024'; UPDATE relais.person SET lang = 'nl' WHERE email = 'lier@example.org'; "
         "UPDATE relais.person SET lang = 'fr' WHERE email = 'mem@example.org'; "
         "UPDATE relais.person SET ended_at = now() WHERE email = 'bon@example.org'")
    return first, second


def sight(t, site, second):
    for by, want in (('co', 200), ('hub', 200), ('draft', 200), ('mem', 200), ('coach', 200), ('lier', 200), ('watch', 404), ('zog', 404),
                     ('see', 404), ('other', 404), ('mol', 404)):
        t.is_(site.get(f'{API}{SILENT}', auth(by)).status, want, f'{by}: who is silent')
    value = silent(site, 'co')
    t.is_([(row['municipality']['slug'], row['n'], row['days'], [lesson['id'] for lesson in row['lessons']]) for row in value['silent']],
          [(town, 2, 40, [second, 1]) for town in ('aklame', 'bonou', 'lier')], 'who, on what, since when')
    t.is_([row['municipality']['slug'] for row in silent(site, 'mem')['silent']], ['aklame'], 'a member sees itself alone')
    t.is_(silent(site, 'mem')['nudge'], None, 'and nothing of what the others will get')
    t.is_([row['n'] for row in silent(site, 'co', '?days=30')['silent']], [1, 1, 1], 'silent for 30 days: on the old one')
    t.is_(silent(site, 'co', '?days=60')['silent'], [], 'for 60: nobody')
    t.is_((value['sends'], silent(site, 'hub')['sends'], silent(site, 'draft')['sends']), (True, True, False), 'who may send')
    for by, of, want in (('co', 'aklame', 200), ('hub', 'lier', 200), ('mem', 'aklame', 200), ('coach', 'aklame', 200), ('mem', 'bonou', 404),
                         ('lier', 'aklame', 404), ('watch', 'aklame', 404), ('see', 'aklame', 404), ('other', 'aklame', 404), ('co', 'zogbo', 404)):
        t.is_(site.get(f'{API}{SILENT}/{of}', auth(by)).status, want, f'{by}: what there is with {of}')


def preview(t, site):
    nudge = silent(site, 'co')['nudge']
    t.is_((nudge['municipalities'], nudge['people'], [(one['lang'], one['municipalities'], one['people']) for one in nudge['languages']]),
          (2, 3, [('en', 1, 1), ('fr', 1, 1), ('nl', 1, 1)]), 'how many get it, in which language')
    text = {one['lang']: one['text'] for one in nudge['languages']}
    for lang, words in (('fr', ('Bonjour,', 'ANCB aimerait', 'Aklamè', '1. Publier <les> horaires', '« pas pour nous »'.replace('« ', '«\u00a0').replace(' »', '\u00a0»'), '/inbox')),
                        ('nl', ('Dag,', 'ANCB hoort', 'Lier', '1. Openingsuren publiceren', '2. Commencer petit')), ('en', ('Good day,', 'ANCB would'))):
        t.is_([word for word in words if word not in text[lang]], [], f'the letter in {lang}')
    t.ok('Ouinhi aimerait' in ''.join(one['text'] for one in silent(site, 'hub')['nudge']['languages']), 'the hub writes in its own name')
    page = site.get(f'{SILENT}?lang=en', auth('co')).text
    t.is_([word for word in ('2 municipalities get it', '3 people', 'Send the reminder', 'Publier &lt;les&gt; horaires', 'Nobody there has signed up yet')
           if word not in page], [], 'the page shows it')
    t.unlike(site.get(f'{SILENT}?lang=en', auth('draft')).text, 'Send the reminder', 'who may not send has no button')
    t.unlike(site.get(f'{SILENT}?lang=en', auth('mem')).text, 'Send the reminder|Bonou|Lier|refus[^a]', 'nor a member, who reads nothing of others')


def once_a_fortnight(t, site):
    for by in ('mem', 'draft', 'see', 'other'):
        t.is_(site.post(f'{WEB}/nudges', {}, auth(by)).status, 403, f'{by}: sends none')
    key = {'Idempotency-Key': 'nudge-1'}
    first = site.post(f'{WEB}/nudges', {}, auth('co') | key)
    t.is_((first.status, first.json()), (201, {'sent': 2, 'people': 3, 'municipalities': ['aklame', 'lier']}), 'sent to whom it reaches')
    again = site.post(f'{WEB}/nudges', {}, auth('co') | key)
    t.is_((again.status, again.json()), (201, first.json()), 'asked again with its key: the same answer')
    t.is_(psql('SELECT count(*) FROM relais.nudge').strip(), '2', 'and no second reminder')
    t.is_(site.post(f'{WEB}/nudges', {}, auth('hub')).status, 409, 'nobody is left, for the hub neither')
    t.is_(site.post(f'{WEB}/nudges', {'municipality': 'aklame'}, auth('hub')).json()['detail'],
          'This municipality was reminded less than a fortnight ago.', 'and it is said why')
    t.is_(why(site), {'aklame': 'fortnight', 'bonou': 'nobody', 'lier': 'fortnight'}, 'why each may not be reminded')
    row = silent(site, 'hub')['silent'][0]
    t.is_(row['reminded']['by'], 'ANCB', 'who reminded it')
    days_ago(13)
    t.is_(site.post(f'{WEB}/nudges', {}, auth('co')).status, 409, '13 days later: not yet')
    days_ago(1)
    t.is_(send(site, 'hub', municipality='lier')['municipalities'], ['lier'], '14 days later it may be, by the hub, one alone')
    t.is_(send(site)['municipalities'], ['aklame'], 'and then the others')
    t.is_(site.post(f'{WEB}/nudges', {'municipality': 'ouinhi'}, auth('co')).status, 409, 'the hub itself is not silent')


def not_before(t, site, first):
    days_ago(30)
    hub.report(site, first, 'interrupted', 'mem', reason='budget', ask_again_on='2090-01-31')
    t.is_(why(site)['aklame'], 'later', 'it asked for a later day')
    t.is_(next(row['until'] for row in silent(site, 'co')['silent'] if row['why'] == 'later'), '2090-01-31', 'which is told')
    t.is_(send(site)['municipalities'], ['lier'], 'and gets no reminder before')
    t.is_(site.post(f'{WEB}/nudges', {'municipality': 'aklame'}, auth('co')).json()['detail'], 'This municipality asked to be asked again later.', 'not alone either')
    psql("UPDATE relais.report SET ask_again_on = current_date")
    t.is_(why(site)['aklame'], None, 'on that day it may be reminded')
    psql("UPDATE relais.report SET ask_again_on = '2090-01-31'")
    hub.report(site, first, 'trying', 'mem')
    t.is_(why(site)['aklame'], None, 'a later report without a day: no wish any more')


def inbox(t, site, first, second):
    """A polite line until it is answered; no refusal anywhere."""
    text = site.get('/inbox?lang=en', auth('lier')).text
    t.is_([word for word in ('Ouinhi would like to know', 'ANCB would like to know') if word in text], ['ANCB would like to know'], 'the latest reminder')
    t.ok('2 lessons have no news from you yet' in text and f'href="{SILENT}/lier' in text, 'on how many lessons')
    hub.report(site, first, 'not_for_us', 'lier')
    t.is_(site.get(f'{API}/inbox', auth('lier')).json()['nudges'][0]['lessons'], 1, 'one is answered')
    hub.report(site, second, 'planned', 'lier')
    t.is_(site.get(f'{API}/inbox', auth('lier')).json()['nudges'], [], 'both are: the line is gone')
    hub.report(site, second, 'retracted', 'lier')
    t.is_([nudge['lessons'] for nudge in site.get(f'{API}/inbox', auth('lier')).json()['nudges']], [1], 'one is taken back: it is there again')
    t.is_(site.get(f'{API}/inbox', auth('co')).json()['nudges'], [], 'it is the municipality\'s alone')
    t.is_(site.get(f'{WEB}/lessons/{second}', auth('co')).json()['totals'], {}, 'a reminder counts as nothing')
    for by in (None, 'zog', 'bon', 'see', 'mem'):
        for path in (f'{WEB}/events', '/groups/web/feed.atom', '/groups/web', '/groups/web/uptake.json'):
            t.unlike(site.get(path, auth(by) if by else None).text, 'nudge|reminded', f'{by}: nothing of it in {path}')


def contacts(t, site):
    path = f'{WEB}/silent/aklame/contacts'
    for by, want in (('mem', 403), ('see', 403), ('other', 403), ('co', 201), ('hub', 201), ('draft', 201)):
        answer = site.post(path, {'occurred_on': '2026-01-0' + ('1' if by == 'co' else '2'), 'via': 'phone', 'words': f'WORDS-{by}'}, auth(by))
        t.is_(answer.status, want, f'{by}: notes a contact')
    t.is_([site.post(path, {'via': 'phone'} | more, auth('co')).status for more in ({'occurred_on': '2090-01-01'}, {}, {'occurred_on': '2026-01-01', 'via': 'import'})],
          [422] * 3, 'not of a day to come, nor without a day, nor in another way')
    t.is_(site.post(f'{WEB}/silent/zogbo/contacts', {'occurred_on': '2026-01-01', 'via': 'phone'}, auth('co')).status, 404, 'nor with who is no member')
    for by, words in (('co', {'co'}), ('hub', {'hub', 'draft'}), ('draft', {'hub', 'draft'}), ('mem', {'co', 'hub', 'draft'}), ('con', {'co', 'hub', 'draft'}),
                      ('coach', {'co', 'hub', 'draft'})):
        seen = site.get(f'{API}{SILENT}/aklame', auth(by)).json()['contacts']
        t.is_((len(seen), {c['words'][6:] for c in seen if c['words']}), (3, words), f'{by}: sees each contact, and the words of its own')
        t.is_(set(re.findall(r'WORDS-(\w+)', site.get(f'{SILENT}/aklame', auth(by)).text)), words, f'{by}: so on the page')
    row = next(row for row in silent(site, 'co')['silent'] if row['municipality']['slug'] == 'aklame')
    t.is_((row['contact']['via'], row['contact']['by'], row['why']), ('phone', 'Ouinhi', None), 'it stands beside the silence, and ends it not')
    t.is_(len(site.get(f'{API}/inbox', auth('mem')).json()['contacts']), 0, 'in the inbox only for a month')
    site.post(path, {'occurred_on': psql("SELECT current_date").strip(), 'via': 'meeting'}, auth('co'))
    t.is_([c['via'] for c in site.get(f'{API}/inbox', auth('mem')).json()['contacts']], ['meeting'], 'of the new one it is told')


def by_hand(t, site):
    """As a browser does it."""
    days_ago(30)
    browser = Browser(site, 'co')
    browser.get(f'{SILENT}?lang=en')
    form = browser.form('/groups/web/nudges')
    t.is_(sorted(form.options['municipality']), ['', 'aklame', 'lier'], 'all, or one of them')
    t.is_(browser.submit('/groups/web/nudges').status, 303, 'one button')
    t.like(browser.answer.headers['Location'], rf'{SILENT}\?lang=en$', 'and back to the page')
    t.ok('There is nobody to remind at the moment' in browser.get(f'{SILENT}?lang=en').text, 'where nobody is left')
    browser.get(f'{SILENT}/lier?lang=en')
    contact = '/groups/web/silent/lier/contacts'
    wrong = browser.submit(contact, occurred_on='2090-01-01', via='whatsapp', words='Zij\nbellen "terug" <&>')
    t.is_((wrong.status, 'Choose a day that has come.' in wrong.text, browser.form(contact).value('words')), (422, True, 'Zij\nbellen "terug" <&>'), 'wrong: all is kept')
    t.is_(browser.submit(contact, occurred_on='2026-01-01').status, 303, 'mended')
    t.ok('bellen &quot;terug&quot; &lt;&amp;&gt;' in browser.get(f'{SILENT}/lier').text, 'and there')


def main():
    t = Tap()
    hub.seed()
    with Site() as site:
        first, second = fill(site)
        sight(t, site, second)
        preview(t, site)
        once_a_fortnight(t, site)
        not_before(t, site, first)
        inbox(t, site, first, second)
        contacts(t, site)
        by_hand(t, site)
    t.done()


main()
