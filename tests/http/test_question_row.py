"""
The table of learning questions edited in place, a row at a time, without JavaScript; and a question's line of descent
as a picture, which shows no question that its reader does not see.
"""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap

TABLE = '/groups/web/questions/table'


def ask(site, by='hub', **more):
    return hub.question(site, by=by, **{'text': 'Qui publie ?', 'problems': ['Pas de temps', 'Pas de ligne'],
                                        'subquestions': [{'text': 'Qui ?', 'priority': 'must'}, {'text': 'Quand ?'}]} | more)


def value(site, number):
    return site.get(f'{WEB}/questions/{number}').json()


def texts(parts):
    return [each['text'] for each in parts]


def edit(t, site):
    number = ask(site)
    before = value(site, number)
    browser = Browser(site, 'hub')
    page = browser.get(TABLE).text
    t.like(page, rf'href="\?edit_row={number}&amp;lang=en#question-{number}"', 'a row of one\'s own can be opened')
    t.unlike(Browser(site, 'mem').get(TABLE).text, rf'edit_row={number}\b', '… by others not')
    browser.get(f'{TABLE}?edit_row={number}&lang=en')
    action = f'/groups/web/questions/{number}/row'
    form = browser.form(action)
    t.is_((form.value('text'), form.value('problems.1.text'), form.value('subquestions.0.priority'), form.value('subquestions.1.priority')),
          ('Qui publie ?', 'Pas de ligne', 'must', ''), 'it is filled with what is there')
    answer = browser.submit(action, **{'text': 'Qui publie, et quand ?', 'reason': 'plus net', 'problems.0.text': 'Peu de temps', 'problems.1.text': '',
                                       'problems.2.text': 'Un nouveau', 'subquestions.1.priority': 'nice', 'subquestions.2.text': 'Comment ?'})
    t.is_(answer.status, 303, 'one form for the whole row')
    t.like(answer.headers['Location'], rf'/questions/table\?lang=en#question-{number}$', '… and back to its row')
    after = value(site, number)
    t.is_((after['text'], after['revisions'][-1]['reason']), ('Qui publie, et quand ?', 'plus net'), 'the wording is a new revision with its reason')
    t.is_(texts(after['problems']), ['Peu de temps', 'Un nouveau'], 'problems are reworded, taken away and added')
    t.is_(after['problems'][0]['id'], before['problems'][0]['id'], '… and stay the same problems')
    t.is_([(s['text'], [p['priority'] for p in s['priorities']]) for s in after['subquestions']],
          [('Qui ?', ['must']), ('Quand ?', ['nice']), ('Comment ?', [])], 'so are sub-questions, with our priorities')
    browser.get(f'{TABLE}?edit_row={number}&lang=en')
    browser.submit(action, **{'subquestions.0.priority': ''})
    after = value(site, number)
    t.is_((len(after['revisions']), after['subquestions'][0]['priorities']), (2, []), 'what is not reworded gets no new revision; a priority can be taken back')


def refused(t, site):
    number = ask(site)
    problem = value(site, number)['problems'][0]['id']
    site.post(f'{WEB}/problems/{problem}/we-too', {}, auth('mem'))
    browser = Browser(site, 'hub')
    action = f'/groups/web/questions/{number}/row'
    browser.get(f'{TABLE}?edit_row={number}&lang=en')
    answer = browser.submit(action, **{'problems.0.text': '', 'problems.1.text': 'GARDÉ'})
    t.is_((answer.status, 'it stays' in answer.text, browser.form(action).value('problems.1.text')), (409, True, 'GARDÉ'),
          'a problem that others share cannot go; nothing typed is lost')
    t.is_(texts(value(site, number)['problems']), ['Pas de temps', 'Pas de ligne'], '… and nothing is changed')
    answer = browser.submit(action, **{'problems.0.text': 'Mieux dit', 'text': ''})
    t.is_((answer.status, browser.form(action).value('problems.0.text')), (422, 'Mieux dit'), 'bad input opens the same row again')
    other = Browser(site, 'hub')
    other.get(f'{TABLE}?edit_row={number}')
    site.post(f'{WEB}/questions/{number}/revisions', {'text': 'Entretemps', 'reason': 'x'}, auth('hub'))
    t.is_(other.submit(action, text='Le mien').status, 412, 'nobody writes over what somebody else wrote meanwhile')
    answer = site.request('PUT', f'{WEB}/questions/{number}/row', {'text': 'T', 'problems': [{'id': 9999, 'text': 'x'}]}, auth('hub') | {'If-Match': '*'})
    t.is_(answer.status, 404, 'a problem of another question is none of this one')


def secret(t, site):
    number = ask(site)
    site.post(f'{WEB}/questions/{number}/revisions', {'text': 'DISCRET', 'reason': 'délicat', 'sensitive': True}, auth('hub'))
    answer = site.request('PUT', f'{WEB}/questions/{number}/row', {'text': 'DISCRET encore'}, auth('hub') | {'If-Match': '*'})
    t.is_((answer.status, value(site, number)['text']), (200, 'Qui publie ?'), 'a row reworded from a sensitive wording is as sensitive')
    t.unlike(site.get(f'{WEB}/events?after=0').text, 'DISCRET', '… and is told to nobody')


def picture(t, site):
    one, two = ask(site, text='Une ?'), ask(site, text='Deux ?')
    both = ask(site, text='Les deux ?', parents=[one, two], how='merged')
    line = value(site, both)['line']
    t.is_([q['id'] for q in line['questions']], [one, two, both], 'the questions of a line')
    t.is_([(d['parent'], d['id'], d['how']) for d in line['descent']], [(one, both, 'merged'), (two, both, 'merged')], '… and how they come from each other')
    t.is_([q['id'] for q in value(site, one)['line']['questions']], [one, two, both], 'from each of them')
    page = site.get(f'/groups/web/questions/{one}?lang=en').text
    t.is_(len(re.findall(r'<rect width="150"', page)), 3, 'a picture of three boxes')
    t.like(page, rf'<desc id="family-desc">Question {one} → Question {both}\. Question {two} → Question {both}\. </desc>', '… told in words too')
    t.unlike(site.get(f'/groups/web/questions/{ask(site)}').text, 'class="family"', 'a question alone has none')
    draft = ask(site, text='GEHEIM', parents=[both], how='split', status='draft')
    t.is_([q['id'] for q in value(site, both)['line']['questions']], [one, two, both], 'a draft is in nobody else\'s picture')
    mine = site.get(f'{WEB}/questions/{both}', auth('hub')).json()['line']
    t.is_([q['id'] for q in mine['questions']], [one, two, both, draft], '… but in its owner\'s')
    t.is_(site.get(f'{API}/groups/web/questions/{draft}').status, 404, 'nor can it be reached')


t = Tap()
with Site() as site:
    hub.seed()
    edit(t, site)
    refused(t, site)
    secret(t, site)
    picture(t, site)
t.done()
