#!/usr/bin/python3
"""
What a request begins with: who asks, in which language, whether it was answered before; and that
in a batch nothing of the person before is left for the next.
"""

import json
import sys

from tests.lib import pq
from tests.lib.hub_sql import Hub, sha256
from tests.lib.tap import Tap

ASK = {'group': 'web', 'lang': 'fr', 'text': 'T', 'status': 'published'}


def begin(db, token=None, kind='api', asked=None, accepted=None, key=None, body=''):
    """The answer of begin_request, within the caller's transaction."""
    return json.loads(db.value('SELECT relais.begin_request($1, $2, $3, $4, $5, $6)', token and sha256(token), kind,
                               asked, accepted,
                               key, sha256(body)))


def settings(db):
    return dict(db.rows("SELECT n, coalesce(current_setting('app.' || n, true), '') FROM unnest(ARRAY['actor', 'group', 'lang', 'key', 'replay']) n"))


def who(t, hub):
    """Whom a token lets in, and how a language is settled."""
    db = hub.db
    hub.do('mem', 'token_post', kind='feed', hash=sha256('feed'), group='web')
    hub.do('mem', 'token_post', kind='api', hash=sha256('late'))
    hub.do('mem', 'token_post', kind='api', hash=sha256('ended'))
    db.rows("UPDATE relais.access_token SET expires_at = now() WHERE hash = sha256('late')")
    db.rows("UPDATE relais.access_token SET ended_at = now() WHERE hash = sha256('ended')")
    mem = int(db.value("SELECT id FROM relais.person WHERE name = 'mem'"))
    for name, token, kind, person in (('a token', 'mem', 'api', mem), ('a feed key for feeds', 'feed', 'feed', mem),
                                      ('none', None, 'api', None),
                                      ('an unknown one', 'nosuch', 'api', None),
                                      ('one past its time', 'late', 'api', None),
                                      ('one that was ended', 'ended', 'api', None),
                                      ('one of a person who left', 'gone', 'api', None),
                                      ('a program\'s as a session', 'mem', 'session', None),
                                      ('a feed key as a program\'s', 'feed', 'api', None),
                                      ('a program\'s as a feed key', 'mem', 'feed', None)):
        db.rows('BEGIN; SET LOCAL ROLE relais_site')
        got = begin(db, token, kind)
        is_set = settings(db)
        db.rows('ROLLBACK')
        t.is_((got['person'], is_set['actor'], is_set['group']), (person, str(person or ''),
                                                                  '1' if kind == 'feed' and person else ''),
                                                                  f'{name}: who it is')
    for bad in ('', 'zz', '0', 'é', "'"):
        t.is_(json.loads(db.value('SELECT relais.begin_request($1, $2, NULL, NULL, NULL, NULL)', bad,
                                  'api'))['person'], None, f'{bad!r} is nobody\'s')
    db.rows("UPDATE relais.person SET lang = 'nl' WHERE name = 'mem'")
    for name, token, asked, accepted, lang in (('the address', 'mem', 'fr', 'de', 'fr'),
                                               ('the person', 'mem', None, 'de', 'nl'),
                                               ('the browser', None, None, 'de', 'de'),
                                               ('nothing', None, None, None, 'en')):
        t.is_(begin(db, token, 'api', asked, accepted)['lang'], lang, f'{name} says the language')


def batch(t, hub):
    """A batch shares a transaction: each request is its own person's, whatever went before."""
    db = hub.db
    chain = (('mem', 'api', 'key-a'), (None, 'api', None), ('hub', 'api', None), ('feed', 'feed', 'key-b'),
             ('nosuch', 'api', 'key-c'), ('other', 'api', 'key-d'),
             (None, 'api', 'key-e'), ('mem', 'api', None))
    alone = []
    for token, kind, key in chain:
        db.rows('BEGIN; SET LOCAL ROLE relais_site')
        begin(db, token, kind, key=key)
        alone.append(settings(db))
        db.rows('ROLLBACK')
    db.rows('BEGIN; SET LOCAL ROLE relais_site')
    for (token, kind, key), want in zip(chain, alone):
        begin(db, token, kind, key=key)
        t.is_(settings(db), want, f'{token} {key}: in a batch as alone')
    db.rows('COMMIT')
    t.is_(set(settings(db).values()), {''}, 'after the batch nobody asks')
    db.rows('BEGIN; SET LOCAL ROLE relais_site')
    answers = []
    for token, values in (('mem', ASK), ('nosuch', ASK), ('other', ASK | {'lang': 'no such'}), ('other', ASK),
                          (None, ASK), ('feed', ASK), ('hub', ASK)):
        begin(db, token, 'feed' if token == 'feed' else 'api')
        answers.append(hub.call('question_post', values))
    db.rows('COMMIT')
    t.is_([a.get('error') or a['value']['id'] for a in answers], [1, 'not_found', 'item_lang_code', 2, 'not_found',
                                                                  'forbidden', 3],
          'each write of a batch is its own person\'s; the refused ones hinder nobody')
    owners = db.rows('SELECT m.slug, p.name, e.seq FROM relais.item i JOIN relais.municipality m ON m.id = i.municipality_id JOIN relais.event e '
                     'USING (group_id, number) JOIN relais.person p ON p.id = e.person_id WHERE i.group_id = 1 ORDER BY i.number')
    head = int(db.value('SELECT head FROM relais.group_log WHERE group_id = 1'))
    t.is_(owners, [[f'{town}town', name, str(head - 2 + n)] for n,
                   (town, name) in enumerate((('mem', 'mem'), ('other', 'other'), ('hub', 'hub')))],
          'and is written down as theirs, without a gap')


def ask(hub, person, key, body, **values):
    return hub.as_person(person, 'question_post', ASK | values, key=key, body=body)


def idempotency(t, hub):
    count = 'SELECT count(*) FROM relais.item'
    first = ask(hub, 'mem', 'k1', 'body')
    before = hub.db.value(count)
    t.is_(ask(hub, 'mem', 'k1', 'body'), first, 'the same request again: the same answer')
    t.is_(hub.db.value(count), before, 'and nothing twice')
    t.is_(ask(hub, 'mem', 'k1', 'another'), {'error': 'idempotency_key_reused'},
          'the same key for another body is refused')
    t.is_(hub.db.value(count), before, 'and does nothing')
    t.ok(ask(hub, 'other', 'k1', 'body') != first, 'another person\'s same key is another key')
    t.is_(ask(hub, 'mem', 'k2', 'body', lang='no such')['error'], 'item_lang_code', 'what is refused')
    t.ok('error' not in ask(hub, 'mem', 'k2', 'body'), 'is not remembered: the key can be used again')
    t.ok('error' not in ask(hub, 'mem', 'k3', ''), 'a request without a body')
    t.is_(ask(hub, 'mem', 'k3', ''), ask(hub, 'mem', 'k3', ''), 'is remembered too')
    t.is_([ask(hub, None, 'k4', 'body'), hub.db.value("SELECT count(*) FROM relais.idempotency WHERE key = 'k4'")],
          [{'error': 'not_found'}, '0'],
          'nobody\'s key is not kept')
    # both in one batch, and both at once
    hub.db.rows('BEGIN; SET LOCAL ROLE relais_site')
    answers = []
    for _ in range(2):
        begin(hub.db, 'mem', key='k5', body='body')
        answers.append(hub.call('question_post', ASK))
    hub.db.rows('COMMIT')
    t.is_(answers[0], answers[1], 'twice in one batch: one answer')
    second = Hub(pq.Connection())
    for one in (hub, second):
        one.db.rows('BEGIN; SET LOCAL ROLE relais_site')
        begin(one.db, 'mem', key='k6', body='body')
    answer = hub.call('question_post', ASK)
    hub.db.rows('COMMIT')
    try:
        second.call('question_post', ASK)
        t.ok(False, 'twice at once: the later one fails')
    except pq.Error as error:
        t.is_(error.sqlstate, '23505', 'twice at once: the later one fails')
    second.db.rows('ROLLBACK')
    t.is_(ask(second, 'mem', 'k6', 'body'), answer, 'and is answered when it is tried again')
    hub.db.rows("UPDATE relais.idempotency SET at = now() - interval '31 days' WHERE key = 'k1'")
    hub.write(None, 'housekeep')
    t.is_(hub.db.value("SELECT string_agg(key, ' ' ORDER BY key) FROM relais.idempotency WHERE key < 'key'"),
          'k2 k3 k5 k6', 'after 30 days it is forgotten')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    who(t, hub)
    batch(t, Hub(pq.Connection()))      # one that was never the operator's
    idempotency(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
