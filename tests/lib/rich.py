"""
A hub with something of everything, on the ground of tests/lib/hub.py and made by the API,
for tests of export and restore: odd texts too. Ids are not those that a restored hub
gives, so that an id in a place where it means nothing elsewhere is found out.
"""

from tests.lib import hub
from tests.lib.hub import API, WEB, auth
from tests.lib.quarter import BENIN, quarter
from tests.lib.site import psql, relais

# Texts that a file of Markdown, YAML or CSV may take for something else.
ODD_BODIES = (
    '---\nfirst\n---\nsecond', '# Not a title', '  indented, and two spaces at the end  ', '\n\nlines before and behind\n\n',
    'a\ttab, and a line\n\twith one', 'émoji 👩🏽‍🌾 “quotes” : colon', 'yes', '007', '~', '- a list\n- "quoted"\n', 'x' * 3000,
    'trailing space \nand a line', ' leading\n   deeper', '\\n \\t %s $1 {{name}}', '---', '"', "'", '[a]: b', 'a: b # c', '&x *y !z')
ODD_LINES = ('yes', '007', '~', 'null', '12', '1e3', '2024-01-01', '"quoted" – it’s: so', '- dash', '# hash', '{a: b}', '=SUM(A1)', "'=1",
             '@here', '👩🏽‍🌾', 'a;b', 'true', '0x1F', '%', '&a', '*a', '| pipe', '> fold', "it's", 'end: ', '?', ': x', '\\', 'No')
ODD_NAMES = ('=1+1', "'=quoted", '-5', 'Comma, "quote"', 'Semi;colon', '@at', '+plus', 'Ünïcödé 👍', "'")


def spread_ids():
    """As if rows had come and gone."""
    for number, table in enumerate(('umbrella', 'municipality', 'person', 'programme', 'partnership', 'affiliation', '"group"')):
        psql(f"SELECT setval(pg_get_serial_sequence('relais.{table}', 'id'), {(number + 1) * 37})")


def fine(answer, want=(200, 201)):
    if answer.status not in want:
        raise RuntimeError(f'{answer.status}: {answer.text}')
    return answer.json() if answer.body else None


def change(site, by, path, **values):
    return fine(site.request('PATCH', path, values, auth(by, If_Match='*')))


def text(site, by, path, **values):
    return fine(site.put(path, values, auth(by, If_Match='*')))


def bodies():
    for number, name in enumerate(ODD_NAMES):
        hub.operate(hub.call('municipality_post', f'odd-{number}', name, 'district', 'BJ', name, 'fr', 'ancb', 'true'))
    psql("INSERT INTO relais.programme (slug, name, umbrella_id) SELECT 'pcic', 'PCIC, phase \"2\"', id FROM relais.umbrella WHERE slug = 'ancb';"
         "INSERT INTO relais.programme (slug, name) VALUES ('free', '007');"
         "UPDATE relais.group SET programme_id = (SELECT id FROM relais.programme WHERE slug = 'pcic'), description = E'---\\nwhat: it is \\n' WHERE slug = 'web';"
         "INSERT INTO relais.associate SELECT g.id, u.id FROM relais.group g, relais.umbrella u WHERE g.slug = 'web' AND u.slug = 'vvsg';"
         "INSERT INTO relais.partnership (first_id, second_id, programme_id, started, ended, status, reason) SELECT a.id, b.id, p.id, '2022', "
         "'2024-03-01', 'ended', E'it ended,\\n\"so\"' FROM relais.municipality a, relais.municipality b, relais.programme p "
         "WHERE a.slug = 'ouinhi' AND b.slug = 'lier' AND p.slug = 'free';"
         "INSERT INTO relais.partnership (status, reason) VALUES ('running', 'unnamed'), ('running', NULL);"
         "INSERT INTO relais.partnership (first_id, status) SELECT id, 'running' FROM relais.municipality WHERE slug IN ('mol', 'bonou')")
    hub.operate(hub.call('umbrella_change', 'ancb', None, None, 7), hub.call('municipality_rename', 'zogbo', 'Zogbo-Ahomè', 'zogbo-ahome'))


def lessons(site):
    first = hub.lesson(site, sdgs=[11, 4], cost='low', source='visit', conditions='deux\nlignes : oui\n', occurred_on='2024-09',
                       links=[{'url': 'https://example.org/a?b=c#d', 'title': 'yes', 'kind': 'video', 'bytes': 2000000000}, {'url': 'https://example.org/'}])
    text(site, 'hub', f'{WEB}/lessons/{first}/texts/nl', title='Klein beginnen', body='Eén *blad*.\n\n  ', conditions=' a\n b')
    text(site, 'hub', f'{WEB}/lessons/{first}/texts/fr', title='007', body='corrigé', summary='', reason='une faute\nà corriger')
    text(site, 'hub', f'{WEB}/lessons/{first}/texts/fr', title='Commencer petit, encore', body='corrigé *deux*')
    text(site, 'lier', f'{WEB}/lessons/{first}/texts/nl', title='Klein beginnen', body='bij', of=2)
    text(site, 'co', f'{WEB}/lessons/{first}/texts/en', title='Start small', body='One page.')
    for number, body in enumerate(ODD_BODIES):
        made = hub.lesson(site, title=ODD_LINES[number], body=body, summary=body[:900].strip() or 'x', conditions=body)
        text(site, 'hub', f'{WEB}/lessons/{made}/texts/nl', title=ODD_LINES[-number], body=body, summary=body[:900], conditions=body)
        if number % 3 == 0:
            text(site, 'hub', f'{WEB}/lessons/{made}/texts/fr', title='anew', body=f'{body}\nanew', conditions=body)
    gone = hub.lesson(site, title='Withdrawn')
    hub.report(site, gone, 'applied', 'mem')
    change(site, 'hub', f'{WEB}/lessons/{gone}', status='withdrawn', reason='it was\n"wrong": yes')
    hub.lesson(site, by='mem', status='proposed', title='Proposed')
    hub.lesson(site, by='con', status='draft', title='Draft')
    hub.lesson(site, 'ferme', 'lier', title='Closed')
    return first


def questions(site):
    several = [{'text': line, 'priority': ('must', 'like', 'nice')[n % 3]} for n, line in enumerate(ODD_LINES)]
    one = hub.question(site, problems=list(ODD_LINES), subquestions=several, occurred_on='2023')
    two = hub.question(site, by='mem', text='Deux ?', subquestions=[{'text': 'a'}, {'text': 'b', 'priority': 'nice'}])
    three = hub.question(site, by='bon', text='Trois ?')
    fine(site.post(f'{WEB}/questions/{one}/revisions', {'text': 'Publique ?', 'reason': 'mieux\nainsi', 'trigger': 'visit', 'occurred_on': '2024-05'}, auth('hub')))
    fine(site.post(f'{WEB}/questions/{one}/revisions', {'text': 'Sensible ?', 'reason': 'secret', 'sensitive': True}, auth('hub')))
    fine(site.post(f'{WEB}/questions/{two}/revisions', {'text': 'Deux, sensible ?', 'sensitive': True}, auth('mem')))
    fine(site.post(f'{WEB}/questions/{two}/revisions', {'text': 'Deux encore ?', 'reason': 'x'}, auth('mem')))
    text(site, 'hub', f'{WEB}/questions/{one}/texts/nl', text='Openbaar?', of=2)
    text(site, 'hub', f'{WEB}/questions/{one}/texts/nl', text='Gevoelig?')
    text(site, 'mem', f'{WEB}/questions/{two}/texts/fr', text='Deux, corrigée ?')
    merged = hub.question(site, by='co', text='Ensemble ?', municipality='aklame', parents=[two, three], how='merged',
                          subquestions=[{'text': 'a', 'priority': 'must'}])
    seen = fine(site.get(f'{WEB}/questions/{merged}', auth('mem')))
    for by, priority in (('mem', 'like'), ('bon', 'nice')):
        fine(site.put(f"{WEB}/subquestions/{seen['subquestions'][0]['id']}/priority", {'priority': priority}, auth(by)))
    hub.question(site, by='mem', text='Scindée ?', parents=[merged], how='split')
    hub.question(site, by='mem', text='Brouillon ?', status='draft')
    dropped = hub.question(site, by='bon', text='Abandonnée ?')
    change(site, 'bon', f'{WEB}/questions/{dropped}', status='dropped', reason='plus besoin')
    problem = fine(site.get(f'{WEB}/questions/{one}', auth('hub')))['problems'][2]['id']
    for by in ('mem', 'bon'):
        fine(site.post(f'{WEB}/problems/{problem}/we-too', {}, auth(by)))
    sub = [s['id'] for s in fine(site.get(f'{WEB}/questions/{one}', auth('hub')))['subquestions']]
    hub.lesson(site, title='Answers', questions=[one, merged], subquestions=[sub[2], sub[4]])
    hub.lesson(site, title='Answers a part', subquestions=[sub[0]])
    hub.question(site, 'ferme', 'lier', text='Besloten?')
    return one


def reports(site, lesson, question):
    hub.report(site, lesson, 'interested', 'mem', note='une note\nà lire', audience='public')
    hub.report(site, lesson, 'adapted', 'mem', adaptation='= autre', services=['état civil; eau', 'a, b', '"c"'], told_to=['college', 'press'],
               occurred_on='2024-02', ask_again_on='2027-01-01', evidence='https://example.org/preuve')
    hub.report(site, lesson, 'interrupted', 'bon', reason='political', note='privé')
    hub.report(site, lesson, 'not_for_us', 'lier', reason='budget', note='voor de groep', audience='group')
    hub.report(site, lesson, 'trying', 'co', municipality='bonou', via='phone')
    hub.report(site, lesson, 'retracted', 'bon')
    hub.report(site, question, 'applied', 'mem', kind='questions')
    hub.report(site, question, 'retracted', 'mem', kind='questions')
    hub.report(site, 1, 'planned', 'mol', 'ferme')
    seq = next(r['seq'] for r in fine(site.get(f'{WEB}/lessons/{lesson}', auth('hub')))['reports'] if r['current'])
    fine(site.post(f'{WEB}/reports/{seq}/acknowledge', {}, auth('hub')))
    fine(site.request('PUT', f'{WEB}/lessons/{lesson}/conclusion', {'lang': 'nl', 'body': '# Samen\n\n---\n  met *zorg* '}, auth('co')))


def members(site):
    for municipality, role in (('odd-0', 'member'), ('odd-1', 'member'), ('odd-2', 'observer'), ('mol', 'partner')):
        fine(site.post(f'{WEB}/members', {'municipality': municipality, 'role': role, 'since': '2025-06'}, auth('co')))
    fine(site.delete(f'{WEB}/members/odd-0', auth('co')))
    fine(site.delete(f'{WEB}/members/odd-1', auth('co')))
    fine(site.post(f'{WEB}/members', {'municipality': 'odd-1', 'role': 'partner'}, auth('co')))
    hub.operate(hub.call('member_put', 'web', 'odd-2', 'member', None), hub.call('member_put', 'web', 'aklame', 'hub', None),
                hub.call('member_put', 'web', 'ouinhi', 'hub', None))


def people(site):
    for by, values in (('mem', {'cadence': 'weekly', 'weekday': 2, 'hour': 7, 'lang': 'nl', 'kinds': ['lesson', 'digest']}), ('bon', {'cadence': 'at_once'})):
        fine(site.post(f'{WEB}/subscriptions', values, auth(by)))
    fine(site.post(f'{WEB}/digest-policy', {'at_deadline': 'hold'}, auth('co')))
    fine(site.request('PATCH', f'{API}/me', {'time_zone': 'Europe/Brussels', 'contact': True, 'lang': 'nl', 'name': '=Mem; "so"'}, auth('mem')))
    hub.operate(hub.call('person_invite', 'Mem', 'mem@example.org', 'en', 'bonou', 'coach', None, None),
                hub.call('person_end', 'watch@example.org'), hub.call('person_end', 'zog@example.org'))
    # one whose address was erased, and one after
    psql("UPDATE relais.person SET email = NULL, name = '-' WHERE email = 'zog@example.org'")
    hub.operate(hub.call('person_invite', 'Late', 'Late@Example.org', 'fr', 'ancb', 'observer', hub.sha256('late'), None))


def silence(site):
    """Who is silent is reminded twice, and spoken with, in words and without."""
    fine(site.post(f'{WEB}/nudges', {'municipality': 'lier'}, auth('co')))
    psql('UPDATE relais.nudge SET day = day - 20')
    fine(site.post(f'{WEB}/nudges', {}, auth('hub')))
    fine(site.post(f'{WEB}/silent/bonou/contacts', {'occurred_on': '2026-01-01', 'via': 'phone', 'words': 'Ils y pensent,\n"bientôt"'}, auth('hub')))
    fine(site.post(f'{WEB}/silent/aklame/contacts', {'occurred_on': '2026-02-28', 'via': 'meeting'}, auth('co')))
    for by, town, values in (('mem', 'aklame', {'works': 'Le marché\n"oui"', 'fails': '=1+1'}), ('mem', 'aklame', {'works': 'Mieux'}), ('lier', 'lier', {'better': '–'})):
        text(site, by, f'{API}/umbrellas/ancb/quarters/{quarter(BENIN)}/answers/{town}', **values)
    psql("UPDATE relais.quarter_answer SET quarter = '2025-q1' WHERE better IS NOT NULL")


def digests(site, lesson):
    path = f'{API}/umbrellas/ancb/digests'
    number = fine(site.post(path, {}, auth('co')))['n']
    section = f'{path}/{number}/sections/web'
    text(site, 'co', section, lang='fr', text='# Édité\n\n---\n  avec *soin* \n')
    text(site, 'co', section, lang='nl', text='Bewerkt')
    told = fine(site.get(section, auth('co')))['section']
    first = [item['seq'] for key in ('lessons', 'questions') for item in told[key]]
    text(site, 'co', section, pin=first[:2], leave_out=first[2:3])
    fine(site.post(f'{path}/{number}/approve', {}, auth('co', If_Match='*')))
    hub.report(site, lesson, 'applied', 'bon', note='depuis', audience='umbrella')
    hub.lesson(site, title='Later')
    number = fine(site.post(path, {}, auth('co')))['n']
    fine(site.post(f'{path}/{number}/schedule', {'day': '2090-01-02', 'hour': 8}, auth('co')))
    fine(site.post(f'{path}/{number}/sections/web/order', {'order': [1]}, auth('co')))
    fine(site.post(f'{API}/umbrellas/vvsg/digests', {}, auth('other')))


def inquiries(site, lesson):
    path = f'{WEB}/lessons/{lesson}/inquiries'
    ask = [fine(site.post(path, {'text': line}, auth(by)))['n'] for by, line in (('mem', 'Combien ?\n  deux'), ('bon', '007'), ('lier', '---'))]
    fine(site.post(f'{path}/{ask[0]}/answer', {'text': 'Peu.\n\n- oui', 'open': True}, auth('hub')))
    fine(site.post(f'{path}/{ask[1]}/end', {'reason': 'hors "sujet"'}, auth('co')))
    fine(site.post(f'{API}/municipalities/bonou/asked', {'consent': 'always'}, auth('bon')))


def make(site):
    spread_ids()
    hub.seed()
    bodies()
    lesson = lessons(site)
    reports(site, lesson, questions(site))
    inquiries(site, lesson)
    members(site)
    people(site)
    silence(site)
    digests(site, lesson)


def export(folder, url=None):
    done = relais('export', folder, env={'DATABASE_URL': url} if url else None)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return folder


