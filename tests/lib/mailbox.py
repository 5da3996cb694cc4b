"""A courier with its LMTP, mails to it, and what it answers."""

import smtplib
from email.message import EmailMessage

from tests.lib.site import psql, wait_until

DOMAIN = 'relais.example'
SETTINGS = {'RELAIS_MAIL_DOMAIN': DOMAIN, 'RELAIS_LMTP_LISTEN': '127.0.0.1:0'}


class Mailbox:
    """A courier with its LMTP, and mails to it."""

    def __init__(self, courier):
        self.courier = courier
        self.port = int(courier.process.stdout.readline().rsplit(':', 1)[1])
        self.number = 0

    def talk(self):
        return smtplib.LMTP('127.0.0.1', self.port, timeout=20)

    def send(self, to, text, sender='mem@example.org', envelope=None, picture=b'', **fields):
        """Hands in a reply; gives its Message-ID."""
        self.number += 1
        mail = EmailMessage()
        mail['From'], mail['To'], mail['Subject'], mail['Message-ID'] = sender, to, 'Re: Sites web', f'<m{self.number}@their.example>'
        for name, value in fields.items():
            mail[name.replace('_', '-')] = value
        mail.set_content(text)
        if picture:
            mail.add_attachment(picture, maintype='image', subtype='jpeg')
        with self.talk() as lmtp:
            lmtp.send_message(mail, sender if envelope is None else envelope, [to])
        return mail['Message-ID']

    def settled(self, count):
        """Whether so many came in and were read."""
        return wait_until(lambda: psql("SELECT count(*) FROM relais.incoming WHERE state <> 'waiting'") == str(count), 20)

    def mail(self, to, subject, count=1):
        """The newest mail to them with that subject, once there are so many."""
        found = []

        def there():
            found[:] = [mail for mail in self.courier.mails() if mail['To'].addresses[0].addr_spec == to and mail['Subject'].startswith(subject)]
            return len(found) >= count
        wait_until(there, 20)
        return found[-1]

    def receipt(self, message_id):
        """The mail that answers it."""
        found = []

        def there():
            found[:] = [mail for mail in self.courier.mails() if mail['In-Reply-To'] == message_id]
            return found
        wait_until(there, 20)
        return found[0]


def address(mail):
    """What an answer to it goes to."""
    return mail['Reply-To'].addresses[0].addr_spec
