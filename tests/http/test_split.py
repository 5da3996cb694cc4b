"""A question's further owners, and a question split into two: what each may read and change, and its line of descent."""

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import WEB, auth
from tests.lib.site import Site, Tap


def status(site, path, by):
    return site.get(path, auth(by) if by else {}).status


def owners(t, site):
    """A draft is shared with who becomes an owner, and with nobody else; who is taken out sees it no more."""
    draft = hub.question(site, by='mem', status='draft')
    page = Browser(site, 'mem')
    page.get(f'/groups/web/questions/{draft}')
    t.is_(page.submit(f'/groups/web/questions/{draft}/owners', municipality='bonou').status, 303, 'shared by page')
    t.is_([status(site, f'{WEB}/questions/{draft}', by) for by in ('bon', 'hub', 'co', None)], [200, 404, 404, 404], 'with Bonou alone')
    shown = site.get(f'{WEB}/questions/{draft}', auth('bon')).json()
    t.is_([(o['slug'], o['writer']) for o in shown['owners']], [('aklame', True), ('bonou', False)], 'both are named, its writer first')
    site.request('PUT', f"{WEB}/subquestions/{shown['subquestions'][0]['id']}/priority", {'priority': 'nice'}, auth('bon'))
    t.is_(site.delete(f'{WEB}/questions/{draft}/owners/aklame', auth('bon')).status, 409, 'its writer stays')
    t.is_(site.delete(f'{WEB}/questions/{draft}/owners/bonou', auth('mem')).status, 200, 'Bonou is taken out')
    t.is_(status(site, f'{WEB}/questions/{draft}', 'bon'), 404, 'and sees it no more')
    events = site.get(f'{WEB}/events', auth('bon')).json()['events']
    t.is_([e for e in events if e['object'] == draft], [], 'nor that there is one')
    t.is_([p['municipality'] for p in site.get(f'{WEB}/questions/{draft}', auth('mem')).json()['subquestions'][0]['priorities']], ['aklame'], 'its priorities go with it')
    secret = hub.question(site, by='mem')
    site.post(f'{WEB}/questions/{secret}/revisions', {'text': 'SECRET', 'sensitive': True}, auth('mem'))
    refused = site.post(f'{WEB}/questions/{secret}/owners', {'municipality': 'ouinhi'}, auth('hub'))
    t.is_((refused.status, refused.json()['errors'][0]['code']), (403, 'owner_sensitive'), 'the hub does not make itself an owner of what is sensitive')
    t.is_(site.post(f'{WEB}/questions/{secret}/owners', {'municipality': 'ouinhi'}, auth('con')).status, 403, 'nor does a contributor share what is published')
    t.is_(site.post(f'{WEB}/questions/{secret}/owners', {'municipality': 'ouinhi'}, auth('mem')).status, 201, 'its owner does')


def split(t, site):
    """It ends with its reason and says where it goes on; the new ones say where they come from."""
    number = hub.question(site)
    page = Browser(site, 'hub')
    page.get(f'/groups/web/questions/{number}')
    wrong = page.submit(f'/groups/web/questions/{number}/split', texts='Une seule ?', reason='trop large')
    t.ok(wrong.status == 422 and 'Une seule ?' in wrong.text and 'at least two' in wrong.text, 'two at least, and what was typed is there')
    t.is_(page.submit(f'/groups/web/questions/{number}/split', texts='Qui écrit ?\nQui relit ?', reason='trop large').status, 303, 'split by page')
    old = site.get(f'{WEB}/questions/{number}').json()
    t.is_((old['status'], old['reason'], [(c['how'], c['question']['title']) for c in old['children']]),
          ('split', 'trop large', [('split', 'Qui écrit ?'), ('split', 'Qui relit ?')]), 'it says where it goes on, and why')
    for child in old['children']:
        new = site.get(f"{WEB}/questions/{child['question']['id']}").json()
        t.is_((new['status'], [(p['how'], p['question']['id']) for p in new['parents']], [o['slug'] for o in new['owners']]),
              ('published', [('split', number)], ['ouinhi']), 'each is published, and says where it comes from')
    acts = [(e['act'], e['object']) for e in site.get(f'{WEB}/events').json()['events']][-3:]
    t.is_(acts, [('asked', number + 1), ('asked', number + 2), ('split', number)], 'the log tells each')
    t.ok('Qui relit ?' in site.get('/groups/web/feed.atom').text, 'the new ones are in the feed')
    t.is_(site.post(f'{WEB}/questions/{number}/split', {'texts': ['A', 'B']}, auth('hub')).status, 409, 'it is split once')
    t.ok('Split it' not in page.get(f'/groups/web/questions/{number}').text, 'and no longer offers it')
    draft = hub.question(site, by='mem', status='draft')
    into = site.post(f'{WEB}/questions/{draft}/split', {'texts': ['A ?', 'B ?']}, auth('mem')).json()['into']
    t.is_([status(site, f'{WEB}/questions/{one}', by) for one in into for by in ('mem', 'hub', None)], [200, 404, 404] * 2, 'of a draft they are drafts')
    secret = hub.question(site, by='mem')
    site.post(f'{WEB}/questions/{secret}/revisions', {'text': 'SECRET', 'sensitive': True}, auth('mem'))
    into = site.post(f'{WEB}/questions/{secret}/split', {'texts': ['SECRET A', 'SECRET B']}, auth('mem')).json()['into']
    t.is_([status(site, f'{WEB}/questions/{one}', by) for one in into for by in ('mem', 'hub', None)], [200, 404, 404] * 2, 'of what is sensitive they are too')
    t.ok(all('SECRET' not in site.get(path).text for path in (f'/groups/web/questions/{secret}', '/groups/web/questions', '/groups/web/feed.atom')),
         'and nobody else reads a word of them')


def main():
    t = Tap()
    hub.seed()
    with Site() as site:
        owners(t, site)
        split(t, site)
    t.done()


if __name__ == '__main__':
    main()
