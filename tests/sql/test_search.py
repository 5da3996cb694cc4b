#!/usr/bin/python3
"""
What search keeps beside the texts: the same as if it were made anew after every kind of write,
nothing of what only its municipality or the umbrella may read, and found by its index.
"""

import sys

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap
from tests.lib.walls import fill

KEPT = 'SELECT group_id, number, seq, lang, audience, kind, revision, words FROM relais.search_text ORDER BY 1, 2, 3, 4, 5'
ANEW = ('SELECT relais.search_put(t.group_id, t.number, t.lang) FROM (SELECT DISTINCT group_id, number, lang FROM relais.item_text) t',
        'UPDATE relais.report SET undone = undone')
# Notes that were not widened to the group are in no index, and their words are suggested to nobody.
NEVER = ('zzownnote', 'zzumbrellanote', 'zzopensecret')


def anew(t, hub):
    kept = hub.db.rows(KEPT)
    hub.db.rows('BEGIN; DELETE FROM relais.search_text')
    for sql in ANEW:
        hub.db.rows(sql)
    made = hub.db.rows(KEPT)
    hub.db.rows('ROLLBACK')
    t.ok(len(kept) > 20, 'there is something to find', len(kept))
    t.is_([row for row in kept if row[2] == '0'], [row for row in made if row[2] == '0'], 'texts are kept as they would be made anew')
    said = {tuple(row[:6]) for row in made if row[2] != '0'}
    t.is_(said - {tuple(row[:6]) for row in kept}, set(), 'and so are reports')


def newest(t, hub):
    rows = hub.db.rows("SELECT group_id, number, lang FROM relais.search_text WHERE seq = 0 GROUP BY 1, 2, 3, audience HAVING count(*) > 1")
    t.is_(rows, [], 'of each language one text for all, and at most one for its owners')
    old = hub.db.rows('SELECT s.number FROM relais.search_text s JOIN relais.item_text x ON x.group_id = s.group_id AND x.number = s.number '
                      'AND x.lang = s.lang AND x.revision > s.revision AND (NOT x.sensitive OR s.audience = 2) WHERE s.seq = 0')
    t.is_(old, [], 'and that is the newest')


def private(t, hub):
    for word in NEVER:
        t.is_(hub.db.value("SELECT count(*) FROM relais.search_text WHERE words @@ $1::text::tsquery", word), '0', f'{word} is not indexed')
        t.is_(hub.db.value('SELECT count(*) FROM relais.search_word WHERE word = $1', word), '0', '… nor learnt')


def index(t, hub):
    hub.db.rows('SET enable_seqscan = off')
    plan = '\n'.join(row[0] for row in hub.db.rows("EXPLAIN SELECT FROM relais.search_text s WHERE (s.group_id = ANY ('{1,2}')) IS TRUE "
                                                   "AND s.words @@ 'zzopen'::tsquery"))
    t.like(plan, 'search_text_words', 'the words are looked up')
    plan = '\n'.join(row[0] for row in hub.db.rows("EXPLAIN SELECT FROM relais.search_word w WHERE w.bare OPERATOR(relais_text.%) 'zzopne'"))
    t.like(plan, 'search_word_bare', 'and so is what they are like')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    fill(hub)
    anew(t, hub)
    newest(t, hub)
    private(t, hub)
    index(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
