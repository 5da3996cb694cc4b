"""
A hub in the test's database, talked to as the site does: begin_request and one named
statement in one transaction, as the role relais_site. A person's token is a plain word.

    hub = Hub()
    hub.found()                                     # umbrellas, groups, persons: see below
    answer = hub.do('hub', 'lesson_post', group='web', lang='fr', title='T')
    value = hub.read(None, 'lesson_list', group='web')
"""

import contextlib
import hashlib
import json

from tests.lib import pq


def sha256(word):
    return hashlib.sha256(word.encode()).hexdigest()


# person: (umbrella or municipality, role)
PERSONS = {
    'hub': ('hubtown', 'focal_point'), 'hubhand': ('hubtown', 'contributor'),
    'mem': ('memtown', 'focal_point'), 'memhand': ('memtown', 'contributor'), 'memcoach': ('memtown', 'coach'),
    'memobs': ('memtown', 'observer'), 'other': ('othertown', 'focal_point'), 'partner': ('partown', 'focal_point'),
    'obs': ('obstown', 'focal_point'), 'co': ('lead', 'coordinator'), 'leadobs': ('lead', 'observer'),
    'assoc': ('associated', 'coordinator'), 'strange': ('strangetown', 'focal_point'),
    'bhub': ('btown', 'focal_point'), 'bco': ('blead', 'coordinator'), 'gone': ('memtown', 'focal_point'),
}
# group: (visibility, umbrella, {municipality: role})
WEB = {'hubtown': 'hub', 'memtown': 'member', 'othertown': 'member', 'partown': 'partner', 'obstown': 'observer'}
GROUPS = {'web': ('closed', 'lead', WEB), 'open': ('public', 'lead', WEB), 'bgroup': ('closed', 'blead', {'btown': 'hub', 'bother': 'member'})}
UMBRELLAS = ('lead', 'associated', 'blead')


class Hub:
    statements = pq.statements()

    def __init__(self, db=None, lang='en'):
        self.db = db or pq.Connection()
        self.lang = lang

    def found(self):
        """Fills an empty database with what the tables above say."""
        self.db.rows('BEGIN; SET LOCAL ROLE relais_admin')
        self.db.rows("SELECT relais.begin_operator(NULL, 'en')")
        for slug in UMBRELLAS:
            self.operator('umbrella_post', slug=slug, name=slug.title(), country='BJ', lang='fr', time_zone='UTC')
        towns = sorted({of for of, _ in PERSONS.values()} - set(UMBRELLAS)) + ['bother']
        for slug in towns:
            self.operator('municipality_post', slug=slug, name=slug.title(), country='BJ', lang='fr',
                          umbrella='blead' if slug[0] == 'b' else 'lead')
        for group, (visibility, umbrella, members) in GROUPS.items():
            self.operator('group_post', slug=group, name=group.title(), visibility=visibility, lang='fr', umbrella=umbrella)
            for town, role in members.items():
                self.operator('member_put', group=group, municipality=town, role=role)
        for name, (of, role) in PERSONS.items():
            self.operator('person_invite', name=name, email=f'{name}@example.org', lang='en', affiliation=of, role=role)
            self.operator('token_post', kind='api', hash=sha256(name), label='api', email=f'{name}@example.org')
        self.db.rows('COMMIT')
        self.db.rows("SELECT set_config('app.actor', '', false)")
        self.db.rows("INSERT INTO relais.associate SELECT g.id, u.id FROM relais.group g, relais.umbrella u "
                     "WHERE g.slug IN ('web', 'open') AND u.slug = 'associated'")
        self.db.rows("UPDATE relais.person SET ended_at = now() WHERE name = 'gone'")

    def operator(self, name, /, **values):
        answer = self.call(name, values)
        if 'error' in answer:
            raise AssertionError(f'{name} {values}: {answer}')
        return answer['value']

    def call(self, name, values):
        """One statement, parsed as JSON; None where it gives no row."""
        statement = self.statements[name]
        unknown = set(values) - set(statement.params)
        if unknown:
            raise KeyError(f'{name} has no {unknown}')
        rows = self.db.statement(statement, values)
        return json.loads(rows[0][0]) if rows and rows[0][0] is not None else None

    def as_person(self, who, name, values, kind='api', key=None, body=''):
        """A request as the site makes it. who: a person's token, or None."""
        self.db.rows('BEGIN; SET LOCAL ROLE relais_site')
        try:
            self.begin(who, kind, key, body)
            answer = self.call(name, values)
        except Exception:
            self.db.rows('ROLLBACK')
            raise
        self.db.rows('COMMIT')
        return answer

    @contextlib.contextmanager
    def reader(self, who, kind='api'):
        """A transaction as that person, undone at the end: for many statements through call()."""
        self.db.rows('BEGIN; SET LOCAL ROLE relais_site')
        try:
            self.begin(who, kind)
            yield
        finally:
            self.db.rows('ROLLBACK')

    def begin(self, who, kind='api', key=None, body=''):
        self.db.rows('SELECT relais.begin_request($1, $2, NULL, $3, $4, $5)', who and sha256(who), kind,
                     self.lang, key, sha256(body))

    def read(self, who, name, /, *, token='api', **values):
        return self.as_person(who, name, values, token)

    def write(self, who, name, /, **values):
        """The answer as it is, an error too."""
        return self.as_person(who, name, values)

    def do(self, who, name, /, **values):
        """The value of a write that has to succeed."""
        answer = self.write(who, name, **values)
        if answer is None or 'error' in answer:
            raise AssertionError(f'{name} as {who} {values}: {answer}')
        return answer['value']

    def close(self):
        self.db.close()
