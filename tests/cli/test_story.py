"""
The story of the README, by the commands and the call that stand there, in the demonstration:
a lesson, a report, the matrix, a digest; and who sees what of it.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from tests.lib.site import Site, Tap, program, psql, relais, wait_until

README = Path('README.md').read_text()
GROUP = 'sites-web-pcic'
TITLE = 'A page for the market'


def commands(introduction):
    """The indented lines behind a sentence."""
    return re.sub(r'^    ', '', re.search(re.escape(introduction) + r'[^\n]*\n\n((?:    [^\n]*\n)+)', README)[1], flags=re.M)


def run(script, folder, **env):
    path = os.path.dirname(program('relais'))
    return subprocess.run(['bash', '-euc', script], cwd=folder, capture_output=True, text=True, env=os.environ | env | {'PATH': f"{path}:{os.environ['PATH']}"})


def before(t, folder):
    """What was done in the browser before: a lesson, and the first digest."""
    (folder / 'first.md').write_text('# Un panneau à la mairie\n\nLe site d’abord, le panneau *ensuite*.\n')
    for words in (['lesson', 'post', GROUP, folder / 'first.md', '--as', 'demo.ouinhi@example.org'], ['digest', 'draft', 'ancb'],
                  ['digest', 'approve', 'ancb', 1, '--as', 'demo.ancb@example.org']):
        t.is_(relais(*words).returncode, 0, f'before: relais {words[0]} {words[1]}')


def by_command(t, folder):
    lines = [line for line in commands('The same by command line').splitlines() if line != '. var/env']
    t.ok(any('lesson post' in line for line in lines) and any('digest approve' in line for line in lines), 'the story stands in the README')
    said = {}
    for line in lines:
        done = run(line, folder)
        t.is_(done.returncode, 0, line) or t.note(done.stderr)
        said[line.split()[1]] = done.stdout
    t.like(said['group'], rf'{GROUP} ', 'the group is listed')
    t.is_(said['lesson'], f'lesson 9: /groups/{GROUP}/lessons/9\n', 'the lesson has the next number')
    t.like(said['uptake'], r'(?m)^2 +.* demo-sevagon +applied', 'the matrix shows the report')
    t.ok(TITLE in said['digest'] and '(draft)' not in said['digest'], 'the digest tells it', said['digest'])
    t.is_(psql("SELECT string_agg(e.act || ' ' || coalesce(p.email, 'operator'), ', ' ORDER BY e.seq) FROM (SELECT * FROM relais.event "
               f"WHERE group_id = (SELECT id FROM relais.group WHERE slug = '{GROUP}') AND kind <> 'digest' ORDER BY seq DESC LIMIT 2) e "
               'LEFT JOIN relais.person p ON p.id = e.person_id'), 'published demo.ouinhi@example.org, reported operator', 'the log says who')


def elsewhere(t, folder, site):
    """What was done by the command line is on the pages, in the feed and in the API."""
    for path, want in ((f'/groups/{GROUP}/feed.atom', TITLE), (f'/groups/{GROUP}/lessons/9.md', 'whom to call'), ('/umbrellas/ancb/digests/2.md', TITLE),
                       ('/umbrellas/ancb/digests/2', TITLE)):
        answer = site.get(path)
        t.ok(answer.status == 200 and want in answer.text, f'{path} has it', answer.status, answer.text[:600])
    done = run(commands('and by API').replace('curl ', 'curl -sS -w "%{http_code}" '), folder, RELAIS_URL=site.url)
    t.ok(done.stdout.endswith('201'), 'the call of the README is answered with 201', done.stdout, done.stderr)
    t.like(relais('uptake', GROUP).stdout, r'(?m)^2 +.* demo-zintade +applied', 'and is in the matrix of the command line')


def goes_on(t, site):
    """A change by the command line is seen by a running service, once it was notified."""
    path = f'/api/v1/groups/{GROUP}/uptake'
    before = site.get(path).headers['ETag']
    t.is_(site.get(path, {'If-None-Match': before}).status, 304, 'nothing new')
    t.is_(relais('report', GROUP, 9, 'adapted', '--adaptation', 'en bois', '--as', 'demo.bovidji@example.org').returncode, 0, 'a further report')
    t.ok(wait_until(lambda: site.get(path, {'If-None-Match': before}).status == 200), 'the service learns of it')
    t.is_(relais('report', GROUP, 9, 'retracted', '--as', 'demo.bovidji@example.org').returncode, 0, 'and takes it back')
    t.is_(relais('digest', 'draft', 'ancb').returncode, 0, 'the next digest')
    text = relais('digest', 'show', 'ancb', 3).stdout
    t.ok('en bois' not in text and text.startswith('# ') and '(draft)' in text, 'does not tell what was taken back', text)
    report = relais('digest', 'report', 'ancb', '--from', '2020-01-01', '--to', '2035-12-31').stdout
    t.ok('Learning questions' in report and 'Applications' in report, "the donor's report", report)


t = Tap()
with tempfile.TemporaryDirectory() as scratch:
    t.is_(relais('import', 'deploy/demo').returncode, 0, 'the demonstration is there')
    before(t, Path(scratch))
    by_command(t, Path(scratch))
    with Site(env={'RELAIS_DEMO': '1'}) as site:
        elsewhere(t, Path(scratch), site)
        goes_on(t, site)
t.done()
