"""Links in mail, signed as relais-courier signs them (services/courier/keys.c)."""

import hashlib
import hmac
import time

SECRET = 'ab' * 32
# makes the key that sign() signs with, in a hub that has none yet
MAKE_KEY = f"SELECT relais.signing_key('{SECRET}')"


def sign(purpose, person, thing='', days=10, key=1):
    day = int(time.time() // 86400) + days
    text = '.'.join(str(part) for part in (purpose, person, thing, day, key) if part != '')
    return text + '.' + hmac.new(bytes.fromhex(SECRET), text.encode(), hashlib.sha256).hexdigest()[:32]
