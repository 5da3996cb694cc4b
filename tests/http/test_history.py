"""
A lesson's history: each wording with its reason and the words that changed, as far as the reader may see; and
what changed in an original since it was translated, for who translates and who reads.
"""

import re

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap


def changes(revision):
    return {each['part']: ''.join(('[-{}-]' if run.get('deleted') else '{{+{}+}}' if run.get('inserted') else '{}').format(run['text'])
                                  for run in each['runs']) for each in revision.get('changes', [])}


def correct(site, number, edit='*', lang='fr', by='hub', **text):
    answer = site.request('PUT', f'{WEB}/lessons/{number}/texts/{lang}', text, auth(by) | {'If-Match': edit})
    if answer.status != 200:
        raise RuntimeError(answer.text)


def lesson(t, site):
    number = hub.lesson(site, title='Un petit site', body='Une page.', summary='Court')
    correct(site, number, title='Un grand site', body='Une page.\n\nEt une autre.', summary='Court', reason='il a grandi')
    correct(site, number, title='Un grand site', body='Une page.\n\nEt une autre.', summary='')
    value = site.get(f'{WEB}/lessons/{number}/history').json()
    t.is_([r['revision'] for r in value['revisions']], [3, 2, 1], 'the newest first')
    t.is_([changes(r) for r in value['revisions']],
          [{'summary': '[-Court-]'}, {'title': 'Un [-petit-]{+grand+} site', 'body': 'Une page.{+\n\nEt une autre.+}'}, {}], 'what changed, word by word')
    t.is_([r['reason'] for r in value['revisions']], [None, 'il a grandi', None], 'and why')
    t.is_(value['revisions'][2]['after']['title'], 'Un petit site', 'the old text can be read')

    page = site.get(f'/groups/web/lessons/{number}/history?lang=en')
    t.like(page.text, r'Un <del>petit</del><ins>grand</ins> site', 'on the page too')
    t.like(page.text, 'il a grandi', '… with the reason')
    t.like(site.get(f'/groups/web/lessons/{number}').text, f'/groups/web/lessons/{number}/history', 'the lesson leads there')
    return number


def translation(t, site, number):
    correct(site, number, lang='nl', by='mem', title='Een grote site', body='Een bladzijde.')
    correct(site, number, title='Un très grand site', body='Une page.')
    correct(site, number, lang='nl', by='mem', of=3, title='Een grotere site', body='Een bladzijde.')
    value = site.get(f'{WEB}/lessons/{number}/history?text_lang=nl').json()
    t.is_([(r['of'], changes(r)) for r in value['revisions']], [(3, {'title': 'Een [-grote-]{+grotere+} site'}), (3, {})], 'a translation has a history of its own')
    t.is_(site.get(f'{WEB}/lessons/{number}/history?text_lang=en').status, 404, 'what was never translated has none')
    t.is_(site.get(f'{WEB}/lessons/{number}?lang=nl').json()['stale'], True, 'it says an older text')
    t.like(site.get(f'/groups/web/lessons/{number}?lang=nl').text, rf'href="/groups/web/lessons/{number}/history\?lang=nl"', 'its reader is led to what changed')
    value = site.get(f'{WEB}/lessons/{number}/texts/nl', auth('mem')).json()
    t.is_(changes(value), {'title': 'Un {+très +}grand site', 'body': 'Une page.[-\n\nEt une autre.-]'}, 'who translates sees what changed in the original')
    page = Browser(site, 'mem').get(f'/groups/web/lessons/{number}/texts/nl').text
    t.like(page, r'<p class="lines changes" lang="fr">Un <ins>très </ins>grand site', '… on the page')


def question(t, site):
    number = hub.question(site, text='Qui paie la taxe ?')
    answer = site.request('PUT', f'{WEB}/questions/{number}/texts/nl', {'text': 'Wie betaalt?'}, auth('mem') | {'If-Match': '*'})
    t.is_(answer.status, 200, 'a translated question')
    site.post(f'{WEB}/questions/{number}/revisions', {'text': 'Qui mène le dialogue ?', 'reason': 'plus net'}, auth('hub'))
    value = site.get(f'{WEB}/questions/{number}/texts/nl', auth('mem')).json()
    t.is_(changes(value), {'text': 'Qui [-paie la taxe-]{+mène le dialogue+} ?'}, '… shows what was reworded')
    site.post(f'{WEB}/questions/{number}/revisions', {'text': 'SECRET', 'reason': 'délicat', 'sensitive': True}, auth('hub'))
    t.unlike(site.get(f'{WEB}/questions/{number}/texts/nl', auth('mem')).text, 'SECRET', 'a sensitive wording stays with its owners')


def long_text(t, site):
    number = hub.lesson(site, body='un deux trois quatre. ' * 400 + 'ici ' + 'cinq six sept huit. ' * 400)
    correct(site, number, title='T', body='un deux trois quatre. ' * 400 + 'là ' + 'cinq six sept huit. ' * 400)
    value = site.get(f'{WEB}/lessons/{number}/history').json()
    body = changes(value['revisions'][0])['body']
    t.like(body, r'^ … .{100,300}\[-ici-\]\{\+là\+\}.{100,300} … $', 'of a long text only what is around a change')
    for i in range(22):
        correct(site, number, title=f'T{i}', body='Une page.')
    page = site.get(f'{WEB}/lessons/{number}/history')
    t.is_(len(page.json()['revisions']), 20, 'twenty a page')
    older = re.search(r'\?before=\d+', page.headers['Link'] or '')
    t.ok(older, 'and the way to the older ones', page.headers['Link'])
    rest = site.get(f'{WEB}/lessons/{number}/history{older[0]}').json()
    t.is_([r['revision'] for r in rest['revisions']], [4, 3, 2, 1], '… which go on from there')
    t.is_(changes(rest['revisions'][0]), {'title': '[-T0-]{+T1+}'}, '… with what changed between')


def closed(t, site):
    draft = site.post(f'{WEB}/lessons', hub.LESSON | {'status': 'draft'}, auth('hub')).json()['id']
    t.is_(site.get(f'{WEB}/lessons/{draft}/history').status, 404, 'a draft has no history for others')
    t.is_(site.get(f'{WEB}/lessons/{draft}/history', auth('hub')).status, 200, '… but for its owner')


t = Tap()
with Site() as site:
    hub.seed()
    number = lesson(t, site)
    translation(t, site, number)
    question(t, site)
    long_text(t, site)
    closed(t, site)
t.done()
