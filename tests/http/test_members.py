"""
Managing groups: settings and addresses, members and their history, the hub handed over. What was published,
numbered and followed before stays as it was.
"""

import html
import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap


def plain(page):
    """A page's words, without what marks them up."""
    return re.sub(r'\s+', ' ', html.unescape(re.sub(r'<[^>]+>', '', page)))


def settings(t, site, co):
    """What the lead umbrella chooses; an old address leads on, in every form and with its query."""
    page = co.get('/groups/web/settings')
    t.like(page.text, 'value="Sites web"', 'the form shows what there is')
    sent = co.post('/groups/web/settings', {'name': 'Sites', 'description': 'De quoi', 'visibility': 'public', 'lang': 'fr', 'slug': 'sites'})
    t.is_((sent.status, sent.headers['Location'].endswith('/groups/sites')), (303, True), 'a new name and address')
    for path, to in (('/groups/web', '/groups/sites'), ('/groups/web/lessons?before=9&lang=nl', '/groups/sites/lessons?before=9&lang=nl'),
                     ('/groups/web/feed.atom?lang=fr', '/groups/sites/feed.atom?lang=fr'), ('/groups/web.md', '/groups/sites.md'),
                     (f'{WEB}/questions', f'{API}/groups/sites/questions')):
        answer = site.get(path)
        t.is_((answer.status, answer.headers['Location']), (308, site.url + to), f'{path} leads on')
    written = site.post(f'{WEB}/lessons', hub.LESSON, auth('hub'))
    t.is_((written.status, written.headers['Location']), (308, f'{site.url}{API}/groups/sites/lessons'), 'so does what a program writes')
    t.is_(site.get('/groups/nothing').status, 404, 'what never was leads nowhere')
    t.is_(site.request('PATCH', f'{API}/groups/sites', {'slug': 'web', 'name': 'Sites web'}, auth('co')).status, 200, 'back again')
    t.is_((site.get('/groups/web').status, site.get('/groups/sites').status), (200, 308), 'the new old address leads back')
    t.like(site.get('/groups/web').text, 'De quoi', 'the description is there')
    site.request('PATCH', WEB, {'name': 'Sites web'}, auth('co'))
    t.like(site.get('/groups/web').text, 'De quoi', 'what is not sent stays')
    co.post('/groups/web/settings', {'name': 'Sites web', 'description': '', 'visibility': 'public', 'lang': 'fr', 'slug': 'web'})
    t.ok('De quoi' not in site.get('/groups/web').text, 'what is sent empty is taken out')
    again = site.post(f'{API}/groups', {'slug': 'sites', 'name': 'N', 'lang': 'fr', 'umbrella': 'ancb'}, auth('co'))
    t.is_((again.status, again.json()['errors'][0]['field']), (422, 'slug'), 'an address once used is not given to another group')
    site.request('PATCH', f'{API}/umbrellas/ancb', {'slug': 'ancb-benin'}, auth('co'))
    t.is_([site.get(f'/umbrellas/ancb{rest}').headers['Location'] for rest in ('', '/digests')],
          [f'{site.url}/umbrellas/ancb-benin', f'{site.url}/umbrellas/ancb-benin/digests'], 'an umbrella body may move too')
    site.request('PATCH', f'{API}/umbrellas/ancb-benin', {'slug': 'ancb'}, auth('co'))


def walls(t, site):
    """A closed group's old address tells those outside nothing."""
    site.request('PATCH', f'{API}/groups/huis', {'slug': 'maison'}, auth('co'))
    t.is_([site.get('/groups/huis', auth(who) if who else {}).status for who in (None, 'zog', 'mem')], [404, 404, 308],
          'only who sees a closed group is led on')
    site.request('PATCH', f'{API}/groups/maison', {'slug': 'huis'}, auth('co'))
    hub.lesson(site)
    page = site.get('/groups/web')
    t.is_(page.status, 200, 'a public group is there')
    site.request('PATCH', WEB, {'visibility': 'closed'}, auth('co'))
    t.is_([site.get(path).status for path in ('/groups/web', '/groups/web/feed.atom')], [404, 404], 'made closed, it is closed at once')
    site.request('PATCH', WEB, {'visibility': 'public'}, auth('co'))
    t.is_(site.get('/groups/web').status, 200, 'and public again')


def create(t, site, co):
    """A group from the umbrella's page: first its hub, then members, then associated umbrellas."""
    t.like(co.get('/umbrellas/ancb').text, '/umbrellas/ancb/groups/new', 'the umbrella\'s page leads to the form')
    wrong = co.post('/umbrellas/ancb/groups', {'name': 'Déchets', 'slug': 'web', 'description': 'KEPT', 'lang': 'fr', 'visibility': 'closed'})
    t.is_((wrong.status, 'KEPT' in wrong.text), (422, True), 'an address that is taken is told, what was typed is there')
    co.post('/umbrellas/ancb/groups', {'name': 'Déchets', 'slug': 'dechets', 'lang': 'fr', 'visibility': 'closed'})
    empty = co.get('/groups/dechets/members')
    t.like(plain(empty.text), 'The first one to add is its hub', 'it says how to go on')
    t.is_(co.post('/groups/dechets/members', {'municipality': 'ouinhi', 'role': 'hub'}).status, 303, 'the hub')
    t.is_(co.post('/groups/dechets/members', {'municipality': 'bonou', 'role': 'member', 'since': '2024-03'}).status, 303, 'a member')
    refused = co.post('/groups/dechets/members', {'municipality': 'zogbo', 'role': 'hub'})
    t.is_((refused.status, 'Only a member of the group can become its hub' in plain(refused.text)), (422, True), 'nobody becomes the hub by the way')
    co.post('/groups/dechets/associates', {'umbrella': 'vvsg'})
    t.is_(site.get('/groups/dechets', auth('other')).status, 200, 'an associated umbrella sees the closed group')
    t.is_(site.post(f'{API}/groups/dechets/associates', {'umbrella': 'ancb'}, auth('co')).status, 422, 'the lead one is not associated')
    co.post('/groups/dechets/associates/vvsg/end', {})
    t.is_(site.get('/groups/dechets', auth('other')).status, 404, 'no longer, it does not')


def membership(t, site, co):
    """Roles, an end with its day, and the way back; the history stays."""
    number = hub.lesson(site)
    hub.report(site, number, 'applied', by='bon')
    co.post('/groups/web/members/bonou', {'role': 'observer', 'since': '2023-05'})
    t.is_(site.post(f'{WEB}/lessons/{number}/reports', {'status': 'trying'}, auth('bon')).status, 403, 'an observer reports no more')
    co.post('/groups/web/members/bonou', {'role': 'member'})
    ended = co.post('/groups/web/members/bonou/end', {'until': '2025-06'})
    t.is_(ended.status, 303, 'it leaves')
    shown = site.get(f'{WEB}/members').json()
    t.is_([(m['slug'], m['since'], m['until']) for m in shown['former']], [('bonou', '2023-05', '2025-06')], 'it is among the former ones')
    t.is_(site.post(f'{WEB}/lessons/{number}/reports', {'status': 'trying'}, auth('bon')).status, 403, 'its people report no more')
    t.ok('Bonou' in site.get(f'/groups/web/lessons/{number}', auth('mem')).text, 'its report stays')
    acts = [(h['act'], h['role'], h['until']) for h in site.get(f'{WEB}/members/bonou').json()['history']]
    t.is_(acts, [('joined', 'member', None), ('role', 'observer', None), ('role', 'member', None), ('left', None, '2025-06')],
          'its time in the group, step by step')
    wrong = co.post('/groups/web/members/bonou/end', {'until': 'jadis'})
    t.is_(wrong.status, 422, 'a day that is none is told')
    co.post('/groups/web/members/bonou', {'role': 'member'})
    t.is_(site.get(f'{WEB}/members').json()['former'], [], 'taken in again')
    t.is_(co.post('/groups/web/members/ouinhi/end', {}).status, 409, 'the hub does not leave')
    t.is_(co.post('/groups/web/members/ouinhi', {'role': 'member'}).status, 409, 'nor does it become a member by itself')


def followed(site):
    """What readers hold on to: the feed's id and its entries' ids, items' numbers and authors."""
    feed = site.get('/groups/web/feed.atom?lang=fr').text
    lessons = site.get(f'{WEB}/lessons').json()['lessons']
    return re.findall(r'<id>([^<]+)</id>', feed), [(one['id'], one['municipality']['slug'], one['published_at']) for one in lessons]


def hand_over(t, site, co):
    """One page that says what changes, one button; then another publishes, and nothing else has changed."""
    hub.question(site)
    drafted = hub.lesson(site, status='draft', title='Brouillon du relais')
    waiting = hub.lesson(site, by='mem', status='proposed', title='Proposition')
    page = co.get('/groups/web/members/bonou/hub')
    t.like(plain(page.text), 'Lessons are published by the focal point of: Bonou', 'the page says who publishes')
    t.like(plain(page.text), 'Proposed lessons that wait, on which the new hub decides: 1', 'and what waits')
    t.like(plain(page.text), 'has no SDG partnership with a municipality of this group', 'and that the partnership does not move')
    t.is_([co.get(f'/groups/web/members/{town}/hub').status for town in ('lier', 'zogbo', 'ouinhi', 'mol')], [404] * 4,
          'not for a partner, an observer, the hub itself, or who is not in the group')
    t.is_(site.get('/groups/web/members/bonou/hub', auth('hub', Accept='text/html')).status, 404, 'nor for the hub\'s own people')
    ids, lessons = followed(site)
    etag = site.get('/groups/web').headers['ETag']
    t.is_(co.post('/groups/web/members/bonou/hub', {}).status, 303, 'handed over')
    now, kept = followed(site)
    t.is_((kept, now[0], [i for i in ids if i not in now]), (lessons, ids[0], []), 'every number, author, time and id is as it was')
    t.is_(len(now) - len(ids), 1, 'the feed has one entry more')
    t.is_(site.get(f'{WEB}/members').json()['hubs'][0]['at'], None, 'nobody said since when the first one was the hub')
    t.like(site.get('/groups/web/feed.atom?lang=en').text, 'hub of the group from now on: Bonou</title>', 'which tells it')
    t.like(site.get('/groups/web/feed.json?lang=fr&kind=member').text, 'jusqu’ici.{1,3}: Ouinhi|commune relais du groupe désormais', 'in each language and form')
    t.ok(site.request('GET', '/groups/web', headers={'If-None-Match': etag}).status == 200, 'pages that were kept are out of date')
    roles = {m['slug']: m['role'] for m in site.get(f'{WEB}/members').json()['members']}
    t.is_((roles['ouinhi'], roles['bonou'], list(roles.values()).count('hub')), ('member', 'hub', 1), 'one hub, and the old one is a member')
    t.is_([(h['municipality']['slug'], h['until'] is None) for h in site.get(f'{WEB}/members').json()['hubs']], [('ouinhi', False), ('bonou', True)],
          'who was the hub when')
    t.is_(site.get(f'{WEB}/lessons/{drafted}', auth('hub')).status, 200, 'the old hub\'s draft is its own')
    t.is_(site.get(f'{WEB}/lessons/{drafted}', auth('bon')).status, 404, 'and not the new hub\'s')
    t.is_(site.post(f'{WEB}/lessons', hub.LESSON, auth('hub')).json()['status'], 'proposed', 'the old hub proposes')
    t.is_(site.post(f'{WEB}/lessons', hub.LESSON | {'status': 'published'}, auth('bon')).json()['status'], 'published', 'the new one publishes')
    decided = site.request('PATCH', f'{WEB}/lessons/{waiting}', {'status': 'published'}, auth('bon', If_Match='*'))
    t.is_(decided.status, 200, 'and decides on what waited')
    n = hub.made(site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co')), 'n')
    site.post(f'{API}/umbrellas/ancb/digests/{n}/approve', {}, auth('co'))
    t.like(plain(site.get(f'/groups/web/digests/{n}').text), 'hub of the group from now on: Bonou', 'the digest tells it')
    acts = [(e['act'], e['municipality'], e['role']) for e in site.get(f'{WEB}/events').json()['events'] if e['kind'] == 'member'][-2:]
    t.is_(acts, [('role', 'ouinhi', 'member'), ('hub', 'bonou', 'hub')], 'the log has both sides of it')


def main():
    t = Tap()
    hub.seed()
    with Site() as site:
        co = Browser(site, 'co')
        settings(t, site, co)
        walls(t, site)
        create(t, site, co)
        membership(t, site, co)
        hand_over(t, site, co)
    t.done()


if __name__ == '__main__':
    main()
