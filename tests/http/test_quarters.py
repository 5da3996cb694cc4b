"""Three questions a quarter: who is asked, who reads the answers, until when they change, and the umbrella's page and files."""

import csv
import io
import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, auth
from tests.lib.quarter import BENIN, quarter
from tests.lib.site import Site, Tap, psql

NOW = quarter(BENIN)
QUARTERS = '/umbrellas/ancb/quarters'
ODD = 'Le guichet\n<b>"ouvert"</b> & = bien'


def path(town, when=NOW):
    return f'{QUARTERS}/{when}/answers/{town}'


def put(site, town, by, when=NOW, match='*', **values):
    return site.put(API + path(town, when), values, auth(by, If_Match=match))


def asked(t, site):
    """Members and partners of the umbrella's groups, in their inbox."""
    rows = {by: [(row['municipality']['slug'], row['umbrella']['slug'], row['answered']) for row in site.get(f'{API}/inbox', auth(by)).json()['quarters']]
            for by in ('mem', 'con', 'coach', 'bon', 'lier', 'mol', 'hub', 'zog', 'watch', 'co')}
    t.is_(rows, {'mem': [('aklame', 'ancb', False)], 'con': [('aklame', 'ancb', False)], 'coach': [('aklame', 'ancb', False)],
                 'bon': [('bonou', 'ancb', False)], 'lier': [('lier', 'ancb', False)], 'mol': [('mol', 'vvsg', False)],
                 'hub': [], 'zog': [], 'watch': [], 'co': []}, 'who is asked, by whom')
    text = site.get('/inbox?lang=en', auth('mem')).text
    t.is_((text.count('Three questions this quarter'), path('aklame') in text), (1, True), 'one row, which leads there')


def answer(t, site):
    for by, town, want in (('mem', 'aklame', 200), ('con', 'aklame', 200), ('coach', 'aklame', 200), ('watch', 'aklame', 404), ('bon', 'aklame', 404),
                           ('hub', 'aklame', 404), ('see', 'aklame', 404), ('other', 'aklame', 404), ('co', 'aklame', 403), ('hub', 'ouinhi', 404), ('zog', 'zogbo', 404)):
        t.is_(put(site, town, by, works=f'by {by}').status, want, f'{by}: answers for {town}')
    t.is_(put(site, 'bonou', 'bon').json()['errors'][0]['message'], 'Answer at least one of the three.', 'nothing is no answer')
    t.is_(put(site, 'bonou', 'bon', works=' \n ').status, 422, 'nor are blanks')
    t.is_([put(site, 'bonou', 'bon', when, works='x').status for when in (quarter(BENIN, 100), '2026-q5', '2026')], [404] * 3, 'not of a quarter to come, or of none')
    psql("INSERT INTO relais.quarter_answer (umbrella_id, quarter, municipality_id, works, at) SELECT u.id, '2025-q1', m.id, 'OLD', now() "
         "FROM relais.umbrella u, relais.municipality m WHERE u.slug = 'ancb' AND m.slug = 'aklame'")
    t.is_(put(site, 'aklame', 'mem', '2025-q1', works='x').status, 409, 'one that has ended stays as it is')
    t.unlike(site.get(path('aklame', '2025-q1'), auth('mem')).text, '<textarea', 'and has no form')


def corrected(t, site):
    seen = site.get(API + path('aklame'), auth('mem'))
    t.is_((seen.json()['works'], seen.json()['edit']), ('by coach', 3), 'the last word counts')
    t.is_(put(site, 'aklame', 'mem', match='"r2-"', works='late').status, 412, 'who did not see it is told')
    t.is_(put(site, 'aklame', 'mem', match=seen.headers['ETag'], fails='Le courant').status, 200, 'who saw it corrects it')
    value = site.get(API + path('aklame'), auth('co')).json()
    t.is_((value['works'], value['fails']), (None, 'Le courant'), 'as a whole')
    t.is_(site.put(API + path('aklame'), {'works': 'x'}, auth('mem')).status, 428, 'If-Match is asked for')


def by_hand(t, site):
    first, second = Browser(site, 'bon'), Browser(site, 'bon')
    for browser in (first, second):
        t.is_(browser.get(path('bonou')).status, 200, 'the page')
    wrong = first.submit(path('bonou'), works=ODD, better='x' * 1001)
    t.is_((wrong.status, first.form(path('bonou')).value('works')), (422, ODD), 'too long: all is kept')
    t.is_(first.submit(path('bonou'), better='').status, 303, 'answered')
    page = first.get(f"{path('bonou')}?lang=en")
    t.ok('Thank you. This was noted on' in page.text and first.form(path('bonou')).value('works') == ODD, 'it is there, to be corrected')
    t.is_(second.submit(path('bonou'), works='meanwhile').status, 412, 'a colleague who opened it empty is told')
    t.is_(site.get(f'{API}/inbox', auth('bon')).json()['quarters'][0]['answered'], True, 'the inbox knows')


def sight(t, site):
    """The own municipality and the umbrella's coordinators."""
    for by in (None, 'hub', 'draft', 'mem', 'lier', 'watch', 'see', 'other', 'mol', 'zog'):
        headers = auth(by) if by else None
        t.is_([site.get(API + of, headers).status for of in (QUARTERS, f'{QUARTERS}/{NOW}', path('bonou'))], [404 if by else 401] * 3, f'{by}: none')
        for of in ('/umbrellas/ancb', '/groups/web', '/groups/web/feed.atom', f'{API}/groups/web/events', '/search?q=guichet', '/inbox'):
            t.unlike(site.get(of, headers).text, 'ouvert|Le courant', f'{by}: nothing in {of}')


def for_the_umbrella(t, site):
    value = site.get(f'{API}{QUARTERS}', auth('co')).json()
    t.is_([(row['quarter'], row['answered'], row['asked'], row['running']) for row in value['quarters']], [(NOW, 2, 3, True), ('2025-q1', 1, 0, False)], 'the quarters, with how many answered')
    value = site.get(f'{QUARTERS}/{NOW}.json', auth('co')).json()
    t.is_(([row['municipality']['slug'] for row in value['answers']], [row['slug'] for row in value['missing']]), (['aklame', 'bonou'], ['lier']), 'by name, and who did not yet')
    rows = list(csv.reader(io.StringIO(site.get(f'{QUARTERS}/{NOW}.csv', auth('co')).text, newline='')))
    t.is_([row[:6] for row in rows], [['quarter', 'municipality', 'name', 'works', 'fails', 'better'], [NOW, 'aklame', 'Aklamè', '', 'Le courant', ''],
                                      [NOW, 'bonou', 'Bonou', ODD, '', '']], 'as CSV')
    page = site.get(f'{QUARTERS}/{NOW}?lang=en', auth('co')).text
    t.is_([word for word in ('Answered: 2 of 3 municipalities.', 'Not to answer is no refusal.', '&lt;b&gt;&quot;ouvert&quot;', 'Lier', f'{NOW}.csv') if word not in page], [], 'as a page')
    t.is_([site.get(f'{API}{QUARTERS}/{when}', auth('co')).status for when in ('2025-q1', '2024-q1', quarter(BENIN, 100))], [200, 404, 404], 'one in which there is something')
    t.ok(QUARTERS in site.get('/umbrellas/ancb', auth('co')).text and QUARTERS not in site.get('/umbrellas/ancb').text, 'its page leads there, for coordinators')


def many(t, site):
    """Ten a page, all in a file."""
    hub.operate(*(hub.call('municipality_post', f'c-{n:02}', f'Ville {n:02}', 'municipality', 'BJ', None, 'fr', 'ancb', 'false')
                  + hub.call('member_put', 'web', f'c-{n:02}', 'member', None) for n in range(25)))
    psql("INSERT INTO relais.quarter_answer (umbrella_id, quarter, municipality_id, better, at) "
         f"SELECT u.id, '{NOW}', m.id, repeat('mieux ', 40), now() FROM relais.umbrella u, relais.municipality m WHERE u.slug = 'ancb' AND m.slug LIKE 'c-%'")
    pages, at = [], f'{API}{QUARTERS}/{NOW}'
    while at:
        got = site.get(at, auth('co'))
        pages.append(len(got.json()['answers']))
        link = re.search(r'<([^>]+)>; rel="next"', got.headers['Link'] or '')
        at = link and re.sub('^https?://[^/]+', '', link[1])
    t.is_(pages, [10, 10, 7], 'ten a page')
    t.is_([len(site.get(f'{QUARTERS}/{NOW}.json', auth('co')).json()['answers']), site.get(f'{QUARTERS}/{NOW}?all=true', auth('co')).text.count('class="lines"')],
          [27, 27], 'all in the file, and on the page to print')


def main():
    t = Tap()
    hub.seed()
    with Site() as site:
        asked(t, site)
        answer(t, site)
        corrected(t, site)
        by_hand(t, site)
        sight(t, site)
        for_the_umbrella(t, site)
        many(t, site)
    t.done()


main()
