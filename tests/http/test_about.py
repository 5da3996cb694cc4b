"""
What each page tells a search engine of itself: every page that anybody may find has one description, in the language asked
for, of its own, short, and of words alone.
"""

import re
from html import unescape
from urllib.parse import urlsplit

from tests.http.test_words import fill, pages
from tests.lib import hub
from tests.lib.hub import WEB, auth
from tests.lib.site import Site, Tap, psql

LANGUAGES = 'en', 'fr', 'nl'
MOST = 160
UNFOUND = '/search', '/style', '/demo/mail', '/nothing'         # a search's pages say noindex, two are the demonstration's, nothing is not there
HERE = re.compile('/search$|^/(a|c|u|mail)/')         # … and what links in mail lead to is one person's


def descriptions(answer):
    return [unescape(found) for found in re.findall(r'<meta name="description"(?: lang="[a-z]+")? content="([^"]*)">', answer.text)]


def public(made):
    """Each page that nobody in particular reads, once, with its forms of another language left out."""
    for path, persons in pages(*made):
        bare = urlsplit(path).path
        if None in persons and bare not in UNFOUND and not HERE.search(bare):
            yield path


def every_page_has_one(t, site, made):
    for lang in LANGUAGES:
        told = {}
        for path in public(made):
            answer = site.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
            found = descriptions(answer)
            if answer.status != 200:
                t.is_(found, [], f'{path}: nothing of what is not shown')
                continue
            t.is_((len(found), [one for one in found if not 3 <= len(one) <= MOST or '<' in one or '\n' in one or '{{' in one]), (1, []),
                  f'{path} in {lang}: {found}')
            told.setdefault(found[0] if found else '', []).append(path)
        t.is_([paths for paths in told.values() if len(paths) > 1], [], f'each has its own in {lang}')


def it_is_the_page_s_own(t, site):
    written = hub.lesson(site, summary='Un "mot" & deux.\nPuis <b>trois</b>.', title='Titre')
    plain = hub.lesson(site, summary='', body='# Le **marché**\n\nSes heures, [ici](https://example.org/)  \net *là*.\n\n- un\n- deux\n', title='Marché')
    long = hub.lesson(site, summary='', body='commune ' * 80, title='Long')
    for number, want in ((written, 'Un "mot" & deux. Puis <b>trois</b>.'), (plain, 'Le marché Ses heures, ici et là. un deux'),
                         (long, 'commune ' * 19 + 'commune…')):
        found = descriptions(site.get(f'/groups/web/lessons/{number}'))
        t.is_(found, [want], f'lesson {number} tells its own words')
    t.is_(descriptions(site.get('/inbox?lang=en', auth('mem')))[0][:16], 'Waiting for you:', 'the inbox has one too')
    psql("UPDATE relais.group SET description = '' WHERE slug = 'web'; UPDATE relais.group_log SET version = version + 1")
    site.post(f'{WEB}/subscriptions', {'cadence': 'weekly', 'lang': 'nl'}, auth('mem'))
    closed = site.get('/groups/huis')
    t.is_((closed.status, descriptions(closed)), (404, []), 'a closed group tells nobody anything')


def main():
    t = Tap()
    hub.seed()
    with Site() as site:
        every_page_has_one(t, site, fill(site))
        it_is_the_page_s_own(t, site)
    t.done()


if __name__ == '__main__':
    main()
