"""What managing groups and people needs for a case: made anew each time, so that cases do not meet."""

import itertools

from tests.lib import hub
from tests.lib.hub import API, auth

NUMBERS = itertools.count(1)


def hub_again(site):
    """In a group of its own: the hub is ouinhi again, whoever a case handed it over to."""
    for town, role in (('ouinhi', 'hub'), ('aklame', 'member')):
        site.post(f'{API}/groups/huis/members', {'municipality': town, 'role': role}, auth('co'))
    return {'group': 'huis', 'municipality': 'aklame'}


def new_person():
    return {'name': 'Nouvelle', 'email': f'new-{next(NUMBERS)}@example.org', 'role': 'observer'}


def invited(site):
    """The number of an affiliation that was just made at ancb."""
    site.post(f'{API}/umbrellas/ancb/people', body := new_person(), auth('co'))
    people = site.get(f'{API}/umbrellas/ancb/people', auth('co')).json()['people']
    return {'id': next(p['id'] for p in people if p['email'] == body['email'])}


def not_associated(site):
    site.delete(f'{hub.WEB}/associates/vvsg', auth('co'))
    return {}


def associated(site):
    site.post(f'{hub.WEB}/associates', {'umbrella': 'vvsg'}, auth('co'))
    return {'umbrella': 'vvsg'}


def shared(site):
    """A question of the hub's that is also another municipality's."""
    number = hub.question(site)
    site.post(f'{hub.WEB}/questions/{number}/owners', {'municipality': 'aklame'}, auth('hub'))
    return {'id': number, 'municipality': 'aklame'}
