"""The inbox: what waits, oldest first, a row a lesson; answering from there, taking it back, adding a few words."""

import re
from urllib.parse import urlencode

from tests.lib import hub
from tests.lib.browser import Browser, Forms
from tests.lib.hub import API, auth
from tests.lib.site import Site, Tap, psql


def rows(text, within):
    """The ids of the rows in a part of the page, in their order."""
    part = re.search(rf'id="{within}".*?</section>', text, re.S)
    return re.findall(r'<li class="ask" id="on-([^"]+)"', part[0]) if part else []


def open_form(browser, row, value=None):
    """The form of a row that has that button, or (None) the one for words."""
    part = re.search(rf'<li class="ask" id="on-{row}".*?</li>', browser.answer.text, re.S)[0]
    return next(form for form in Forms(part).found if (('status', value) in form.buttons if value else 'note' in form.names))


def press(browser, row, value):
    form = open_form(browser, row, value)
    return browser.post(form.action, form.filled() + [('status', value)])


def answering(t, site, numbers):
    browser = Browser(site, 'mem')
    t.is_(rows(browser.get('/inbox').text, 'waiting'), [f'web-{n}-aklame' for n in numbers], 'what waits, oldest first')
    row = f'web-{numbers[1]}-aklame'
    key = open_form(browser, row, 'applied').value('idempotency_key')
    t.ok(key != open_form(browser, f'web-{numbers[0]}-aklame', 'applied').value('idempotency_key'), 'each row has a key of its own')
    t.is_((press(browser, row, 'applied').status, browser.answer.headers['Location']), (303, f'{site.url}/inbox#on-{row}'), 'answered, and back at its row')
    page = browser.follow().text
    t.is_((rows(page, 'answered'), rows(page, 'waiting')), ([row], [f'web-{n}-aklame' for n in numbers if n != numbers[1]]), 'which stands on top')
    t.ok('You answered: applied' in page, 'and says what was answered')
    form = open_form(browser, row)
    t.is_(browser.post(form.action, form.filled(note='Le <b>panneau</b> y est.')).status, 303, 'a few words can be added')
    page = browser.follow().text
    t.ok('Le &lt;b&gt;panneau&lt;/b&gt; y est.' in page and 'name="note"' not in page, 'and stand in the row')
    seen = site.get(f'{API}/groups/web/lessons/{numbers[1]}/reports', auth('mem')).json()
    t.is_(([(r['status'], r['note']) for r in seen['reports']], seen['totals']),
          ([('applied', 'Le <b>panneau</b> y est.'), ('applied', None)], {'applied': 1}), 'as a further report of the same')
    press(browser, row, 'retracted')
    t.is_(rows(browser.follow().text, 'answered'), [row], 'undone, the report before counts again')
    press(browser, row, 'retracted')
    t.is_((browser.answer.headers['Location'], rows(browser.follow().text, 'waiting')),
          (f'{site.url}/inbox#on-{row}', [f'web-{n}-aklame' for n in numbers]), 'undone again, it waits in its place')
    t.is_(browser.post(f'/groups/web/lessons/{numbers[1]}/reports', {'status': 'retracted', 'back': 'inbox'}).status, 409, 'and there is nothing more to undo')


def words(t, site, numbers):
    """What goes with which answer."""
    browser = Browser(site, 'bon')
    for number, (status, names) in zip(numbers, (('not_for_us', {'reason', 'note'}), ('adapted', {'adaptation', 'note'}), ('interrupted', {'reason', 'note'}), ('planned', {'note'}))):
        row = f'web-{number}-bonou'
        browser.get('/inbox')
        press(browser, row, status)
        browser.follow()
        form = open_form(browser, row)
        t.is_(form.names & {'reason', 'adaptation', 'note'}, names, f'{status}: its words')
        values = {'note': 'un mot'} | ({'reason': 'budget'} if 'reason' in names else {'adaptation': 'plus petit'} if 'adaptation' in names else {})
        browser.post(form.action, form.filled(**values))
        got = site.get(f'{API}/groups/web/lessons/{number}/reports', auth('bon')).json()['reports'][0]
        t.is_({name: got[name] for name in values} | {'status': got['status']}, values | {'status': status}, f'{status}: are kept')
    others = site.get(f'{API}/groups/web/lessons/{numbers[0]}/reports', auth('mem')).json()['reports']
    t.is_([(r['note'], r['reason']) for r in others], [(None, None)] * 2, 'those of “not for us” are its municipality\'s')
    page = browser.get('/inbox').text
    t.is_((len(rows(page, 'answered')), page.count('<details open>')), (4, 0), 'the last answer is in sight, those before it are folded away')


def wrong(t, site, number):
    """Too many words: the form of the lesson shows them again."""
    browser = Browser(site, 'lier')
    row = f'web-{number}-lier'
    browser.get('/inbox')
    press(browser, row, 'adapted')
    browser.follow()
    form = open_form(browser, row)
    again = browser.post(form.action, form.filled(note='mot ' * 600, adaptation='plus petit'))
    shown = browser.form(f'/groups/web/lessons/{number}/reports')
    t.is_((again.status, shown.value('note').split(), shown.value('adaptation')), (422, ['mot'] * 600, 'plus petit'), 'too many words are in the lesson\'s form, to be made fewer')


def others(t, site, number):
    """One's own answers, of this quarter of an hour."""
    t.is_(rows(Browser(site, 'con').get('/inbox').text, 'answered'), [], 'a colleague has not answered')
    t.is_([len(site.get(f'{API}/inbox', auth(by)).json()['answered']) for by in ('bon', 'mem', 'co', 'zog')], [4, 0, 0, 0], 'nor has anybody else')
    psql("UPDATE relais.application SET at = at - interval '16 minutes'")
    t.is_(site.get(f'{API}/inbox', auth('bon')).json()['answered'], [], 'later it stands with the lesson alone')


def many(t, site):
    """A long list is cut, the oldest first."""
    for n in range(25):
        hub.lesson(site, 'huis', title=f'Leçon {n}')
    browser = Browser(site, 'mem')
    page = browser.get('/inbox').text
    waiting = len(site.get(f'{API}/inbox', auth('mem')).json()['waiting'])
    t.is_((len(rows(page, 'waiting')), f'{waiting - 20} more wait' in page), (20, True), 'twenty rows, and how many more')
    first = rows(page, 'waiting')[0]
    press(browser, first, 'interested')
    t.is_(len(rows(browser.follow().text, 'waiting')), 20, 'one answered, the next comes')


def proposing(t, site):
    """From the proposer to the hub and back, by the inbox of each."""
    number = hub.lesson(site, by='mem', status='proposed', title='Proposée')
    path = f'/groups/web/lessons/{number}'
    decides, proposes = Browser(site, 'hub'), Browser(site, 'con')
    t.like(proposes.get('/inbox').text, rf'(?s)id="proposed".*{path}.*proposed', 'the proposer sees that it waits')
    page = decides.get('/inbox').text
    t.like(page, rf'(?s)id="proposals".*{path}', 'the hub sees it')
    give, publish = ([form for form in decides.forms() if form.action == path and ('status', value) in form.buttons][0] for value in ('draft', 'published'))
    t.is_(decides.post(path, give.filled(reason='') + [('status', 'draft')]).status, 422, 'given back without a word: no')
    t.is_(decides.form(path).value('reason'), '', 'there is a field for them')
    again = decides.post(path, give.filled(reason='Dites le <prix>') + [('status', 'draft')])
    t.is_((again.status, again.headers['Location']), (303, f'{site.url}/inbox'), 'given back with words')
    t.unlike(decides.follow().text, path, 'it waits for the hub no more')
    t.like(proposes.get('/inbox').text, r'given back</span>\s*<p class="note">Dites le &lt;prix&gt;', 'they reach the proposer')
    t.like(proposes.get(path).text, 'The hub gave it back: Dites le &lt;prix&gt;', 'on its page too')
    t.is_(proposes.submit(path, status='proposed').status, 303, 'proposed again')
    t.is_(decides.post(path, publish.filled() + [('status', 'published')]).status, 412, 'what has changed since is looked at first')
    decides.get('/inbox')
    publish = [form for form in decides.forms() if form.action == path and ('status', 'published') in form.buttons][0]
    t.is_(decides.post(path, publish.filled() + [('status', 'published')]).headers['Location'], f'{site.url}/inbox', 'published in one tap')
    t.is_(site.get(path).status, 200, 'everybody reads it')
    t.like(proposes.get('/inbox').text, rf'(?s)id="proposed".*{path}.*published', 'the proposer is told')
    other = hub.lesson(site, by='mem', status='proposed', title='Autre')
    draft = Browser(site, 'draft').get('/inbox').text
    t.ok(f'/groups/web/lessons/{other}' in draft and f'action="/groups/web/lessons/{other}"' not in draft, 'who may not publish for the hub reads it')


def unfinished(t, site):
    """What was begun and not sent is its writer's alone: found again, gone on with, thrown away."""
    long = 'Une très longue phrase ' * 10
    keep = lambda browser, place, key, form='lesson', **typed: browser.json('/groups/web/drafts', {
        'place': place, 'form': form, 'key': key, 'content': urlencode(typed)})
    of = lambda by: site.get(f'{API}/inbox', auth(by) if by else {}).json()['unfinished']
    browser, number = Browser(site, 'mem'), hub.lesson(site)
    t.unlike(browser.get('/inbox').text, 'id="unfinished"', 'nothing was begun: nothing is said')
    keep(browser, 'lessons/new', 'u1', title='Un <b>marché</b>', body='Le texte.')
    keep(browser, f'lessons/{number}/texts/nl', 'u2', 'lesson_text', title='', body=long + '\nencore')
    rows = of('mem')
    t.is_([(row['group'], row['place'], row['form']) for row in rows],
          [({'slug': 'web', 'name': 'Sites web'}, f'lessons/{number}/texts/nl', 'lesson_text'), ({'slug': 'web', 'name': 'Sites web'}, 'lessons/new', 'lesson')],
          'the latest first, each with its group and place')
    t.is_([row['title'] for row in rows], [long[:80] + ' …', 'Un <b>marché</b>'], 'by its title, or its first words')
    t.ok(all('content' not in row and row['at'] for row in rows), 'and since when')
    page = browser.get('/inbox').text
    part = re.search(r'(?s)id="unfinished".*?</section>', page)[0]
    t.like(part, r'href="/groups/web/lessons/new">Un &lt;b&gt;marché', 'the page leads to where it goes on')
    t.like(part, r'New lesson · Sites web', 'and says what it is')
    t.is_([of(by) for by in ('con', 'hub', 'coach', 'co', 'zog')], [[]] * 5, 'nobody else has it, not even of the same municipality')
    for by in ('con', 'co'):
        t.unlike(Browser(site, by).get('/inbox').text, 'marché', f'nor does their page show it: {by}')
    t.is_(Browser(site, 'con').post('/groups/web/drafts/end', {'place': 'lessons/new', 'back': 'inbox'}).status, 404, 'nor can they throw it away')
    t.is_((browser.post('/groups/web/drafts/end', {'place': 'lessons/new', 'back': 'inbox'}).status, browser.answer.headers['Location']),
          (303, f'{site.url}/inbox'), 'thrown away, and back in the inbox')
    t.is_(site.post(f'{API}/groups/web/drafts/end', {'place': f'lessons/{number}/texts/nl'}, auth('mem')).status, 200, 'by the API too')
    t.is_(of('mem'), [], 'it is gone')
    keep(browser, 'lessons/new', 'u3', title='Envoyé')
    browser.post('/groups/web/lessons', {'idempotency_key': 'u3', 'lang': 'fr', 'title': 'Envoyé', 'body': 'x', 'status': 'draft'})
    t.is_((browser.answer.status, of('mem')), (303, []), 'what was sent is finished')
    other = Browser(site, 'mol')
    other.json('/groups/ferme/drafts', {'place': 'lessons/new', 'form': 'lesson', 'key': 'u4', 'content': 'title=Weg'})
    t.is_(len(of('mol')), 1, 'in a closed group')
    psql("UPDATE relais.membership SET ended_at = now() WHERE municipality_id = (SELECT id FROM relais.municipality WHERE slug = 'mol')")
    t.is_(of('mol'), [], 'whoever does not see the group any more is not led there')


t = Tap()
with Site() as site:
    hub.seed()
    numbers = [hub.lesson(site, title=f'Leçon {n}') for n in range(4)]
    answering(t, site, numbers)
    words(t, site, numbers)
    wrong(t, site, numbers[2])
    others(t, site, numbers[0])
    many(t, site)
    proposing(t, site)
    unfinished(t, site)
t.done()
