"""
A mail server for the tests, on a port of its own: takes mail and keeps it, or answers what a test
wants to be answered.

    with Sink() as sink:
        sink.answers['RCPT', 'bon@example.org'] = '550 5.1.1 no such mailbox'
        sink.answers['BODY'] = DROP
        ... Courier(env=sink.env()) ...
        sink.mails[0].data, sink.connections

Steps are CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT (with its address), DATA, HALF (in the middle of
the message), BODY (its end), RSET. An answer is a line, DROP (closes the connection), STALL (says
nothing more), or a function that gets the connection and gives one of these or None: as usual.
"""

import base64
import socket
import ssl
import threading
from dataclasses import dataclass

DROP, STALL = object(), object()
USUAL = {'CONNECT': '220 sink.example', 'STARTTLS': '220 go', 'AUTH': '235 2.7.0 yes', 'MAIL': '250 2.1.0 ok', 'RCPT': '250 2.1.5 ok',
         'DATA': '354 go', 'HALF': None, 'BODY': '250 2.0.0 kept', 'RSET': '250 2.0.0 ok'}


@dataclass
class Mail:
    sender: str
    recipient: str
    options: str                    # of MAIL: SMTPUTF8
    data: bytes                     # dots undone, lines end with CRLF
    connection: int


class Gone(Exception):
    pass


class Connection:
    def __init__(self, sink, sock, number):
        self.sink, self.sock, self.number = sink, sock, number
        self.file = sock.makefile('rb')
        self.mails = 0
        self.tls = self.user = self.sender = self.recipient = self.options = None

    def put(self, line):
        try:
            self.sock.sendall(line.encode() + b'\r\n')
        except OSError:
            raise Gone from None

    def line(self):
        try:
            line = self.file.readline(65536)
        except OSError:
            raise Gone from None
        if not line.endswith(b'\r\n'):
            raise Gone
        return line

    def answer(self, step, about=None):
        """Answers a step; True: it went well."""
        said = self.sink.answers.get((step, about), self.sink.answers.get(step))
        if callable(said):
            said = said(self)
        if said is None:
            said = USUAL[step]
        if said is STALL:
            self.sink.stalled.set()
            while True:
                self.line()
        if said is DROP:
            raise Gone
        if said is not None:
            self.put(said)
        return said is None or said[0] in '23'

    def serve(self):
        if self.sink.tls == 'smtps':
            self.secure()
        if not self.answer('CONNECT'):
            return
        while True:
            line = self.line().decode().rstrip('\r\n')
            self.sink.said.append(line)
            verb, _, rest = line.partition(' ')
            if verb.upper() == 'QUIT':
                self.put('221 bye')
                return
            getattr(self, 'do_' + verb.lower())(rest)

    def secure(self):
        try:
            self.sock = self.sink.context.wrap_socket(self.sock, server_side=True)
        except (OSError, ssl.SSLError):
            raise Gone from None
        self.file = self.sock.makefile('rb')
        self.tls = True

    def do_ehlo(self, name):
        said = self.sink.answers.get('EHLO')
        if said is not None:
            self.put(said)
            return
        offers = ['sink.example', *self.sink.offers]
        if self.sink.tls == 'starttls' and not self.tls:
            offers.append('STARTTLS')
        if self.sink.users:
            offers.append(f'AUTH {self.sink.mechanism}')
        for offer in offers[:-1]:
            self.put(f'250-{offer}')
        self.put(f'250 {offers[-1]}')

    def do_helo(self, name):
        self.answer('EHLO') if 'EHLO' in self.sink.answers else self.put('250 sink.example')

    def do_starttls(self, _):
        if self.answer('STARTTLS'):
            self.secure()

    def do_auth(self, rest):
        words = rest.split()
        if words[0].upper() == 'PLAIN':
            if len(words) == 1:
                self.put('334 ')
                words.append(self.line().decode().strip())
            user, password = base64.b64decode(words[1]).decode().split('\0')[1:]
        else:
            parts = [words[1]] if len(words) > 1 else []
            while len(parts) < 2:
                self.put('334 ' + base64.b64encode(('Username:', 'Password:')[len(parts)].encode()).decode())
                parts.append(self.line().decode().strip())
            user, password = (base64.b64decode(part).decode() for part in parts)
        if self.sink.users.get(user) != password:
            self.put('535 5.7.8 wrong user or password')
        elif self.answer('AUTH'):
            self.user = user

    def do_mail(self, rest):
        self.sender, self.options = rest.removeprefix('FROM:<').split('>', 1)
        self.recipient = None
        if self.sink.users and not self.user:
            self.put('530 5.7.0 sign in first')
        else:
            self.answer('MAIL')

    def do_rcpt(self, rest):
        recipient = rest.removeprefix('TO:<').partition('>')[0]
        if self.answer('RCPT', recipient):
            self.recipient = recipient

    def do_rset(self, _):
        self.sender = self.recipient = None
        self.answer('RSET')

    def do_data(self, _):
        if not self.recipient:
            self.put('503 5.5.1 to whom?')
            return
        if not self.answer('DATA', self.recipient):
            return
        data = []
        while (line := self.line()) != b'.\r\n':
            data.append(line[1:] if line.startswith(b'.') else line)
            if len(data) == 5:
                self.answer('HALF', self.recipient)
        mail = Mail(self.sender, self.recipient, self.options.strip(), b''.join(data), self.number)
        self.sender = None
        self.sink.whole.append(mail)
        self.mails += 1
        if self.answer('BODY', self.recipient):
            self.sink.mails.append(mail)


class Sink:
    """tls: None, 'starttls' or 'smtps', with a certificate of tests/lib/certificates.py; narrow: takes little at once."""

    def __init__(self, tls=None, certificate=None, users=None, mechanism='PLAIN LOGIN', offers=('SMTPUTF8', '8BITMIME'), narrow=False):
        self.tls, self.users, self.mechanism, self.offers = tls, users or {}, mechanism, offers
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate.cert, certificate.key)
        self.answers = {}
        self.mails, self.whole = [], []         # taken; those too that were not, or without an answer
        self.said = []                          # each line but those of messages
        self.connections = self.open = self.most = 0
        self.stalled = threading.Event()
        self.lock = threading.Condition()
        self.sockets = set()
        self.server = socket.create_server(('127.0.0.1', 0), backlog=64)
        if narrow:
            self.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 100)
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def env(self, url=None, **settings):
        """The settings of a courier that sends here."""
        scheme = 'smtps' if self.tls == 'smtps' else 'smtp'
        return {'RELAIS_SMTP_URL': (url or '{scheme}://127.0.0.1:{port}').format(scheme=scheme, port=self.port)} | settings

    def accept(self):
        while True:
            try:
                sock, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        with self.lock:
            self.connections += 1
            self.open += 1
            self.most = max(self.most, self.open)
            self.sockets.add(sock)
            connection = Connection(self, sock, self.connections)
        try:
            connection.serve()
        except Gone:
            pass
        finally:
            with self.lock:
                self.open -= 1
                self.sockets.discard(sock)
                self.lock.notify_all()
            connection.file.close()
            connection.sock.close()

    def over(self, seconds=20):
        """Waits until each connection is closed, and all that was said on it is read; False: one is open still."""
        with self.lock:
            return self.lock.wait_for(lambda: self.open == 0, seconds)

    def clear(self):
        self.answers.clear()
        self.mails.clear(), self.whole.clear(), self.said.clear()
        self.connections = self.most = 0
        self.stalled.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown(socket.SHUT_RDWR)          # which ends accept() too
        self.thread.join()
        self.server.close()
        with self.lock:
            for sock in self.sockets:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
