"""
A digest passed on: whatever is in it, in each language and for whoever passes it on, the lines are under 600 characters, have
one link, tell whole news and say how many more there are; and nothing in them is for members only.
"""

import re
from urllib.parse import parse_qs, urlsplit

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql

MORE = {'en': r'and (one|\d+) more', 'fr': r'et (une|\d+) autres?', 'nl': r'en nog (één|\d+)( andere)?'}
NUMBER = {'en': 'ANCB – digest {}', 'fr': 'ANCB – point de la quinzaine n°\u00a0{}', 'nl': 'ANCB – tweewekelijks overzicht nr. {}'}
SECRET = ('SECRET', 'Maison', 'Groupe fermé', 'huis', 'Brouillon', 'Proposée', 'Retirée', 'Bonou')
ALL = ('lessons', 'reports', 'questions', 'members')

# name, titles of the lessons that are published, what else happens
LONGEST = 'Une commune peut commencer petit, sans budget et sans personne de plus, si elle ' * 3
CASES = (('one lesson', ['Commencer petit'], None),
         ('three lessons', ['Un', 'Deux', 'Trois'], None),
         ('many lessons', [f'Leçon numéro {n}' for n in range(45)], None),
         ('the longest title', [LONGEST[:199] + 'x'], None),
         ('longest titles', [f'{n} {LONGEST}'[:200].strip() for n in range(4)], None),
         ('one word of 200 characters', ['é' * 200, 'Court'], None),
         ('emoji', ['👩🏽‍🌾🌱 Le marché 😀', '😀' * 200, '🏛️' * 60], None),
         ('marks', ['Avec & et <b> et "guillemets" + 100 % {{n}} {{#tr}}x{{/tr}}', "L'été « deux »"], None),
         ('addresses', ['Voir https://ouinhi.bj/marche et HTTP://x.org', 'http://https://a'], None),
         ('the longest name', ['Court'], lambda site: psql("UPDATE relais.municipality SET name = repeat('Ouinhi sur Ouémé ', 11) || 'fin' WHERE slug = 'ouinhi'")),
         ('long names all over', [LONGEST[:199] + 'x', LONGEST[:198] + 'yz'], lambda site: psql(
             "UPDATE relais.umbrella SET name = 'ANCB ' || repeat('association nationale des communes ', 5) WHERE slug = 'ancb'")),
         ('nothing for everybody', [], lambda site: report_interrupted(site)))


def report_interrupted(site):
    hub.report(site, SEEN['lesson'], 'interrupted', 'bon', reason='political', note='SECRET')


SEEN = {}


def publish(site):
    """The next digest, approved: its number."""
    n = hub.made(site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co')), 'n')
    approve(site, n)
    return n


def approve(site, n):
    answer = site.post(f'{API}/umbrellas/ancb/digests/{n}/approve', {}, auth('co'))
    if answer.status != 200:
        raise RuntimeError(answer.text)


def restore_names():
    psql("UPDATE relais.municipality SET name = 'Ouinhi' WHERE slug = 'ouinhi'; UPDATE relais.umbrella SET name = 'ANCB' WHERE slug = 'ancb'")


def is_whole(line, news):
    """Does a line tell one of the news, its title whole?"""
    return any(re.sub('https?://', '', item.get('title', ''), flags=re.I) in line for item in news)


def holds(t, site, path, lang, name, url):
    """What is true of all lines; gives the text."""
    values = [site.get(f'{path}/share.json?lang={lang}', auth(by) if by else {}).json() for by in (None, 'mem', 'co')]
    text = values[0]['text']
    t.is_({value['text'] for value in values}, {text}, f'{name} in {lang}: the same whoever passes it on')
    t.ok(len(text) < 600, '… under 600 characters', len(text))
    t.is_((text.count('://'), values[0]['url'], text.split('\n')[-1]), (1, url, url), '… with one link, at its end')
    t.ok(text.startswith(NUMBER[lang].split(' –')[0]) and '\n\n\n' not in text and text == text.strip(), '… in order', text)
    t.is_([word for word in SECRET if word in text and word != 'huis' or word == 'huis' and '/huis' in text], [], '… and nothing that is not for everybody')
    edition = site.get(f'{path}/public.json?lang={lang}' if 'umbrellas' in path else f'/umbrellas/ancb/digests/{path.split("/")[-1]}/public.json?lang={lang}')
    news = [item for part in edition.json()['sections'] if 'umbrellas' in path or f"/{part['group']['slug']}/" in path for name in ALL for item in part[name] if item['act'] != 'withdrawn']
    told = [line for line in text.split('\n') if line.startswith('- ')]
    more = re.findall(rf'^{MORE[lang]}$', text, re.M)
    more = more[0][0] if more and isinstance(more[0], tuple) else more[0] if more else '0'
    more = int(more) if more.isdigit() else 1
    t.is_((len(told) + more, len(told) > 0), (len(news), len(news) > 0), '… each of the news is told or counted')
    t.ok(all(is_whole(line, news) for line in told) and '{{' not in text.replace('{{n}} {{#tr}}x{{/tr}}', ''), '… and each told is whole', told)
    for way, want in (('whatsapp', ('wa.me', 'text', text)), ('mail', ('', 'body', text.replace('\n', '\r\n'))), ('sms', ('', 'body', text))):
        parts = urlsplit(values[0][way])
        t.is_((parts.netloc, parse_qs(parts.query)[want[1]]), (want[0], [want[2]]), f'… by {way}')
        t.unlike(values[0][way], '[^!-~]', '… in an address of ASCII')
    t.is_(site.get(f'{path}/share.txt?lang={lang}').text, text + '\n', '… as text')
    page = Browser(site, lang=lang).get(f'{path}/share?lang={lang}')
    t.is_((page.status, '<b>' in page.text), (200, False), '… on its page')
    return text


def cases(t, site):
    SEEN['lesson'] = hub.lesson(site)
    publish(site)
    for name, titles, more in CASES:
        for title in titles:
            hub.lesson(site, title=title)
        if more is not None:
            more(site)
        n = publish(site)
        for lang in NUMBER:
            for path in (f'/umbrellas/ancb/digests/{n}', f'/groups/web/digests/{n}'):
                holds(t, site, path, lang, f'{name}, {path.split("/")[1]}', f'{site.url}{path}')
        restore_names()


def mixed(t, site):
    """Lessons, reports, questions of two groups, and all that is for members only."""
    first = hub.lesson(site, title='Publiée')
    site.put(f'{WEB}/lessons/{first}/texts/nl', {'title': 'Gepubliceerd', 'body': 'x', 'summary': 'x'}, auth('hub', If_Match='*'))
    hub.lesson(site, title='Brouillon', status='draft')
    hub.lesson(site, title='Proposée', by='mem', status='proposed')
    hub.lesson(site, group='huis', title='Maison')
    hub.question(site, by='mem', text='Qui publie ?')
    hub.report(site, first, 'applied', 'mem', note='Bien.', audience='public')
    hub.report(site, first, 'interrupted', 'bon', reason='political', note='SECRET')
    gone = hub.lesson(site, title='Retirée')
    n = hub.made(site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co')), 'n')
    for path in (f'/umbrellas/ancb/digests/{n}', f'/groups/web/digests/{n}', f'/groups/huis/digests/{n}'):
        for what in ('share', 'share.txt', 'share.json', 'qr.svg'):
            t.is_([site.get(f'{path}/{what}', auth(by) if by else {}).status for by in (None, 'mem', 'hub', 'co')], [404] * 4, f'{path}/{what}: a draft is not passed on')
    t.unlike(Browser(site, 'co').get(f'/umbrellas/ancb/digests/{n}').text, '/share', 'nor does its page lead there')
    approve(site, n)
    site.request('PATCH', f'{WEB}/lessons/{gone}', {'status': 'withdrawn', 'reason': 'dépassé'}, auth('hub', If_Match='*'))
    for lang, title, words in (('fr', 'Publiée', ('Aklamè – appliqué\u00a0: ', 'Qui publie ? (Aklamè)')), ('nl', 'Gepubliceerd', ('Aklamè – toegepast: ',)), ('en', 'Publiée', ('Aklamè – applied: ',))):
        for path in (f'/umbrellas/ancb/digests/{n}', f'/groups/web/digests/{n}'):
            text = site.get(f'{path}/share.json?lang={lang}', auth('hub')).json()['text']
            t.ok(all(word in text for word in (f'- {title} (Ouinhi)', *words)), f'{path} in {lang}: what is new', text)
            t.is_([word for word in SECRET if word in text], [], '… and neither what is for members nor what was withdrawn since')
            t.ok(text.startswith(NUMBER[lang].format(n) + ' ('), '… which digest it is')
            t.is_('Sites web' in text, 'groups' in path, "… and a section's group")
            t.like(Browser(site, lang=lang).get(f'{path}?lang={lang}').text, f'href="{path}/share', '… where its page leads')
    return n


def closed(t, site, n):
    """A section of a closed group: its members pass on which digest it is, and no more."""
    path = f'/groups/huis/digests/{n}'
    for what in ('share', 'share.txt', 'qr.svg'):
        t.is_([site.get(f'{path}/{what}', auth(by) if by else {}).status for by in ('mem', 'co', 'bon', 'other', None)], [200, 200, 404, 404, 404],
              f'{what} of a closed group: for its members')
    for lang in NUMBER:
        text = site.get(f'{path}/share.txt?lang={lang}', auth('mem')).text
        t.like(text, rf'^{re.escape(NUMBER[lang].format(n))} \([^)\n]+\)\n\n{re.escape(site.url)}/umbrellas/ancb/digests/{n}\n$', f'{lang}: no more than which digest it is')
    t.ok('members of closed groups' in Browser(site, 'mem', 'en').get(f'{path}/share?lang=en').text, 'which they are told')
    t.ok('members of closed groups' not in Browser(site, 'mem', 'en').get(f'/umbrellas/ancb/digests/{n}/share?lang=en').text, 'and are not where it is not so')
    psql("UPDATE relais.group SET visibility = 'closed' WHERE slug = 'web'")
    t.is_([site.get(f'/umbrellas/ancb/digests/{n}/share.txt', auth(by) if by else {}).status for by in ('mem', None)], [200, 404], 'a group that closes takes its news with it')
    t.unlike(site.get(f'/umbrellas/ancb/digests/{n}/share.txt', auth('mem')).text, 'Publiée|Sites', '… also from who may read them')
    psql("UPDATE relais.group SET visibility = 'public' WHERE slug = 'web'")


def picture(t, site, n):
    for path in (f'/umbrellas/ancb/digests/{n}', f'/groups/web/digests/{n}'):
        svg = site.get(f'{path}/qr.svg')
        t.is_((svg.status, svg.headers['Content-Type']), (200, 'image/svg+xml; charset=utf-8'), f'{path}: the QR code is a picture')
        code = svg.text.split('<path d="')[1].split('"')[0]
        t.ok(len(code) > 2000 and code in site.get(f'{path}/share').text, '… the same on the page')
        t.is_(site.get(f'{API}{path}/share').json()['url'], site.url + path, '… and the API has the lines too')


def together(t, site):
    """Of several groups, each has its first news told before any has its second."""
    hub.operate(hub.call('group_post', 'eau', 'Eau', '', 'public', 'fr', 'ancb', None), hub.call('member_put', 'eau', 'ouinhi', 'hub', None))
    for n in range(12):
        hub.lesson(site, title=f'Site {n} {LONGEST}'[:90].strip())
    hub.lesson(site, group='eau', title='Une borne')
    n = publish(site)
    text = holds(t, site, f'/umbrellas/ancb/digests/{n}', 'fr', 'two groups', f'{site.url}/umbrellas/ancb/digests/{n}')
    t.ok('Une borne (Ouinhi)' in text and 'Site 11' in text, 'the small group beside the large one', text)


t = Tap()
with Site() as site:
    hub.seed()
    cases(t, site)
    n = mixed(t, site)
    closed(t, site, n)
    picture(t, site, n)
    together(t, site)
t.done()
