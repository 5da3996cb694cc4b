"""
For the tests of mail: starts relais-courier against DATABASE_URL, reads what it delivered into
its maildir, and sees it end in order.

    with Courier(site.url) as courier:
        mail = courier.wait(1)[0]
        mail['Subject'], body(mail)
"""

import email
import email.policy
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from tests.lib.site import SANITIZER, program, psql, wait_until

POLICY = email.policy.default.clone(max_line_length=None)


def body(mail, kind='plain'):
    """The text as its reader sees it: lines that flow are joined (RFC 3676)."""
    part = mail.get_body((kind,))
    text = part.get_content().replace('\r\n', '\n')
    if part.get_param('format') != 'flowed':
        return text
    lines, flowing = [], False
    for line in text.split('\n'):
        line = line[1:] if line.startswith(' ') else line
        if flowing:
            lines[-1] += line
        else:
            lines.append(line)
        flowing = line.endswith(' ') and line != '-- '
    return '\n'.join(lines)


def states(kind=None):
    """[(kind, state, tries)] of all deliveries, in their order; one that a courier has is under way, not waiting."""
    where = f"WHERE kind = '{kind}'" if kind else ''
    rows = psql(f"SELECT kind, CASE WHEN under_way THEN 'under way' ELSE state END, tries FROM relais.delivery {where} ORDER BY id").splitlines()
    return [(k, s, int(n)) for k, s, n in (row.split('|') for row in rows)]


class Courier:
    def __init__(self, url='http://relais.example', mode=None, env=None, directory=None):
        """directory: one that another had before, or has too."""
        self.directory = directory or Path(tempfile.mkdtemp(dir=os.environ.get('DATA_DIR')))
        self.stderr = tempfile.TemporaryFile(mode='w+')
        self.process = subprocess.Popen([program('relais-courier', mode)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.stderr, text=True, env=os.environ | {
                                            'RELAIS_URL': url, 'DATA_DIR': str(self.directory)} | (env or {}))
        self.said = self.process.stdout.readline()
        if not self.said.startswith('delivering '):
            self.process.wait()
            raise RuntimeError(f'relais-courier did not start: {self.said!r}\n{self.log()}')

    def raw(self):
        """The files, in the order of their deliveries."""
        files = sorted((self.directory / 'mail' / 'new').iterdir(), key=lambda file: int(file.name.split('.')[0]))
        return [file.read_bytes() for file in files]

    def mails(self):
        return [email.message_from_bytes(raw, policy=POLICY) for raw in self.raw()]

    def wait(self, count, seconds=20):
        """The mails, once there are so many."""
        if not wait_until(lambda: len(self.raw()) >= count, seconds):
            raise RuntimeError(f'{len(self.raw())} mails instead of {count}\n{self.log()}')
        return self.mails()

    def settled(self, seconds=20):
        """Whether all that is due was counted in time."""
        return wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE state = 'waiting' AND (due_at <= now() OR turn > 0)") == '0', seconds)

    def log(self):
        self.stderr.seek(0)
        return self.stderr.read()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, sig=signal.SIGTERM, wait=20):
        if self.process.poll() is None:
            self.process.send_signal(sig)
        try:
            status = self.process.wait(wait)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f'relais-courier did not end within {wait} s\n{self.log()}') from None
        if status != 0 or SANITIZER.search(self.log()):
            raise RuntimeError(f'relais-courier ended with {status}\n{self.log()}')

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            if self.process.poll() != -signal.SIGKILL:
                self.stop()
        else:
            self.kill()
            print('# ' + self.log().replace('\n', '\n# '))
