"""One private PostgreSQL for a run of the tests, and a database of its own for each."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = ROOT / 'deploy' / 'postgres'

# A test's data need not outlive a power cut.
SETTINGS = ('fsync=off', 'full_page_writes=off', 'max_connections=200')


def clean_environment():
    """Ours, without what would lead a program to another database or another hub."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(('PG', 'RELAIS_')) and name not in ('DATABASE_URL', 'PORT', 'DATA_DIR')}


def psql_program():
    found = sorted(Path('/usr/lib/postgresql').glob('*/bin/psql'), key=lambda path: int(path.parts[4]))
    return str(found[-1])


def psql(url, sql):
    """The output of one or more statements, unaligned, without headers."""
    done = subprocess.run([psql_program(), url, '-XqAt', '-v', 'ON_ERROR_STOP=1'], input=sql, text=True,
                          capture_output=True, env=clean_environment())
    if done.returncode != 0:
        raise RuntimeError(f'psql: {done.stderr.strip()}')
    return done.stdout.rstrip('\n')


class Cluster:
    TEMPLATE = 'relais_template'

    def __init__(self, directory):
        self.directory = Path(directory)
        self.command('start', *SETTINGS)
        self.maintenance = self.url('postgres')

    def command(self, verb, *arguments):
        done = subprocess.run([POSTGRES, verb, self.directory, *arguments], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, env=clean_environment(), start_new_session=True)
        if done.returncode != 0:
            raise RuntimeError(f'deploy/postgres {verb}: {done.stderr.strip()}')
        return done.stdout.strip()

    def url(self, database):
        return self.command('url', database)

    def make_template(self, relais):
        """A migrated, empty hub that the databases of the tests are copied from."""
        psql(self.maintenance, f"CREATE DATABASE {self.TEMPLATE} TEMPLATE template0 ENCODING 'UTF8' "
                               "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
        url = self.url(self.TEMPLATE)
        if not Path(relais).exists():
            raise RuntimeError(f'{relais} is not built')
        done = subprocess.run([relais, 'migrate'], text=True, capture_output=True,
                              env=clean_environment() | {'DATABASE_URL': url})
        if done.returncode != 0:
            raise RuntimeError(f'relais migrate ended with {done.returncode}: {done.stderr.strip()}')
        psql(url, 'CREATE EXTENSION pgtap SCHEMA public')

    def clone(self, name):
        """Copied as files: not half the work of copying it through the log."""
        psql(self.maintenance, f'CREATE DATABASE {name} TEMPLATE {self.TEMPLATE} STRATEGY file_copy')
        return self.maintenance.replace('///postgres?', f'///{name}?')

    def drop(self, name):
        psql(self.maintenance, f'DROP DATABASE IF EXISTS {name} WITH (FORCE)')

    def stop(self):
        self.command('stop')
