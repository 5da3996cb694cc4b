"""The trends of uptake: a page of charts with their tables, each chart in three forms, and what each reader gets."""

import csv
import io
import re
import xml.etree.ElementTree as ET

from tests.lib import hub
from tests.lib.browser import PAGE
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql

TRENDS = '/groups/web/uptake/trends'
SVG = '{http://www.w3.org/2000/svg}'
EVERYBODYS = ('funnel', 'months', 'map', 'days')
FIRST_VISIT = 14 * 1024         # HTML and style sheet, as they are sent
MANY, LESSONS = 77, 60          # the communes of Benin


def fill(site):
    """Two lessons; of the first one tries, one adapted, one is interrupted; nobody said a word on the second, old one."""
    first, second = hub.lesson(site), hub.lesson(site, title='Écrire <à> & "tous"')
    hub.report(site, first, 'trying', 'mem', occurred_on='2025-03')
    hub.report(site, first, 'adapted', 'mem', occurred_on='2025-05-02', adaptation='autrement')
    hub.report(site, first, 'interrupted', 'bon', reason='political', note='GEHEIM')
    psql(f"UPDATE relais.item SET published_at = now() - interval '70 days' WHERE number = {second}; "
         "UPDATE relais.event SET at = now() - interval '1 year' WHERE kind = 'member'; UPDATE relais.membership SET since = '2024-02'; "
         "UPDATE relais.municipality SET name = 'Aklamè <b> & Cie', department = 'Zou & Collines' WHERE slug = 'aklame'")
    return first, second


def table(answer):
    return list(csv.reader(io.StringIO(answer.text)))


def page(t, site):
    for by, more in (('co', ('silence', 'reasons')), ('hub', ('silence',)), ('mem', ()), (None, ())):
        answer = site.get(f'{TRENDS}?lang=en', auth(by) if by else None)
        charts = re.findall(r'<svg class="chart".*?</svg>', answer.text, re.DOTALL)
        names = [re.search(r'aria-labelledby="(\w+)-title', chart)[1] for chart in charts]
        t.is_((answer.status, names), (200, [*EVERYBODYS, *more]), f'{by}: the charts on the page')
        for name, chart in zip(names, charts):
            root = ET.fromstring(chart)
            told_by = ' '.join(root[i].get('id') for i in (0, 1))
            t.ok(root.get('role') == 'img' and root[0].text and root[1].text and root.get('aria-labelledby') == told_by,
                 f'{by}: {name} is named and described')
        t.is_(len(re.findall('<table class="plain">', answer.text)), len(names), f'{by}: a table behind each')
        t.is_('<details open>' in answer.text, 'silence' in more, f'{by}: open where one comes for the names')
        t.is_(re.findall(r'\sstyle=|<style|<script(?! src=)', answer.text), [], f'{by}: no style but the sheet\'s')
    for text in ('changed priorities', 'Bonou', 'Aklamè &lt;b&gt; &amp; Cie', 'Zou &amp; Collines'):
        t.ok(text in site.get(f'{TRENDS}?lang=en', auth('co')).text, f'{text} is there')
    rows = re.findall(r'<tr><th scope="row"><a href="\?lesson=(\d+)&amp;lang=en".*?</a></th>(.*?)</tr>', site.get(f'{TRENDS}?lang=en').text)
    t.is_([(number, re.findall('<td>(.*?)</td>', cells)) for number, cells in rows], [('2', ['', '', '0', '0']), ('1', ['', '', '1', '1'])],
          'nobody: the lessons, with what is open')
    t.ok(f'href="{TRENDS}"' in site.get('/groups/web/uptake').text, 'the matrix leads there')


def links(t, site, lesson):
    answer = site.get(f'{TRENDS}?lang=en&lesson={lesson}', auth('co'))
    found = [link.replace('&amp;', '&') for link in re.findall(rf'href="({TRENDS}[/.][^"]+)" download', answer.text)]
    t.is_(len(found), 3 * 6 + 2, 'a download in each form')
    for link in found:
        t.is_((site.get(link, auth('co')).status, f'lesson={lesson}' in link), (200, True), f'{link} is there, of the same lesson')


def forms(t, site, lesson):
    for name in EVERYBODYS + ('silence', 'reasons'):
        svg = site.get(f'{TRENDS}/{name}.svg?lang=fr', auth('co'))
        root = ET.fromstring(svg.body)
        t.is_((svg.status, svg.headers['Content-Type'], root.tag), (200, 'image/svg+xml; charset=utf-8', SVG + 'svg'), f'{name}.svg')
        t.like(svg.headers['Content-Security-Policy'], "^default-src 'none'", 'which runs nothing')
        t.is_([element for element in root.iter() if element.tag in (SVG + 'script', SVG + 'a', SVG + 'image')], [],
              'and leads nowhere')
        t.is_(site.get(f'{TRENDS}/{name}', auth('co', **PAGE)).headers['Content-Type'], svg.headers['Content-Type'],
              'a browser gets the picture')
        value = site.get(f'{TRENDS}/{name}.json', auth('co')).json()
        t.is_(value[name], site.get(f'{API}{TRENDS}', auth('co')).json()[name], f'{name}.json has its part of the whole')
    got = {name: table(site.get(f'{TRENDS}/{name}.csv', auth('co'))) for name in EVERYBODYS + ('silence', 'reasons')}
    t.is_(got['funnel'], [['stage', 'n'], ['sent', '6'], ['answered', '2'], *([stage, '1'] for stage in ('interested', 'planned', 'trying', 'applied'))],
          'funnel.csv')
    t.is_(got['months'], [['month', 'trying', 'applied', 'adapted'], ['2025-03', '1', '0', '0'], ['2025-05', '0', '0', '1']],
          'months.csv')
    t.is_(got['map'], [['municipality', 'department', 'n', 'of'], ['aklame', 'Zou & Collines', '1', '2'], ['bonou', '', '0', '2'],
                       ['lier', '', '0', '2']], 'map.csv')
    t.is_(got['days'], [['lesson', 'median_days', 'trials'], [str(lesson), '0', '1']], 'days.csv')
    t.is_(got['silence'], [['municipality', 'days30', 'days60', 'days90'], *([town, '1', '1', '0'] for town in ('aklame', 'bonou', 'lier'))],
          'silence.csv')
    t.is_(got['reasons'], [['status', 'reason', 'n'], ['interrupted', 'political', '1']], 'reasons.csv')
    whole = table(site.get(f'{TRENDS}.csv'))
    t.is_(whole[-1], [str(lesson), '3', '', '', '', '1', '1', '0', '1'], 'the lessons as CSV: nothing for nobody of what is not open')


def sight(t, site, lesson):
    """What the public may read says nothing of the one that was interrupted, nor of who is silent."""
    for ending in ('', '.json', '.csv', *(f'/{name}.{form}' for name in EVERYBODYS for form in ('svg', 'json', 'csv'))):
        text = site.get(f'{TRENDS}{ending}').text
        t.unlike(text, 'political|changed priorities|GEHEIM|answered"|interrupted"|silen', f'nobody: {ending or "the page"}')
    for by in (None, 'mem', 'see', 'zog', 'other'):
        for name in ('silence', 'reasons'):
            t.is_(site.get(f'{TRENDS}/{name}.svg', auth(by) if by else None).status, 404, f'{by}: no {name}')
    for who, path in ((None, f'{API}{TRENDS}'), ('mem', f'{API}{TRENDS}'), ('co', f'{API}{TRENDS}')):
        t.is_('answered' in site.get(path, auth(who) if who else None).json()['funnel'], who is not None, f'{who}: how many answered')
    t.is_([site.get(f'{TRENDS}?lesson={number}').status for number in (lesson, 999)], [200, 404], 'a lesson that is not there')


def matrix(t, site):
    """To whoever is not of the group an answer that is not for them and silence look the same: an empty place."""
    for by, inside in ((None, False), ('zog', True), ('mem', True), ('hub', True), ('co', True), ('see', True), ('other', False)):
        text = site.get('/groups/web/uptake?lang=en', auth(by) if by else None).text
        cells = {name: re.findall('<td[^>]*>(.*?)</td>', row)
                 for name, row in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', text)}
        reason = ' <small>changed priorities</small>' if by == 'co' else ''
        t.is_((cells['Bonou'], cells['Lier']), (['no news', f'interrupted for now{reason}'], ['no news'] * 2) if inside else ([''] * 2, [''] * 2),
              f'{by}: what is not told is not called silence')
        t.is_(('no news' in text.lower(), 'st-silent' in text), (inside, inside), f'{by}: nor anywhere else')
        t.is_(site.get(f'{API}/groups/web/uptake', auth(by) if by else None).json()['inner'], inside, f'{by}: the API says which it is')


def memory(t, site, lesson):
    """A public group's chart is kept until the group changes."""
    before = site.get(f'{TRENDS}/funnel.svg')
    t.is_(site.get(f'{TRENDS}/funnel.svg', {'If-None-Match': before.headers['ETag']}).status, 304, 'nothing new: 304')
    hub.report(site, lesson, 'applied', 'lier')
    after = site.get(f'{TRENDS}/funnel.svg', {'If-None-Match': before.headers['ETag']})
    t.is_((after.status, after.body != before.body), (200, True), 'a report later it is another')


def large(t, site):
    """The size the hub is made for still fits a first visit."""
    with open('deploy/demo/benin-communes.csv', encoding='utf-8') as file:
        towns = list(csv.DictReader(file))[:MANY]
    hub.operate(hub.call('group_post', 'large', 'Large', '', 'public', 'fr', 'ancb', None),
                hub.call('member_put', 'large', 'ouinhi', 'hub', None),
                *(hub.call('municipality_post', f"c-{town['slug']}", town['name'], 'municipality', 'BJ', town['department'], 'fr',
                           'ancb', 'false')
                  + hub.call('member_put', 'large', f"c-{town['slug']}", 'member', None) for town in towns))
    for number in range(LESSONS):
        hub.lesson(site, 'large', title=f'Publier les délibérations du conseil et les tarifs du marché, {number}')
    for number in range(1, LESSONS + 1, 2):
        for town in towns[number % 7::5]:
            hub.report(site, number, ('trying', 'applied', 'interrupted', 'planned')[(number + len(town['slug'])) % 4], 'co', 'large',
                       municipality=f"c-{town['slug']}", via='phone', occurred_on=f'2025-{1 + number % 12:02}')
    psql("UPDATE relais.item SET published_at = now() - number * interval '2 days' "
         "WHERE group_id = (SELECT id FROM relais.group WHERE slug = 'large'); "
         "UPDATE relais.membership SET since = '2024'")
    for by in ('co', None):
        sizes = []
        for path in ('/groups/large/uptake/trends?lang=fr', re.search(r'/static/style\.\w+\.css', site.get('/').text)[0]):
            sizes.append(len(site.get(path, (auth(by) if by else {}) | {'Accept-Encoding': 'gzip'}).body))
        t.ok(sum(sizes) <= FIRST_VISIT, f'{MANY} municipalities and {LESSONS} lessons for {by}: 14 KB with the style', sizes)
        t.note(f'{by}: page and style {sizes}')


def main():
    t = Tap()
    hub.seed()
    with Site() as site:
        first, second = fill(site)
        page(t, site)
        links(t, site, first)
        forms(t, site, first)
        sight(t, site, second)
        matrix(t, site)
        memory(t, site, first)
        large(t, site)
    t.done()


main()
