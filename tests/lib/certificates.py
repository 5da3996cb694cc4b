"""Certificates for the tests: an authority of our own, and what it signs."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Certificate:
    cert: str
    key: str


def openssl(*words):
    done = subprocess.run(['openssl', *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f'openssl {words[0]}: {done.stderr}')


class Authority:
    """In a directory; .cert is what it is known by."""

    def __init__(self, directory, name='ca'):
        self.directory = Path(directory)
        self.name = name
        self.cert, self.key = self._files(name)
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                '-subj', f'/CN=Test {name}', '-keyout', self.key, '-out', self.cert)

    def _files(self, name):
        return str(self.directory / f'{name}.pem'), str(self.directory / f'{name}.key')

    def certificate(self, name, alternative):
        """For alternative, such as 'IP:127.0.0.1' or 'DNS:mail.example'."""
        cert, key = self._files(f'{self.name}-{name}')
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', f'/CN={name}',
                '-addext', f'subjectAltName={alternative}', '-addext', 'basicConstraints=critical,CA:FALSE',
                '-CA', self.cert, '-CAkey', self.key, '-keyout', key, '-out', cert)
        return Certificate(cert, key)
