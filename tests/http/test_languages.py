"""
Numbers, dates and plurals as each language writes them; and that adding a language is one PO file: this test makes one,
and the pages, the switch, the choices and the feeds have it.
"""

import html
import os
import re

from tests.lib import catalogue, hub
from tests.lib.hub import WEB, auth
from tests.lib.site import Site, Tap

THIN = '\u202f'
# language: an address's 1234567 bytes, 1 March 2024, 28 September 2024, March 2025
WRITTEN = {
    'en': ('1,234,567 bytes', '1 March 2024', '28 September 2024', 'March 2025'),
    'fr': (f'1{THIN}234{THIN}567 octets', '1er mars 2024', '28 septembre 2024', 'mars 2025'),
    'nl': ('1.234.567 bytes', '1 maart 2024', '28 september 2024', 'maart 2025'),
    catalogue.FOURTH: ('1⟦,⟧234⟦,⟧567 ⟦bytes⟧', '⟦⟦1⟧ ⟦March⟧ 2024⟧', '⟦28 ⟦September⟧ 2024⟧', '⟦⟦March⟧ 2025⟧'),
}
# so many lessons in a group, on the first page
COUNTED = {
    'en': ('0 lessons', 'one lesson', '2 lessons', '3 lessons'),
    'fr': ('0 leçon apprise', '1 leçon apprise', '2 leçons apprises', '3 leçons apprises'),
    'nl': ('0 geleerde lessen', 'één geleerde les', '2 geleerde lessen', '3 geleerde lessen'),
    catalogue.FOURTH: ('⟦1:0 lessons⟧', '⟦0:one lesson⟧', '⟦1:2 lessons⟧', '⟦2:3 lessons⟧'),
}


def text(answer):
    return re.sub(r'[ \n]+', ' ', html.unescape(re.sub(r'<[^>]*>', ' ', answer.text)))


def numbers_and_dates(t, site):
    link = {'url': 'https://example.org/guide', 'kind': 'document', 'bytes': 1234567}
    days = '2024-03-01', '2024-09-28', '2025-03'
    numbers = [hub.lesson(site, group='ferme', by='lier', lang='nl', occurred_on=day, links=[link]) for day in days]
    for lang, (size, *dates) in WRITTEN.items():
        pages = [text(site.get(f'/groups/ferme/lessons/{number}?lang={lang}', auth('lier'))) for number in numbers]
        for page, date in zip(pages, dates):
            t.like(page, rf'(?<!\w){re.escape(date)}(?!\w)', f'{date} in {lang}')
        t.like(pages[0], re.escape(size), f'{size} in {lang}')


def plurals(t, site):
    """The group web grows from no lesson to three."""
    for count in range(4):
        for lang, forms in COUNTED.items():
            page = site.get(f'/?lang={lang}').text
            shown = re.search(r'href="/groups/web[^"]*">.*?<p class="meta">ANCB · ([^<]*)</p>', page)
            t.is_(html.unescape(shown[1]), forms[count], f'{count} in {lang}')
        hub.lesson(site)


def switch(t, site):
    lang, name = catalogue.FOURTH, catalogue.FOURTH_NAME
    page = site.get('/groups/web/lessons?status=applied').text
    t.like(page, rf'<a href="/groups/web/lessons\?status=applied&amp;lang={lang}" lang="{lang}" hreflang="{lang}">'
           rf'<abbr>{lang}</abbr> <span>{name}</span></a>', 'the switch has it, and keeps the page')
    for headers, path in (({'Accept-Language': f'{lang}, fr;q=0.5'}, '/'), ({'Accept-Language': f'{lang}-BJ'}, '/'),
                          ({}, f'/?lang={lang}')):
        page = site.get(path, headers).text
        t.like(page, rf'<html lang="{lang}">', f'{path} with {headers} is in it')
        t.like(page, '⟦Sign in⟧', 'and so are its words')


def chosen(t, site):
    """A person chooses it; a group's texts, feeds and mails can be in it."""
    lang = catalogue.FOURTH
    t.like(site.get('/me', auth('mem')).text, rf'<option value="{lang}"[^>]*>{catalogue.FOURTH_NAME}</option>', 'the choice')
    t.is_(site.request('PATCH', f'{hub.API}/me', {'lang': lang}, auth('mem', If_Match='*')).status, 200, 'it is taken')
    t.like(site.get('/inbox', auth('mem')).text, rf'<html lang="{lang}">', 'and is the language of the pages from then on')
    number = hub.lesson(site)
    title = {'title': 'Vɔvɔ', 'body': 'Wekɛ.'}
    answer = site.put(f'{WEB}/lessons/{number}/texts/{lang}', title, auth('hub', If_Match='*'))
    t.is_(answer.status, 200, 'a lesson is translated into it')
    page = site.get(f'/groups/web/lessons/{number}', auth('mem')).text
    t.like(page, rf'<h1 lang="{lang}">Vɔvɔ</h1>', 'and read in it')
    feed = site.get(f'/groups/web/feed.atom?lang={lang}').text
    t.like(feed, rf'(?s)xml:lang="{lang}".*Vɔvɔ', 'and followed in it')
    answer = site.post(f'{WEB}/subscriptions', {'cadence': 'weekly', 'lang': lang}, auth('mem'))
    t.is_(answer.status, 201, 'and got by mail in it')


def main():
    t = Tap()
    hub.seed()
    place = os.environ['TMPDIR'] + '/locale'
    sources = catalogue.with_fourth(place)
    t.is_(catalogue.run(sources / 'check'), '', 'nothing lacks in the one file of the fourth language')
    with Site(env={'RELAIS_LOCALE_DIR': place}) as site:
        numbers_and_dates(t, site)
        plurals(t, site)
        switch(t, site)
        chosen(t, site)
    t.done()


main()
