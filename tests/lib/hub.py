"""
A small hub for the tests of the service: two umbrellas, a public and two closed groups,
and a person for each way to stand to them. A person's API token is the word they are
named by: auth('mem'). Tests start from here and make what else they need by the API.
"""

import hashlib
import json

from tests.lib.site import psql

API = '/api/v1'
WEB = API + '/groups/web'               # public: hub ouinhi, members aklame and bonou, partner lier, observer zogbo
CLOSED = API + '/groups/ferme'          # closed, of vvsg: hub lier, member mol

UMBRELLAS = (('ancb', 'ANCB', 'BJ', 'fr', 'Africa/Porto-Novo'), ('vvsg', 'VVSG', 'BE', 'nl', 'Europe/Brussels'))
MUNICIPALITIES = (('ouinhi', 'Ouinhi', 'BJ', 'fr', 'ancb'), ('aklame', 'Aklamè', 'BJ', 'fr', 'ancb'),
                  ('bonou', 'Bonou', 'BJ', 'fr', 'ancb'), ('zogbo', 'Zogbo', 'BJ', 'fr', 'ancb'),
                  ('lier', 'Lier', 'BE', 'nl', 'vvsg'), ('mol', 'Mol', 'BE', 'nl', 'vvsg'))
GROUPS = (('web', 'Sites web', 'public', 'fr', 'ancb'), ('ferme', 'Gesloten groep', 'closed', 'nl', 'vvsg'),
          ('huis', 'Groupe fermé', 'closed', 'fr', 'ancb'))
MEMBERS = (('web', 'ouinhi', 'hub'), ('web', 'aklame', 'member'), ('web', 'bonou', 'member'), ('web', 'lier', 'partner'),
           ('web', 'zogbo', 'observer'), ('ferme', 'lier', 'hub'), ('ferme', 'mol', 'member'),
           ('huis', 'ouinhi', 'hub'), ('huis', 'aklame', 'member'))
# word, umbrella or municipality, role
PERSONS = (('hub', 'ouinhi', 'focal_point'), ('draft', 'ouinhi', 'contributor'), ('mem', 'aklame', 'focal_point'),
           ('con', 'aklame', 'contributor'), ('coach', 'aklame', 'coach'), ('watch', 'aklame', 'observer'),
           ('bon', 'bonou', 'focal_point'), ('zog', 'zogbo', 'focal_point'), ('lier', 'lier', 'focal_point'),
           ('mol', 'mol', 'focal_point'), ('co', 'ancb', 'coordinator'), ('see', 'ancb', 'observer'),
           ('other', 'vvsg', 'coordinator'))


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def literal(value):
    return 'NULL' if value is None else "'" + str(value).replace("'", "''") + "'"


def call(function, *values):
    return f"SELECT relais.{function}({', '.join(map(literal, values))});\n"


def operate(*calls, url=None):
    """Runs write functions as the operator; raises on a refusal."""
    answers = psql("SET ROLE relais_admin; SELECT relais.begin_operator(NULL, 'en');\n" + ''.join(calls), url)
    for line in answers.splitlines():
        if line.startswith('{') and 'error' in json.loads(line):
            raise RuntimeError(f'refused: {line}')
    return answers


def seed(url=None):
    operate(*(call('umbrella_post', *row) for row in UMBRELLAS),
            *(call('municipality_post', slug, name, 'municipality', country, None, lang, umbrella, 'false')
              for slug, name, country, lang, umbrella in MUNICIPALITIES),
            *(call('group_post', slug, name, '', visibility, lang, umbrella, None)
              for slug, name, visibility, lang, umbrella in GROUPS),
            *(call('member_put', group, slug, role, None) for group, slug, role in MEMBERS),
            *(call('person_invite', word.capitalize(), f'{word}@example.org', 'en', body, role, None, None)
              for word, body, role in PERSONS),
            *(call('token_post', 'api', sha256(word), 'test', None, None, f'{word}@example.org') for word, *_ in PERSONS),
            url=url)


def invite(word, code, url=None):
    """A code for a person of the seed to sign in with, as the command line makes one."""
    body, role = next((body, role) for name, body, role in PERSONS if name == word)
    operate(call('person_invite', word.capitalize(), f'{word}@example.org', 'en', body, role, sha256(code), 14), url=url)


def auth(word, **headers):
    """The headers of a request by that person; names with _ for -."""
    return {'Authorization': f'Bearer {word}'} | {name.replace('_', '-'): value for name, value in headers.items()}


LESSON = {'lang': 'fr', 'title': 'Commencer petit', 'summary': 'Une page suffit.', 'body': 'Nous avons *commencé* petit.'}
QUESTION = {'lang': 'fr', 'text': 'Comment tenir le site à jour ?', 'problems': ['Personne ne publie'],
            'subquestions': [{'text': 'Qui publie ?', 'priority': 'must'}]}


def lesson(site, group='web', by='hub', **values):
    """Posts a lesson; gives its number."""
    return made(site.post(f'{API}/groups/{group}/lessons', LESSON | values, auth(by)))


def question(site, group='web', by='hub', **values):
    return made(site.post(f'{API}/groups/{group}/questions', QUESTION | values, auth(by)))


def report(site, number, status='applied', by='mem', group='web', kind='lessons', **values):
    """Reports on a lesson; gives the number of the event."""
    return made(site.post(f'{API}/groups/{group}/{kind}/{number}/reports', {'status': status} | values, auth(by)), 'seq')


def made(answer, name='id'):
    if answer.status != 201:
        raise RuntimeError(f'{answer.status} instead of 201: {answer.text}')
    return answer.json()[name]
