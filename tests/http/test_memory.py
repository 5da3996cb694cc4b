"""
The memory of answers: after every kind of change each public page is what it would be if it
were made anew. A request with some other site's cookie is answered past the memory.
"""

import os
import re
import shutil
import tempfile

from tests.lib import hub
from tests.lib.hub import API, WEB, auth
from tests.lib.site import ROOT, Site, Tap, psql, wait_until

ANEW = {'Cookie': 'other=cookie'}


def pages(lesson, question):
    """The public pages of the group; some in another language; the API; the feeds; other forms."""
    for path in ('', '/lessons', '/questions', f'/lessons/{lesson}', f'/questions/{question}', '/uptake', '/members', '/digests/1'):
        yield f'/groups/web{path}'
    for path in (f'/lessons/{lesson}', f'/questions/{question}', '/digests/1'):
        yield f'/groups/web{path}?lang=nl'
    for path in ('', f'/lessons/{lesson}', f'/lessons/{lesson}/reports', f'/questions/{question}/reports', '/events'):
        yield WEB + path
    for path in (f'/lessons/{lesson}.md', f'/questions/{question}.txt', '/uptake.csv', '/digests/1.md', '/feed.atom', '/feed.rss?lang=fr', '/feed.json'):
        yield f'/groups/web{path}'


def without_noise(answer):
    """Status and body; the request's name on an error page is none of the content."""
    return answer.status, answer.text.replace(answer.headers['X-Request-Id'], '')


def changes(site, lesson, question):
    """(what, a function that does it)"""
    def api(method, path, body, by, **headers):
        answer = site.request(method, API + path, body, auth(by, If_Match='*', **headers))
        if answer.status not in (200, 201):
            raise RuntimeError(f'{method} {path}: {answer.status} {answer.text}')
        return answer.json()
    value = site.get(f'{WEB}/questions/{question}').json()
    problem, sub = value['problems'][0]['id'], value['subquestions'][0]['id']
    path, asked = f'/groups/web/lessons/{lesson}', f'/groups/web/questions/{question}'
    yield 'a lesson', lambda: api('POST', '/groups/web/lessons', hub.LESSON | {'title': 'Autre', 'questions': [question], 'subquestions': [sub]}, 'hub')
    yield 'a proposal', lambda: api('POST', '/groups/web/lessons', hub.LESSON | {'title': 'Proposée'}, 'mem')
    yield 'a correction', lambda: api('PUT', f'{path}/texts/fr', {'title': 'Corrigé', 'body': 'Mieux.'}, 'hub')
    yield 'a translation', lambda: api('PUT', f'{path}/texts/nl', {'title': 'Vertaald', 'body': 'Beter.'}, 'lier')
    yield 'what is not text', lambda: api('PATCH', path, {'cost': 'high', 'sdgs': [3], 'links': [{'url': 'https://example.org/'}]}, 'hub')
    for status in ('interested', 'trying', 'applied', 'adapted', 'interrupted', 'retracted', 'not_for_us'):
        yield f'a report: {status}', lambda status=status: api('POST', f'{path}/reports', {'status': status}, 'mem')
    yield 'a report on a question', lambda: api('POST', f'{asked}/reports', {'status': 'applied'}, 'bon')
    yield 'a question', lambda: api('POST', '/groups/web/questions', hub.QUESTION | {'text': 'Autre ?'}, 'mem')
    yield 'a rewording', lambda: api('POST', f'{asked}/revisions', {'text': 'Reformulée ?', 'reason': 'net'}, 'mem')
    yield 'a sensitive rewording', lambda: api('POST', f'{asked}/revisions', {'text': 'Secrète ?', 'sensitive': True}, 'mem')
    yield "a question's translation", lambda: api('PUT', f'{asked}/texts/nl', {'text': 'Vertaald?'}, 'lier')
    yield '“we too”', lambda: api('POST', f'/groups/web/problems/{problem}/we-too', {}, 'bon')
    yield 'a priority', lambda: api('PUT', f'/groups/web/subquestions/{sub}/priority', {'priority': 'nice'}, 'mem')
    yield 'a merger', lambda: api('POST', '/groups/web/questions', hub.QUESTION | {'municipality': 'aklame', 'parents': [question], 'how': 'merged'}, 'co')
    yield 'a new member', lambda: api('POST', '/groups/web/members', {'municipality': 'mol', 'role': 'member'}, 'co')
    yield 'another role', lambda: api('POST', '/groups/web/members', {'municipality': 'mol', 'role': 'observer'}, 'co')
    yield 'a new hub', lambda: api('POST', '/groups/web/members', {'municipality': 'bonou', 'role': 'hub'}, 'co')
    yield 'the old hub again', lambda: api('POST', '/groups/web/members', {'municipality': 'ouinhi', 'role': 'hub'}, 'co')
    yield 'a member who leaves', lambda: api('DELETE', '/groups/web/members/mol', None, 'co')
    yield "a municipality's name", lambda: api('PATCH', '/municipalities/aklame', {'name': 'Aklamè-sur-Mer'}, 'co')
    yield "a municipality's address", lambda: api('PATCH', '/municipalities/bonou', {'slug': 'bonou-nouveau'}, 'co')
    yield "an umbrella's name", lambda: api('PATCH', '/umbrellas/ancb', {'name': 'ANCB nouvelle'}, 'co')
    yield "an umbrella's time zone", lambda: api('PATCH', '/umbrellas/ancb', {'time_zone': 'Pacific/Auckland'}, 'co')
    yield 'a consent', lambda: api('PATCH', '/me', {'contact': True}, 'hub')
    yield "a person's name", lambda: api('PATCH', '/me', {'name': 'Nouveau Nom'}, 'hub')
    yield 'a digest', lambda: api('POST', f"/umbrellas/ancb/digests/{api('POST', '/umbrellas/ancb/digests', {}, 'co')['n']}/approve", {}, 'co')
    yield 'a question dropped', lambda: api('PATCH', f"/groups/web/questions/{hub.question(site)}", {'status': 'dropped'}, 'hub')
    yield 'a lesson withdrawn', lambda: api('PATCH', path, {'status': 'withdrawn', 'reason': 'dépassé'}, 'hub')


def differing(site, all_pages):
    return [page for page in all_pages if without_noise(site.get(page)) != without_noise(site.get(page, ANEW))]


def from_memory(site):
    """How many answers came from memory so far."""
    return int(re.search(r'^relais_memory_hits_total (\d+)', site.get('/metrics').text, re.M)[1])



def configured(t):
    """What a page looks like depends on address, demonstration and translations too: its ETag tells them apart."""
    def tag(**env):
        with Site(env={'RELAIS_URL': 'http://127.0.0.1:1'} | env) as site:
            return site.get('/groups/web').headers['ETag']
    with tempfile.TemporaryDirectory() as locale:
        shutil.copytree(f'{ROOT}/build/locale', locale, dirs_exist_ok=True)
        plain = tag(RELAIS_LOCALE_DIR=locale)
        t.is_(tag(RELAIS_LOCALE_DIR=locale), plain, 'the same program started again gives the same ETag')
        t.is_(len({plain, tag(RELAIS_LOCALE_DIR=locale, RELAIS_URL='http://127.0.0.1:2'), tag(RELAIS_LOCALE_DIR=locale, RELAIS_DEMO='1')}), 3, 'at another address, or as the demonstration, another')
        os.utime(f'{locale}/C/LC_MESSAGES/relais-fr.mo', (1, 1))
        t.ok(tag(RELAIS_LOCALE_DIR=locale) != plain, 'with another catalogue too')


t = Tap()
with Site() as site, Site() as second:
    hub.seed()
    wait_until(lambda: second.get('/readyz').status == 200)
    lesson, question = hub.lesson(site), hub.question(site, by='mem')
    hub.report(site, lesson, 'applied', 'mem')
    everything = list(pages(lesson, question))
    elsewhere = ('/groups/web', f'{WEB}/lessons/{lesson}', f'{WEB}/questions/{question}', '/groups/web/feed.atom')
    differing(site, everything)
    hits = from_memory(site)
    t.is_(differing(site, everything), [], 'what is in memory is what would be made anew')
    t.ok(from_memory(site) - hits > len(everything) / 2, 'and it is in memory')
    for what, change in changes(site, lesson, question):
        for page in elsewhere:
            second.get(page)
        change()
        t.is_(differing(site, everything), [], f'after {what} too')
        t.ok(wait_until(lambda: differing(second, elsewhere) == [], 3), '… and in another process')
    t.is_(psql("SELECT count(*) FROM relais.group_log l WHERE l.version < l.head"), '0', 'a version rises with every event')
configured(t)
t.done()
