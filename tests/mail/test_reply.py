"""Answering by mail: a reply comes in by LMTP, what it says is done, and its writer is told what was understood."""

import re
from email.message import EmailMessage

from tests.lib import hub, pq
from tests.lib.browser import Browser
from tests.lib.courier import Courier, body
from tests.lib.mailbox import DOMAIN, SETTINGS, Mailbox, address
from tests.lib.signed import MAKE_KEY, sign
from tests.lib.site import Site, Tap, psql, wait_until


# what changes meanwhile, what an answer is told then, and how it is as before
REFUSED = (
    ("UPDATE relais.item SET status = 'withdrawn' WHERE group_id = 1", r'This was withdrawn or has ended; it takes no more answers\.',
     "UPDATE relais.item SET status = 'published' WHERE group_id = 1"),
    ("INSERT INTO relais.affiliation (person_id, municipality_id, role) SELECT p.id, m.id, 'focal_point' FROM relais.person p, relais.municipality m "
     "WHERE p.name = 'Mem' AND m.slug = 'bonou'", r'You act for several municipalities here; .+ http\S+/groups/web/lessons/\d+',
     "DELETE FROM relais.affiliation USING relais.person p, relais.municipality m WHERE p.id = person_id AND m.id = municipality_id "
     "AND p.name = 'Mem' AND m.slug = 'bonou'"),
    ("UPDATE relais.affiliation SET role = 'observer' FROM relais.person p WHERE p.id = person_id AND p.name = 'Mem'",
     r'Only those who act for a municipality of the group can do this\.',
     "UPDATE relais.affiliation SET role = 'focal_point' FROM relais.person p WHERE p.id = person_id AND p.name = 'Mem'"),
)


# events; receipts
MADE = "SELECT (SELECT count(*) FROM relais.event), (SELECT count(*) FROM relais.delivery WHERE kind = 'receipt')"


def status(number, town='aklame'):
    return psql(f"SELECT coalesce((SELECT a.status FROM relais.application a JOIN relais.municipality m ON m.id = a.municipality_id "
                f"WHERE a.group_id = 1 AND a.number = {number} AND m.slug = '{town}'), 'silent')")


def dialogue(t, box, to):
    bounce = 'bounce' + to.removeprefix('reply')
    with box.talk() as lmtp:
        t.is_([lmtp.docmd('MAIL FROM:<a@b.example>')[0], lmtp.docmd('NONSENSE')[0], lmtp.docmd('LHLO there')[0]], [503, 500, 250], 'the dialogue has its order')
        t.is_([lmtp.docmd('RCPT TO:<reply+x@relais.example>')[0], lmtp.docmd('DATA')[0], lmtp.docmd('MAIL FROM:<>')[0], lmtp.docmd('DATA')[0]],
              [503, 503, 250, 503], 'at each step')
        t.is_([lmtp.docmd(f'RCPT TO:<{each}>')[0] for each in ('reply+x@other.example', 'root@relais.example', 'reply@relais.example', '', to.upper())],
              [550, 550, 550, 550, 250], 'only addresses of ours are taken')
        t.is_([lmtp.docmd(f'RCPT TO:<{bounce}>')[0], lmtp.docmd('DATA')[0]], [250, 354], 'replies and bounces')
        lmtp.send(b'Precedence: bulk\r\n\r\n..dot\r\n.\r\n')         # so that nobody is asked about it
        t.is_([lmtp.getreply()[0], lmtp.getreply()[0]], [250, 250], 'with an answer for each recipient')
        t.is_(psql("SELECT count(*) FROM relais.incoming WHERE convert_from(message, 'UTF8') = E'Precedence: bulk\\r\\n\\r\\n.dot\\r\\n'"), '2', 'once it is kept, as it came')
        t.is_([lmtp.docmd(command)[0] for command in ('MAIL FROM:<>', f'RCPT TO:<{to}>', 'DATA')], [250, 250, 354], 'a third')
        lmtp.send(b'Precedence: bulk\r\n\r\na\n.\r\nb\r\n.\nMAIL FROM:<x@y.example>\r\n.\r\n')
        t.is_([lmtp.getreply()[0], lmtp.docmd('NOOP')[0]], [250, 250], 'ends only with a dot between CRLFs')
        lmtp.send(b'MAIL FROM:<\xff@b.example>\r\nRCPT TO:<%s>\r\nDATA\r\n.\r\n' % to.encode())
        t.is_([lmtp.getreply()[0] for _ in range(4)], [250, 250, 354, 554], 'what cannot be kept is refused')
        psql('REVOKE EXECUTE ON FUNCTION relais.incoming_post FROM relais_courier')
        lmtp.send(b'MAIL FROM:<>\r\nRCPT TO:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n.\r\n' % (to.encode(), bounce.encode()))
        t.is_([lmtp.getreply()[0] for _ in range(6)], [250, 250, 250, 354, 451, 451], 'for now, where the trouble is ours')
        psql('GRANT EXECUTE ON FUNCTION relais.incoming_post TO relais_courier')
        t.is_(lmtp.docmd('MAIL FROM:<a@b.example>')[0], 250, 'the next one on the same line')
        t.is_([lmtp.docmd(f'RCPT TO:<{to}>')[0], lmtp.docmd('DATA')[0]], [250, 354], 'likewise')
        lmtp.send(b'x' * 70 * 1024 + b'\r\n')
        for _ in range(512):
            lmtp.send((b'y' * 998 + b'\r\n') * 66)
        lmtp.send(b'.\r\n')
        t.is_(lmtp.getreply()[0], 552, 'what is too long is refused')
        old, other = (f'reply+{sign("m", person, 1, days=days)}@{DOMAIN}' for person, days in ((MEM, -1), (999, 1)))
        for each in (old, to, re.sub(r'\+m\.\d+', '+m.999', to), f'reply+{sign("u", MEM, 1)}@{DOMAIN}', other, f'bounce+nothing@{DOMAIN}'):
            lmtp.docmd('MAIL FROM:<a@b.example>') if each == old else None
            lmtp.docmd(f'RCPT TO:<{each}>')
        lmtp.docmd('DATA')
        lmtp.send(b'Precedence: bulk\r\n\r\n.\r\n')
        t.is_([lmtp.getreply() for _ in range(6)], [(550, b'5.1.6 This address is too old; please answer a newer mail'), (250, b'2.0.0 Ok')] +
              [(550, b'5.1.1 No such address here')] * 4, 'addresses that were given too long ago, or never, are refused')
        t.is_([lmtp.docmd('VRFY mem')[0], lmtp.docmd('NOOP ' + 'x' * 5000)[0], lmtp.docmd('NOOP x\0y')[0], lmtp.docmd('RSET')[0]], [252, 500, 500, 250],
              'nobody is told of, and what is no line is no command')
        lmtp.send(b'MAIL FROM:<>\r\n' + b'RCPT TO:<%s>\r\n' % to.encode() * 101)
        t.is_([lmtp.getreply()[0] for _ in range(102)], [250] * 101 + [452], 'a hundred recipients, and no more (RFC 5321, 4.5.3.1.8)')
        t.is_([lmtp.docmd('RSET')[0], lmtp.docmd('QUIT')[0]], [250, 221], 'and the line is still good')


def words(t, box, to, lessons):
    one, two = lessons
    receipt = box.receipt(box.send(to, '1 appliqué : avec la jeunesse\n2 pas pour nous\n\nLe 3 mars, Relais a écrit :\n> bla'))
    t.is_((status(two), status(one)), ('applied', 'not_for_us'), 'several lessons at once, by their numbers')
    t.is_([receipt['Subject'], receipt['Auto-Submitted'], receipt['To'].addresses[0].addr_spec], ['Re: Sites web', 'auto-replied', 'mem@example.org'], 'the receipt')
    t.like(body(receipt), r'Noted: applied – Deux \(avec la jeunesse\)', 'says what was understood')
    link = re.search(r'within a day:\n(\S+)', body(receipt))[1]
    browser = Browser(site)
    browser.get(link.removeprefix(site.url))
    browser.submit(link.removeprefix(site.url).partition('?')[0] + '/undo')
    t.is_((browser.answer.status, status(two)), (303, 'silent'), 'and undoes it')
    receipt = box.receipt(box.send(to, '1 BLOQUÉ budget'))
    t.is_((status(two), psql("SELECT reason FROM relais.report_reason ORDER BY seq DESC LIMIT 1")), ('interrupted', 'budget'), 'an interruption with its reason')
    box.receipt(box.send(address(receipt), '1 prévu'))
    t.is_(status(two), 'planned', 'an answer to the receipt is one to the mail before it')
    box.receipt(box.send(address(receipt), 'annuler'))
    t.is_(status(two), 'interrupted', 'undo by an answer to the receipt brings back what was before it')
    box.receipt(box.send(to, 'annuler'))
    t.is_(status(two), 'silent', 'and once more, nothing')
    receipt = box.receipt(box.send(to, 'appliqué'))
    t.is_((status(one), status(two)), ('not_for_us', 'silent'), 'one word for two lessons is not guessed at')
    t.like(body(receipt), r'did not understand this; Ouinhi reads it', 'but answered with help')
    message = box.mail('hub@example.org', 'A message from Mem')
    t.like(body(message), 'appliqué', 'and reaches the hub')
    t.is_(address(message), 'mem@example.org', 'which can answer it')
    receipt = box.receipt(box.send(to, '2 ? Combien de temps faut-il ?'))
    t.is_(psql('SELECT question FROM relais.inquiry'), 'Combien de temps faut-il ?', 'a question goes to who wrote the lesson')
    receipt = box.receipt(box.send(to, '2 ? Et combien de gens ?'))
    t.like(body(receipt), r'Un: You asked them about this lesson already; they have not answered yet\.\nWhat you wrote went to Ouinhi:\n\n> 2 \? Et combien de gens \?\n',
           'a second one waits for the answer to the first, which is said')
    t.unlike(body(receipt), 'did not understand|saw no answer', 'and nothing else')
    t.like(body(box.mail('hub@example.org', 'A message from Mem', 2)), r'2 \? Et combien de gens', 'and it is not lost')
    said = body(box.receipt(box.send(to, '2 ? ' + 'mot ' * 300)))
    t.ok('Un: A question has at most 1,000 characters.\nWhat you wrote went to Ouinhi:' in said and said.count('mot ') > 290, 'one that is too long is not cut', said)
    for change, why, back in REFUSED:
        psql(change)
        t.like(body(box.receipt(box.send(to, '1 prévu\nbientôt'))), rf'Deux: {why}\nWhat you wrote went to Ouinhi:\n\n> 1 prévu\n> bientôt\n', why[:30])
        psql(back)
    psql(REFUSED[0][0])
    t.like(body(box.receipt(box.send(to, '1 bloqué : GEHEIM'))), REFUSED[0][1], 'why it was interrupted, too')
    psql(REFUSED[0][2])
    receipt = box.receipt(box.send(to, '1 prévu\n\nbloqué : GEHEIM'))
    t.like(body(receipt), 'We did not understand this:\n\n> bloqué : GEHEIM', 'or that it cannot be told of which lesson')
    t.is_(psql("SELECT count(*) FROM relais.delivery WHERE kind = 'notice' AND about->>'text' LIKE '%GEHEIM%'"), '0', 'but nobody else reads why')
    box.receipt(box.send(to, 'annuler'))
    for text, reads in (('help', False), ('Help! How do we begin with it?', True)):
        said = body(box.receipt(box.send(to, text)))
        t.is_(('What one line can say' in said, 'Ouinhi reads it:\n\n> Help! How do we begin' in said), (True, reads), f'{text}: the words are told, and what was asked by it is not lost')
    receipt = box.receipt(box.send(to, ''))
    t.like(body(receipt), 'We saw no answer', 'an empty mail is answered too')
    box.receipt(box.send(to, '1 en expérimentation'))
    hub.report(site, two, 'applied', by='con')
    t.like(body(box.receipt(box.send(to, 'annuler'))), 'Deux: Nothing was taken back: another answer stands since', 'a colleague’s answer is not taken back by undo')
    t.is_(status(two), 'applied', 'and stands')
    box.receipt(box.send(to, '1 prévu : voici la place', picture=bytes(range(256)) * 12000))
    t.is_((status(two), psql('SELECT note FROM relais.report_note ORDER BY seq DESC LIMIT 1'), psql('SELECT octet_length(message) > 1000000 FROM relais.incoming ORDER BY id DESC LIMIT 1')),
          ('planned', 'voici la place', 't'), 'with a picture of some megabytes, of which the beginning is kept')


def twice(t, box, to):
    """Its mail server did not hear that we have it, and hands it in again."""
    mail = EmailMessage()
    mail['From'], mail['To'], mail['Subject'], mail['Message-ID'] = 'mem@example.org', to, 'Re: Sites web', '<twice@their.example>'
    mail.set_content('1 prévu\nannuler')
    count = int(psql('SELECT count(*) FROM relais.incoming'))
    for _ in range(2):
        with box.talk() as lmtp:
            lmtp.send_message(mail, 'mem@example.org', [to])
    t.ok(box.settled(count + 2), 'a mail comes twice')
    t.is_(psql("SELECT count(*) FROM relais.delivery WHERE about->>'answers' = 'twice@their.example'"), '1', 'but is acted on once, and answered once')


def settings(t, box, to):
    mine = "FROM relais.subscription s JOIN relais.mail_clock c USING (person_id, group_id) JOIN relais.person p ON p.id = s.person_id WHERE p.name = 'Mem'"
    psql("INSERT INTO relais.mail_trouble (person_id, answer) SELECT id, '550' FROM relais.person WHERE name IN ('Mem', 'Con')")
    box.receipt(box.send(to, 'PAUSE 2 semaines'))
    t.is_(psql('SELECT p.name FROM relais.mail_trouble JOIN relais.person p ON p.id = person_id'), 'Con', 'who writes can be written to again')
    t.is_(psql(f'SELECT c.paused_until - current_date {mine}'), '14', 'a pause')
    box.receipt(box.send(to, 'STOP'))
    t.is_(psql(f'SELECT count(*) {mine}'), '0', 'STOP')


def strangers(t, box, to, lesson):
    count = int(psql('SELECT count(*) FROM relais.incoming'))
    box.send(to, '2 en expérimentation', sender='private@home.example')
    box.settled(count + 1)
    t.is_(status(lesson), 'not_for_us', 'from another address it does not count yet')
    t.ok(wait_until(lambda: any(mail['Subject'] == 'Was this you?' for mail in box.courier.mails())), 'its person is asked')
    asked = next(mail for mail in box.courier.mails() if mail['Subject'] == 'Was this you?')
    t.is_(asked['To'].addresses[0].addr_spec, 'mem@example.org', 'at the address that is known')
    path = re.search(r'(/c/\S+?)\?', body(asked))[1]
    browser = Browser(site)
    browser.get(path)
    t.is_((browser.answer.status, status(lesson)), (200, 'not_for_us'), 'opening the link does nothing')
    t.like(browser.answer.text, 'private@home.example', 'but shows from where it came')
    browser.submit(path)
    t.is_((browser.answer.status, status(lesson)), (303, 'trying'), 'its button lets it count')
    before = psql(MADE)
    count = int(psql('SELECT count(*) FROM relais.incoming'))
    box.send(to, '2 applied', Auto_Submitted='auto-replied')
    box.send(to, '2 applied', Precedence='bulk')
    box.send(to, '2 applied', X_Relais_Loop='127.0.0.1')
    t.ok(box.settled(count + 3), 'all is read')
    t.is_(psql(MADE), before, 'what no person wrote changes nothing, and is not answered')


def others(t, site, box, to, lessons):
    """What is no digest can be answered as well."""
    psql("INSERT INTO relais.nudge (group_id, municipality_id, day, at, lessons) SELECT 1, id, current_date, now(), '{%d,%d}' FROM relais.municipality "
         "WHERE slug = 'bonou'; INSERT INTO relais.delivery (kind, person_id, about) SELECT 'nudge', p.id, jsonb_build_object('group', 1, 'municipality', "
         "(SELECT id FROM relais.municipality WHERE slug = 'bonou'), 'day', current_date) FROM relais.person p WHERE p.name = 'Bon'" % tuple(lessons))
    nudge = box.mail('bon@example.org', '')
    t.like(body(nudge), r'1\. Un\n\S+\n2\. Deux\n', 'a reminder numbers its lessons')
    browser = Browser(site)
    browser.get(re.findall(r'/a/\S+', body(nudge))[1])
    t.is_((browser.answer.status, 'Deux' in browser.answer.text), (200, True), 'and leads to the answer to each, without signing in')
    box.receipt(box.send(address(nudge), '2 appliqué', sender='bon@example.org'))
    t.is_((status(lessons[0], 'bonou'), status(lessons[1], 'bonou')), ('silent', 'applied'), 'and is answered')
    box.receipt(box.send(address(nudge), 'essai en cours', sender='bon@example.org'))
    t.is_(status(lessons[0], 'bonou'), 'trying', 'by a word alone, where one is left')
    question = box.mail('hub@example.org', 'A question from')
    t.like(body(question), 'Simply answer this mail', 'a question says how it is answered')
    box.receipt(box.send(address(question), 'Appliqué en trois mois.\nAvec une stagiaire.\n\nOn Monday, Relais wrote to hub@example.org:\n> bla', sender='hub@example.org'))
    t.is_(psql('SELECT answer FROM relais.inquiry'), 'Appliqué en trois mois.\nAvec une stagiaire.', 'what is written back is its answer, whatever words it has')
    t.is_(status(lessons[1], 'ouinhi'), 'silent', 'and nothing else')
    t.like(body(box.mail('mem@example.org', 'An answer from')), 'Avec une stagiaire', 'that goes to who asked')
    psql("UPDATE relais.person SET ended_at = now() WHERE name IN ('Hub', 'Draft')")
    receipt = box.receipt(box.send(to, 'Une phrase.'))
    t.like(body(receipt), 'did not understand this; ANCB reads it', 'where the hub has nobody, the umbrella body reads it')
    t.like(body(box.mail('co@example.org', 'A message from Mem')), 'Une phrase', 'and gets it')
    psql("UPDATE relais.person SET ended_at = now() WHERE name = 'Co'")
    count = int(psql('SELECT count(*) FROM relais.incoming'))
    for _ in range(4):
        box.send(to, 'Je suis en voyage.')
    box.settled(count + 4)
    wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE kind = 'receipt' AND state = 'waiting'") == '0')
    t.is_(len([mail for mail in box.courier.mails() if 'Je suis en voyage' in body(mail)]), 1, 'what answers each answer is left alone')
    receipt = next(mail for mail in box.courier.mails() if 'Je suis en voyage' in body(mail))
    t.like(body(receipt), 'did not understand this:', 'and nobody is named who does not get it')
    box.receipt(box.send(to, '2 planned'))
    t.is_(status(lessons[0]), 'planned', 'but who is understood is answered still')


def bounces(t, box, to):
    psql("INSERT INTO relais.delivery (kind, person_id) SELECT 'sign_in', id FROM relais.person WHERE name = 'Bon'")
    wait_until(lambda: psql("SELECT count(*) FROM relais.delivery WHERE kind = 'sign_in' AND state = 'delivered'") == '1')
    number, person = psql("SELECT id, person_id FROM relais.delivery WHERE kind = 'mailing' ORDER BY id LIMIT 1").split('|')
    to = 'bounce' + to.removeprefix('reply')
    report = ('From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\nMessage-ID: <b@mx.example>\r\nMIME-Version: 1.0\r\n'
              'Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\n'
              'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; mem@example.org\r\n'
              'Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {code}\r\n\r\n--b--\r\n')
    for action, code, state in (('delayed', '4.4.1', 'delivered'), ('failed', '5.1.1', 'suspended')):
        count = int(psql('SELECT count(*) FROM relais.incoming'))
        with box.talk() as lmtp:
            lmtp.sendmail('', [to], report.format(to=to, action=action, status=code, code='550 no such user'))
        box.settled(count + 1)
        t.is_(psql(f'SELECT state FROM relais.delivery WHERE id = {number}'), state, f'a report that it {action}')
    t.is_(psql(f'SELECT answer FROM relais.delivery WHERE id = {number}'), '5.1.1 550 no such user', 'with what the other side said')


def stopped(t, to):
    """A courier that is told to stop while it takes what came in acts on it before it ends."""
    db = pq.Connection()
    with Courier(env=SETTINGS) as courier:
        db.rows('BEGIN; LOCK TABLE relais.incoming IN SHARE MODE; INSERT INTO relais.incoming (recipient, sender, message) '
                f"VALUES ('{to}', 'mem@example.org', convert_to('From: mem@example.org' || chr(10) || chr(10) || 'help', 'UTF8'))")
        wait_until(lambda: psql("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'relais.incoming'::regclass") == '1')
        courier.process.terminate()
        wait_until(lambda: 'stopping' in courier.log())
        db.rows('COMMIT')
        courier.process.wait(20)
        t.is_(psql('SELECT state FROM relais.incoming ORDER BY id DESC LIMIT 1'), 'done', 'what a courier took when it was told to stop is acted on')


t = Tap()
hub.seed()
psql(MAKE_KEY)
MEM = int(psql("SELECT id FROM relais.person WHERE name = 'Mem'"))
with Site() as site:
    answer = site.post(f'{hub.WEB}/subscriptions', {'cadence': 'at_once'}, hub.auth('mem'))
    lessons = [hub.lesson(site, title=title) for title in ('Un', 'Deux')]
    psql("UPDATE relais.event SET at = at - interval '40 minutes'; DELETE FROM relais.delivery")
    with Courier(site.url, env=SETTINGS) as courier:
        box = Mailbox(courier)
        to = courier.wait(1)[0]['Reply-To'].addresses[0].addr_spec
        dialogue(t, box, to)
        words(t, box, to, lessons)
        twice(t, box, to)
        settings(t, box, to)
        strangers(t, box, to, lessons[0])
        others(t, site, box, to, lessons)
        bounces(t, box, to)
    stopped(t, to)
old = sign('u', MEM, 0)
psql("UPDATE relais.signing_key SET made_at = now() - interval '900 days'")
psql(f"SELECT relais.signing_key('{'ab' * 32}')")
t.is_(psql(f"SELECT (relais.signed('{old}')).purpose"), 'u', 'a key is kept until its last links are over')
t.done()
