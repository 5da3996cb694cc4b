#!/usr/bin/python3
"""
The log under 16 writers at once, on one group and on several, some of whose writes are refused
and some undone: each group's events are numbered 1, 2, 3 … in the order of their commits, which
a reader who watches would see broken; their times never run backwards; each write is a version.
"""

import random
import sys
import threading

from tests.lib import pq
from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

WRITERS = 16
WRITES = 40
GROUPS = ('web', 'open')


class Writer(threading.Thread):
    """One connection's writes: reports, retractions, translations, refused ones, batches and batches undone."""

    def __init__(self, number, groups):
        super().__init__()
        self.hub = Hub()
        self.random = random.Random(number)
        self.groups = groups
        self.done = {group: 0 for group in groups}      # events that were committed
        self.problem = None

    def write(self, group):
        """One write as one of the persons; says whether it made an event."""
        choice = self.random.random()
        who, status = self.random.choice(('mem', 'other', 'partner', 'hub')), self.random.choice(('applied', 'trying',
                                                                                                  'planned'))
        self.hub.begin(who)
        if choice < 0.7:
            answer = self.hub.call('lesson_report_post', {'group': group, 'id': 1, 'status': status})
        elif choice < 0.8:
            answer = self.hub.call('lesson_text_put', {'group': group, 'id': 1, 'text_lang': 'nl', 'title': 'T'})
        elif choice < 0.9:
            answer = self.hub.call('question_post', {'group': group, 'lang': 'fr', 'text': 'T', 'status': 'published'})
        else:
            answer = self.hub.call('lesson_report_post', {'group': group, 'id': 1, 'status': 'no such'})
        return 'error' not in answer

    def run(self):
        try:
            for _ in range(WRITES):
                # a batch has one group's writes, or several groups' in ascending order
                batch = sorted(self.random.choice(self.groups) for _ in range(self.random.choice((1, 1, 3))))
                batch.sort(key=GROUPS.index)
                undo = self.random.random() < 0.1
                self.hub.db.rows('BEGIN; SET LOCAL ROLE relais_site')
                made = [group for group in batch if self.write(group)]
                self.hub.db.rows('ROLLBACK' if undo else 'COMMIT')
                for group in () if undo else made:
                    self.done[group] += 1
        except pq.Error as error:
            self.problem = str(error)


class Watcher(threading.Thread):
    """Reads a group's log as fast as it can; each look has to go on where the one before ended."""

    def __init__(self, group):
        super().__init__()
        self.db = pq.Connection()
        self.group = group
        self.stop = threading.Event()
        self.looks, self.broken = 0, []

    def run(self):
        seen, version, at = 0, 0, ''
        while True:
            last = self.stop.is_set()
            head, now, numbers, count, latest = self.db.rows(
                'SELECT l.head, l.version, min(e.seq) || $$-$$ || max(e.seq), count(e.seq), max(e.at) FROM relais.group g '
                'JOIN relais.group_log l ON l.group_id = g.id LEFT JOIN relais.event e ON e.group_id = g.id AND e.seq > $2::bigint '
                'WHERE g.slug = $1 GROUP BY 1, 2', self.group, seen)[0]
            new = int(head) - seen
            if int(count) != new or new and numbers != f'{seen + 1}-{head}' or int(now) < version + new:
                self.broken.append((seen, head, numbers, count, version, now))
            if latest and latest < at:
                self.broken.append((at, latest))
            seen, version, at = int(head), int(now), latest or at
            self.looks += 1
            if last:
                return


def run(t, hub, groups, name):
    before = {group: [int(v) for v in hub.db.rows(
        'SELECT l.head, l.version FROM relais.group_log l JOIN relais.group g ON g.id = l.group_id WHERE g.slug = $1',
        group)[0]]
        for group in groups}
    watchers, writers = [Watcher(group) for group in groups], [Writer(number, groups) for number in range(WRITERS)]
    for thread in watchers + writers:
        thread.start()
    for writer in writers:
        writer.join()
    for watcher in watchers:
        watcher.stop.set()
        watcher.join()
    t.is_([writer.problem for writer in writers if writer.problem], [], f'{name}: no writer is hindered for good')
    t.ok(all(watcher.looks > 20 for watcher in watchers), f'{name}: the reader looked on', [w.looks for w in watchers])
    for watcher in watchers:
        t.is_(watcher.broken, [], f'{name}, {watcher.group}: the reader never saw n + 1 without n')
    for group in groups:
        check(t, hub, group, f'{name}, {group}', before[group], sum(writer.done[group] for writer in writers))


def check(t, hub, group, name, before, done):
    events = hub.db.rows('SELECT e.seq, e.at >= lag(e.at, 1, e.at) OVER (ORDER BY e.seq) FROM relais.event e JOIN relais.group g '
                         'ON g.id = e.group_id WHERE g.slug = $1 ORDER BY e.seq', group)
    head, version, first, at = hub.db.rows(
        'SELECT l.head, l.version, min(e.seq), l.at >= max(e.at) FROM relais.group_log l JOIN relais.group g ON g.id = l.group_id '
        'JOIN relais.event e USING (group_id) WHERE g.slug = $1 GROUP BY l.head, l.version, l.at', group)[0]
    t.is_([int(seq) for seq, _ in events], list(range(1, len(events) + 1)), f'{name}: the numbers have no gap')
    t.is_([seq for seq, forward in events if forward != 't'], [], f'{name}: time never runs backwards')
    t.is_((int(head), first, at), (len(events), '1', 't'), f'{name}: the head is the last number, and no older')
    t.is_(int(head) - before[0], done, f'{name}: as many events as writes that were committed')
    t.ok(int(version) - before[1] >= done, f'{name}: each write is a version')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    for group in GROUPS:
        hub.do('hub', 'lesson_post', group=group, lang='fr', title='T', status='published')
    run(t, hub, ('web',), 'one group')
    run(t, hub, GROUPS, 'two groups')
    t.done()


if __name__ == '__main__':
    sys.exit(main())
