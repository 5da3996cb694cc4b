"""Mail to a mail server: what each of its answers leads to, and what arrives."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from tests.lib import hub
from tests.lib.certificates import Authority
from tests.lib.courier import Courier, body, states
from tests.lib.sink import DROP, STALL, Sink
from tests.lib.site import Tap, program, psql, wait_until

import email
import email.policy

# name, what the server answers, the state it leads to, what is kept of the answer, whether the log tells of it
ANSWERS = (
    ('taken', {}, 'delivered', '250 2.0.0 kept', False),
    ('451 at RCPT', {'RCPT': '451 4.3.0 not now'}, 'waiting', '451 4.3.0 not now', False),
    ('550 at RCPT', {'RCPT': '550 5.1.1 no such mailbox'}, 'suspended', '550 5.1.1 no such mailbox', False),
    ('550 at RCPT in many lines', {'RCPT': '550-5.1.1 no such\r\n550-5.1.1 mailbox,\r\n550 5.1.1 sorry'}, 'suspended',
     '550 5.1.1 no such 5.1.1 mailbox, 5.1.1 sorry', False),
    ('relaying denied at RCPT', {'RCPT': '554 5.7.1 <mem@example.org>: Relay access denied'}, 'waiting',
     '554 5.7.1 <mem@example.org>: Relay access denied', True),
    ('not signed in, at RCPT', {'RCPT': '530 sign in first'}, 'waiting', '530 sign in first', True),
    ('552 at DATA', {'DATA': '552 5.3.4 too big'}, 'suspended', '552 5.3.4 too big', False),
    ('452 at the end', {'BODY': '452 4.2.2 full'}, 'waiting', '452 4.2.2 full', False),
    ('554 at the end', {'BODY': '554 5.7.1 spam'}, 'suspended', '554 5.7.1 spam', False),
    ('553 to the sender', {'MAIL': '553 5.1.8 <relais@relais.example>: not this sender'}, 'waiting', '553 5.1.8 <relais@relais.example>: not this sender', True),
    ('451 to the sender', {'MAIL': '451 4.3.0 not now'}, 'waiting', '451 4.3.0 not now', False),
    ('the line is cut in the middle of the message', {'HALF': DROP}, 'waiting', 'the connection was closed after the message', False),
    ('the line is cut at the end, without an answer', {'BODY': DROP}, 'waiting', 'the connection was closed after the message', False),
    ('the line is cut at RCPT', {'RCPT': DROP}, 'waiting', 'the connection was closed after RCPT', False),
    ('goodbye at RCPT', {'RCPT': '421 4.3.2 going down'}, 'waiting', '421 4.3.2 going down', False),
    ('nonsense', {'RCPT': 'hello'}, 'waiting', 'the mail server said what is no answer after RCPT', False),
    ('what was not asked', {'RCPT': '250 yes\r\n250 yes'}, 'waiting', 'the mail server said what was not asked after RCPT', False),
    ('no greeting', {'CONNECT': '554 5.3.2 closed'}, 'waiting', '554 5.3.2 closed', True),
    ('no place', {'CONNECT': '421 4.7.0 too many'}, 'waiting', '421 4.7.0 too many', True),
    ('no EHLO', {'EHLO': '550 5.7.1 not you'}, 'waiting', '550 5.7.1 not you', True),
    ('the line is cut at once', {'CONNECT': DROP}, 'waiting', None, True),
)


def put(word='mem', kind='sign_in', count=1, **about):
    psql(f"INSERT INTO relais.delivery (kind, person_id) SELECT '{kind}', p.id FROM relais.person p, generate_series(1, {count}) "
         f"WHERE p.email LIKE '{word}@%'")


def rows():
    """[(state, tries, answer)]; answer None: nothing came of it yet."""
    return [(state, int(tries), answer or None) for state, tries, answer in
            (line.split('|', 2) for line in psql('SELECT state, tries, answer FROM relais.delivery ORDER BY id').splitlines())]


def ended(seconds=20):
    """All have an outcome."""
    wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE answer IS NULL AND state = 'waiting'") == '0', seconds)
    return rows()


def anew(sink):
    psql('DELETE FROM relais.delivery')
    sink.clear()


def trouble(courier):
    return courier.log().count('mail cannot be sent')


def answers(t, sink):
    """Each in a courier of its own, so that each is the first that its log would tell of."""
    for name, said, state, answer, told in ANSWERS:
        anew(sink)
        sink.answers.update(said)
        put()
        with Courier(env=sink.env()) as courier:
            got = ended()
            t.is_(got[0][:2], (state, 1), name)
            t.ok(answer is None or got[0][2] == answer, '… in its words', got[0][2])
            t.is_(trouble(courier), int(told), '… of which the log tells' if told else '… of which the log says nothing')
            t.unlike(courier.log(), '@', '… and no address')
        t.is_(len(sink.mails), int(state == 'delivered'), '… and it came' if state == 'delivered' else '… and it did not come')


def one_after_another(t, sink):
    """What is refused leaves the connection to the others."""
    anew(sink)
    sink.answers['RCPT', 'bon@example.org'] = '550 5.1.1 no'
    sink.answers['RCPT', 'zog@example.org'] = '451 4.3.0 not now'
    for word in ('mem', 'bon', 'con', 'zog', 'hub', 'bon', 'co'):
        put(word)
    with Courier(env=sink.env(RELAIS_SMTP_CONNECTIONS='1')):
        t.is_([state for state, *_ in ended()], ['delivered', 'suspended', 'delivered', 'waiting', 'delivered', 'suspended', 'delivered'],
              'each has its own outcome')
    t.is_((sink.connections, [mail.recipient for mail in sink.mails]), (1, [f'{word}@example.org' for word in ('mem', 'con', 'hub', 'co')]),
          'over one connection')
    t.is_([line for line in sink.said if line.startswith('RSET')], ['RSET'] * 3, 'which begins anew behind each refusal')
    t.ok(sink.over(), 'and is closed')
    t.is_(sink.said[-1], 'QUIT', 'with a word')


def reuse(t, sink):
    anew(sink)
    put(count=100)
    with Courier(env=sink.env()):
        t.ok(all(row == ('delivered', 1, '250 2.0.0 kept') for row in ended()), 'a hundred are sent')
    t.is_((len(sink.mails), len({re.search(rb'Message-ID: (\S+)', mail.data)[1] for mail in sink.mails})), (100, 100), 'and each came once')
    t.ok(1 <= sink.connections <= 4 and sink.most <= 4, 'over at most 4 connections', sink.connections)

    anew(sink)
    sink.answers['MAIL'] = lambda c: '421 4.7.0 enough' if c.mails == 3 else None
    put(count=20)
    with Courier(env=sink.env(RELAIS_SMTP_CONNECTIONS='2')):
        t.ok(all(row == ('delivered', 1, '250 2.0.0 kept') for row in ended()), 'a server that takes 3 a connection gets 20 at the first try')
    t.is_(len(sink.mails), 20, 'each once')

    anew(sink)
    sink.answers['CONNECT'] = lambda c: '421 4.7.0 too many of you' if sink.open > 1 else None
    put(count=40)
    with Courier(env=sink.env()):
        t.ok(all(row == ('delivered', 1, '250 2.0.0 kept') for row in ended()), 'a server that takes one connection gets 40 by it, at the first try')


def what_arrives(t, sink):
    """The same bytes as without a mail server."""
    anew(sink)
    psql("UPDATE relais.person SET name = 'Zoé Dossou-Gbété, dite « la première »', lang = 'fr' WHERE email = 'mem@example.org'")
    put()
    with Courier() as courier:
        written = courier.wait(1) and courier.raw()[0]
        ended()
    psql("UPDATE relais.delivery SET state = 'waiting', due_at = now(), answer = NULL, ended_at = NULL")
    with Courier(env=sink.env()) as courier:
        t.is_(courier.said, f'delivering to smtp://127.0.0.1:{sink.port}\n', 'it says where to')
        ended()
        t.is_(courier.raw(), [], 'no file is written then')
    mail = sink.mails[0]
    came = mail.data.replace(b'\r\n', b'\n')
    codes = [text(raw)[1] for raw in (written, came)]
    t.is_(head(came), head(written), 'the head')
    t.is_(text(came)[0], text(written)[0], 'the text')
    t.ok(codes[0] != codes[1], 'with a code of its own')
    t.is_((mail.sender, mail.recipient), ('relais@relais.example', 'mem@example.org'), 'the envelope')
    t.ok(not re.search(rb'[^\r]\n|\r[^\n]|[^\x00-\x7f]', mail.data), 'every line ends with CRLF, in ASCII')

    anew(sink)
    psql("UPDATE relais.person SET demo = true WHERE email = 'bon@example.org'")
    put('bon'), put('mem')
    with Courier(env=sink.env()) as courier:
        t.is_([state for state, *_ in (ended(), rows())[1]], ['delivered'] * 2, "the demonstration's persons and others")
        t.is_([mail['To'] for mail in courier.mails()], ['Bon <bon@example.org>'], 'those go into files')
    t.is_([mail.recipient for mail in sink.mails], ['mem@example.org'], 'and these to the mail server')
    psql("UPDATE relais.person SET demo = false WHERE email = 'bon@example.org'")


def head(raw):
    return raw.partition(b'\n\n')[0]


def text(raw):
    """The text with its code taken out, and the code."""
    said = body(email.message_from_bytes(raw, policy=email.policy.default))
    code = re.search(r'code=([0-9A-Z]+)', said)[1]
    return said.replace(code, 'CODE'), code


def letters_beyond_ascii(t):
    """In the part that is the recipient's; domains are ASCII (person_email_form)."""
    psql("UPDATE relais.person SET email = 'zoé@example.org' WHERE email = 'con@example.org'")
    for offers, state in ((('SMTPUTF8',), 'delivered'), (('8BITMIME',), 'suspended')):
        psql('DELETE FROM relais.delivery')
        with Sink(offers=offers) as sink:
            put('zo_')
            with Courier(env=sink.env()):
                t.is_([got[0] for got in ended()], [state if word == 'zoé' else 'delivered' for word in words_of_all()],
                      f'an address beyond ASCII, and a server that offers {offers[0]}')
            t.is_(sorted((mail.recipient, mail.options) for mail in sink.mails),
                  [('zog@example.org', '')] + [('zoé@example.org', 'SMTPUTF8')] * (state == 'delivered'), 'as they come')
    t.ok(any('SMTPUTF8' in (answer or '') for *_, answer in rows()), 'what is wrong is told')


def words_of_all():
    return psql("SELECT split_part(p.email, '@', 1) FROM relais.delivery d JOIN relais.person p ON p.id = d.person_id ORDER BY d.id").splitlines()


def stalled(t, sink):
    for step in ('CONNECT', 'RCPT', 'BODY'):
        anew(sink)
        sink.answers[step] = STALL
        put()
        with Courier(env=sink.env(RELAIS_COURIER_LEASE='3')):
            wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE answer IS NULL") == '0')
            state, tries, answer = rows()[0]
            t.is_(state, 'waiting', f'a server that stands still at {step}')
            t.ok(tries <= 2 and re.search('time', answer or ''), '… is given up', answer)
    anew(sink)
    sink.answers['BODY', 'bon@example.org'] = STALL
    put('bon'), put('mem', count=20)
    with Courier(env=sink.env(RELAIS_COURIER_LEASE='60')) as courier:
        t.ok(wait_until(lambda: len(sink.mails) == 20), 'and holds up nothing else')
        courier.process.terminate()
        t.ok(wait_until(lambda: 'stopping' in courier.log()), 'told to stop, it waits for it')
        t.is_(courier.process.poll(), None, '…')
        courier.stop()
    t.is_([state for state, *_ in rows()], ['waiting'] + ['delivered'] * 20, 'told twice, it does not')


def given_back(t, sink):
    anew(sink)
    sink.answers['BODY', 'bon@example.org'] = STALL
    put('bon'), put('mem', count=20)
    with tempfile.TemporaryDirectory() as directory:
        env = sink.env(RELAIS_SMTP_CONNECTIONS='1')
        with Courier(env=env, directory=Path(directory)) as courier:
            sink.stalled.wait(20)
            t.is_({row[1] for row in states()}, {'under way'}, 'all are taken by a courier that sends one by one')
            courier.process.terminate()
            t.ok(wait_until(lambda: states()[1:] == [('sign_in', 'waiting', 0)] * 20), 'told to stop, it gives back what it had not begun', states())
            courier.stop()
        sink.clear()
        with Courier(env=env, directory=Path(directory)):
            t.is_({(state, tries) for state, tries, _ in ended()}, {('delivered', 1)}, 'which another sends, and what was left half sent, without waiting for a lease')
    t.is_(len(sink.mails), 21, 'each once')


def slow(t, sink):
    """What waits for a connection too long is given back before its lease ends."""
    anew(sink)
    sink.answers['BODY', 'bon@example.org'] = STALL
    put('bon'), put('mem', count=3)
    with Courier(env=sink.env(RELAIS_SMTP_CONNECTIONS='1', RELAIS_COURIER_LEASE='3')) as courier:
        t.ok(wait_until(lambda: 'too slow for what waits' in courier.log()), 'one connection that stands still: the log tells')
        sink.answers.clear()
        t.ok(wait_until(lambda: [row[1:] for row in states()[1:]] == [('delivered', 1)] * 3), 'those behind it go out when it is over, by their first try', states())
    t.is_(len(sink.mails), 3, 'each once')


def unreachable(t, sink):
    anew(sink)
    with Sink() as other:
        url = other.env()['RELAIS_SMTP_URL']
    put(count=40)
    with Courier(env={'RELAIS_SMTP_URL': url}) as courier:
        got = ended()
        t.ok(all(state == 'waiting' and tries == 1 and 'connect' in answer for state, tries, answer in got), 'no server there', got[0])
        t.is_(trouble(courier), 1, 'the log says so once')
    psql('DELETE FROM relais.delivery')
    put()
    with Courier(env={'RELAIS_SMTP_URL': 'smtp://no-such-host.invalid'}) as courier:
        t.like(ended()[0][2], 'resolve', 'no such host')
        t.like(courier.log(), 'Could not resolve host', 'which the log tells')


def signing_in(t):
    for mechanism in ('PLAIN', 'LOGIN', 'PLAIN LOGIN'):
        with Sink(users={'us@relais.example': 'se/cr:et'}, mechanism=mechanism) as sink:
            for url, state, answer in (('smtp://us%40relais.example:se%2Fcr%3Aet@127.0.0.1:{port}/hub.example', 'delivered', '250 2.0.0 kept'),
                                       ('smtp://us:wrong@127.0.0.1:{port}', 'waiting', '535 5.7.8 wrong user or password'),
                                       ('smtp://127.0.0.1:{port}', 'waiting', '530 5.7.0 sign in first')):
                anew(sink)
                put()
                with Courier(env=sink.env(url)) as courier:
                    t.is_(ended()[0][::2], (state, answer), f'AUTH {mechanism}, {url[:12]}…')
                    t.unlike(courier.log() + courier.said, r'wrong:|se/cr|us%40|us@', 'and no word of who signs in')
                    t.is_(trouble(courier), int(state == 'waiting'), 'which is the operator’s trouble')
                if '/hub' in url:
                    t.is_(sink.said[0], 'EHLO hub.example', 'greeted with the name that was set')


def narrow(t):
    """A line that takes a mail in many pieces."""
    authority = Authority(tempfile.mkdtemp(dir=os.environ.get('DATA_DIR')))
    certificate = authority.certificate('narrow', 'IP:127.0.0.1')
    words = 'où et à qui ' * 5000
    for mode in (None, 'smtps'):
        psql('DELETE FROM relais.delivery')
        psql(f"INSERT INTO relais.delivery (kind, person_id, about) SELECT 'notice', p.id, jsonb_build_object('what', 'message', 'group', 1, "
             f"'text', '{words}', 'from', q.id, 'municipality', a.municipality_id) FROM relais.person p JOIN relais.affiliation a ON a.person_id = p.id, relais.person q "
             "WHERE p.email LIKE 'hub@%' AND q.email LIKE 'mem@%'")
        with Sink(tls=mode, certificate=certificate, narrow=True) as sink, Courier(env=sink.env(RELAIS_SMTP_CA=authority.cert)):
            t.is_(ended()[0][::2], ('delivered', '250 2.0.0 kept'), f'a narrow line, {mode}')
            mail = email.message_from_bytes(sink.mails[0].data, policy=email.policy.default)
            t.ok(words.strip() in body(mail), 'brings all of it')


def tls(t):
    """mode: None, and what the server has, what is set, what comes of it."""
    directory = tempfile.mkdtemp(dir=os.environ.get('DATA_DIR'))
    authority, stranger = Authority(directory), Authority(directory, 'stranger')
    good, other = authority.certificate('right', 'IP:127.0.0.1'), authority.certificate('other', 'DNS:elsewhere.example')
    unknown = stranger.certificate('unknown', 'IP:127.0.0.1')
    ca = {'RELAIS_SMTP_CA': authority.cert}
    verify, attempt, none = ({'RELAIS_SMTP_TLS': word} for word in ('verify', 'try', 'none'))
    for mode, certificate, settings, state, answer, secured in (
            ('starttls', good, verify | ca, 'delivered', '', True),
            ('starttls', good, verify, 'waiting', 'certificate', None),
            ('starttls', unknown, verify | ca, 'waiting', 'certificate', None),
            ('starttls', other, verify | ca, 'waiting', 'match', None),
            ('starttls', unknown, attempt, 'delivered', '', True),
            ('starttls', unknown, {}, 'delivered', '', True),
            ('starttls', good, none, 'delivered', '', False),
            (None, None, verify | ca, 'waiting', 'STARTTLS|SSL', None),
            (None, None, attempt, 'delivered', '', False),
            ('smtps', good, ca, 'delivered', '', True),
            ('smtps', unknown, ca, 'waiting', 'certificate', None),
            ('smtps', other, ca, 'waiting', 'match', None)):
        psql('DELETE FROM relais.delivery')
        how = []
        with Sink(tls=mode, certificate=certificate) as sink:
            sink.answers['MAIL'] = lambda c: how.append(bool(c.tls))
            put(count=3)
            with Courier(env=sink.env(**settings)):
                got = ended()
                name = f"{mode or 'no TLS'}, {os.path.basename(certificate.cert) if certificate else '-'}, {settings.get('RELAIS_SMTP_TLS', 'as it is')}"
                t.ok([row[0] for row in got] == [state] * 3 and re.search(answer, got[0][2]), f'{name}: {state}', got)
            t.is_((set(how), len(sink.mails)), ({secured} - {None}, 3 * (state == 'delivered')), '… secured' if secured else '… as it should')


def settings(t):
    for env, said in (({'RELAIS_SMTP_URL': 'mail.example'}, 'RELAIS_SMTP_URL'), ({'RELAIS_SMTP_URL': 'http://mail.example'}, 'RELAIS_SMTP_URL'),
                      ({'RELAIS_SMTP_URL': 'smtp://'}, 'RELAIS_SMTP_URL'), ({'RELAIS_SMTP_URL': 'smtp://mail:0'}, 'RELAIS_SMTP_URL'),
                      ({'RELAIS_SMTP_URL': 'smtp://user@mail'}, 'a user and a password'), ({'RELAIS_SMTP_URL': 'smtp://mail/a/b'}, '/name'),
                      ({'RELAIS_SMTP_URL': 'smtp://mail/?x'}, '/name'), ({'RELAIS_SMTP_TLS': 'yes'}, 'none of verify, try, none'),
                      ({'RELAIS_SMTP_URL': 'smtps://mail', 'RELAIS_SMTP_TLS': 'none'}, 'always verified'),
                      ({'RELAIS_SMTP_CA': '/nonexistent'}, 'cannot read'), ({'RELAIS_SMTP_CA': __file__}, 'no certificate'),
                      ({'RELAIS_SMTP_CONNECTIONS': '0'}, 'from 1 to 100'), ({'RELAIS_MAIL_FROM': 'relais'}, 'no address')):
        done = subprocess.run([program('relais-courier')], env=os.environ | env, capture_output=True, text=True, timeout=20)
        t.ok(done.returncode == 1 and '"fatal"' in done.stderr and said in done.stderr and 'secret' not in done.stderr, f'{env} stops the start', done.stderr)


t = Tap()
hub.seed()
settings(t)
with Sink() as sink:
    what_arrives(t, sink)
    answers(t, sink)
    one_after_another(t, sink)
    reuse(t, sink)
    stalled(t, sink)
    given_back(t, sink)
    slow(t, sink)
    unreachable(t, sink)
signing_in(t)
narrow(t)
tls(t)
letters_beyond_ascii(t)
t.done()
