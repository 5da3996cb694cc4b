"""How relais-site starts and ends: the line it prints, its signals, what refuses its start."""

import os
import signal
import subprocess

from tests.lib.site import Site, Tap, program, wait_until


def fails_to_start(env, *arguments):
    """Its exit status and standard error; None as the status if it went on running."""
    try:
        done = subprocess.run([program('relais-site'), *arguments], env=os.environ | {'PORT': '0'} | env,
                              capture_output=True, text=True, timeout=20)
        return done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        return None, ''


t = Tap()

for number in (signal.SIGTERM, signal.SIGINT):
    site = Site()
    t.is_(site.get('/healthz').status, 200, f'healthy before {number.name}')
    t.ok(wait_until(lambda: site.get('/readyz').status == 200), 'ready once it has its database')
    site.stop(number)
    t.is_(site.process.returncode, 0, f'{number.name} ends it in order')

with Site() as site:
    status, errors = fails_to_start({'PORT': str(site.port)})
    t.ok(status not in (0, None), 'a port that is taken refuses the start')
    t.like(errors, str(site.port), 'and is named')
    held = site.connect()
    held.sendall(b'GET /healthz HTTP/1.1\r\n')
    site.stop()
    t.is_(site.process.returncode, 0, 'a half-sent request does not hold it up')
    held.close()

with Site(env={'DATABASE_URL': 'postgresql:///none?host=/nonexistent'}) as site:
    t.is_(site.get('/healthz').status, 200, 'healthy without a database')
    t.is_(site.get('/readyz').status, 503, 'but not ready')

for name, value in (('RELAIS_URL', 'hub.example.org'), ('RELAIS_READERS', 'many'), ('RELAIS_CONFIG', '/nonexistent')):
    status, errors = fails_to_start({name: value})
    t.ok(status not in (0, None), f'{name}={value} refuses the start')
    t.ok(value in errors, 'and is named', errors)

t.done()
