#!/usr/bin/python3
"""
Feeds by RFC 5005: the current document and the archive before it, and so on, hold every entry once;
a page of the archive stays as it was, but for what was withdrawn or taken back.
"""

import sys

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

PAGE = 20


def entries(feed):
    return [(e['seq'], e['kind'], e.get('title')) for e in feed['entries'] if e]


def pages(hub, who=None, **values):
    """The current document and its archives, newest first, along prev; checks the way back by next."""
    kind = 'feed' if who == 'key' else 'api'
    found = [hub.read(who, 'feed_get', token=kind, group='open', **values)]
    while found[-1]['prev']:
        found.append(hub.read(who, 'feed_get', token=kind, group='open', archive=found[-1]['prev'], **values))
    return found


def post(hub, count):
    """Lessons, their corrections and translations, reports, a question reworded, in turn."""
    for i in range(count):
        turn = i % 6
        if turn == 0:
            number = hub.do('hub', 'lesson_post', group='open', lang='fr', title=f'L{i}', body=f'B{i}',
                            status='published')['id']
        elif turn == 1:
            hub.do('hub', 'lesson_text_put', group='open', id=number, text_lang='fr', title=f'C{i}')
        elif turn == 2:
            hub.do('mem', 'lesson_report_post', group='open', id=number, status='applied', note=f'N{i}',
                   audience='public')
        elif turn == 3:
            hub.do('mem', 'lesson_text_put', group='open', id=number, text_lang='nl', title=f'NL{i}')
        elif turn == 4:
            asked = hub.do('mem', 'question_post', group='open', lang='fr', text=f'Q{i}', status='published')['id']
        else:
            hub.do('mem', 'question_reword', group='open', id=asked, text=f'R{i}', reason='Because')


def complete(t, hub, name, want, **values):
    found = pages(hub, **values)
    archives = found[1:]
    t.is_([len(page['entries']) for page in archives], [PAGE] * len(archives), f'{name}: archives are full')
    t.is_([page['archive'] for page in archives], list(range(len(archives), 0, -1)),
          f'{name}: numbered from the oldest')
    t.is_([page['next'] for page in archives], ([None] + [page['archive'] for page in archives])[:len(archives)],
          f'{name}: and linked forwards')
    old = [seq for page in archives for seq, *_ in entries(page)]
    t.is_(len(old), len(set(old)), f'{name}: an entry is in one archive')
    current = [seq for seq, *_ in entries(found[0])]
    t.is_(current, sorted(current, reverse=True), f'{name}: newest first')
    # the current document leaves out older entries of the same lesson or question
    newest = [seq for seq, *_ in hub.db.rows(ENTRIES, values.get('lang', 'en'))] if 'kinds' not in values else None
    if newest is not None:
        missing = {int(seq) for seq in newest} - set(old) - set(current)
        same = {int(row[0]) for row in hub.db.rows('SELECT e.seq FROM relais.event e WHERE e.group_id = 2 AND EXISTS (SELECT FROM relais.event n '
                                                   "WHERE n.group_id = 2 AND n.number = e.number AND n.seq > e.seq) AND e.kind <> 'report'")}
        t.is_(sorted(missing - same), [], f'{name}: nothing is missing')
    t.is_(len(found), want, f'{name}: pages')
    return found


ENTRIES = "SELECT e.seq FROM relais.event e WHERE e.group_id = 2 AND e.audience = 0 AND relais.is_entry(e, $1) ORDER BY 1"


def main():
    t = Tap()
    hub = Hub(lang='en')
    hub.found()
    t.is_(pages(hub)[0]['entries'], [], 'an empty feed')
    post(hub, 24)                                   # 20 of them entries: translations into nl are none
    t.is_((len(pages(hub)), len(hub.db.rows(ENTRIES, 'en'))), (1, PAGE), 'as many as fit need no archive')
    post(hub, 73)
    before = complete(t, hub, 'all', 5)
    for kind, values in (('lesson', {'title': 'Later'}), ('question', {'text': 'Later'})):      # of the oldest
        number = hub.db.value('SELECT min(number) FROM relais.item WHERE group_id = 2 AND kind = $1', kind)
        hub.do('hub' if kind == 'lesson' else 'mem', f'{kind}_text_put', group='open', id=number, text_lang='fr',
               **values)
    complete(t, hub, 'reports', 1, kinds=['report'])
    complete(t, hub, 'lessons and questions', 4, kinds=['lesson', 'question'])
    t.is_({kind for page in pages(hub, kinds=['report']) for _, kind, _ in entries(page)}, {'report'}, 'by kind')
    dutch = Hub(hub.db, 'nl')
    t.ok(any(title.startswith('NL') for page in pages(dutch) for _, _, title in entries(page)),
         'in a language there are its translations')
    asked = hub.do('mem', 'question_post', group='open', lang='fr', text='Un', status='published')['id']
    for write, values, title in (('question_text_put', {'text_lang': 'nl', 'text': 'Een'}, 'Een'),
                                 ('question_reword', {'text': 'Deux'}, 'Deux'),
                                 ('question_text_put', {'text_lang': 'nl', 'text': 'Twee'}, 'Twee')):
        hub.do('mem', write, group='open', id=asked, **values)
        t.is_(entries(pages(dutch)[0])[0][2], title, f'{write} {title}: what is new is what is shown')
    t.is_([t_ for page in before for *_, t_ in entries(page) if t_ and t_.startswith('NL')], [], 'and not in another')
    post(hub, 60)
    after = pages(hub)
    t.is_(after[-4:], [page | {'next': other['next'], 'group': other['group']} for page,
                       other in zip(before[-4:], after[-4:])],
          'archives stay as they were, with a further one behind the last')
    numbers = hub.db.rows("SELECT number, seq FROM relais.event WHERE group_id = 2 AND kind = 'lesson' AND act = 'published' ORDER BY seq LIMIT 1")[0]
    hub.do('hub', 'lesson_change', group='open', id=numbers[0], status='withdrawn', reason='R')
    gone = {int(row[0]) for row in hub.db.rows('SELECT seq FROM relais.event WHERE group_id = 2 AND number = $1',
                                               numbers[0])}
    left = pages(hub)[-1]
    t.is_(entries(left), [e for e in entries(after[-1]) if e[0] not in gone],
          'what was withdrawn is left out, and nothing moves up')
    t.is_(hub.read(None, 'feed_get', group='open', archive=99), None, 'there is no archive that is not full')
    t.is_(hub.read(None, 'feed_get', group='open', archive=0), None, 'nor one before the first')
    hub.do('mem', 'lesson_report_post', group='open',
           id=hub.db.value("SELECT max(number) FROM relais.item WHERE group_id = 2 AND kind = 'lesson'"),
           status='trying')
    newest = entries(pages(hub)[0])[0]
    hub.do('mem', 'lesson_report_post', group='open',
           id=hub.db.value("SELECT max(number) FROM relais.item WHERE group_id = 2 AND kind = 'lesson'"),
           status='retracted')
    t.ok(newest[1] == 'report' and newest not in entries(pages(hub)[0]), 'a report that was taken back is left out',
         newest)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
