"""
Long texts: seen as they will look before anything is sent, and kept while they are written, by one
person, on whichever device, until they are sent once.
"""

from urllib.parse import urlencode

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, auth
from tests.lib.site import Site, Tap

NEW = '/groups/web/lessons/new'
POST = '/groups/web/lessons'
TYPED = {'lang': 'fr', 'title': 'Titre <b>', 'body': 'Un **mot**.\n\n<script>x()</script>', 'summary': 'Court', 'cost': 'low', 'links.0.url': 'nulle part'}


def count(site):
    return len(site.get(f'{API}/groups/web/lessons').json()['lessons'])


def preview(t, site):
    browser = Browser(site, 'hub')
    browser.get(NEW)
    before, key = count(site), browser.form(POST).value('idempotency_key')
    answer = browser.submit(POST, preview='1', **TYPED)
    t.is_((answer.status, count(site)), (200, before), 'a preview writes nothing')
    t.like(answer.text, r'<p>Un <strong>mot</strong>\.</p>', 'it shows the Markdown as the server renders it')
    t.unlike(answer.text, r'<script>x', '… made safe')
    t.like(answer.text, r'\*Titre &lt;b&gt;\*\s+Court\s+http://\S+/groups/web/lessons/…', '… and what goes to WhatsApp')
    t.unlike(answer.text, 'role="alert"', 'what is wrong or missing does not matter yet')
    form = browser.form(POST)
    t.is_({name: form.value(name) for name in TYPED}, TYPED, 'all that was typed is in the form below')
    t.is_(form.value('idempotency_key'), key, 'it goes on being the same form: sent twice it counts once')
    t.is_(answer.headers['ETag'], None, 'a preview is not kept')
    sent = browser.submit(POST, **{'links.0.url': ''}, status='published')
    t.is_((sent.status, count(site)), (303, before + 1), 'sent from there it is published')

    answer = browser.post(POST, {'lang': 'fr', 'preview': '1'})
    t.is_((answer.status, 'id="preview"' in answer.text), (200, True), 'nothing written yet is no error')
    answer = browser.post(POST, TYPED | {'preview': '1', 'body': '> ' * 30000 + 'x'})
    t.ok(answer.status in (200, 422), 'what cannot be rendered says so', answer.text[:300])
    t.is_(site.post(f'{API}{POST}', hub.LESSON | {'preview': '1'}, auth('hub')).status, 422, 'the API has no previews')
    t.is_(Browser(site, None).post(POST, TYPED | {'preview': '1'}).status, 401, 'nothing is rendered for nobody')
    t.is_(Browser(site, 'mol').post('/groups/ferme/lessons', TYPED | {'preview': '1'}).status in (200, 404), True, 'who sees the page')
    t.is_(Browser(site, 'hub').post('/groups/ferme/lessons', TYPED | {'preview': '1'}).status, 404, '… and nobody else')


def correction(t, site):
    """Who previews goes on by the text they began with."""
    number = hub.lesson(site)
    path = f'/groups/web/lessons/{number}/texts/fr'
    one, other = Browser(site, 'hub'), Browser(site, 'hub')
    one.get(path)
    other.get(path)
    t.is_(other.submit(path, title='Entretemps').status, 303, 'somebody else corrects the text')
    t.is_(one.submit(path, title='Le mien', preview='1').status, 200, 'a preview of what is written on the old one')
    t.is_(one.submit(path).status, 412, '… cannot be sent over the new one')
    t.is_(one.form(path).value('title'), 'Le mien', '… and loses nothing')
    t.is_(one.submit(path).status, 303, 'having seen the new one it can')


def keep(browser, key, place='lessons/new', form='lesson', **typed):
    return browser.json('/groups/web/drafts', {'place': place, 'form': form, 'key': key, 'content': urlencode(TYPED | typed)})


def drafts(t, site):
    phone, desk, other = Browser(site, 'hub'), Browser(site, 'hub'), Browser(site, 'mem')
    before = count(site)
    t.is_(keep(phone, 'key-1').json(), {'place': 'lessons/new', 'sent': False}, 'what is written is kept')
    answer = desk.get(NEW)
    form = desk.form(POST)
    t.is_({name: form.value(name) for name in TYPED}, TYPED, 'its writer finds it on another device')
    t.is_(form.value('idempotency_key'), 'key-1', '… as the same form')
    t.like(answer.text, r'<details open>', '… with what was folded open')
    t.is_(site.get(f'{API}/groups/web', auth('hub')).json()['group']['slug'], 'web', 'nothing else knows of it')
    other.get(NEW)
    t.is_(other.form(POST).value('title'), '', 'nobody else does')
    t.is_(count(site), before, 'it is no lesson')

    keep(phone, 'key-1', title='Plus tard', **{'links.0.url': ''})
    desk.get(NEW)
    t.is_(desk.submit(POST, status='published').status, 303, 'sent from one device')
    t.is_(count(site), before + 1, '… it is a lesson')
    t.is_(keep(phone, 'key-1', title='Trop tard').json()['sent'], True, 'the other device hears that it was sent')
    desk.get(NEW)
    t.is_(desk.form(POST).value('title'), '', 'and nothing unsent is left')

    keep(phone, 'key-2')
    desk.get(NEW)
    t.is_(desk.submit('/groups/web/drafts/end').status, 303, 'it can be thrown away')
    desk.get(NEW)
    t.is_(desk.form(POST).value('title'), '', '… and is gone')
    t.is_(other.post('/groups/web/drafts/end', {'place': 'lessons/new'}).status, 404, 'by its writer alone')

    number = hub.lesson(site)
    path = f'/groups/web/lessons/{number}/texts/fr'
    desk.get(path)
    edit = desk.form(path).value('edit')
    keep(phone, 'key-3', f'lessons/{number}/texts/fr', 'lesson_text', title='Corrigé', edit=edit)
    t.is_(other.post(f'/groups/web/lessons/{number}/texts/nl', {'title': 'Vertaald', 'body': 'Tekst'}).status, 303, 'somebody translates meanwhile')
    desk.get(path)
    t.is_((desk.form(path).value('title'), desk.form(path).value('edit')), ('Corrigé', edit), 'a correction goes on by what its writer saw')
    t.is_(keep(phone, 'k', '../../me').status, 422, 'a place is a page of the group')
    t.is_(site.post('/groups/web/drafts', {'place': 'lessons/new', 'form': 'lesson', 'key': 'k', 'content': ''}).status, 401, 'nobody has drafts')


t = Tap()
with Site() as site:
    hub.seed()
    preview(t, site)
    correction(t, site)
    drafts(t, site)
t.done()
