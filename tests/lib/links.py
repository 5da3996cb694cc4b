"""The cases of the routes that links in mail lead to: what is needed is a link, made anew each time."""

from tests.lib import hub
from tests.lib.routes import Case
from tests.lib.signed import MAKE_KEY, sign
from tests.lib.site import psql


def person(word):
    psql(MAKE_KEY)
    return psql(f"SELECT id FROM relais.person WHERE email = '{word}@example.org'")


def cases(site):
    """site: a function that gives the running one."""
    def answer(status='any'):
        group = psql("SELECT id FROM relais.group WHERE slug = 'web'")
        return {'token': sign('r', person('mem'), f'{group}.{hub.lesson(site())}.{status}')}

    def answered():
        made = answer('trying')
        site().post(f'/a/{made["token"]}', 'status=trying', {'Content-Type': 'application/x-www-form-urlencoded'})
        return made

    def leave():
        return {'token': sign('u', person('mem'), 0)}

    def asked():
        made = psql("INSERT INTO relais.incoming (recipient, sender, message, state, understood) "
                    "VALUES ('reply+x@relais.example', 'x@example.org', '', 'asked', '{\"from\": \"x@example.org\", \"commands\": [], \"rest\": \"\"}') RETURNING id")
        return {'token': sign('c', person('mem'), made)}

    def settings():
        hub.made(site().post(f'{hub.WEB}/subscriptions', {'cadence': 'daily'}, hub.auth('see')), 'cadence')
        return {'token': sign('p', person('see'))}
    return {
        'GET /a/{token}': Case(by=None, needs=answer),
        'POST /a/{token}': Case(by=None, needs=answer, body={'status': 'applied'}, want=303, wrong={'status': None, 'note': 'KEPT <b>'}),
        'POST /a/{token}/undo': Case(by=None, needs=answered, body={}, want=303),
        'GET /c/{token}': Case(by=None, needs=asked),
        'POST /c/{token}': Case(by=None, needs=asked, body={}, want=303),
        'GET /u/{token}': Case(by=None, needs=leave),
        'POST /u/{token}': Case(by=None, needs=leave, body={}, want=200),
        'GET /mail/{token}': Case(by=None, needs=settings),
        'POST /mail/{token}': Case(by=None, needs=settings, body={'weeks': '2'}, want=303, wrong={'weeks': '99'}),
        'POST /mail/{token}/groups/{group}': Case(by=None, needs=settings, body={'cadence': 'weekly'}, want=303, wrong={'cadence': 'x'}),
        'POST /mail/{token}/groups/{group}/end': Case(by=None, needs=settings, body={}, want=303),
    }


def paths(lesson):
    """Pages of links for one who follows a group, and of one that is none."""
    psql("INSERT INTO relais.subscription SELECT p.id, 1, 'weekly', 1, 8, 'fr', NULL, 0 FROM relais.person p WHERE p.email = 'con@example.org' ON CONFLICT DO NOTHING")
    con = person('con')
    asked = psql("INSERT INTO relais.incoming (recipient, sender, message, state, understood) VALUES ('r', 's', '', 'asked', "
                 "'{\"from\": \"x@example.org\", \"commands\": [], \"rest\": \"\"}') RETURNING id")
    return (f'/c/{sign("c", con, asked)}', f'/a/{sign("r", con, f"1.{lesson}.any")}', f'/a/{sign("r", con, f"1.{lesson}.interrupted")}', f'/u/{sign("u", con, 1)}', f'/u/{sign("u", con, 0)}',
            f'/mail/{sign("p", con)}', '/a/r.1.1.1.any.1.1.00')
