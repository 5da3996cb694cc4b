"""Direct questions: who may be asked, who reads question and answer, taking back, hiding; by the pages."""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap

EVERYBODY = ('mem', 'con', 'bon', 'hub', 'co', 'see', 'zog', 'other', None)


def seen(site, number, group='web'):
    """Who reads which questions: {person: [(question, answer)]}"""
    return {by: [(q['question'], q['answer']) for q in site.get(f'{API}/groups/{group}/lessons/{number}', auth(by) if by else {}).json()['inquiries']]
            for by in EVERYBODY}


def readers(found):
    return [by for by in EVERYBODY if found[by]]


def asking(t, site, number):
    path = f'/groups/web/lessons/{number}'
    asker, asked = Browser(site, 'mem'), Browser(site, 'hub')
    page = asker.get(path)
    t.like(page.text, 'You ask:</?[ /]*.*<b>Ouinhi</b>|You ask: <b>Ouinhi</b>', 'a member may ask the author')
    t.is_(asker.submit(f'{path}/inquiries', text='Combien <b>cela</b> coûte ?').status, 303, 'asked')
    n = int(re.search(r'#inquiry-(\d+)$', asker.answer.headers['Location'])[1])
    t.ok('Combien &lt;b&gt;cela&lt;/b&gt; coûte ?' in asker.follow().text, 'and seen by who asked')
    t.is_(asker.submit(f'{path}/inquiries', text='Encore ?').status, 409, 'not twice while it waits')
    t.is_(readers(seen(site, number)), ['mem', 'con', 'hub', 'co'], 'until it is answered: who asks, who is asked, the hub, the lead umbrella')
    t.unlike(Browser(site, 'bon').get('/inbox').text, 'Combien', 'it is in nobody else\'s inbox')
    t.like(asked.get('/inbox').text, r'(?s)id="asked".*Combien &lt;b&gt;cela', 'but in that of who is asked')
    wrong = asked.submit(f'{path}/inquiries/{n}/answer', text='mot ' * 1100)
    t.is_((wrong.status, asked.form(f'{path}/inquiries/{n}/answer').value('text').split()[:2]), (422, ['mot', 'mot']), 'too long an answer comes back')
    asked.get('/inbox')
    t.is_((asked.submit(f'{path}/inquiries/{n}/answer', text='Presque rien.').status, asked.answer.headers['Location']),
          (303, f'{site.url}/inbox'), 'answered')
    t.unlike(asked.follow().text, 'Combien', 'it waits no more')
    t.is_(readers(seen(site, number)), ['mem', 'con', 'bon', 'hub', 'co', 'see', 'zog'], 'then the group reads both')
    t.unlike(Browser(site).get(path).text, 'Combien|Presque rien|<form[^>]*inquiries', 'nobody else, of a public group')
    asked.get(path)
    t.is_(asked.submit(f'{path}/inquiries/{n}/end').status, 303, 'the answer is taken back')
    t.is_(readers(seen(site, number)), ['mem', 'con', 'hub', 'co'], 'and the question waits again')
    asker.get(path)
    t.is_([form.action for form in asker.forms() if 'answer' in form.action], [], 'who asked does not answer')
    asked.get(path)
    t.is_(asked.submit(f'{path}/inquiries/{n}/answer', text='Encore.').status, 303, 'who is asked does, where the mail leads, too')
    asked.get(path)
    asked.submit(f'{path}/inquiries/{n}/end')
    t.is_(site.post(f'{WEB}/lessons/{number}/inquiries/{n}/answer', {'text': 'Rien.', 'open': True}, auth('draft')).status, 200, 'answered for all')
    t.is_(readers(seen(site, number)), list(EVERYBODY), 'everybody reads both')
    t.ok('Combien &lt;b&gt;cela' in Browser(site).get(path).text, 'on the page too')
    t.is_(site.post(f'{WEB}/lessons/{number}/inquiries/{n}/end', {}, auth('mem')).status, 403, 'what is answered is not the asker\'s to take away')
    umbrella = Browser(site, 'co')
    umbrella.get(path)
    t.is_(umbrella.post(f'{path}/inquiries/{n}/end', {'reason': ' '}).status, 422, 'hidden, it needs a reason')
    t.is_(umbrella.post(f'{path}/inquiries/{n}/end', {'reason': 'un nom'}).status, 303, 'hidden')
    t.is_(readers(seen(site, number)), ['mem', 'con', 'hub', 'co'], 'from the group and from all')
    t.ok('The hub hid this: un nom' in asker.get(path).text, 'who asked is told why')
    t.is_(site.post(f'{WEB}/lessons/{number}/inquiries/{n}/answer', {'text': 'x'}, auth('hub')).status, 403, 'and it stays so')


def back(t, site, number):
    path = f'{WEB}/lessons/{number}/inquiries'
    n = site.post(path, {'text': 'Qui ?'}, auth('bon')).json()['n']
    t.is_(site.post(f'{path}/{n}/end', {}, auth('mem')).status, 404, 'a question that waits is nobody else\'s')
    t.is_(site.post(f'{path}/{n}/end', {}, auth('bon')).status, 200, 'who asked takes it back')
    t.ok('Qui ?' not in str(seen(site, number)), 'and it is gone')


def consent(t, site, number):
    """The author unless it said never; who applied it once it said always."""
    def askable(by):
        return [m['slug'] for m in site.get(f'{WEB}/lessons/{number}', auth(by)).json()['askable']]

    hub.report(site, number, 'applied', 'mem')
    hub.report(site, number, 'trying', 'lier')
    t.is_([askable(by) for by in ('bon', 'mem', 'hub', 'co', 'zog')], [['ouinhi'], ['ouinhi'], [], [], []], 'at first the author')
    for by in ('mem', 'lier'):
        page = Browser(site, by)
        page.get('/me')
        town = {'mem': 'aklame', 'lier': 'lier'}[by]
        t.is_(page.submit(f'/municipalities/{town}/asked', consent='always').status, 303, f'{town} lets itself be asked')
        t.like(page.follow().text, r'<option value="always" selected>', 'and sees it')
    page.get('/me')
    t.is_((page.submit('/municipalities/lier/asked', consent='x').status, 'role="alert"' in page.answer.text), (422, True), 'what is no choice is told')
    t.is_([askable(by) for by in ('bon', 'mem', 'hub')], [['ouinhi', 'aklame'], ['ouinhi'], ['aklame']], 'who applied it too; who tries it not yet')
    form = Browser(site, 'bon')
    form.get(f'/groups/web/lessons/{number}')
    t.is_(form.submit(f'/groups/web/lessons/{number}/inquiries', municipality='aklame', text='Et chez vous ?').status, 303, 'it is asked')
    t.like(Browser(site, 'con').get('/inbox').text, '(?s)id="asked".*Et chez vous', 'in its inbox')
    t.is_(site.post(f'{WEB}/lessons/{number}/inquiries', {'text': 'x', 'municipality': 'lier'}, auth('bon')).status, 422, 'others are not')
    t.is_(site.post(f'{API}/municipalities/ouinhi/asked', {'consent': 'never'}, auth('hub')).status, 200, 'the author wishes no questions')
    t.is_(askable('bon'), ['aklame'], 'and gets none')
    t.is_(site.get(f'{WEB}/lessons/{number}').json()['askable'], [], 'who is not signed in asks nobody')


t = Tap()
with Site() as site:
    hub.seed()
    asking(t, site, hub.lesson(site))
    number = hub.lesson(site)
    back(t, site, number)
    consent(t, site, number)
t.done()
