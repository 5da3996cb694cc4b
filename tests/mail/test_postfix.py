"""With a real Postfix: what it takes arrives as it was written, what it refuses is told apart; it hands us replies and bounces."""

import email
import email.policy
import os
import re
import smtplib
import sys
import tempfile
from email.message import EmailMessage

from tests.lib import hub
from tests.lib.certificates import Authority
from tests.lib.courier import Courier, body
from tests.lib.postfix import Postfix, missing
from tests.lib.site import Site, Tap, psql, wait_until

BOXES = ('mem', 'bon', 'zog', 'hub', 'con')


def put(word, count=1):
    psql(f"INSERT INTO relais.delivery (kind, person_id) SELECT 'sign_in', p.id FROM relais.person p, generate_series(1, {count}) "
         f"WHERE p.email = '{word}@example.org'")


def rows():
    """[(state, answer)] of what has an outcome."""
    return [tuple(line.split('|', 1)) for line in psql('SELECT state, answer FROM relais.delivery WHERE answer IS NOT NULL ORDER BY id').splitlines()]


def ended(count):
    wait_until(lambda: len(rows()) >= count, 30)
    return rows()


def parts(raw):
    """Its own head (what Postfix put in front of it taken away), its text without its code."""
    head, _, _ = raw.partition(b'\n\n')
    said = body(email.message_from_bytes(raw, policy=email.policy.default))
    return head[head.index(b'From: '):], re.sub('code=[0-9A-Z]+', 'code=', said)


def as_written(t, postfix, env):
    psql("UPDATE relais.person SET name = 'Zoé Dossou-Gbété, dite « la première »', lang = 'fr' WHERE email = 'mem@example.org'")
    put('mem')
    with Courier() as courier:
        written = courier.wait(1) and courier.raw()[0]
        wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE state = 'delivered'") == '1')
    psql("UPDATE relais.delivery SET state = 'waiting', due_at = now(), ended_at = NULL")
    with Courier(env=env):
        state, answer = ended(1)[0]
        t.is_(state, 'delivered', 'it takes a mail')
        t.like(answer, r'^250 2\.0\.0 Ok: queued as', 'and says where it has it')
        t.ok(wait_until(lambda: postfix.count() == 1, 20), 'which arrives')
    came = postfix.mails()['mem'][0]
    t.is_(parts(came), parts(written), 'as it was written')
    t.like(came.decode(), r'^Return-Path: <relais@relais\.example>\n', 'from whom the envelope says')
    t.like(came.decode(), r'TLSv1\.3', 'by TLS')


def many(t, postfix, env):
    psql('DELETE FROM relais.delivery')
    before = postfix.count()
    for word in BOXES[:4]:
        put(word, 50)
    with Courier(env=env):
        t.is_({state for state, _ in ended(200)}, {'delivered'}, '200 are taken')
    t.ok(wait_until(lambda: postfix.count() == before + 200, 60), 'and arrive', postfix.count())
    ids = [re.search(rb'^Message-ID: (\S+)', mail, re.M | re.I)[1] for mails in postfix.mails().values() for mail in mails]
    t.is_(len(set(ids)), before + 200, 'each once')
    lines = len(re.findall(r'smtpd\[\d+\]: connect from', postfix.log()))
    t.ok(lines <= 1 + 4, 'over at most 4 connections', lines)


def refused(t, env):
    psql('DELETE FROM relais.delivery')
    psql("UPDATE relais.person SET email = 'lier@elsewhere.example' WHERE email = 'lier@example.org'")
    psql("INSERT INTO relais.delivery (kind, person_id) SELECT 'sign_in', p.id FROM relais.person p WHERE p.email = 'lier@elsewhere.example'")
    put('co'), put('mem')
    with Courier(env=env):
        (relay, no_relay), (unknown, no_user), (taken, _) = ended(3)
    t.is_((unknown, taken), ('suspended', 'delivered'), 'a mailbox it does not have, and one it has')
    t.like(no_user, r'^550 5\.1\.1 .*User unknown', 'in its words')
    t.is_(relay, 'waiting', 'that it does not relay for us is not the fault of whom it is for')
    t.like(no_relay, r'^[45]54 [45]\.7\.1 .*Relay access denied', 'in its words')

    psql('DELETE FROM relais.delivery')
    put('mem')
    with Courier(env=env | {'RELAIS_MAIL_FROM': 'nobody@refused.example'}) as courier:
        state, answer = ended(1)[0]
        t.is_(state, 'waiting', 'nor that it does not take our sender')
        t.like(answer, 'Sender address rejected', 'in its words')
        t.like(courier.log(), 'mail cannot be sent', 'which the log tells')


def too_big(t, postfix, env):
    """Its limit is above its own minimum and below what we send now."""
    psql('DELETE FROM relais.delivery')
    psql(f"UPDATE relais.person SET name = '{'x ' * 100}' WHERE email = 'mem@example.org'")
    put('mem')
    with Courier(env=env):
        state, answer = ended(1)[0]
        t.is_(state, 'suspended', 'a message it finds too big')
        t.like(answer, r'^552 5\.3\.4', 'in its words')


def inject(postfix, to, text, sender):
    """A mail that its writer's mail program gives to the mail server."""
    mail = EmailMessage()
    mail['From'], mail['To'], mail['Subject'], mail['Message-ID'] = sender, to, 'Re: Sites web', f'<{text}.{sender}>'
    mail.set_content(text)
    with smtplib.SMTP('127.0.0.1', postfix.port, timeout=20) as smtp:
        smtp.send_message(mail, sender, [to])


def arrived(postfix, box, what):
    """The mail in the mailbox that has this in it, once it is there; None: it does not come."""
    found = []

    def there():
        found[:] = [mail for mail in postfix.mails()[box] if what in mail]
        return found
    return email.message_from_bytes(found[0], policy=email.policy.default) if wait_until(there, 30) else None


def takes_in(place):
    """Settings by which it hands us the mail of our domain."""
    return {'relay_domains': 'relais.example', 'transport_maps': f'inline:{{{{relais.example=lmtp:{place}}}}}'}


def replies(t, directory):
    """There and back: our mails go out by it, and it hands us what is answered, by a socket."""
    psql('DELETE FROM relais.delivery')
    place = f'{directory}/lmtp'
    with Site() as site, Postfix(takes_in(f'unix:{place}'), BOXES) as postfix:
        site.post(f'{hub.WEB}/subscriptions', {'cadence': 'at_once'}, hub.auth('con'))
        hub.lesson(site)
        psql("UPDATE relais.event SET at = at - interval '40 minutes'; DELETE FROM relais.delivery")
        env = {'RELAIS_SMTP_URL': f'smtp://127.0.0.1:{postfix.port}', 'RELAIS_MAIL_DOMAIN': 'relais.example', 'RELAIS_LMTP_LISTEN': place}
        with Courier(site.url, env=env):
            to = arrived(postfix, 'con', b'Reply-To: ')['Reply-To'].addresses[0].addr_spec
            inject(postfix, to, 'applied', 'con@example.org')
            t.ok(arrived(postfix, 'con', b'In-Reply-To: <applied.con@example.org>') is not None, 'a reply to a mail of ours is answered')
            t.is_(psql('SELECT status FROM relais.application'), 'applied', 'and what it says is done')
            unknown(t, postfix)
            bounced(t)
    return to


def unknown(t, postfix):
    inject(postfix, 'root@relais.example', 'x', 'bon@example.org')
    report = arrived(postfix, 'bon', b'Content-Type: message/delivery-status')
    t.like(str(report), r'Action: failed\s+Status: 5\.1\.1\s[^|]*550 5\.1\.1 No such address here', 'an address that is none of ours comes back, in our words')
    inject(postfix, 'reply+nothing@relais.example', 'applied', 'zog@example.org')
    report = arrived(postfix, 'zog', b'Content-Type: message/delivery-status')
    t.like(str(report), r'Action: failed\s+Status: 5\.1\.1\s[^|]*550 5\.1\.1 No such address here', 'as does one that we never gave')
    t.is_(psql('SELECT count(*) FROM relais.application'), '1', 'which does nothing')


def bounced(t):
    """Taken at first; then its mailbox (which is none of ours) is not there, and the report comes to us."""
    psql("UPDATE relais.person SET email = 'gone@relais.example' WHERE email = 'bon@example.org'")
    psql("INSERT INTO relais.delivery (kind, person_id) SELECT 'sign_in', p.id FROM relais.person p WHERE p.email = 'gone@relais.example'")
    mine = "SELECT d.state || ' ' || d.answer FROM relais.delivery d JOIN relais.person p ON p.id = d.person_id WHERE p.email = 'gone@relais.example'"
    t.ok(wait_until(lambda: psql(mine).startswith('suspended '), 30), 'a mail of ours that it took and could not deliver is suspended', psql(mine))
    t.like(psql(mine), r'^suspended 5\.1\.1 .*550 5\.1\.1 No such address here', 'with the words of its report')


def by_port(t, to):
    env = {'RELAIS_MAIL_DOMAIN': 'relais.example', 'RELAIS_LMTP_LISTEN': '127.0.0.1:0'}
    with Courier(env=env) as courier:
        place = courier.process.stdout.readline().split()[-1]
        with Postfix(takes_in(f'inet:{place}'), BOXES) as postfix:
            inject(postfix, to, 'undo', 'con@example.org')
            t.ok(wait_until(lambda: psql("SELECT coalesce(max(status), 'silent') FROM relais.application") in ('silent', 'retracted'), 20),
                 'a reply that it hands us by a port', psql('SELECT status FROM relais.application'))


if missing():
    print(f'1..0 # SKIP {missing()}')
    sys.exit(0)
t = Tap()
hub.seed()
directory = tempfile.mkdtemp(dir=os.environ['DATA_DIR'])
os.chmod(directory, 0o755)
authority = Authority(directory)
certificate = authority.certificate('mx', 'IP:127.0.0.1')
with Postfix({'smtpd_tls_security_level': 'may', 'smtpd_tls_cert_file': certificate.cert, 'smtpd_tls_key_file': certificate.key,
              'smtpd_tls_received_header': 'yes', 'smtpd_client_connection_rate_limit': '0',
              'smtpd_sender_restrictions': 'check_sender_access inline:{{refused.example=REJECT}}'}, BOXES) as postfix:
    env = {'RELAIS_SMTP_URL': f'smtp://127.0.0.1:{postfix.port}', 'RELAIS_SMTP_TLS': 'verify', 'RELAIS_SMTP_CA': authority.cert}
    as_written(t, postfix, env)
    many(t, postfix, env)
    refused(t, env)
with Postfix({'message_size_limit': '900'}, BOXES) as postfix:
    too_big(t, postfix, {'RELAIS_SMTP_URL': f'smtp://127.0.0.1:{postfix.port}'})
by_port(t, replies(t, directory))
t.done()
