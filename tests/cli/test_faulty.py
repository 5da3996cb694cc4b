"""
Files with something wrong (faulty/*.txt): nothing is imported, and the messages say file,
line and what is wrong. A case:

    == what is wrong
    -- NAME [escaped|repeated]      a file: \\xNN is a byte; (x*9) is nine times x
    -- wants                        the messages, file:line: text, wholly

Where a case has one file without a folder, that file is imported, into the group web; the
cases of restore.txt are restored.
"""

import json
import re
import tempfile
from pathlib import Path

from tests.lib import hub, pq, rows
from tests.lib.site import Tap, relais

CASES = Path('tests/cli/faulty')


def cases(path):
    """(title, {name: bytes}, [message])"""
    for block in re.split(r'^== ', path.read_text(), flags=re.M)[1:]:
        title, rest = block.split('\n', 1)
        parts = re.split(r'^-- (.+)\n', rest, flags=re.M)
        files = {}
        for header, body in zip(parts[1::2], parts[2::2]):
            name, _, how = header.rpartition(' ') if header.endswith((' escaped', ' repeated')) else (header, '', '')
            if how == 'escaped':
                files[name] = re.sub(rb'\\x(\w\w)', lambda m: bytes([int(m[1], 16)]), body.encode())
            else:
                files[name] = (re.sub(r'\((.*?)\*(\d+)\)', lambda m: m[1] * int(m[2]), body) if how else body).encode()
        yield title, files, files.pop('wants').decode().splitlines()


def picture():
    """Everything that is in the hub, and the state of its counters."""
    return database.rows(' UNION ALL '.join(f"""SELECT '{table}', count(*), md5(string_agg(x::text, ',' ORDER BY x::text)) FROM relais."{table}" x"""
                                   for table in TABLES))


def run(folder, files, *options):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    single = len(files) == 1 and '/' not in name and not name.startswith('notes') and '--restore' not in options
    return relais('import', folder / name if single else folder, *(('--group', 'web') if single else ()), *options)


def said(done, folder):
    return [line.replace(f'{folder}/', '').replace(str(folder), '.') for line in done.stderr.splitlines()]


def case(t, title, files, wants, before, *options):
    with tempfile.TemporaryDirectory() as scratch:
        done = run(Path(scratch), files, *options)
        got = said(done, scratch)
        t.is_((done.returncode, done.stdout, got), (1, '', [*wants, 'relais: nothing was imported']), f'{title}: the message')
        t.is_(picture(), before, f'{title}: nothing has happened')
        listed = json.loads(run(Path(scratch), files, '--json', *options).stdout)['problems']
        t.is_([f"{p['file']}{':' + str(p['line']) if p['line'] else ''}: {p['problem']}".replace(f'{scratch}/', '').replace(scratch, '.') for p in listed],
              wants, f'{title}: the same as JSON')


def fixture():
    hub.seed()
    hub.operate(
        hub.call('question_post', 'web', 'fr', 'Quoi ?', None, '[{"text": "Qui ?"}]', 'published', 'aklame', None, None, None),
        hub.call('lesson_post', 'web', 'fr', 'Petit', '', 'Texte', '<p>Texte</p>', '', None, None, None, None, None, None, 'published', 'ouinhi', None))


t = Tap()
fixture()
database = pq.Connection()
TABLES = rows.tables(None)
before = picture()
for path in sorted(CASES.glob('*.txt')):
    for title, files, wants in cases(path):
        case(t, f'{path.stem}, {title}', files, wants, before, *(('--restore',) if path.stem == 'restore' else ()))
database.close()
t.done()
