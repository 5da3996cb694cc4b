"""Digests by API and page: draft, edit, approve, read; who sees which section; the report for the donor."""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, auth
from tests.lib.site import Site, Tap, psql

DIGESTS = f'{API}/umbrellas/ancb/digests'


def draft(site, by='co'):
    return site.post(DIGESTS, {}, auth(by))


def section(site, n, group='web', by='hub'):
    return f'{DIGESTS}/{n}/sections/{group}'


def titles(sections, name):
    """{group: titles of that list}"""
    return {part['group']['slug']: [item['title'] for item in part[name]] for part in sections}


def drafting(t, site):
    site.request('PATCH', f'{API}/me', {'lang': 'fr'}, auth('mem'))
    t.is_(draft(site).status, 201, 'what happened so far is drafted (members joined)')
    site.post(f'{DIGESTS}/1/approve', {}, auth('co'))
    t.is_((draft(site).status, draft(site).json()['detail']), (409, 'Nothing has happened since the last digest; there is nothing to tell yet.'), 'an empty digest is not made')
    first = hub.lesson(site, title='Première')
    hub.lesson(site, group='huis', title='À la maison')
    hub.question(site, by='mem', text='Qui publie ?')
    hub.report(site, first, 'applied', 'mem', note='Bien.', services=['état civil'], audience='public')
    hub.report(site, first, 'interrupted', 'bon', reason='political', note='SECRET')
    for by, want in (('hub', 403), ('mem', 403), ('see', 403), ('other', 403), ('co', 201)):
        made = draft(site, by)
        t.is_(made.status, want, f'{by} drafts: {want}')
    t.is_((made.json()['n'], made.json()['status']), (2, 'draft'), 'the next number')
    t.like(made.headers['Location'], r'/umbrellas/ancb/digests/2$', 'has an address')
    hub.lesson(site, title='Seconde')
    t.is_(draft(site).json()['n'], 2, 'there is one open draft; drafted anew, it goes on')
    for by, want in ((None, 404), ('mem', 404), ('see', 404), ('other', 404), ('hub', 200), ('co', 200)):
        t.is_(site.get(f'{DIGESTS}/2', auth(by) if by else {}).status, want, f'the draft, read by {by}: {want}')
    value = site.get(f'{DIGESTS}/2', auth('co')).json()
    t.is_(titles(value['sections'], 'lessons'), {'web': ['Seconde', 'Première'], 'huis': ['À la maison']}, 'a section a group, newest first')
    t.is_(titles(value['sections'], 'reports'), {'web': ['Première'], 'huis': []}, 'who applied what')
    t.is_([part['others'][0].get('reason') for part in value['sections'] if part['others']], ['political'], 'the lead umbrella knows the reason')
    t.ok('SECRET' not in site.get(f'{DIGESTS}/2', auth('co')).text, 'but not the note')
    return value


def editing(t, site):
    value = site.get(section(site, 2), auth('hub')).json()['section']
    second = next(item['seq'] for item in value['lessons'] if item['title'] == 'Seconde')
    first = next(item['seq'] for item in value['lessons'] if item['title'] == 'Première')
    for by, want in (('mem', 404), ('bon', 404), ('see', 404), ('other', 404), ('hub', 200), ('co', 200)):
        t.is_(site.put(section(site, 2), {'pin': [first]}, auth(by)).status, want, f'{by} edits the section: {want}')
    t.is_(site.put(section(site, 2, 'huis'), {'pin': []}, auth('hub')).status, 200, "a hub its own group's")
    t.is_(site.put(section(site, 2, 'ferme'), {}, auth('co')).status, 404, 'no section of a group that is not in it')
    site.put(section(site, 2), {'pin': [first], 'leave_out': [second]}, auth('hub'))
    value = site.get(f'{DIGESTS}/2', auth('co')).json()['sections']
    t.is_(titles(value, 'lessons')['web'], ['Première'], 'what is left out is left out')
    t.is_(draft(site).status, 201, 'drafted anew')
    t.is_(titles(site.get(f'{DIGESTS}/2', auth('co')).json()['sections'], 'lessons')['web'], ['Première'], 'what was left out stays so')
    site.put(section(site, 2), {'leave_out': []}, auth('hub'))
    t.is_(titles(site.get(f'{DIGESTS}/2', auth('co')).json()['sections'], 'lessons')['web'], ['Première', 'Seconde'], 'what is pinned comes first')
    site.put(section(site, 2), {'lang': 'fr', 'text': 'Du *neuf* <script>alert(1)</script>'}, auth('hub'))
    page = site.get('/umbrellas/ancb/digests/2?lang=fr', auth('co')).text
    t.ok('Du <em>neuf</em>' in page and '<script>alert' not in page, 'a text takes the place of the draft, sanitised')
    t.ok('neuf' not in site.get('/umbrellas/ancb/digests/2?lang=nl', auth('co')).text, 'in its language alone')
    deep = site.put(section(site, 2), {'text': '> ' * 40 + 'x'}, auth('hub'))
    t.is_((deep.status, [error['code'] for error in deep.json()['errors']]), (422, ['too_complex']), 'one that cannot be rendered is refused')
    browser = Browser(site, 'hub', 'fr')
    path = '/umbrellas/ancb/digests/2/sections/web'
    browser.get(f'{path}?lang=fr')
    t.is_(browser.form(path).value('text'), 'Du *neuf* <script>alert(1)</script>', 'the page has the text to edit')
    t.is_(browser.submit(path, lang='fr', text='').status, 303, 'emptied')
    browser.get(f'{path}?lang=fr')
    t.ok('Première' in browser.form(path).value('text'), 'there is the draft again')


def arranging(t, site):
    """By the buttons of the page, without a script."""
    path = '/umbrellas/ancb/digests/2/sections/web'
    browser = Browser(site, 'hub', 'fr')

    def press(name, title):
        item = next(i for name in ('lessons', 'left_out') for i in site.get(section(site, 2), auth('hub')).json()['section'][name] if i['title'] == title)
        browser.get(path)
        t.ok((name, str(item['seq'])) in browser.form(f'{path}/order').buttons, f'{title} has the button {name}')
        answer = browser.post(f'{path}/order', browser.form(f'{path}/order').filled() + [(name, str(item['seq']))])
        t.is_((answer.status, answer.headers['Location'].partition('#')[2]), (303, f"item-{item['seq']}"), f'{name}: back to it')
        return titles(site.get(f'{DIGESTS}/2', auth('co')).json()['sections'], 'lessons')['web']

    t.is_(press('unpin', 'Première'), ['Seconde', 'Première'], 'not first any more')
    t.is_(press('up', 'Première'), ['Première', 'Seconde'], 'up')
    t.ok(browser.get(path).text.index('Première') < browser.answer.text.index('Seconde'), 'the page has the order')
    t.is_(press('leave_out', 'Première'), ['Seconde'], 'left out')
    t.is_(press('take_in', 'Première'), ['Première', 'Seconde'], 'taken in, where it was')
    draft_text = browser.get(path) and browser.form(path).value('text')
    t.ok(draft_text.index('Première') < draft_text.index('Seconde'), 'the drafted text follows')
    t.is_(browser.post(f'{path}/order', browser.form(f'{path}/order').filled() + [('up', '999')]).status, 409, 'what is gone is said')
    t.is_(site.post(f'{section(site, 2)}/order', {}, auth('hub')).status, 422, 'nothing to do is refused')


def before_it_goes_out(t, site):
    """When by itself, and to whom: the desk of the coordinator."""
    site.post('/api/v1/groups/web/subscriptions', {'cadence': 'weekly', 'lang': 'nl'}, auth('mem'))
    site.request('PATCH', f'{API}/me', {'contact': True}, auth('mem'))
    page = '/umbrellas/ancb/digests/2'
    co, hub_ = Browser(site, 'co'), Browser(site, 'hub')
    t.ok('recipients' not in hub_.get(page).text and 'schedule' not in hub_.answer.text, 'a hub sees nothing of it')
    co.get(page)
    t.is_(co.submit(f'{page}/schedule', day='2020-01-01', hour='8').status, 422, 'a time that has passed')
    t.is_((co.form(f'{page}/schedule').value('day'), co.form(f'{page}/schedule').value('hour')), ('2020-01-01', '8'), '… and it stands there as typed')
    t.is_(co.submit(f'{page}/schedule', day='2090-01-01', hour='8').status, 303, 'one to come')
    t.like(co.follow().text, '1 January 2090 at 8:00', '… which the desk says')
    t.is_(co.submit(f'{page}/schedule/end').status, 303, 'and back')
    t.unlike(co.follow().text, '1 January 2090', '… which it does not any more')
    text = co.get(f'{page}/recipients').text
    t.ok(all(word in text for word in ('Mem', 'Nederlands', 'Bonou', 'Lier')), 'who gets it, in which language, and who does not')
    t.unlike(text, '@example', 'no address')
    t.is_(co.get(f'{page}/public').status, 200, 'the public edition of the draft')
    t.is_(site.get(f'{page}/public').status, 404, '… is not public yet')


def editions(t, site):
    """The public edition in its forms is the same for everybody."""
    page = '/umbrellas/ancb/digests/2/public'
    for form, want in (('', r'<h1>ANCB – digest 2</h1>'), ('.md', r'(?m)^## \[Sites web\]\(http'), ('.txt', r'(?m)^Sites web$')):
        text = site.get(f'{page}{form}').text
        t.like(text, want, f'the public edition as {form or "a page"}')
        t.unlike(text, 'maison|SECRET|Bonou', '… tells nothing of others')
    t.unlike(site.get(f'{page}.txt').text, r'[<>\[\]]|&[a-z]+;|____', 'plain text is plain')
    t.is_(site.get(f'{page}.json').json()['sections'], site.get(f'{page}.json', auth('co')).json()['sections'], 'also of who sees more')


def approving(t, site):
    before = site.get('/groups/web').headers['ETag']
    stale = site.request('POST', f'{DIGESTS}/2/approve', {}, auth('co', If_Match='"r1-x"'))
    t.is_(stale.status, 412, 'not over an edit that was not seen')
    for by, want in ((None, 401), ('hub', 404), ('see', 404), ('other', 404), ('co', 200), ('co', 409)):
        t.is_(site.post(f'{DIGESTS}/2/approve', {}, auth(by) if by else {}).status, want, f'{by} approves: {want}')
    t.is_(site.put(section(site, 2), {'text': 'x'}, auth('hub')).status, 409, 'from then on it is fixed')
    t.ok(site.get('/groups/web').headers['ETag'] != before, "the group's pages are new")
    t.is_(site.get(section(site, 2), auth('hub')).status, 404, 'and there is nothing to edit')
    hub.lesson(site, title='Troisième')
    t.ok('Troisième' not in site.get(f'{DIGESTS}/2', auth('co')).text, 'what comes later is not in it')


def reading(t, site):
    """Each reader sees the sections that are theirs to see, and in them what is theirs to know."""
    for by, groups, others, reason in ((None, ['web'], [], None), ('other', ['web'], [], None), ('mem', ['huis', 'web'], ['bonou'], None),
                                       ('bon', ['web'], ['bonou'], None), ('hub', ['huis', 'web'], ['bonou'], None), ('co', ['huis', 'web'], ['bonou'], 'political')):
        value = site.get(f'{DIGESTS}/2', auth(by) if by else {}).json()
        t.is_(sorted(part['group']['slug'] for part in value['sections']), groups, f'sections for {by}')
        web = next(part for part in value['sections'] if part['group']['slug'] == 'web')
        t.is_([item['municipality']['slug'] for item in web['others']], others, f'… interruptions for {by}')
        t.is_([item.get('reason') for item in web['others']], [reason] * len(others), '… and their reason')
        for form in ('', '.md', '.txt', '.json'):
            page = site.get(f'/umbrellas/ancb/digests/2{form}', auth(by) if by else {})
            t.is_((page.status, 'SECRET' in page.text, 'maison' in page.text), (200, False, 'huis' in groups), f'… as {form or "a page"}')
    t.is_([d['n'] for d in site.get(DIGESTS).json()['digests']], [2, 1], 'the list, newest first')
    t.is_(site.get('/groups/web/digests/2.md').status, 200, "a group's section has an address of its own")
    t.is_(site.get('/groups/huis/digests/2.md').status, 404, 'a closed one for its members')
    t.is_(site.get('/groups/huis/digests/2.md', auth('mem')).status, 200, 'who see it')
    t.like(site.get('/umbrellas/ancb/digests/2.md').text, r'(?m)^# ', 'Markdown')
    t.unlike(site.get('/umbrellas/ancb/digests/2.txt').text, r'[<>]|&[a-z]+;', 'plain text')
    feed = site.get('/groups/web/feed.json?kind=digest').json()
    t.is_([re.sub('^http://[^/]+', '', item['url']) for item in feed['items']], ['/groups/web/digests/2', '/groups/web/digests/1'], 'it is in the feed')
    t.is_(draft(site).json()['n'], 3, 'the next one')
    t.is_(titles(site.get(f'{DIGESTS}/3', auth('co')).json()['sections'], 'lessons'), {'web': ['Troisième']}, 'tells what is new, and that alone')


def withdrawn(t, site):
    """A lesson that was withdrawn after the digest went out is told, and that it was; nobody is asked about it."""
    page = '/groups/web/digests/2'
    number = next(item['number'] for item in site.get(f'{page}.json').json()['sections'][0]['lessons'] if item['title'] == 'Première')
    asked = [site.get(f'{page}{form}').text.count(word) for form, word in (('', '#report"'), ('.md', '_' * 12))]
    t.is_(site.request('PATCH', f'{API}/groups/web/lessons/{number}', {'status': 'withdrawn', 'reason': 'dépassé'}, auth('hub', If_Match='*')).status, 200, 'withdrawn')
    for path, form in ((page, ''), (page, '.md'), ('/umbrellas/ancb/digests/2', ''), ('/umbrellas/ancb/digests/2/public', ''), ('/umbrellas/ancb/digests/2/public', '.md'), ('/umbrellas/ancb/digests/2/public', '.txt')):
        for lang, word in (('fr', 'retirée depuis'), ('nl', 'intussen ingetrokken'), ('en', 'withdrawn since')):
            text = site.get(f'{path}{form}?lang={lang}').text
            t.is_((text.count(word), 'Première' in text), (1, True), f'{path}{form} in {lang}: it says so')
    t.is_([site.get(f'{page}{form}').text.count(word) for form, word in (('', '#report"'), ('.md', '_' * 12))], [n - 1 for n in asked], 'no answer is asked for')


def chained(t, site):
    """Over several digests every event is told once."""
    site.post(f'{DIGESTS}/3/approve', {}, auth('co'))
    spans = psql("""SELECT s.after, s.upto FROM relais.digest_section s JOIN relais.group g ON g.id = s.group_id
        WHERE g.slug = 'web' ORDER BY s.n""").splitlines()
    ends = [tuple(map(int, line.split('|'))) for line in spans]
    t.is_([after for after, _ in ends], [0] + [upto for _, upto in ends[:-1]], 'each section begins where the one before ended')


def donor(t, site):
    for by, want in ((None, 401), ('hub', 404), ('see', 404), ('other', 404), ('co', 200)):
        t.is_(site.get(f'{API}/umbrellas/ancb/report', auth(by) if by else {}).status, want, f'the report, read by {by}: {want}')
    value = site.get(f'{API}/umbrellas/ancb/report', auth('co')).json()
    web = next(group for group in value['groups'] if group['slug'] == 'web')
    t.is_((web['applications'], web['services'], [note['note'] for note in web['notes']]), ([{'status': 'applied', 'n': 1}], ['état civil'], ['Bien.']), 'applications, services, notes')
    t.is_([(other['status'], other['n'], other['few']) for other in web['others']], [('interrupted', None, True)], 'of few interruptions not even the number')
    t.unlike(site.get(f'{API}/umbrellas/ancb/report', auth('co')).text, 'SECRET|political', 'no note, no reason')
    page = site.get('/umbrellas/ancb/report.md?from=2020-01-01&to=2020-12-31&lang=fr', auth('co'))
    t.ok(page.status == 200 and 'Qui publie' not in page.text, 'of another period')
    t.is_(site.get('/umbrellas/ancb/report.md?from=2020-01-01', auth('co')).status, 200, 'up to today')
    text = site.get('/umbrellas/ancb/report.txt', auth('co')).text
    t.ok('Bien.' in text and 'Qui publie' in text, 'as plain text')
    t.unlike(text, r'[<>*#]|SECRET|&[a-z]+;', '… which is plain')
    for query in ('from=x', 'to=2020-02-30', 'from=2020'):
        t.is_(site.get(f'{API}/umbrellas/ancb/report?{query}', auth('co')).status, 422, f'?{query}')


t = Tap()
with Site() as site:
    hub.seed()
    drafting(t, site)
    editing(t, site)
    arranging(t, site)
    before_it_goes_out(t, site)
    approving(t, site)
    editions(t, site)
    reading(t, site)
    withdrawn(t, site)
    chained(t, site)
    donor(t, site)
t.done()
