"""The servers side by side, each on the servers' core: PostgreSQL, relais-site, nginx."""

import os
import subprocess
import time
import urllib.request
from pathlib import Path

from tests.bench import machine
from tests.bench.load import DATA
from tests.lib import cluster, site

ROOT = Path(__file__).resolve().parents[2]


class Database(cluster.Cluster):
    """A cluster as `make run` makes one: every durable setting as PostgreSQL has it, on."""

    def __init__(self, directory):
        self.directory = Path(directory)
        with machine.on_core(machine.cores()[0]):
            self.command('start')
        self.maintenance = self.url('postgres')
        self.process = int(self.command('status').split()[1])
        for setting in ('fsync', 'synchronous_commit', 'full_page_writes'):
            if cluster.psql(self.maintenance, f'SHOW {setting}') != 'on':
                raise RuntimeError(f'{setting} is off')

    def hub(self, name, *files, **values):
        """A migrated database filled by files of data/, with the values as psql's variables; gives its URL."""
        cluster.psql(self.maintenance, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
                                       "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
        url = self.url(name)
        for path in sorted((ROOT / 'sql' / 'migrations').glob('*.sql')):
            cluster.psql(url, f'BEGIN;\n{path.read_text()}\nCOMMIT;')
        for file in files:
            variables = ''.join(f'\\set {variable} {value}\n' for variable, value in values.items())
            cluster.psql(url, variables + (DATA / file).read_text())
        cluster.psql(url, 'VACUUM ANALYZE')
        return url


def relais_site(url):
    """The release build; its log goes to a file."""
    with machine.on_core(machine.cores()[0]):
        return site.Site('release', {'DATABASE_URL': url})


class Nginx:
    """One worker; a static file with open files cached, logged through a buffer as Relais logs."""

    def __init__(self, directory, port):
        self.directory = Path(directory)
        self.directory.mkdir(mode=0o755)
        self.url = f'http://127.0.0.1:{port}'
        settings = (DATA / 'nginx.conf').read_text().replace('@PORT@', str(port)).replace('@DIR@', str(directory))
        if os.geteuid() == 0:
            settings = 'user www-data;\n' + settings
        (self.directory / 'nginx.conf').write_text(settings)
        self.process = None

    def serve(self, path, plain, zipped):
        """Starts to serve the bytes, and the gzipped ones beside them."""
        file = self.directory / 'www' / path.lstrip('/')
        file.parent.mkdir(parents=True)
        file.write_bytes(plain)
        file.with_name(file.name + '.gz').write_bytes(zipped)
        os.utime(file.with_name(file.name + '.gz'), (file.stat().st_mtime,) * 2)
        with machine.on_core(machine.cores()[0]):
            self.process = subprocess.Popen(['nginx', '-p', self.directory, '-c', self.directory / 'nginx.conf',
                                             '-e', self.directory / 'error.log'], stdin=subprocess.DEVNULL)
        for _ in range(100):
            try:
                urllib.request.urlopen(self.url + path).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError('nginx does not answer: ' + (self.directory / 'error.log').read_text())

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
