"""The cases of the routes of what is pushed."""

from tests.lib.routes import Case


def subscribe(site, **changes):
    """A request to the hub; names with _ for the dot of hub.…"""
    values = {'mode': 'subscribe', 'topic': f'{site.url}/groups/web/feed.atom?lang=fr', 'callback': 'https://reader.example/callback'} | changes
    return {f'hub.{name}': value for name, value in values.items() if value is not None}


def cases(site):
    """site: a function that gives the running one."""
    return {
        'POST /websub': Case(by=None, body=lambda: subscribe(site()), want=202, wrong={'hub.mode': 'publish'}),
    }
