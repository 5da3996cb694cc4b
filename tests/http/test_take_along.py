"""The pages of a group to take along: what each reader may read, all of it and no more; and a copy that is the same each time."""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, CLOSED, WEB, auth
from tests.lib.site import Site, Tap

PATH = '/groups/web/take-along'
READERS = (None, 'hub', 'mem', 'con', 'watch', 'bon', 'co', 'see', 'other', 'zog')
# Links of a group's pages that are not taken along: forms, other forms of a page, what leads out of the group.
LEFT = re.compile(r'/(new|settings|search|subscriptions|silent|history|share|texts|similar|table|trends|take-along|feed)\b|\.(md|txt|json|csv|atom|rss)\b|/members/|[?&](name|sort|status|edit_row)=')


def asked(by):
    return auth(by) if by else {}


def paths(site, by, group='web'):
    return [page['path'] for page in site.get(f'{API}/groups/{group}/take-along', asked(by)).json()['pages']]


def linked(site, by, pages):
    """Where the pages lead within the group, without language and place."""
    found = set()
    for path in pages:
        for link in re.findall(r'href="(/groups/web[^"#]*|\?before=[^"]*)', site.get(path, asked(by)).text):
            link = link if link.startswith('/') else path.split('?')[0] + link
            link = re.sub(r'(&amp;|[?&])lang=\w+', '', link.replace('&amp;', '&'))
            if not LEFT.search(link):
                found.add(link)
    return found


def readers(t, site):
    numbers = [hub.lesson(site), hub.lesson(site, by='con', status='draft'), hub.lesson(site, by='mem', status='proposed')]
    question = hub.question(site)
    withdrawn = hub.lesson(site)
    site.request('PATCH', f'{WEB}/lessons/{withdrawn}', {'status': 'withdrawn', 'reason': 'dépassé'}, auth('hub', If_Match='*'))
    hub.report(site, numbers[0], 'interrupted', 'mem', reason='budget', note='SECRET')
    site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co'))
    site.post(f'{API}/umbrellas/ancb/digests/1/approve', {}, auth('co'))
    for by in READERS:
        pages = paths(site, by)
        t.is_([path for path in pages if site.get(path, asked(by)).status != 200], [], f'{by}: each page is theirs to read')
        t.is_(len(pages), len(set(pages)), f'{by}: named once')
        lessons = [each['id'] for each in site.get(f'{WEB}/lessons', asked(by)).json()['lessons']]
        t.ok({f'/groups/web/lessons/{n}' for n in lessons} | {f'/groups/web/questions/{question}', '/groups/web/digests/1'} <= set(pages), f'{by}: all that is theirs', pages)
        t.is_(linked(site, by, pages) - set(pages) - {f'/groups/web/lessons/{withdrawn}'}, set(), f'{by}: no link of a page leads out of them')
        t.ok(f'/groups/web/lessons/{withdrawn}' not in pages, f'{by}: but not what was withdrawn')
        t.ok('SECRET' not in site.get(f'{PATH}.json', asked(by)).text, f'{by}: no note in it')
    t.is_([site.get(f'{CLOSED}/take-along', asked(by)).status for by in (None, 'hub', 'co', 'lier', 'other')], [404, 404, 404, 200, 200], 'of a closed group: for who sees it')


def long_lists(t, site):
    for _ in range(52):
        hub.lesson(site, status='published')
    pages = paths(site, None)
    t.is_(len([path for path in pages if re.search(r'/lessons\?before=', path)]), 1, 'a long list goes on on a second page')
    t.is_(linked(site, None, pages) - set(pages), set(), 'and leads to nothing that is left')
    page = site.get(PATH, {'Accept': 'text/html', 'Accept-Language': 'en'}).text
    t.like(page, rf'{len(pages)} pages', 'the page says how many there are')
    t.like(page, rf'and {len(pages) - 60} more', 'and names the first of them')
    t.ok(f'href="{PATH.replace("take-along", "lessons")}?lang=nl"' in site.get(f'{PATH}?lang=nl').text, 'in the language that was asked for')
    value = site.get(f'{PATH}.json').json()
    t.is_((value['bytes'], value['count']), (sum(each['bytes'] for each in value['pages']), len(pages)), 'the size is that of all')


def copies(t, site):
    """The same bytes each time, so that asking whether a copy is still right costs little."""
    browser, path = Browser(site, 'mem'), f"/groups/web/lessons/{hub.lesson(site)}"
    first, again = (browser.get(path, **{'Relais-Copy': '1'}) for _ in range(2))
    t.is_(first.headers['ETag'], again.headers['ETag'], 'a copy is the same each time')
    t.is_((re.findall(r'name="csrf" value="([^"]+)"', first.text), set(re.findall(r'name="idempotency_key" value="([^"]*)"', first.text))), ([], {'copy'}),
          'its forms have no token and no key of their own')
    t.is_(browser.get(path, **{'Relais-Copy': '1', 'If-None-Match': first.headers['ETag']}).status, 304, 'asked for again, it is not sent')
    hub.report(site, int(path.rsplit('/', 1)[1]), 'trying', 'bon')
    t.is_(browser.get(path, **{'Relais-Copy': '1', 'If-None-Match': first.headers['ETag']}).status, 200, 'unless something changed')
    page = browser.get(path)
    t.ok(page.headers['ETag'] != first.headers['ETag'] and '"copy"' not in page.text, 'a page that is read has its own')
    t.ok(first.headers['Relais-Person'] == page.headers['Relais-Person'], 'both say whose they are')


def main():
    t = Tap()
    with Site() as site:
        hub.seed()
        readers(t, site)
        long_lists(t, site)
        copies(t, site)
    t.done()


if __name__ == '__main__':
    main()
