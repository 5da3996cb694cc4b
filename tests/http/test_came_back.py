"""
What came back: a report is acknowledged in one tap, by hub or umbrella, and its municipality sees it; a lesson
gets what the group makes of it; each writer is told, beside the field, who will read it.
"""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap

PAGE = '/groups/web/came-back'


def current(site, number, by=None):
    reports = site.get(f'{WEB}/lessons/{number}', auth(by) if by else {}).json()['reports']
    return next(r for r in reports if r['current'])


def acknowledge(t, site):
    number = hub.lesson(site)
    hub.report(site, number, 'applied', 'mem', note='Le site est en ligne.')
    seq = current(site, number)['seq']
    browser = Browser(site, 'hub')
    browser.get(PAGE)
    action = f'/groups/web/reports/{seq}/acknowledge'
    t.like(browser.answer.text, 'Le site est en ligne', 'what came back stands with the words that are shared')
    t.is_(browser.submit(action).status, 303, 'acknowledged in one tap')
    t.like(browser.answer.headers['Location'], rf'{PAGE}#report-{seq}$', '… without leaving the page')
    t.ok(current(site, number)['acknowledged'], 'everybody who sees the report sees it')
    t.like(Browser(site, 'mem').get(f'/groups/web/lessons/{number}').text, 'with thanks', 'its municipality too')
    browser.get(PAGE)
    t.is_([form.action for form in browser.forms() if action in form.action], [], 'it is not asked again')
    first = current(site, number)['acknowledged']
    t.is_(site.post(f'{WEB}/reports/{seq}/acknowledge', {}, auth('co')).status, 200, 'said twice it stays')
    t.is_(current(site, number)['acknowledged'], first, '… as it was')
    hub.report(site, number, 'adapted', 'mem')
    t.is_(current(site, number)['acknowledged'], None, 'a further report is a new word')
    browser.get(f'/groups/web/lessons/{number}')
    seq = current(site, number)['seq']
    t.is_(browser.submit(f'/groups/web/reports/{seq}/acknowledge').status, 303, 'on the lesson as well')
    t.like(browser.answer.headers['Location'], rf'/lessons/{number}#report-{seq}$', '… and there one stays')
    t.unlike(Browser(site, 'mem').get(PAGE).text, 'acknowledge', 'a member is not offered it')
    hub.report(site, number, 'retracted', 'mem')
    t.is_(site.post(f'{WEB}/reports/{seq}/acknowledge', {}, auth('hub')).status, 404, 'what was taken back is no report')


def privately(t, site):
    """The page shows no more than the lessons do."""
    number = hub.lesson(site)
    hub.report(site, number, 'interrupted', 'mem', reason='budget', note='SECRET')
    hub.report(site, number, 'trying', 'bon', note='OPEN', audience='public')
    for by in (None, 'bon', 'hub', 'watch'):
        value = site.get(f'{API}{PAGE}', auth(by) if by else {}).json()
        here = next(each for each in value['lessons'] if each['lesson']['id'] == number)
        t.is_(here['reports'], site.get(f'{WEB}/lessons/{number}', auth(by) if by else {}).json()['reports'], f'as the lesson does, to {by}')
        t.ok('SECRET' not in site.get(PAGE, auth(by) if by else {}).text, f'… and keeps what is kept, from {by}')


def pages(t, site):
    numbers = []
    for _ in range(12):
        numbers.append(hub.lesson(site))
        hub.report(site, numbers[-1], 'applied', 'mem')
    hub.report(site, numbers[0], 'trying', 'bon')
    first = site.get(f'{API}{PAGE}')
    got = [each['lesson']['id'] for each in first.json()['lessons']]
    t.is_(got, [numbers[0]] + numbers[:2:-1], 'the newest word first, ten a page')
    rest = site.get(f"{API}{PAGE}{re.search(r'[?]before=[0-9]+', first.headers['Link'])[0]}").json()
    t.is_([each['lesson']['id'] for each in rest['lessons']][:2], [numbers[2], numbers[1]], 'and on from there')


def conclusion(t, site):
    number = hub.lesson(site)
    path = f'/groups/web/lessons/{number}/conclusion'
    browser = Browser(site, 'hub')
    browser.get(f'/groups/web/lessons/{number}')
    answer = browser.submit(path, body='Trois communes *ont* un site.', preview='1')
    t.is_((answer.status, browser.form(path).value('body')), (200, 'Trois communes *ont* un site.'), 'looked at before it is sent')
    t.is_(browser.submit(path, lang='fr').status, 303, 'what the group makes of it')
    t.like(browser.get(f'/groups/web/lessons/{number}').text, r'<p>Trois communes <em>ont</em> un site\.</p>', '… stands with the lesson')
    t.is_(site.get(f'{WEB}/lessons/{number}').json()['conclusion']['body'], 'Trois communes *ont* un site.', '… for everybody')
    t.is_(browser.form(path).value('body'), 'Trois communes *ont* un site.', 'it can be gone on with')
    t.is_(browser.submit(path, body='').status, 303, 'or taken away')
    t.is_(site.get(f'{WEB}/lessons/{number}').json()['conclusion'], None, '… and is gone')
    t.is_(site.get(f'{WEB}/events?after=0').json()['events'][-1]['act'], 'concluded', 'the log tells it')


def readers(t, site):
    """Beside each field, who will read it: of a public group everybody, of a closed one the group."""
    for by, path, name, want in (('hub', '/groups/web/lessons/new', 'lesson-body', 'Everybody can read this.'),
                                 ('lier', '/groups/ferme/lessons/new', 'lesson-body', "The group's municipalities and its umbrella bodies read this."),
                                 ('mem', '/groups/web/lessons/1', 'lesson_report-reason', 'Your own municipality and the lead umbrella body see this.')):
        text = Browser(site, by).get(path).text.replace('&#39;', "'")
        t.like(text, rf'id="{name}-readers">{re.escape(want)}', f'{path}: {name}')
        t.like(text, rf'id="{name}"[^>]*aria-describedby="[^"]*{name}-readers"', '… tied to the field')


t = Tap()
with Site() as site:
    hub.seed()
    hub.lesson(site)
    acknowledge(t, site)
    privately(t, site)
    pages(t, site)
    conclusion(t, site)
    readers(t, site)
t.done()
