"""
A Postfix of the tests' own: its settings, queue and mailboxes in a directory of the test, on a port
that the kernel gives it. Its master wants root and its mail other users: whoever is not root gets
both from a user namespace (unshare with newuidmap of Debian's uidmap), which was measured to do.

    with Postfix({'message_size_limit': 20000}) as postfix:
        ... Courier(env={'RELAIS_SMTP_URL': f'smtp://127.0.0.1:{postfix.port}'}) ...
        postfix.mails()
"""

import os
import subprocess
from pathlib import Path

from tests.lib.site import wait_until

DAEMONS = '/usr/lib/postfix/sbin'
AS_ROOT = [] if os.geteuid() == 0 else ['unshare', '--user', '--map-root-user', '--map-auto', '--']

# smtpd on port 0: any free one
SERVICES = '''
0         inet  n       -       n       -       -       smtpd
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
postlog   unix-dgram n  -       n       -       1       postlogd
'''


def missing():
    """Why there can be none here; None: there can."""
    if not os.path.exists(f'{DAEMONS}/master'):
        return 'no Postfix: another mail server is installed'
    if run('true').returncode != 0:
        return 'not root, and no user namespace for it'
    return None


def run(*words):
    return subprocess.run([*AS_ROOT, *words], capture_output=True, timeout=60)


class Postfix:
    """Takes mail for mailboxes (words of example.org); main are further settings."""

    def __init__(self, main=None, mailboxes=()):
        self.directory = Path(os.environ['DATA_DIR']).resolve() / 'postfix'
        self.mailboxes, self.main = mailboxes, main or {}
        self.process = None

    def settings(self):
        d = self.directory
        boxes = ' '.join(f'{{{box}@example.org={box}/}}' for box in self.mailboxes)
        return {
            'compatibility_level': '3.6', 'queue_directory': d / 'queue', 'data_directory': d / 'data', 'daemon_directory': DAEMONS,
            'mail_owner': 'postfix', 'setgid_group': 'postdrop', 'maillog_file': d / 'log', 'maillog_file_prefixes': d,
            'inet_interfaces': '127.0.0.1', 'inet_protocols': 'ipv4', 'myhostname': 'mx.example', 'mynetworks': '', 'mydestination': '',
            'local_recipient_maps': '', 'alias_maps': '', 'alias_database': '', 'smtpd_peername_lookup': 'no',
            'virtual_mailbox_domains': 'example.org', 'virtual_mailbox_base': d / 'mail', 'virtual_mailbox_maps': f'inline:{{{boxes}}}',
            'virtual_uid_maps': 'static:65534', 'virtual_gid_maps': 'static:65534', 'virtual_minimum_uid': '1'} | self.main

    def __enter__(self):
        for part in ('', 'etc', 'queue', 'data', 'mail'):
            (self.directory / part).mkdir(mode=0o755)
        (self.directory / 'etc' / 'main.cf').write_text(''.join(f'{name} = {value}\n' for name, value in self.settings().items()))
        (self.directory / 'etc' / 'master.cf').write_text(SERVICES)
        run('chown', 'postfix', self.directory / 'data')
        run('chown', '65534:65534', self.directory / 'mail')
        made = run('postfix', '-c', self.directory / 'etc', 'check')
        if made.returncode != 0:
            self.remove()
            raise RuntimeError(f'postfix check: {made.stderr.decode()}')
        # a group of its own, which the master ends with itself; it ends too if the test is killed
        self.process = subprocess.Popen([*AS_ROOT, 'setpriv', '--pdeathsig', 'TERM', f'{DAEMONS}/master', '-c', str(self.directory / 'etc'), '-d'],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        if not wait_until(self.find_port, 20):
            log = self.log()
            self.__exit__(None)
            raise RuntimeError(f'Postfix did not start\n{log}')
        return self

    def find_port(self):
        """Whether the master listens already: on which port its sockets say."""
        try:
            links = [os.readlink(link) for link in Path(f'/proc/{self.process.pid}/fd').iterdir()]
        except OSError:
            return False
        inodes = {link[8:-1] for link in links if link.startswith('socket:[')}
        for line in Path('/proc/net/tcp').read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == '0A' and words[9] in inodes:
                self.port = int(words[1].partition(':')[2], 16)
                return True
        return False

    def mails(self):
        """{mailbox: [bytes]}."""
        found = {}
        for box in self.mailboxes:
            files = run('find', self.directory / 'mail' / box / 'new', '-type', 'f').stdout.decode().split()
            found[box] = [run('cat', file).stdout for file in files]
        return found

    def count(self):
        return len(run('find', self.directory / 'mail', '-path', '*/new/*', '-type', 'f').stdout.split())

    def log(self):
        return run('cat', self.directory / 'log').stdout.decode()

    def remove(self):
        run('rm', '-rf', self.directory)

    def __exit__(self, kind, *_):
        if kind is not None:
            print('# ' + self.log().replace('\n', '\n# '))
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.remove()
