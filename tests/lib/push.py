"""What is pushed: requests to the hub, webhooks, and the cases of their routes."""

from tests.lib.hub import API, auth, made
from tests.lib.routes import Case
from tests.lib.site import psql

HOOK = {'url': 'https://portal.example/relais'}
NOT_ITS_COORDINATOR = (('hub', 403), ('mem', 403), ('other', 403))


def subscribe(site, **changes):
    """A request to the hub; names with _ for the dot of hub.…"""
    values = {'mode': 'subscribe', 'topic': f'{site.url}/groups/web/feed.atom?lang=fr', 'callback': 'https://reader.example/callback'} | changes
    return {f'hub.{name}': value for name, value in values.items() if value is not None}


def webhook(site, umbrella='ancb', by='co', **values):
    """Makes one; gives its number and its secret."""
    answer = site.post(f'{API}/umbrellas/{umbrella}/webhooks', HOOK | values, auth(by))
    return made(answer), made(answer, 'secret')


def only_webhook(site):
    psql('DELETE FROM relais.webhook')
    return {'id': webhook(site)[0]}


def with_delivery(site):
    """A webhook, and something in its log."""
    values = only_webhook(site)
    return values | {'n': psql("INSERT INTO relais.delivery (kind, state, ended_at, about) VALUES ('webhook', 'delivered', now(), "
                               f"""'{{"webhook": {values['id']}, "group": 1, "first": 1, "last": 1, "upto": 1}}') RETURNING id""").splitlines()[0]}


def cases(site):
    """site: a function that gives the running one."""
    one = '/umbrellas/{umbrella}/webhooks/{id}'
    return {
        'GET /umbrellas/{umbrella}/webhooks': Case(by='co', forbidden=(('hub', 404), ('mem', 404), ('other', 404))),
        'POST /umbrellas/{umbrella}/webhooks': Case(by='co', needs=lambda: only_webhook(site()) and {}, body=HOOK | {'kinds': ['report']},
                                                    wrong={'kinds': ['sign_in'], 'url': 'https://portal.example/KEPT'}, forbidden=NOT_ITS_COORDINATOR),
        f'GET {one}': Case(by='co', needs=lambda: only_webhook(site()), forbidden=(('hub', 404), ('mem', 404), ('other', 404))),
        **{f'{method} {one}{rest}': Case(by='co', needs=lambda: only_webhook(site()), forbidden=NOT_ITS_COORDINATOR) for method, rest in (
            ('DELETE', ''), ('POST', '/end'), ('POST', '/pause'), ('POST', '/resume'), ('POST', '/secret'), ('POST', '/test'))},
        **{f'{method} {one}': Case(by='co', needs=lambda: only_webhook(site()), body=HOOK | {'kinds': ['report']}, wrong={'kinds': ['sign_in'], 'url': 'https://portal.example/KEPT'},
                                   forbidden=NOT_ITS_COORDINATOR) for method in ('PATCH', 'POST')},
        f'POST {one}/deliveries/{{n}}/again': Case(by='co', needs=lambda: with_delivery(site()), forbidden=NOT_ITS_COORDINATOR),
        'POST /websub': Case(by=None, body=lambda: subscribe(site()), want=202, wrong={'hub.mode': 'publish'}),
    }
