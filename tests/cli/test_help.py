"""
What is made from the tables of commands: --help of everything, the manual page, bash's
completion; and how each verb ends when it is called wrongly, or the database is not there.
"""

import os
import re
import subprocess

from tests.lib import databases
from tests.lib.site import Tap, program, relais

WORDS = {'ID': '1', 'N': '1', 'STATUS': 'applied', 'ROLE': 'hub', 'PATH': 'deploy/demo', 'FILE': 'tests/cli/lesson.md', 'FOLDER': '/nonexistent/x',
         'EMAIL': 'a@example.org', 'FROM': '2025-01-01', 'TO': '2025-12-31', 'DAY': '2090-01-31', 'HOUR': '8'}
NEEDED = {'mail replay': ['ID'], 'mail receive': ['reply+x@relais.example']}       # either that or --all; or in the environment
PIPED = {'mail receive': 'Subject: x\n\nx\n'}
FAILED = {'mail receive': 75}           # as sysexits.h says
NOT_THERE = {'DATABASE_URL': 'postgresql:///nothing?host=/nonexistent'}


def verbs():
    """(words, usage) of every verb, from the help."""
    commands = re.findall(r'^  (\w+) +\S', relais('--help').stdout, re.M)
    for command in commands:
        text = relais(command, '--help').stdout
        if text.startswith('usage: '):
            yield [command], text.splitlines()[0].removeprefix('usage: ')
        for usage in re.findall(r'^  (relais .+)$', text, re.M):
            yield re.match(r'relais ([a-z ]+?)(?: [A-Z\[-]|$)', usage)[1].split(), usage


def filled(words, usage):
    """The words of a call that is right: a value for all that is needed."""
    rest = re.sub(r'\[[^]]*\]', '', usage).split()[len(words) + 1:]
    rest += NEEDED.get(' '.join(words), [])
    rest = ['coordinator' if word == 'ROLE' and 'invite' in words else word for word in rest]
    return words + [word if word.startswith('--') else WORDS.get(word.rstrip('…'), word.lower()) for word in rest]


def help_of_all(t, every):
    for words, usage in every:
        name = ' '.join(words)
        done = relais(*words, '--help')
        t.ok(done.returncode == 0 and done.stdout.startswith(f'usage: relais {name}') and '--json' in done.stdout and not done.stderr,
             f'relais {name} --help', done.stdout, done.stderr)
        t.ok(all(len(line) <= 120 for line in done.stdout.splitlines()), f'relais {name} --help fits a screen', done.stdout)
        wrong = relais(*filled(words, usage), '--no-such-option')
        t.is_((wrong.returncode, 'no option --no-such-option' in wrong.stderr, f'See relais {name} --help' in wrong.stderr), (2, True, True),
              f'relais {name}: an unknown option')
        needs = any(part.isupper() for part in filled(words, usage)) or len(filled(words, usage)) > len(words)
        if needs:
            t.is_(relais(*words).returncode, 2, f'relais {name} without what it needs')
        if name not in ('import', 'lesson post', 'question ask', 'mail receive'):
            t.is_(relais(*filled(words, usage), 'one', 'two', 'too', 'many').returncode, 2, f'relais {name} with words too many')


def without_database(t, every):
    with databases.another('bare', 'template0') as bare:
        for words, usage in every:
            name = ' '.join(words)
            call = [*filled(words, usage), *(('--lang', 'fr') if name == 'question ask' else ())]
            if name == 'doctor':
                continue
            gone = relais(*call, stdin=PIPED.get(name), env=NOT_THERE)
            t.ok(gone.returncode == FAILED.get(name, 1) and 'cannot reach the database' in gone.stderr and 'DATABASE_URL' in gone.stderr,
                 f'relais {name} without a database', gone.returncode, gone.stderr)
            if name != 'migrate':
                empty = relais(*call, stdin=PIPED.get(name), env={'DATABASE_URL': bare})
                t.ok(empty.returncode == FAILED.get(name, 1) and 'relais migrate' in empty.stderr, f'relais {name} without a hub', empty.returncode, empty.stderr)
        made = relais('migrate', env={'DATABASE_URL': bare})
        t.ok(made.returncode == 0 and 'applied 0001_ground' in made.stdout, 'and migrate makes one', made.stderr)


def program_itself(t):
    t.is_(relais().returncode, 2, 'relais alone shows what there is, and is called wrongly')
    for words, err in ((['nothing'], "no command 'nothing'"), (['group'], 'what to do'), (['group', 'dance'], "does not know 'dance'"),
                       (['group', 'show', '--json=yes', 'x'], 'takes no value'), (['group', 'show', 'x', '--as'], '--as needs a value'),
                       (['group', 'show', b'\xff'.decode(errors='surrogateescape')], 'not UTF-8')):
        done = relais(*words)
        t.ok(done.returncode == 2 and err in done.stderr, f'relais {words}: {err}', done.stderr)
    t.is_(relais('group', 'member', '--help').returncode, 0, 'half a verb, and --help')
    t.is_(relais('group', 'show', '--', '--json').returncode, 1, 'behind -- there are only words')


def manual(t, every):
    page = relais('man').stdout
    done = subprocess.run(['groff', '-man', '-Kutf8', '-Tutf8', '-ww'], input=page, capture_output=True, text=True)
    t.is_((done.returncode, done.stderr), (0, ''), 'the manual page is right for groff')
    t.is_(subprocess.run(['mandoc', '-Tlint', '-Werror'], input=page, capture_output=True, text=True).stdout, '', 'and for mandoc')
    plain = page.replace('\\-', '-')
    t.is_([usage for _, usage in every if f'\\fB{usage}\\fR' not in plain], [], 'every verb is in it')


def completion(t, every):
    script = relais('completion', 'bash').stdout
    t.is_(relais('completion', 'fish').returncode, 2, 'only for the shells it knows')
    ask = '''load() { source /dev/stdin <<<"$SCRIPT"; }
load
while read -ra words; do
	COMP_WORDS=(relais "${words[@]}") COMPREPLY=()
	[[ ${words[-1]} == . ]] && COMP_WORDS[-1]=
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_relais
	echo "${COMPREPLY[*]}"
done'''
    asked = {'gr': 'group', 'group .': 'list show add member', 'group member .': 'list add remove role', 'group member role a b .': 'hub member partner observer',
             'group member add a b --role p': 'partner', 'report web 8 ad': 'adapted', 'report web 8 applied --reason = bu': 'budget',
             'import deploy/dem': 'deploy/demo', 'import --res': '--restore', 'group list --as a@b --j': '--json', 'completion': '', '--v': '--version',
             'digest report ancb --fr': '--from'}
    asked |= {f"{' '.join(words)} --hel": '--help' for words, _ in every}
    done = subprocess.run(['bash', '-uc', ask], input='\n'.join(asked) + '\n', capture_output=True, text=True, env=os.environ | {'SCRIPT': script})
    got = dict(zip(asked, done.stdout.split('\n')))
    for line, want in asked.items():
        t.is_(got.get(line), want, f'relais {line}<TAB>')
    t.is_(done.stderr, '', 'and nothing is said')


def install(t):
    into = os.path.join(os.environ['TMPDIR'], 'installed')
    done = subprocess.run(['deploy/install-files'], env=os.environ | {'DESTDIR': into, 'PREFIX': '/usr'}, capture_output=True, text=True)
    t.is_((done.returncode, done.stderr), (0, ''), 'make install puts')
    for path in ('bin/relais', 'bin/relais-site', 'bin/relais-courier', 'share/man/man1/relais.1.gz', 'share/bash-completion/completions/relais', 'share/doc/relais/LICENSE',
                 'lib/systemd/system/relais-site.service', 'lib/systemd/system/relais-courier.service'):
        t.ok(os.path.getsize(f'{into}/usr/{path}') > 0, f'… {path}')
    t.is_(subprocess.run([f'{into}/usr/bin/relais', '--version'], capture_output=True).returncode, 0, '… a program that runs')


t = Tap()
every = list(verbs())
t.ok(len(every) > 30, f'{len(every)} verbs')
program_itself(t)
help_of_all(t, every)
without_database(t, every)
manual(t, every)
completion(t, every)
if 'release' in program('relais'):
    install(t)
t.done()
