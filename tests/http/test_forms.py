"""What people do on the pages, without JavaScript: publish, ask, report, change, translate, subscribe; and what goes wrong."""

import re
from html import unescape

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql

ODD = 'L\'été "5 < 6" & <b>plus</b> 😀'


def text_of(answer):
    return unescape(re.sub(r'<[^>]+>', ' ', answer.text))


def lesson(t, site):
    browser = Browser(site, 'hub')
    browser.get('/groups/web/lessons/new')
    form = browser.form('/groups/web/lessons')
    key = form.value('idempotency_key')
    t.ok(key and form.value('csrf'), 'the form has a key and a token')
    filled = form.filled(lang='fr', title=ODD, summary='  ', body='# Un\r\n\r\nNous avons *commencé* petit.\r\n<script>alert(1)</script>', sdgs=['4', '11'], cost='low',
                         conditions='Une ligne.\r\nUne autre.', occurred_on='2024-13', **{'links.0.url': 'javascript:x', 'links.0.title': ODD, 'links.2.url': 'https://example.org/'})
    browser.post('/groups/web/lessons', filled + [('status', 'published')])
    t.is_(browser.answer.status, 422, 'two fields are wrong')
    again = browser.form('/groups/web/lessons')
    same = {name: again.value(name) == dict(filled)[name].replace('\r\n', '\n') for name in ('title', 'body', 'cost', 'conditions', 'occurred_on', 'lang')}
    t.is_([name for name, kept in same.items() if not kept], [], 'everything typed is there again')
    t.is_(again.all('sdgs'), ['4', '11'], 'and ticked')
    t.is_((again.value('links.0.url'), again.value('links.0.title')), ('javascript:x', ODD), 'the links too')
    t.ok('https://example.org/' in [value for _, value in again.values], 'also that of another row')
    t.ok(re.search(r'<a href="#lesson-occurred_on">', browser.answer.text) and re.search(r'id="lesson-occurred_on"[^>]*aria-invalid="true"', browser.answer.text),
         'the wrong field is linked and marked')
    t.unlike(browser.answer.text, '<b>plus|<script>alert', 'nothing typed is markup')
    t.is_(psql("SELECT count(*) FROM relais.item WHERE kind = 'lesson'"), '0', 'nothing was published')
    browser.post('/groups/web/lessons', again.filled(occurred_on='2024-12', **{'links.0.url': 'https://example.org/a?b=1&c=2'}) + [('status', 'published')])
    t.is_(browser.answer.status, 303, 'corrected, it is published')
    path = browser.answer.headers['Location']
    page = browser.follow()
    t.ok(ODD in text_of(page) and '<em>commencé</em>' in page.text, 'and read')
    t.unlike(page.text, r'<script>alert|<b>plus', 'nothing typed is markup')
    twice = browser.post('/groups/web/lessons', again.filled(occurred_on='2024-12', **{'links.0.url': 'https://example.org/a?b=1&c=2'}) + [('status', 'published')])
    t.is_((twice.status, twice.headers['Location']), (303, path), 'the same form sent twice leads to the same lesson')
    t.is_(psql("SELECT count(*) FROM relais.item WHERE kind = 'lesson'"), '1', 'which is there once')
    value = site.get(re.sub(r'^http://[^/]+', '', path) + '.json').json()
    t.is_((value['title'], value['sdgs'], value['cost'], value['occurred_on'], [link['url'] for link in value['links']]),
          (ODD, [4, 11], 'low', '2024-12', ['https://example.org/a?b=1&c=2', 'https://example.org/']), 'with all that was filled in')
    browser.get('/groups/web/lessons/new')
    deep = browser.submit('/groups/web/lessons', title='T', body='a\n\n' + '> ' * 40 + 'x', status='draft')
    t.is_(deep.status, 422, 'a text that cannot be rendered is refused')
    t.ok('3' in re.search(r'role="alert".*?</div>', deep.text, re.S)[0] and '> > >' in browser.form('/groups/web/lessons').value('body'), 'with its line, and what was typed')
    return value['id']


def change(t, site, number):
    """Two people change the same text: the second is told, and loses nothing."""
    first, second = Browser(site, 'hub'), Browser(site, 'co')
    path = f'/groups/web/lessons/{number}/texts/fr'
    for browser in (first, second):
        browser.get(path)
        t.is_((browser.answer.status, browser.form(path).value('title')), (200, ODD), 'the text to change is in the form')
    t.is_(first.submit(path, title='La première').status, 303, 'the first changes it')
    late = second.submit(path, title='La seconde', body='Ma *longue* correction.')
    t.is_(late.status, 412, 'the second is told')
    form = second.form(path)
    t.is_((form.value('title'), form.value('body')), ('La seconde', 'Ma *longue* correction.'), 'and has what was typed')
    theirs = [unescape(text) for text in re.findall(r'<p class="lines">(.*?)</p>', re.search(r'role="alert".*?</div>', late.text, re.S)[0], re.S)]
    t.is_(theirs[0], 'La première', 'beside what it says now')
    t.ok(len(theirs) == 2 and 'Nous avons *commencé* petit.' in theirs[1], 'where the two differ, and there alone', theirs)
    t.is_(second.submit(path).status, 303, 'and may send it again, knowing')
    t.is_(site.get(f'{WEB}/lessons/{number}').json()['title'], 'La seconde', 'which then counts')
    dutch = Browser(site, 'lier', 'nl')
    dutch.get(f'/groups/web/lessons/{number}/texts/nl')
    t.is_(dutch.submit(f'/groups/web/lessons/{number}/texts/nl', title='De tweede', body='Kort.').status, 303, 'a partner translates')
    t.ok('De tweede' in dutch.get(f'/groups/web/lessons/{number}?lang=nl').text, 'and reads it')


def report(t, site, number):
    browser = Browser(site, 'mem')
    path = f'/groups/web/lessons/{number}'
    browser.get(path)
    t.ok({'applied', 'adapted', 'interrupted', 'not_for_us'} <= set(browser.form(f'{path}/reports').options.get('status', [])) |
         {value for _, value in browser.form(f'{path}/reports').buttons}, 'every status can be chosen')
    wrong = browser.submit(f'{path}/reports', status='applied', reason='budget', note=ODD, services='état civil\r\nvoirie', told_to=['citizens', 'press'])
    t.is_(wrong.status, 422, 'a reason does not go with applied')
    form = browser.form(f'{path}/reports')
    t.is_((form.value('note'), form.value('services'), form.all('told_to'), form.value('reason')), (ODD, 'état civil\nvoirie', ['citizens', 'press'], 'budget'), 'all is kept')
    many = browser.submit(f'{path}/reports', status='interrupted', services='\r\n'.join(map(str, range(60))))
    t.is_((many.status, '20' in re.search(r'id="lesson_report-services-error">(.*?)<', many.text)[1]), (422, True), 'too many services: how many there may be is told')
    t.is_(browser.form(f'{path}/reports').value('services').split(), [str(n) for n in range(60)], 'and they are all there')
    t.is_(browser.submit(f'{path}/reports', status='interrupted', services='état civil\r\nvoirie').status, 303, 'with interrupted it does')
    t.like(browser.answer.headers['Location'], rf'{path}#report-\d+$', 'and leads to the report')
    seen = site.get(f'{WEB}/lessons/{number}/reports', auth('mem')).json()['reports'][0]
    t.is_((seen['status'], seen['reason'], seen['note']), ('interrupted', 'budget', ODD), 'as it was filled in')
    record = Browser(site, 'co')
    record.get(path)
    t.is_(record.submit(f'{path}/reports', status='applied').status, 422, 'a coordinator has to say for whom')
    t.is_(record.submit(f'{path}/reports', status='applied', municipality='bonou', via='phone').status, 303, 'and how it was told')
    t.ok('bonou' in [cell['municipality'] for cell in site.get(f'{WEB}/uptake').json()['cells']], 'it counts')
    t.unlike(Browser(site).get(path).text, '<form[^>]*reports', 'who is not signed in has no form')
    t.unlike(Browser(site, 'watch').get(path).text, '<form[^>]*reports', 'nor an observer')


def question(t, site):
    browser = Browser(site, 'mem')
    browser.get('/groups/web/questions/new')
    wrong = browser.submit('/groups/web/questions', text=ODD, problems='Un\r\n\r\nDeux', **{'subquestions.0.text': 'Qui ?', 'subquestions.1.text': 'x' * 600}, status='published')
    t.is_(wrong.status, 422, 'too long a sub-question')
    form = browser.form('/groups/web/questions')
    t.is_((form.value('text'), form.value('problems'), form.value('subquestions.0.text'), form.value('subquestions.1.text')), (ODD, 'Un\nDeux', 'Qui ?', 'x' * 600), 'all is kept')
    t.is_(browser.submit('/groups/web/questions', status='published', **{'subquestions.1.text': 'Quand ?', 'subquestions.1.priority': 'nice'}).status, 303, 'asked')
    number = int(browser.answer.headers['Location'].rsplit('/', 1)[1])
    value = site.get(f'{WEB}/questions/{number}').json()
    t.is_(([p['text'] for p in value['problems']], [s['text'] for s in value['subquestions']]), (['Un', 'Deux'], ['Qui ?', 'Quand ?']), 'with its problems and sub-questions')
    path = f'/groups/web/questions/{number}'
    browser.get(path)
    t.is_(browser.submit(f'{path}/revisions', text='Autrement ?', reason='plus net', trigger='visit').status, 303, 'reworded')
    t.ok('plus net' in browser.get(path).text, 'with the reason')
    neighbour = Browser(site, 'bon')
    neighbour.get(path)
    action = f"/groups/web/problems/{value['problems'][0]['id']}/we-too"
    t.is_(neighbour.submit(action).status, 303, '“we too”')
    t.is_(neighbour.post(action, {}).status, 409, 'once')
    neighbour.get(path)
    t.is_(neighbour.submit(f'{action}/bonou/end').status, 303, 'taken back')
    t.is_(site.get(f'{WEB}/questions/{number}').json()['problems'][0]['we_too'], [], 'and gone')
    neighbour.get(path)
    t.is_(neighbour.submit(action).status, 303, 'and said again')
    t.is_(neighbour.post(f'{path}/revisions', {'text': 'x'}).status, 403, 'but it is not theirs to reword')
    t.is_(browser.get(path) and browser.submit(path, status='dropped', reason='réglé').status, 303, 'its owner drops it')
    t.is_(site.get(f'{WEB}/questions/{number}').json()['status'], 'dropped', 'dropped')


def subscription(t, site):
    browser = Browser(site, 'lier')
    browser.get('/groups/ferme/subscriptions')
    t.ok('>Monday<' in browser.answer.text and '>8:00<' in browser.answer.text, 'day and hour are chosen by their words')
    t.is_(browser.submit('/groups/ferme/subscriptions', cadence='weekly', weekday='9').status, 422, 'there is no ninth day')
    t.is_(browser.form('/groups/ferme/subscriptions').value('weekday'), '9', 'what was typed is there')
    t.is_(browser.submit('/groups/ferme/subscriptions', weekday='1', kinds=['lesson', 'digest']).status, 303, 'subscribed')
    browser.get('/groups/ferme/subscriptions')
    form = browser.form('/groups/ferme/subscriptions')
    t.is_((form.value('cadence'), form.value('weekday'), form.all('kinds')), ('weekly', '1', ['lesson', 'digest']), 'the form shows what was chosen')
    t.is_(site.get(f'{API}/groups/ferme/subscriptions', auth('mol')).json()['subscriptions'], [], 'of oneself alone')
    t.is_(site.post(f'{API}/groups/ferme/subscriptions', {'cadence': 'daily'}, auth('mem')).status, 404, 'not to a group one does not see')
    t.is_(site.post(f'{API}/groups/web/subscriptions', {'cadence': 'daily'}, auth('mol')).status, 201, 'to a public one')
    t.is_(browser.submit('/groups/ferme/subscriptions/end').status, 303, 'ended')
    t.is_(browser.post('/groups/ferme/subscriptions/end', {}).status, 404, 'once')


def me(t, site):
    browser = Browser(site, 'con')
    browser.get('/me')
    t.is_(browser.form('/me').value('name'), 'Con', 'the form shows what is')
    t.is_(browser.submit('/me', name='Conné', lang='fr', contact='true').status, 303, 'changed')
    page = browser.get('/me')
    t.is_((page.headers['Content-Language'], browser.form('/me').value('name'), browser.form('/me').value('contact')), ('fr', 'Conné', 'true'), 'and kept, the language too')
    made = browser.submit('/me/tokens', kind='api', label='machine')
    t.is_(made.status, 201, 'a token is made')
    secrets = re.findall(r'<code>([\w-]{43})</code>', made.text)
    t.is_((len(secrets), made.headers['Cache-Control']), (1, 'no-store'), 'and shown this once')
    t.is_(site.get(f'{API}/me', auth(secrets[0])).json()['name'], 'Conné', 'it works')
    t.ok(secrets[0] not in browser.get('/me').text, 'and is not shown again')
    for action in [re.sub(r'\?.*', '', form.action) for form in browser.forms() if re.search(r'/end(\?|$)', form.action)]:
        browser.get('/me')
        t.is_(browser.submit(action).status, 303, f'{action}: ended')
    t.is_(site.get(f'{API}/me', auth(secrets[0])).status, 401, 'it works no more')
    feed = browser.get('/me') and browser.submit('/me/tokens', kind='feed', group='huis')
    address = unescape(re.search(r'<code>(http[^<]+)</code>', feed.text)[1])
    t.is_(site.get(re.sub('^http://[^/]+', '', address)).status, 200, "a closed group's feed is opened by the address that is shown")


def sent_before(t, site):
    """The Back button: the same form again, with something else in it."""
    browser = Browser(site, 'mem')
    browser.get('/groups/web/lessons/new')
    old = browser.form('/groups/web/lessons')
    t.is_(browser.submit('/groups/web/lessons', title='La une', body='Un.', status='draft').status, 303, 'a form is sent')
    again = browser.post('/groups/web/lessons?lang=fr', old.filled(title=ODD, body='*Deux*', status='draft'))
    form = browser.form('/groups/web/lessons')
    t.is_((again.status, form.value('title'), form.value('body')), (422, ODD, '*Deux*'), 'and, by the Back button, with other words: they are in it still')
    t.ok('Vous aviez déjà envoyé ce formulaire' in again.text and 'Idempotency' not in again.text, 'with what happened, for people')
    t.ok(form.value('idempotency_key') not in ('', old.value('idempotency_key')), 'and a key of its own')
    t.is_(browser.submit('/groups/web/lessons', status='draft').status, 303, 'so that it can be sent')
    t.is_(psql("SELECT count(*) FROM relais.item_text WHERE title IN ('La une', $$" + ODD + "$$) AND body IN ('Un.', '*Deux*')"), '2', 'both are saved')


def waited(t, site):
    """What waited on a device: sent once more it is the same form, whatever session sends it, and only its writer's."""
    browser, number = Browser(site, 'mem'), hub.lesson(site)
    path, action = f'/groups/web/lessons/{number}', f'/groups/web/lessons/{number}/reports'
    browser.get(path)
    values = browser.form(action).filled(status='applied', note=ODD)
    first = browser.post(action, values)
    psql("UPDATE relais.access_token SET ended_at = now() WHERE kind = 'session'")
    t.is_(browser.post(action, values).status, 401, 'the answer was lost, and the session ran out meanwhile')
    again = Browser(site, 'mem')
    again.get('/inbox')
    token = next(form.value('csrf') for form in again.forms() if form.value('csrf'))
    renewed = [(name, token if name == 'csrf' else value) for name, value in values]
    for what, pairs in (('the new token', renewed), ('the old one', values), ('none', renewed[1:]), ('the token last', renewed[1:] + renewed[:1])):
        answer = again.post(action, pairs)
        t.is_((answer.status, answer.headers['Location']), (303, first.headers['Location']), f'with {what}: the answer that was lost')
    t.is_(psql(f"SELECT count(*) FROM relais.report WHERE number = {number}"), '1', 'it was said once')
    t.is_(again.post(action, renewed + [('note', 'x')]).status, 422, 'something else is another form')
    person = psql("SELECT id FROM relais.person WHERE email = 'mem@example.org'")
    for who, status in ((person, 303), ('0', 401), ('', 401), (f'{person}0', 401)):
        t.is_(again.post(action, values, Relais_Person=who).status, status, f'for “{who}”: {status}')
    t.is_(again.get('/me').headers['Relais-Person'], person, "a person's page says whose it is")
    t.ok(f' data-person="{person}"' in again.get('/outbox').text, 'and that of what waits in itself too')
    t.is_(Browser(site).get('/').headers['Relais-Person'], None, "nobody's does not")
    told = again.post(action, renewed, Accept='application/json')
    t.is_((told.status, told.headers['Location']), (201, first.headers['Location'].replace(site.url, f'{site.url}/api/v1')), 'who asks for JSON is told so, and where it is')
    wrong = again.post(action, [(name, value) for name, value in renewed if name != 'status'] + [('idempotency_key', 'other')], Accept='application/json')
    t.is_((wrong.status, [error['field'] for error in wrong.json()['errors']]), (422, ['status']), 'and so is what is wrong')


LONG = ODD + ' ' + 'mot ' * 30 + '</textarea>"'


def kept(t, browser, action, values, what):
    """The page of the refusal has all that was sent, in sight if it is long, and nothing of it is markup."""
    form = browser.form(action)
    sent = [pair for pair in values if pair[0] not in ('csrf', 'idempotency_key')]
    t.is_([pair for pair in sent if pair not in form.values], [], f'{what}: all of it is in the page, to be sent again')
    t.ok(any(unescape(area) == LONG for area in re.findall(r'<textarea[^>]* readonly>(.*?)</textarea>', browser.answer.text, re.S)), 'the long text in sight')
    t.unlike(browser.answer.text, r'<b>plus|mot </textarea>"', 'nothing typed is markup')
    return form


def refused(t, site):
    """What is refused for no field's sake, or at a bad moment, is kept too."""
    browser = Browser(site, 'mem')
    number = hub.lesson(site)
    path, action = f'/groups/web/lessons/{number}', f'/groups/web/lessons/{number}/reports'
    browser.get(path)
    values = browser.form(action).filled(status='applied', note=LONG, services='a\r\nb', told_to=['citizens', 'press'])
    key = dict(values)['idempotency_key']
    psql("""CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON relais.report FOR EACH ROW EXECUTE FUNCTION fail()""")
    t.is_(browser.post(action, values).status, 500, 'the database fails')
    form = kept(t, browser, action, values, '500')
    t.is_(form.value('idempotency_key'), key, 'under the same key, should it have been saved')
    psql('DROP TRIGGER fail ON relais.report; DROP FUNCTION fail()')
    t.is_(browser.submit(action).status, 303, 'and sent again, it is saved')
    t.is_(site.get(f'{WEB}/lessons/{number}/reports', auth('mem')).json()['reports'][0]['note'], LONG, 'word for word')

    browser.get(path)
    values = browser.form(action).filled(status='applied', note=LONG)
    site.request('PATCH', f'{WEB}/lessons/{number}', {'status': 'withdrawn'}, auth('hub', If_Match='*'))
    t.is_(browser.post(action, values).status, 409, 'it was withdrawn meanwhile')
    form = kept(t, browser, action, values, '409')
    t.ok(form.value('idempotency_key') not in ('', dict(values)['idempotency_key']), 'under a key of its own')


def sent_by_nobody(t, site):
    """A form that comes from another site, or after the session ended."""
    browser = Browser(site, 'mem')
    browser.get('/groups/web/lessons/new')
    action = '/groups/web/lessons'
    values = browser.form(action).filled(title='Après', body=LONG, status='draft')
    foreign = browser.post(action, values, Sec_Fetch_Site='cross-site')
    t.is_((foreign.status, [form.action for form in browser.forms() if form.action == action]), (403, []), "another site's form is not offered to be sent again")
    t.is_(unescape(re.search(r' readonly>(.*?)</textarea>', foreign.text, re.S)[1]), LONG, 'what it has can be copied')
    psql("UPDATE relais.access_token SET ended_at = now() WHERE kind = 'session'")
    for what, cookie in (('the session ended', browser.cookie), ('the cookie went', None)):
        browser.cookie = cookie
        wrong = browser.post(action, [pair for pair in values if pair[0] != 'title'])
        t.is_((wrong.status, browser.form(action).value('body')), (401, LONG), f'{what}: a form that is wrong besides is kept')
        t.is_(browser.post(action, values).status, 401, what)
        t.like(browser.answer.text, '<a [^>]*href="/sign-in" target="_blank" rel="noopener"', 'one signs in beside the page')
        form = kept(t, browser, action, values, '401')
    hub.invite('mem', 'BESIDE')
    browser.sign_in('BESIDE')
    t.is_(browser.post(form.action, form.values).status, 303, 'and then sends it again')
    t.is_(psql("SELECT body FROM relais.item_text WHERE title = 'Après'"), LONG, 'saved, word for word')


def errors(t, site):
    """Pages of errors: in the reader's language, with the request's name, and no form lost."""
    for lang, title in (('en', 'Not found'), ('fr', 'Introuvable'), ('nl', 'Niet gevonden')):
        page = Browser(site, lang=lang).get('/groups/none')
        t.is_((page.status, page.headers['Content-Language'] or lang), (404, lang), f'404 in {lang}')
        t.ok(f'<html lang="{lang}"' in page.text and title in page.text and page.headers['X-Request-Id'] in page.text, 'with the request named')
    t.ok('/sign-in?next=' in Browser(site).get('/groups/ferme').text, 'nobody is offered to sign in')
    t.unlike(Browser(site, 'mem').get('/groups/ferme').text, r'/sign-in\?next=', 'somebody is not')
    expired = Browser(site, 'mem')
    psql("UPDATE relais.access_token SET ended_at = now() WHERE kind = 'session'")
    t.is_(expired.post('/groups/web/lessons', {'title': 'x'}).status, 401, 'a form sent after the session ended')
    for path, answer in (('/groups/web/lessons/new', 303), ('/', 200)):
        t.is_(expired.get(path).status, answer, f'{path} after the session ended')


t = Tap()
with Site() as site:
    hub.seed()
    number = lesson(t, site)
    change(t, site, number)
    report(t, site, number)
    question(t, site)
    subscription(t, site)
    me(t, site)
    sent_before(t, site)
    waited(t, site)
    refused(t, site)
    sent_by_nobody(t, site)
    errors(t, site)
t.done()
