"""
For the tests of the running service: starts relais-site against DATABASE_URL, talks to
it, and sees it end in order. Test programs are started by tests/run, which gives each
a database of its own.

    from tests.lib.site import Site, Tap
    t = Tap()
    with Site() as site:
        t.is_(site.get('/healthz').status, 200, 'it is well')
    t.done()
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.lib import cluster, session
from tests.lib.tap import Tap  # noqa: F401  (for those who import from here)

ROOT = Path(__file__).resolve().parents[2]
SANITIZER = re.compile(r'AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:')


def program(name, mode=None):
    """The path of a built program; mode is asan or release, RELAIS_BUILD by default."""
    return str(ROOT / 'build' / (mode or os.environ.get('RELAIS_BUILD', 'asan')) / name)


def relais(*arguments, stdin=None, mode=None, env=None):
    """Runs the command line; gives a CompletedProcess with text output."""
    return subprocess.run([program('relais', mode), *map(str, arguments)], input=stdin, text=True,
                          capture_output=True, env=os.environ | (env or {}), timeout=120)


def psql(sql, url=None):
    """Runs SQL as the owner of the test's database; gives the output as psql would, unaligned."""
    return cluster.psql(url, sql) if url else session.run(sql)


class Response:
    """status, headers (any case: r.headers['etag']), body, and readings of it."""

    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    @property
    def text(self):
        return self.body.decode('utf-8')

    def json(self):
        return json.loads(self.body)


class Site:
    def __init__(self, mode=None, env=None, wait=20):
        settings = {'PORT': '0', 'RELAIS_LISTEN': '127.0.0.1'} | (env or {})
        self.stderr = tempfile.TemporaryFile(mode='w+')
        self.process = subprocess.Popen([program('relais-site', mode)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.stderr, text=True,
                                        env=os.environ | settings)
        self.port = self._port(wait)
        self.url = f'http://127.0.0.1:{self.port}'

    def _port(self, wait):
        stuck = signal.signal(signal.SIGALRM, lambda *_: self.process.kill())
        signal.alarm(wait)
        line = self.process.stdout.readline()
        signal.alarm(0)
        signal.signal(signal.SIGALRM, stuck)
        found = re.fullmatch(r'listening http://\S+:(\d+)/?\n', line)
        if not found:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f'relais-site did not start: {line!r}\n{self.log()}')
        return int(found[1])

    def request(self, method, path, body=None, headers=None, timeout=20):
        """One request on a connection of its own; redirects are not followed. A dict is sent as JSON."""
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault('Content-Type', 'application/json')
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, headers)
            return Response(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request('GET', path, headers=headers)

    def post(self, path, body=None, headers=None):
        return self.request('POST', path, body, headers)

    def put(self, path, body=None, headers=None):
        return self.request('PUT', path, body, headers)

    def delete(self, path, headers=None):
        return self.request('DELETE', path, headers=headers)

    def connect(self, timeout=20):
        """A plain socket, for what http.client would not send."""
        return socket.create_connection(('127.0.0.1', self.port), timeout)

    def raw(self, data, timeout=20):
        """Sends the bytes, then reads until the service closes (or the timeout); gives what came."""
        answer = b''
        with self.connect(timeout) as connection:
            try:
                connection.sendall(data)
                while piece := connection.recv(65536):
                    answer += piece
            except (TimeoutError, ConnectionResetError, BrokenPipeError):
                pass
        return answer

    def log(self):
        """What the service has written to standard error so far."""
        self.stderr.seek(0)
        return self.stderr.read()

    def log_lines(self):
        return [json.loads(line) for line in self.log().splitlines() if line.startswith('{')]

    def kill(self):
        """Ends it without warning, as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self, sig=signal.SIGTERM, wait=20):
        """Ends it in order; raises if it does not, or if a sanitiser had something to say."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
        try:
            status = self.process.wait(wait)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f'relais-site did not end within {wait} s\n{self.log()}') from None
        if status != 0 or SANITIZER.search(self.log()):
            raise RuntimeError(f'relais-site ended with {status}\n{self.log()}')

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            if self.process.poll() != -signal.SIGKILL:
                self.stop()
        else:
            self.kill()
            print('# ' + self.log().replace('\n', '\n# '))


def wait_until(condition, seconds=10, pause=0.05):
    """Whether condition() came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return bool(condition())
