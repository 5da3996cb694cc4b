"""
Invitations by page: who invites whom as what, the code that is shown once and works once, roles that change
and end at once, and that somebody stays who can go on.
"""

import html
import re
from urllib.parse import unquote

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap

BONOU, ANCB = '/municipalities/bonou/people', '/umbrellas/ancb/people'


def people(site, path, by):
    return {p['email'] or p['name']: p for p in site.get(API + path, auth(by)).json()['people']}


def invite(t, site, bon):
    """A focal point lets a colleague in: the address takes the code along, and is used up by the button alone."""
    sent = bon.post(BONOU + '?lang=nl', {'name': 'Awa <b>', 'email': 'awa@example.org', 'role': 'contributor', 'lang': 'fr'})
    code = re.search(r'<code>([0-9A-Z-]{19})</code>', sent.text)[1]
    text = html.unescape(re.search(r'<textarea id="made-text"[^>]* lang="fr">([^<]*)', sent.text)[1])
    t.is_(sent.status, 201, 'the code is shown')
    t.ok(text.startswith('Vous êtes invité(e)') and f'/sign-in?code={code}&lang=fr' in text, 'with lines in the language of who is invited', text)
    t.is_(unquote(html.unescape(re.search(r'href="https://wa\.me/\?text=([^"]*)', sent.text)[1])), text, 'the same for WhatsApp')
    t.ok(code not in bon.get(BONOU).text, 'only this once')
    t.is_(people(site, BONOU, 'bon')['awa@example.org']['code'], 'waiting', 'it waits')
    awa = Browser(site)
    page = awa.get(f'/sign-in?code={code}&lang=fr')
    t.is_(awa.form('/sign-in').value('code'), code, 'the address fills in the code')
    t.is_(people(site, BONOU, 'bon')['awa@example.org']['code'], 'waiting', 'to look at it uses nothing up')
    t.is_(awa.post('/sign-in', {'code': awa.form('/sign-in').value('code')}).status, 303, page.status and 'the button does')
    one = people(site, BONOU, 'bon')['awa@example.org']
    t.is_((one['code'], one['invited_by'], one['role']), ('used', 'Bon', 'contributor'), 'who invited, as what, and that it was used')
    t.is_(Browser(site).post('/sign-in', {'code': code}).status, 422, 'it works once')
    t.is_(awa.post('/groups/web/lessons', hub.LESSON | {'status': 'draft'}).status, 303, 'she drafts')
    t.is_([awa.get(path).status for path in (BONOU, ANCB)], [404, 404], 'and sees nobody\'s invitations')
    return awa


def roles(t, site, bon, awa):
    """A focal point manages contributors; who speaks for the municipality is the umbrella's to say."""
    page = bon.post(BONOU, {'name': 'Chef', 'email': 'chef@example.org', 'role': 'focal_point'})
    t.ok(page.status == 422 and 'given by the umbrella body' in page.text, 'it makes no focal point')
    again = bon.post(BONOU, {'name': 'Awa', 'email': 'AWA@example.org', 'role': 'observer'})
    t.ok(again.status == 422 and 'here already' in again.text, 'nobody is invited twice')
    number = people(site, BONOU, 'bon')['awa@example.org']['id']
    t.is_(bon.post(f'/affiliations/{number}', {'role': 'observer'}).status, 303, 'another role')
    t.is_(awa.post('/groups/web/lessons', hub.LESSON | {'status': 'draft'}).status, 403, 'holds at once')
    t.is_(bon.post(f'/affiliations/{number}', {'role': 'focal_point'}).status, 422, 'not every role')
    t.is_(site.request('PATCH', f'{API}/affiliations/{number}', {'role': 'focal_point'}, auth('co')).status, 200, 'the umbrella\'s coordinator gives every one')
    t.is_(awa.post('/groups/web/lessons', hub.LESSON | {'status': 'proposed'}).status, 303, 'she speaks for Bonou')
    t.is_(site.request('PATCH', f'{API}/affiliations/{number}', {'role': 'contributor'}, auth('bon')).status, 404, 'no focal point takes it from another')
    t.is_([site.get(f'{API}/affiliations/{number}', auth(by)).status for by in ('mem', 'see', 'other', 'bon')], [404] * 4, 'whose it is, others do not see')
    return number


def ends(t, site, awa, number):
    """A role that ends, ends in every session; the last one of a kind does not take their own away."""
    mine = next(p['id'] for p in people(site, BONOU, 'co').values() if p['email'] == 'bon@example.org')
    t.is_(site.delete(f'{API}/affiliations/{number}', auth('co')).status, 200, 'taken away')
    t.is_((awa.get('/inbox').status, awa.post('/groups/web/lessons', hub.LESSON | {'status': 'draft'}).status), (200, 403), 'she is known, and may nothing')
    refused = site.delete(f'{API}/affiliations/{mine}', auth('bon'))
    t.ok(refused.status == 409 and 'last one' in refused.text, 'the last focal point does not leave')
    site.post(API + BONOU, {'name': 'Awa', 'email': 'awa@example.org', 'role': 'focal_point'}, auth('co'))
    t.is_(site.delete(f'{API}/affiliations/{mine}', auth('bon')).status, 200, 'with a successor they do')
    t.is_(awa.post('/groups/web/lessons', hub.LESSON | {'status': 'proposed'}).status, 303, 'who goes on')
    co = next(p['id'] for p in people(site, ANCB, 'co').values() if p['me'])
    t.is_([site.delete(f'{API}/affiliations/{co}', auth('co')).status, site.request('PATCH', f'{API}/affiliations/{co}', {'role': 'observer'}, auth('co')).status],
          [409, 409], 'nor does the last coordinator')
    t.is_(site.get(f'{WEB}/lessons').status, 200, 'what was written stays')


def codes(t, site):
    """A code opens all a person may: only who manages all of it gives one."""
    first = site.post(API + ANCB, {'name': 'Zoé', 'email': 'zoe@example.org', 'role': 'observer'}, auth('co', Idempotency_Key='one'))
    again = site.post(API + ANCB, {'name': 'Zoé', 'email': 'zoe@example.org', 'role': 'observer'}, auth('co', Idempotency_Key='one'))
    t.is_((first.status, again.json()['code']), (201, first.json()['code']), 'a request sent again has the same code')
    number = people(site, ANCB, 'co')['zoe@example.org']['id']
    new = site.post(f'{API}/affiliations/{number}/code', None, auth('co')).json()['code']
    t.is_([Browser(site).post('/sign-in', {'code': code}).status for code in (first.json()['code'], new)], [422, 303], 'a new code ends the one before')
    third = site.post(f'{API}/affiliations/{number}/code', None, auth('co')).json()['code']
    site.delete(f'{API}/affiliations/{number}/code', auth('co'))
    t.is_((Browser(site).post('/sign-in', {'code': third}).status, people(site, ANCB, 'co')['zoe@example.org']['code']), (422, 'ended'), 'one may be taken back')
    known = site.post(f'{API}/municipalities/lier/people', {'name': 'X', 'email': 'zoe@example.org', 'role': 'coach'}, auth('other')).json()
    t.is_((known['with_code'], 'code' in known, known['name']), (False, False, 'Zoé'), 'who is also others\' gets the role and no code')
    t.is_(site.post(f'{API}/affiliations/{number}/code', None, auth('co')).status, 403, 'and from then on none by one of them alone')


def main():
    t = Tap()
    hub.seed()
    with Site() as site:
        bon = Browser(site, 'bon')
        awa = invite(t, site, bon)
        ends(t, site, awa, roles(t, site, bon, awa))
        codes(t, site)
    t.done()


if __name__ == '__main__':
    main()
