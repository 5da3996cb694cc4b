"""The matrix of uptake put in order and narrowed down, on its page, as JSON and as CSV, and what each reader is offered."""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, auth
from tests.lib.site import Site, Tap, psql

PAGE = '/groups/web/uptake'
# municipality, department: as they joined
PLACES = (('aklame', 'Zou'), ('bonou', 'Ouémé'), ('lier', None), ('etoile', 'Atlantique'), ('abeille', 'Zou'))
# what is asked, the municipalities in their order; by whom
ASKED = (
    ('', 'aklame bonou lier etoile abeille', 'co'),
    ('sort=place', 'aklame bonou lier etoile abeille', 'co'),
    ('sort=name', 'abeille aklame bonou etoile lier', 'co'),
    ('sort=department', 'etoile bonou abeille aklame lier', 'co'),
    ('sort=applied', 'bonou aklame abeille etoile lier', 'co'),
    ('sort=silence', 'abeille etoile bonou aklame lier', 'co'),
    ('name=KLAME', 'aklame', 'co'),
    ('name=etoile', 'etoile', 'co'),
    ('name=%C3%89T', 'etoile', 'co'),
    ('name=b&sort=name', 'abeille bonou', 'co'),
    ('name=zzz', '', 'co'),
    ('department=Zou', 'aklame abeille', 'co'),
    ('department=Zou&sort=name', 'abeille aklame', 'co'),
    ('department=Zo', '', 'co'),
    ('status=applied', 'aklame bonou', 'co'),
    ('status=interrupted', 'lier', 'co'),
    ('status=interrupted', '', None),
    ('status=adapted&name=bonou', 'bonou', None),
    ('status=silent&name=bonou', '', 'co'),
    ('status=silent&name=lier', 'lier', 'co'),
    ('answers=with', 'aklame bonou lier', 'co'),
    ('answers=without', 'etoile abeille', 'co'),
    ('answers=without&sort=name&department=Zou', 'abeille', 'co'),
    ('sort=applied&status=applied', 'bonou aklame', None),
)
WRONG = ('sort=x', 'status=retracted', 'answers=maybe', 'name=' + 'x' * 101, 'sort=place&sort=zz', 'before=0')


def fill(site):
    hub.operate(*(hub.call('municipality_post', slug, name, 'municipality', 'BJ', None, 'fr', 'ancb', 'false')
                  for slug, name in (('etoile', 'Étoile'), ('abeille', 'Abeille'))),
                *(hub.call('member_put', 'web', slug, 'member', None) for slug in ('etoile', 'abeille')))
    for slug, department in PLACES:
        psql(f"UPDATE relais.municipality SET department = {hub.literal(department)} WHERE slug = '{slug}'")
    first, second = hub.lesson(site, title='Première'), hub.lesson(site, title='Seconde')
    hub.report(site, first, 'applied', 'bon')
    hub.report(site, second, 'adapted', 'bon', adaptation='plus petit')
    hub.report(site, first, 'applied', 'mem')
    hub.report(site, first, 'interrupted', 'lier', reason='budget')
    # in the order of the reports, a day apart: the memory of the matrix has them in seconds
    psql("UPDATE relais.uptake_row SET ats = decode('00000000' || '60000000' || '50000000' || '70000000', 'hex') WHERE number = "
         f"{first} AND length(ats) = 16")
    psql(f"UPDATE relais.uptake_row SET ats = decode('000000000000000050000000', 'hex') WHERE number = {second} AND length(ats) = 12")
    return first, second


def asked(t, site):
    for query, want, by in ASKED:
        who = auth(by) if by else {}
        value = site.get(f'{API}{PAGE}?{query}', who).json()
        got = [m['slug'] for m in value['municipalities']]
        t.is_(got, want.split(), f'?{query} for {by}: {want}')
        t.ok({cell['municipality'] for cell in value['cells']} <= set(got), '… with the cells of these alone', value['cells'])
        t.is_((value['shown'], value['all']), (len(got), 5), '… of how many')
        lines = site.get(f'{PAGE}.csv?{query}', who).text.splitlines()[1:]
        t.is_(sorted(line.split(',')[:3] for line in lines),
              sorted([str(c['lesson']), c['municipality'], c['status']] for c in value['cells']), '… the same as CSV')
        page = site.get(f'{PAGE}?{query}', who).text
        t.is_(len(re.findall(r'<tr><th scope="row">', page)), len(got), '… and on the page')
    for query in WRONG:
        t.is_(site.get(f'{API}{PAGE}?{query}').status, 422, f'?{query[:20]} is refused')


def columns(t, site, first, second):
    value = site.get(f'{API}{PAGE}?status=interrupted', auth('co')).json()
    t.is_([lesson['id'] for lesson in value['lessons']], [first], 'with a status, the lessons on which one has it')
    value = site.get(f'{API}{PAGE}?status=adapted', auth('co')).json()
    t.is_([lesson['id'] for lesson in value['lessons']], [second], '… and no other')
    value = site.get(f'{API}{PAGE}', auth('co')).json()
    t.ok(not any(name in value['municipalities'][0] for name in ('place', 'by_name', 'by_department', 'found')), 'what it is made by is not told')


def form(t, site):
    """What is offered is what its reader may know; what was chosen stays."""
    for by, silence in (('co', True), ('hub', True), ('mem', False), ('other', False), (None, False)):
        browser = Browser(site, by)
        browser.get(PAGE)
        choose = browser.form(PAGE)
        t.is_(('silence' in choose.options['sort'], 'silent' in choose.options['status'], 'answers' in choose.names), (silence,) * 3,
              f'{by}: silence is offered: {silence}')
        t.is_('interrupted' in choose.options['status'], by in ('co', 'hub', 'mem'), f'{by}: and what is not open')
        t.is_([d for d in choose.options['department'] if d], ['Atlantique', 'Ouémé', 'Zou'], f'{by}: each department once')
    browser.get(f'{PAGE}?lang=nl&name=b&department=Zou&sort=name&status=applied')
    choose = browser.form(PAGE)
    t.is_({name: choose.value(name) for name in ('lang', 'name', 'department', 'sort', 'status')},
          {'lang': 'nl', 'name': 'b', 'department': 'Zou', 'sort': 'name', 'status': 'applied'}, 'what was chosen stands there')
    text = browser.answer.text
    t.like(text, r'href="/groups/web/uptake\.csv\?lang=nl&amp;name=b&amp;department=Zou&amp;status=applied&amp;sort=name"', 'CSV has it too')
    t.like(text, r'href="/groups/web/uptake\?name=b&amp;department=Zou&amp;sort=name&amp;status=applied&amp;lang=fr"', 'and another language')
    for n in range(51):
        hub.lesson(site, title=f'Leçon {n}')
    text = browser.get(f'{PAGE}?sort=name&lang=nl').text
    older = re.search(r'rel="next" href="(\?before=\d+&amp;sort=name&amp;lang=nl)"', text)
    t.ok(older and browser.get(PAGE + older[1].replace('&amp;', '&')).status == 200, 'the older lessons, in the same order')
    link = site.get(f'{API}{PAGE}?sort=name&answers=with').headers['Link']
    t.like(link, r'\?before=\d+&sort=name&answers=with>; rel="next"', 'the API too')


t = Tap()
with Site() as site:
    hub.seed()
    first, second = fill(site)
    asked(t, site)
    columns(t, site, first, second)
    form(t, site)
t.done()
