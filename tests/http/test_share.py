"""A lesson passed on: the lines for WhatsApp and mail, short and plain; the QR code; nothing of what is not to be seen."""

from urllib.parse import parse_qs, urlsplit

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap

LONG = 'Une commune peut commencer petit, et l’été « deux » & trois 😀. ' * 14
# title, summary: what the lines begin with
CASES = (('Commencer petit', 'Une page suffit.', 'Commencer petit (Ouinhi)\n\nUne page suffit.\n\nhttp'),
         ('Sans résumé', None, 'Sans résumé (Ouinhi)\n\nhttp'),
         ('Avec & et <b> et "guillemets" + 100 %', 'Ligne une\nligne #2?', 'Avec & et <b> et "guillemets" + 100 % (Ouinhi)\n\nLigne une\nligne #2?\n\nhttp'),
         ('é' * 200, LONG[:1000], 'é' * 200 + ' (Ouinhi)\n\nUne commune'), ('Long', LONG[:1000], 'Long (Ouinhi)\n\nUne commune'),
         ('Un mot', 'x' * 1000, 'Un mot (Ouinhi)\n\nxxx'))


def lines(t, site):
    for title, summary, begins in CASES:
        number = hub.lesson(site, title=title, summary=summary)
        value = site.get(f'{WEB}/lessons/{number}/share').json()
        text, url = value['text'], f'{site.url}/groups/web/lessons/{number}'
        t.ok(text.startswith(begins) and text.endswith(f'\n{url}'), f'{title[:20]}: what it says', text)
        t.ok(len(text) < 600 and text.count('http') == 1, f'{title[:20]}: under 600 characters, one link', len(text))
        t.ok('…' not in text or summary[len(text.split('\n\n')[1]) - 1] in ' x', '… cut behind a word')
        parts = urlsplit(value['whatsapp'])
        t.is_((parts.netloc, parse_qs(parts.query, strict_parsing=True)), ('wa.me', {'text': [text]}), '… the same for WhatsApp')
        parts = urlsplit(value['mail'])
        t.is_((parts.scheme, parse_qs(parts.query, strict_parsing=True)),
              ('mailto', {'subject': [title], 'body': [text.replace('\n', '\r\n')]}), '… and for a mail')
        t.unlike(value['mail'] + value['whatsapp'], '[^!-~]', '… in addresses of ASCII')
        page = Browser(site).get(f'/groups/web/lessons/{number}/share')
        t.is_((page.status, '<b>' in page.text), (200, False), '… on its page')
        t.is_(site.get(f'/groups/web/lessons/{number}/share.txt').text, text + '\n', '… as text')


def unseen(t, site):
    closed = hub.lesson(site, 'huis', 'hub', title='Interne', summary='GEHEIM')
    for what in ('share', 'share.txt', 'qr.svg'):
        t.is_([site.get(f'/groups/huis/lessons/{closed}/{what}', auth(by) if by else {}).status for by in ('mem', 'bon', None)],
              [200, 404, 404], f'{what} of a closed group: for its members')
    page = Browser(site, 'mem').get(f'/groups/huis/lessons/{closed}/share')
    t.ok('only its members can open the link' in page.text and 'GEHEIM' not in page.text, 'who are told, and no more than the title goes out')
    for status, by in (('draft', 'con'), ('proposed', 'mem')):
        number = hub.lesson(site, by=by, status=status)
        t.is_(site.get(f'{API}/groups/web/lessons/{number}/share', auth(by)).status, 404, f'{status}: there is nothing to pass on yet')


def languages(t, site):
    number = hub.lesson(site)
    site.put(f'{WEB}/lessons/{number}/texts/nl', {'title': 'Klein beginnen', 'body': 'x', 'summary': 'Eén blad.'}, auth('hub', If_Match='*'))
    for lang, begins in (('nl', 'Klein beginnen (Ouinhi)\n\nEén blad.'), ('fr', 'Commencer petit'), ('en', 'Commencer petit')):
        t.ok(site.get(f'/groups/web/lessons/{number}/share.json?lang={lang}').json()['text'].startswith(begins), f'{lang}: in the language there is')


def picture(t, site):
    number = hub.lesson(site)
    svg = site.get(f'/groups/web/lessons/{number}/qr.svg')
    t.is_((svg.status, svg.headers['Content-Type']), (200, 'image/svg+xml; charset=utf-8'), 'the QR code is a picture')
    page = site.get(f'/groups/web/lessons/{number}/share')
    path = svg.text.split('<path d="')[1].split('"')[0]
    t.ok(len(path) > 2000 and path in page.text, 'the same on the page')


t = Tap()
with Site() as site:
    hub.seed()
    lines(t, site)
    unseen(t, site)
    languages(t, site)
    picture(t, site)
t.done()
