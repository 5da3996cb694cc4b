"""relais mail receive: what a mail server pipes to a program is kept as over LMTP, and a courier acts on it; else it says whether to try again."""

import os
import re
import subprocess

from tests.lib import hub
from tests.lib.courier import Courier, body
from tests.lib.signed import MAKE_KEY, sign
from tests.lib.site import Site, Tap, program, psql

DOMAIN = {'RELAIS_MAIL_DOMAIN': 'relais.example'}
MAIL = 'From: mem@example.org\nSubject: Re: x\nMessage-ID: <{}@their.example>\n\n{}\n'
MOST, KEPT = 32 << 20, 1 << 20
NOUSER, DATAERR, UNAVAILABLE, TEMPFAIL = 67, 65, 69, 75


def receive(*words, mail='Subject: x\n\nx\n', env=None):
    """Its exit status, and what it said."""
    done = subprocess.run([program('relais'), 'mail', 'receive', *words], input=mail if isinstance(mail, bytes) else mail.encode(), capture_output=True,
                          env=os.environ | DOMAIN | (env or {}), timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def kept():
    """[(recipient, sender, message)], and forgets them."""
    rows = [line.split('|') for line in psql("SELECT recipient, sender, encode(message, 'hex') FROM relais.incoming ORDER BY id").splitlines()]
    psql('DELETE FROM relais.incoming')
    return [(to, sender, bytes.fromhex(message)) for to, sender, message in rows]


def as_it_came(t):
    t.is_(receive('--from', 'mem@example.org', TO), (0, '', ''), 'a mail is taken, without a word')
    t.is_(kept(), [(TO, 'mem@example.org', b'Subject: x\r\n\r\nx\r\n')], 'and kept as LMTP would bring it')
    for mail, want, name in ((b'From mem@example.org Sat Jan  1 00:00:00 2026\nSubject: x\n\nFrom here\n', b'Subject: x\r\n\r\nFrom here\r\n', "a mailbox file's line"),
                             (b'From : a@b.example\r\n\r\n.\r\n..x\r\n', b'From : a@b.example\r\n\r\n.\r\n..x\r\n', 'a field that looks like one, and dots'),
                             (b'Subject: \xff\0\n\nno end', b'Subject: \xff\0\r\n\r\nno end\r\n', 'any bytes')):
        t.is_((receive(TO, mail=mail)[0], kept()), (0, [(TO, '', want)]), name)
    t.is_(receive('--json', TO, BOUNCE.upper())[:2], (0, '{\n  "received": 2\n}\n'), 'several recipients')
    t.is_([to for to, _, _ in kept()], [TO, BOUNCE.upper()], 'have one each')
    for env, want in (({'SENDER': 'a@b.example', 'RECIPIENT': TO}, (TO, 'a@b.example')), ({'ORIGINAL_RECIPIENT': TO, 'RECIPIENT': 'relais@mx.example'}, (TO, '')),
                      ({'ORIGINAL_RECIPIENT': 'alias@mx.example', 'RECIPIENT': TO}, (TO, ''))):
        t.is_((receive(env=env)[0], [mail[:2] for mail in kept()]), (0, [want]), f'from the environment: {" ".join(env)}')
    t.is_((receive(f'{TO.removesuffix("relais.example")}other.example', env={'RELAIS_MAIL_DOMAIN': ''})[0], len(kept())), (0, 1), 'no domain is set: any')


def refused(t):
    filler = b'y' * 998 + b'\n'
    for name, code, words, settings in (
            ('never given', NOUSER, ['reply+x@relais.example'], {}), ('given too long ago', NOUSER, [OLD], {}),
            ('another domain', NOUSER, ['reply+x@other.example'], {}), ('another address', NOUSER, ['root@relais.example'], {}),
            ('no address', NOUSER, [''], {}), ('one of two', NOUSER, [TO, 'root@relais.example'], {}),
            ('of the environment', NOUSER, [], {'env': {'RECIPIENT': 'root@relais.example'}}), ('nobody', 2, [], {}),
            ('no mail', DATAERR, [TO], {'mail': ''}), ('a sender that is too long', DATAERR, ['--from', 'a' * 400, TO], {}),
            ('too long', UNAVAILABLE, [TO], {'mail': filler * (MOST // 999 + 2)})):
        status, out, err = receive(*words, **settings)
        t.is_((status, out, bool(re.match('relais: ', err))), (code, '', True), f'{name}: {code}') or t.note(err)
    t.is_(kept(), [], 'and nothing is kept')
    for mail, want, name in ((b'\n' * (KEPT // 2), KEPT, 'as long as is kept'), (b'\n' * (KEPT // 2 + 1), KEPT, 'longer: its beginning'),
                             (filler * 4000 + b'x\n', KEPT // 1000 * 1000, 'in whole lines, the last one none of further below'), (filler * (MOST // 999), KEPT // 1000 * 1000, 'as long as may be')):
        t.is_((receive(TO, mail=mail)[0], [len(message) for _, _, message in kept()]), (0, [want]), name)


def trouble(t):
    mails = "SELECT count(*) FROM relais.incoming"
    t.is_(receive(TO, env={'DATABASE_URL': 'postgresql:///nothing?host=/nonexistent'})[0], TEMPFAIL, f'without a database: {TEMPFAIL}')
    psql('REVOKE EXECUTE ON FUNCTION relais.incoming_post FROM relais_admin')
    t.is_(receive(TO)[0], TEMPFAIL, 'with rights missing')
    psql('GRANT EXECUTE ON FUNCTION relais.incoming_post TO relais_admin')
    psql("ALTER TABLE relais.incoming ADD CONSTRAINT incoming_broken CHECK (1 / strpos(recipient, 'reply') < 2)")
    t.is_(receive(TO, BOUNCE)[0], TEMPFAIL, 'in the midst of it')
    psql('ALTER TABLE relais.incoming DROP CONSTRAINT incoming_broken')
    t.is_(psql(mails), '0', 'and none has it half')


def acted_on(t):
    with Site() as site:
        site.post(f'{hub.WEB}/subscriptions', {'cadence': 'at_once'}, hub.auth('mem'))
        hub.lesson(site)
        psql("UPDATE relais.event SET at = at - interval '40 minutes'; DELETE FROM relais.delivery")
        with Courier(site.url, env=DOMAIN) as courier:
            to = courier.wait(1)[0]['Reply-To'].addresses[0].addr_spec
            t.is_(receive('--from', 'mem@example.org', to, mail=MAIL.format('m1', 'appliqué : dès lundi'))[0], 0, 'a reply to a mail of ours')
            mails = courier.wait(2)
            t.is_(psql("SELECT status FROM relais.application"), 'applied', 'is acted on by a courier')
            t.is_(mails[1]['In-Reply-To'], '<m1@their.example>', 'and answered')
            t.like(body(mails[1]), 'dès lundi', 'with what was understood')


t = Tap()
hub.seed()
psql(MAKE_KEY)
MEM = int(psql("SELECT id FROM relais.person WHERE name = 'Mem'"))
TO, BOUNCE, OLD = (f'{name}+{sign("m", MEM, 1, days=days)}@relais.example' for name, days in (('reply', 1), ('bounce', 1), ('reply', -1)))
as_it_came(t)
refused(t)
trouble(t)
acted_on(t)
t.done()
