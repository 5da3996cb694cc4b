"""
Export, restore into an empty database, export again: the same files, the same rows, the
same pages. Of a hub with something of everything, and of the demonstration.
"""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from tests.lib import databases, hub, rich, rows
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql, relais

DEMO = Path('deploy/demo')
READERS = (None, 'hub', 'mem', 'con', 'coach', 'bon', 'lier', 'mol', 'co', 'see', 'other')


def same_files(t, one, two, name):
    done = subprocess.run(['diff', '-r', one, two], capture_output=True, text=True, errors='replace')
    t.ok(done.returncode == 0, name, done.stdout[:4000])


def same_rows(t, url, name):
    here, there = rows.of_hub(), rows.of_hub(url)
    t.is_(sorted(here), sorted(there), f'{name}: the same tables')
    for table, want in here.items():
        got = there.get(table, [])
        missing, more = [r for r in want if r not in got], [r for r in got if r not in want]
        t.ok(want == got, f'{name}: the same rows of {table} ({len(want)})', *(f'missing: {r}' for r in missing[:6]), *(f'more: {r}' for r in more[:6]))


def filled(t):
    """So that a table that no test fills is noticed."""
    empty = [table for table, found in rows.of_hub().items() if not found]
    t.is_(empty, [], 'every table has rows')


def pages(site):
    yield from ('/', f'{API}/umbrellas', f'{API}/municipalities', f'{API}/groups', '/umbrellas/ancb', f'{API}/umbrellas/ancb/digests',
                '/umbrellas/ancb/digests/1.md', f'{API}/umbrellas/ancb/digests/1', f'{API}/umbrellas/ancb/digests/2',
                f'{API}/umbrellas/ancb/report?from=2020-01-01&to=2030-01-01', f'{API}/inbox', '/groups/web/uptake.csv',
                f'{API}/municipalities/zogbo', f'{API}/municipalities/odd-1', f'{API}/municipalities/lier')
    for group in ('web', 'ferme', 'huis'):
        yield from (f'/groups/{group}', f'{API}/groups/{group}', f'{API}/groups/{group}/members', f'{API}/groups/{group}/events', f'{API}/groups/{group}/uptake',
                    f'{API}/groups/{group}/subscriptions', f'/groups/{group}/feed.atom', f'/groups/{group}/feed.json?lang=nl', f'/groups/{group}/feed.rss?kind=report')
    for row in psql("SELECT i.kind || 's/' || i.number FROM relais.item i JOIN relais.group g ON g.id = i.group_id WHERE g.slug = 'web' ORDER BY i.number").split():
        yield from (f'{WEB}/{row}', f'{WEB}/{row}?lang=nl', f'{WEB}/{row}/reports')


def first_difference(here, there):
    at = len(os.path.commonprefix([here[1], there[1]]))
    return f'{here[0]} …{here[1][max(0, at - 80):at + 120]!r} / {there[0]} …{there[1][max(0, at - 80):at + 120]!r}'


def nameless(value):
    """JSON without the ids of groups, which are the database's own."""
    if isinstance(value, list):
        return [nameless(one) for one in value]
    if isinstance(value, dict):
        return {key: nameless(one) for key, one in value.items() if not (key == 'id' and 'slug' in value)}
    return value


def without_ids(answer):
    """The status and what is read; a refusal names its request."""
    if answer.status != 200:
        return answer.status, ''
    if 'json' in answer.headers['Content-Type']:
        return answer.status, json.dumps(nameless(answer.json()))
    return answer.status, re.sub(r'name="idempotency_key" value="[\w-]+"', '', answer.text)


def same_pages(t, url):
    address = {'RELAIS_URL': 'http://relais.example.org'}
    hub.operate(*(hub.call('token_post', 'api', hub.sha256(word), 'test', None, None, f'{word}@example.org')
                  for word in READERS if word), url=url)
    with Site(env=address) as one, Site(env=address | {'DATABASE_URL': url}) as two:
        paths = list(pages(one))
        for by in READERS:
            different = []
            for path in paths:
                here, there = (without_ids(site.get(path, auth(by) if by else {})) for site in (one, two))
                if here != there:
                    different.append(f'{path}: {first_difference(here, there)}')
            t.ok(not different, f'{len(paths)} pages are the same for {by}', *different[:3])


def restored(t, folder, name):
    """Exports this database into folder/one, and restores it into another."""
    rich.export(folder / 'one')
    with databases.another('again') as url:
        done = relais('import', '--restore', folder / 'one', env={'DATABASE_URL': url})
        if not t.is_(done.returncode, 0, f'{name}: restored'):
            t.note(done.stderr[:3000])
            return
        rich.export(folder / 'two', url)
        same_files(t, folder / 'one', folder / 'two', f'{name}: exported again, the same files')
        same_rows(t, url, name)
        twice = relais('import', '--restore', folder / 'one', env={'DATABASE_URL': url})
        t.is_((twice.returncode, 'not empty' in twice.stderr), (1, True), f'{name}: not into a hub that has something')
        if name == 'rich':
            same_pages(t, url)
            goes_on(t, url)
            damaged(t, folder)


def damaged(t, folder):
    """An export whose parts do not fit together is not restored in part."""
    log = (folder / 'one' / 'log.jsonl').read_text()
    some_lesson = next((folder / 'one' / 'groups').glob('*/lessons/*.md'))
    with databases.another('damaged') as url:
        for name, path, text in (('a line names another municipality', folder / 'one' / 'log.jsonl', re.sub(r'"municipality":"[a-z-]+"', '"municipality":"gone"', log, count=1)),
                                 ('a line names another person', folder / 'one' / 'log.jsonl', re.sub(r'("person":"|"recorded_by":")[^"]+"', r'\1gone"', log, count=1)),
                                 ('a lesson is missing', some_lesson, None), ('a lesson has another number', some_lesson, some_lesson.read_text().replace('number: ', 'number: 99'))):
            kept = path.read_text()
            path.unlink()
            if text is not None:
                path.write_text(text)
            if text != kept:
                done = relais('import', '--restore', folder / 'one', env={'DATABASE_URL': url})
                t.ok(done.returncode == 1 and 'do not belong together' in done.stderr, f'damaged: {name}', done.stdout, done.stderr)
            path.write_text(kept)
        t.is_(sum(map(len, rows.of_hub(url).values())), 0, 'damaged: nothing was restored')


def goes_on(t, url):
    """What comes next gets the next numbers."""
    env = {'DATABASE_URL': url}
    with Site(env=env) as site:
        before = site.get(f'{WEB}/events?after=0').json()['head']
        number = hub.lesson(site, title='Next')
        hub.operate(hub.call('person_invite', 'New', 'new@example.org', 'fr', 'mol', 'coach', None, None), url=url)
        t.ok(site.get(f'{WEB}/lessons/{number}').status == 200 and site.get(f'{WEB}/events?after=0').json()['head'] == before + 1,
             'a restored hub goes on')
    drafted = relais('digest', 'draft', 'ancb', '--json', env=env)
    t.is_(drafted.returncode, 0, 'and its digest is drafted anew') or t.note(drafted.stderr)


def demonstration(t, folder):
    with databases.another('demo') as url:
        env = {'DATABASE_URL': url}
        done = relais('import', DEMO, env=env)
        t.is_((done.returncode, done.stderr), (0, ''), 'the demonstration is imported')
        again = relais('import', DEMO / 'municipalities.csv', env=env)
        t.is_((again.returncode, again.stdout), (0, 'nothing to do: all of it is there\n'), 'what is there is not added again')
        rich.export(folder / 'one', url)
        own = os.environ['DATABASE_URL']
        try:
            os.environ['DATABASE_URL'] = url
            restored(t, folder / 'again', 'demonstration')
        finally:
            os.environ['DATABASE_URL'] = own


t = Tap()
with tempfile.TemporaryDirectory() as scratch:
    for sub in ('rich', 'demo', 'demo/again'):
        (Path(scratch) / sub).mkdir()
    with Site() as site:
        rich.make(site)
    filled(t)
    restored(t, Path(scratch) / 'rich', 'rich')
    demonstration(t, Path(scratch) / 'demo')
t.done()
