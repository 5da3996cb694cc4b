"""
Every row of the route tables: right, wrong, forbidden, missing, malformed. A row without
a case here fails. What follows from a request is the other tests' subject.
"""

import itertools
import re
from urllib.parse import quote

from tests.lib import hub, links, manage, push, routes
from tests.lib.browser import FORM, Browser, Forms, flat
from tests.lib.hub import API, auth
from tests.lib.quarter import BENIN, quarter
from tests.lib.routes import Case
from tests.lib.site import Site, Tap, psql

NOTHING = {'quarter': 'none', 'group': 'none', 'umbrella': 'none', 'municipality': 'none', 'id': '9999', 'n': '9999', 'problem': '9999', 'person': '9999',
           'text_lang': 'xx', 'token': 'r.1.1.1.any.1.1.00'}
NUMBERS = itertools.count(1)
MALFORMED = ('%zz', 'A%20B', '..', '-', '%00', 'x' * 300)


def fresh_lesson():
    return {'id': hub.lesson(site)}


def fresh_question():
    return {'id': hub.question(site)}


def fresh_subquestion():
    number = hub.question(site)
    return {'id': site.get(f'{hub.WEB}/questions/{number}').json()['subquestions'][0]['id']}


def fresh_problem():
    number = hub.question(site)
    return {'problem': site.get(f'{hub.WEB}/questions/{number}').json()['problems'][0]['id']}


def said_too():
    values = fresh_problem() | {'municipality': 'bonou'}
    site.post(f"{hub.WEB}/problems/{values['problem']}/we-too", {}, auth('bon'))
    return values


def fresh_report():
    number = hub.lesson(site)
    return {'id': site.post(f'{hub.WEB}/lessons/{number}/reports', REPORT, auth('mem')).json()['seq']}


def asked():
    number = hub.lesson(site)
    return {'id': number, 'n': site.post(f'{hub.WEB}/lessons/{number}/inquiries', {'text': 'Combien ?'}, auth('mem')).json()['n']}


def fresh_token():
    return {'id': site.post(f'{API}/me/tokens', {'kind': 'api'}, auth('hub')).json()['id']}


def fresh_digest():
    """The open draft's number; there is something to tell in it."""
    hub.lesson(site)
    return {'n': site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co')).json()['n']}


def approved_digest():
    values = fresh_digest()
    site.post(f"{API}/umbrellas/ancb/digests/{values['n']}/approve", {}, auth('co'))
    return values


def fresh_item():
    """A section of the open draft, with something to arrange."""
    values = fresh_digest()
    section = site.get(f"{API}/umbrellas/ancb/digests/{values['n']}/sections/web", auth('co')).json()['section']
    fresh_item.seq = section['lessons'][0]['seq']
    return values


def fresh_code():
    """The person's earlier codes end with it."""
    fresh_code.made = f'WALK{next(NUMBERS)}'
    hub.invite('see', fresh_code.made)
    return {}


def not_a_member():
    site.post(f'{hub.WEB}/members', {'municipality': 'mol', 'role': 'member'}, auth('co'))
    return {'municipality': 'mol'}


def silence():
    """A lesson on which everybody is silent, and nobody was reminded."""
    hub.lesson(site)
    psql('DELETE FROM relais.nudge')
    return {}


def subscribed():
    site.post(f'{hub.WEB}/subscriptions', {'cadence': 'weekly'}, auth('hub'))
    return {}


def left_unsent():
    people['hub'].post('/groups/web/drafts', {'place': 'lessons/new', 'form': 'lesson', 'key': 'k', 'content': 'title=T'})
    return {}


def new_slug():
    return f'new-{next(NUMBERS)}'


REPORT = {'status': 'applied'}
REWORDING = {'text': 'Qui publie donc ?', 'reason': 'plus net'}
TEXT = {'title': 'Klein beginnen', 'body': 'Eén bladzijde.'}
OUTSIDE = (('watch', 403), ('zog', 403), ('other', 403))
NOT_THE_UMBRELLA = (('hub', 404), ('mem', 404), ('see', 404), ('other', 404))
ONLY_CO = (('hub', 404), ('other', 404), ('see', 404))
ROLE = {'body': {'role': 'coordinator'}, 'wrong': {'role': 'focal_point'}}
STRANGERS = (('watch', 404), ('bon', 404), ('other', 404))

CASES = {
    'GET /': Case(by=None),
    'GET /inbox': Case(),
    'GET /sign-in': Case(by=None, query='next=%01'),
    'POST /sign-in': Case(by='newcomer', needs=fresh_code, body=lambda: {'code': fresh_code.made}, want=303, wrong={'code': 'NO-SUCH-CODE'}),
    'POST /sign-in/mail': Case(by=None, body={'email': 'nobody@example.org'}, want=303, wrong={'email': 'x'}),
    'POST /sign-in/again': Case(by=None, body={'code': 'NO-SUCH-CODE'}, want=303, wrong={'code': ''}),
    **links.cases(lambda: site), **push.cases(lambda: site),
    'POST /demo/sign-in/{person}': Case(by=None, body={}, want=404),      # outside the demonstration; see test_session
    'POST /sign-out': Case(by='see'),
    **{f'GET /{name}': Case(by=None) for name in ('healthz', 'readyz', 'metrics', 'openapi', 'feeds', 'glossary', 'help', 'outbox')},
    'GET /sign-in/sent': Case(by=None),
    **{f'GET /{name}': Case(by=None, want=404) for name in ('style', 'demo/mail')},         # outside the demonstration; see test_words
    'GET /groups/{group}/feed': Case(by=None, query='archive=x'),
    'GET /groups': Case(by=None, query='after=x'),
    'POST /groups': Case(by='co', body=lambda: {'slug': new_slug(), 'name': 'N', 'lang': 'fr', 'umbrella': 'ancb'}, wrong={'umbrella': 'none'},
                         forbidden=(('hub', 403), ('other', 403), ('see', 403))),
    'GET /groups/{group}': Case(by=None),
    'GET /groups/{group}/members': Case(by=None),
    'POST /groups/{group}/members': Case(by='co', body={'municipality': 'mol', 'role': 'member'}, wrong={'municipality': 'nowhere'},
                                         forbidden=(('hub', 403), ('mem', 403), ('other', 403))),
    'DELETE /groups/{group}/members/{municipality}': Case(by='co', needs=not_a_member, forbidden=(('hub', 403), ('mem', 403))),
    'GET /groups/{group}/members/{municipality}': Case(by=None),
    'POST /groups/{group}/members/{municipality}': Case(by='co', needs=not_a_member, body={'role': 'observer', 'since': '2024'},
                                                        wrong={'role': 'hub', 'since': '2024-02'}, forbidden=(('hub', 403), ('mem', 403))),
    'POST /groups/{group}/members/{municipality}/end': Case(by='co', needs=not_a_member, body={'until': '2025-06'}, wrong={'until': 'then'}, forbidden=(('hub', 403), ('mem', 403))),
    'GET /groups/{group}/members/{municipality}/hub': Case(by='co', needs=lambda: manage.hub_again(site), forbidden=(('hub', 404), ('mem', 404), ('see', 404))),
    'POST /groups/{group}/members/{municipality}/hub': Case(by='co', needs=lambda: manage.hub_again(site), forbidden=(('hub', 403), ('mem', 403), ('see', 403))),
    'PATCH /groups/{group}': Case(by='co', body={'name': 'Sites web', 'description': ''}, wrong={'programme': 'none'}, forbidden=(('hub', 403), ('other', 403), ('see', 403))),
    'GET /groups/{group}/settings': Case(by='co', forbidden=(('hub', 404), ('other', 404), ('see', 404))),
    'POST /groups/{group}/settings': Case(by='co', body={'name': 'Sites web', 'description': 'De quoi', 'visibility': 'public', 'lang': 'fr', 'slug': 'web'},
                                          wrong={'name': 'x' * 201, 'description': 'KEPT <&>'}, forbidden=(('hub', 403), ('see', 403))),
    'POST /groups/{group}/digest-policy': Case(by='co', body={'at_deadline': 'hold'}, wrong={'at_deadline': 'x'}, forbidden=(('hub', 403), ('see', 403))),
    'POST /groups/{group}/associates': Case(by='co', needs=lambda: manage.not_associated(site), body={'umbrella': 'vvsg'}, wrong={'umbrella': 'ancb'}, forbidden=(('hub', 403), ('see', 403))),
    'DELETE /groups/{group}/associates/{umbrella}': Case(by='co', needs=lambda: manage.associated(site), forbidden=(('hub', 403), ('see', 403))),
    'POST /groups/{group}/associates/{umbrella}/end': Case(by='co', needs=lambda: manage.associated(site), forbidden=(('hub', 403), ('see', 403))),
    'GET /umbrellas/{umbrella}/groups/new': Case(by='co', forbidden=(('hub', 404), ('other', 404), ('see', 404))),
    'POST /umbrellas/{umbrella}/groups': Case(by='co', body=lambda: {'slug': new_slug(), 'name': 'N', 'lang': 'fr', 'visibility': 'closed'},
                                              wrong={'slug': 'web', 'description': 'KEPT <&>'}, forbidden=(('hub', 403), ('other', 403))),
    'GET /umbrellas/{umbrella}/people': Case(by='co', forbidden=ONLY_CO),
    'POST /umbrellas/{umbrella}/people': Case(by='co', body=manage.new_person, wrong={'email': 'nobody', 'name': 'KEPT <&>'},
                                              forbidden=(('hub', 403), ('other', 403), ('see', 403))),
    'GET /municipalities/{municipality}/people': Case(by='bon', forbidden=(('hub', 404), ('mem', 404), ('see', 404))),
    'POST /municipalities/{municipality}/people': Case(by='bon', body=manage.new_person, wrong={'role': 'focal_point', 'name': 'KEPT <&>', 'email': 'k@example.org'},
                                                       forbidden=(('hub', 403), ('mem', 403), ('see', 403))),
    **{f'{method} /affiliations/{{id}}{rest}': Case(by='co', needs=lambda: manage.invited(site), forbidden=ONLY_CO, **more) for method, rest, more in (
        ('GET', '', {}), ('PATCH', '', ROLE), ('POST', '', ROLE), ('DELETE', '', {}), ('POST', '/end', {}), ('POST', '/code', {}), ('POST', '/mail', {}),
        ('DELETE', '/code', {}), ('POST', '/code/end', {}))},
    'POST /groups/{group}/questions/{id}/owners': Case(needs=fresh_question, body={'municipality': 'aklame'}, wrong={'municipality': 'mol'},
                                                       forbidden=(('mem', 403), ('watch', 403))),
    **{f'{method} /groups/{{group}}/questions/{{id}}/owners/{{municipality}}{rest}': Case(
        needs=lambda: manage.shared(site), forbidden=(('bon', 403), ('watch', 403))) for method, rest in (('DELETE', ''), ('POST', '/end'))},
    'POST /groups/{group}/questions/{id}/split': Case(needs=fresh_question, body={'texts': ['Un ?', 'Deux ?']}, wrong={'texts': ['KEPT ?']},
                                                      forbidden=(('mem', 403), ('watch', 403))),
    'GET /groups/{group}/events': Case(by=None, query='after=-1'),
    'GET /groups/{group}/lessons': Case(by=None, query='before=0'),
    'GET /groups/{group}/lessons/new': Case(),
    'POST /groups/{group}/lessons': Case(body=hub.LESSON, wrong={'title': None, 'summary': 'KEPT <&> é', 'occurred_on': 'yesterday'}, forbidden=OUTSIDE),
    'GET /groups/{group}/lessons/{id}': Case(by=None, needs=fresh_lesson, query='text_lang=xx'),
    'PATCH /groups/{group}/lessons/{id}': Case(needs=fresh_lesson, body={'status': 'withdrawn', 'reason': 'vieux'}, wrong={'status': 'x'},
                                               forbidden=(('mem', 403), ('watch', 403), ('other', 403))),
    'POST /groups/{group}/lessons/{id}': Case(needs=fresh_lesson, body={'status': 'withdrawn', 'reason': 'vieux'},
                                              wrong={'status': 'x', 'reason': 'KEPT <&>'}, forbidden=(('mem', 403), ('watch', 403))),
    'GET /groups/{group}/lessons/{id}/texts/{text_lang}': Case(needs=fresh_lesson),
    'PUT /groups/{group}/lessons/{id}/texts/{text_lang}': Case(needs=fresh_lesson, body=TEXT, wrong={'body': ''}, forbidden=OUTSIDE),
    'POST /groups/{group}/lessons/{id}/texts/{text_lang}': Case(needs=fresh_lesson, body=TEXT, wrong={'body': '', 'title': 'KEPT "&<'}, forbidden=OUTSIDE),
    'GET /groups/{group}/lessons/{id}/history': Case(by=None, needs=fresh_lesson, query='text_lang=xx'),
    'GET /groups/{group}/lessons/{id}/reports': Case(by=None, needs=fresh_lesson),
    'POST /groups/{group}/lessons/{id}/reports': Case(by='mem', needs=fresh_lesson, body=REPORT, forbidden=OUTSIDE, wrong={'ask_again_on': 'soon', 'note': 'KEPT <b>&amp;'}),
    'POST /groups/{group}/lessons/{id}/inquiries': Case(by='mem', needs=fresh_lesson, body={'text': 'Combien ?'}, wrong={'text': 'KEPT <b>' * 200},
                                                        forbidden=(('see', 403), ('watch', 403), ('zog', 403))),
    'POST /groups/{group}/lessons/{id}/inquiries/{n}/answer': Case(needs=asked, body={'text': 'Peu.'}, wrong={'text': 'KEPT <b>' * 900},
                                                                   forbidden=(('mem', 403), ('bon', 404), ('see', 404))),
    'POST /groups/{group}/lessons/{id}/inquiries/{n}/end': Case(by='mem', needs=asked, body={}, wrong={'reason': 'KEPT <b>' * 400}, forbidden=(('bon', 404), ('see', 404))),
    'POST /municipalities/{municipality}/asked': Case(by='bon', body={'consent': 'always'}, wrong={'consent': 'x'}, forbidden=(('mem', 403), ('co', 403))),
    'GET /groups/{group}/lessons/{id}/share': Case(by=None, needs=fresh_lesson),
    'GET /groups/{group}/lessons/{id}/qr': Case(by=None, needs=fresh_lesson),
    'GET /groups/{group}/questions': Case(by=None, query='before=x'),
    'GET /groups/{group}/questions/table': Case(by=None, query='before=x'),
    'GET /groups/{group}/questions/new': Case(),
    'POST /groups/{group}/questions': Case(by='mem', body=hub.QUESTION, wrong={'lang': 'xx', 'text': 'KEPT <script>'}, forbidden=OUTSIDE + (('con', 403),)),
    'PUT /groups/{group}/questions/{id}/row': Case(needs=fresh_question, body={'text': 'Wie?'}, wrong={'text': ''}, forbidden=(('mem', 403), ('watch', 403))),
    'POST /groups/{group}/questions/{id}/row': Case(needs=fresh_question, body={'text': 'Wie?'}, wrong={'text': 'KEPT ' * 400, 'reason': 'net'},
                                                    forbidden=(('mem', 403), ('watch', 403))),
    'GET /groups/{group}/questions/{id}': Case(by=None, needs=fresh_question, query='text_lang=1'),
    'POST /groups/{group}/questions/{id}/revisions': Case(needs=fresh_question, body=REWORDING, wrong={'text': '', 'reason': 'KEPT <i>'}, forbidden=(('mem', 403), ('watch', 403))),
    'PATCH /groups/{group}/questions/{id}': Case(needs=fresh_question, body={'status': 'dropped'}, wrong={'status': ''}, forbidden=(('mem', 403), ('watch', 403))),
    'POST /groups/{group}/questions/{id}': Case(needs=fresh_question, body={'status': 'dropped', 'reason': 'réglé'},
                                                wrong={'status': 'x', 'reason': 'KEPT <i>'}, forbidden=(('mem', 403), ('watch', 403))),
    'GET /groups/{group}/questions/{id}/texts/{text_lang}': Case(needs=fresh_question),
    'PUT /groups/{group}/questions/{id}/texts/{text_lang}': Case(needs=fresh_question, body={'text': 'Wie?'}, wrong={'text': 'x' * 2000}, forbidden=OUTSIDE),
    'POST /groups/{group}/questions/{id}/texts/{text_lang}': Case(needs=fresh_question, body={'text': 'Wie?'}, wrong={'text': 'KEPT ' * 400}, forbidden=OUTSIDE),
    'POST /groups/{group}/problems/{problem}/we-too': Case(by='bon', needs=fresh_problem, body={}, wrong={'municipality': 'nowhere'}, forbidden=OUTSIDE),
    'DELETE /groups/{group}/problems/{problem}/we-too/{municipality}': Case(by='bon', needs=said_too, forbidden=(('mem', 403), ('watch', 403))),
    'POST /groups/{group}/problems/{problem}/we-too/{municipality}/end': Case(by='bon', needs=said_too, forbidden=(('mem', 403), ('watch', 403))),
    'PUT /groups/{group}/subquestions/{id}/priority': Case(needs=fresh_subquestion, body={'priority': 'like'}, wrong={'priority': 'x'}, forbidden=(('mem', 403), ('watch', 403))),
    'POST /groups/{group}/subquestions/{id}/priority': Case(needs=fresh_subquestion, body={'priority': 'like'}, wrong={'priority': 'x'}, forbidden=(('mem', 403), ('watch', 403))),
    'GET /groups/{group}/questions/{id}/reports': Case(by=None, needs=fresh_question),
    'POST /groups/{group}/questions/{id}/reports': Case(by='mem', needs=fresh_question, body=REPORT, forbidden=OUTSIDE, wrong={'reason': 'budget', 'note': 'KEPT & <b>'}),
    'GET /groups/{group}/questions/{id}/similar': Case(by=None, needs=fresh_question),
    'GET /search': Case(by=None, query='page=0'),
    'GET /groups/{group}/search': Case(by=None, query='sdg=18'),
    'GET /groups/{group}/uptake': Case(by=None, query='before=x'),
    'GET /groups/{group}/uptake/trends': Case(by=None, query='lesson=0'),
    'GET /groups/{group}/uptake/trends/funnel': Case(by=None, query='lesson=x'),
    'GET /groups/{group}/uptake/trends/months': Case(by=None, query='lesson=x'),
    'GET /groups/{group}/uptake/trends/map': Case(by=None, query='lesson=x'),
    'GET /groups/{group}/uptake/trends/days': Case(by=None, query='before=0'),
    'GET /groups/{group}/uptake/trends/silence': Case(query='lesson=x', forbidden=(('mem', 404), ('see', 404), (None, 404))),
    'GET /groups/{group}/uptake/trends/reasons': Case(by='co', query='lesson=x', forbidden=(('hub', 404), ('see', 404), (None, 404))),
    'GET /groups/{group}/silent': Case(by='co', query='page=0', forbidden=(('zog', 404), ('see', 404), ('watch', 404), ('other', 404))),
    'POST /groups/{group}/nudges': Case(by='co', needs=silence, body={}, wrong={'municipality': 'Not a slug'}, forbidden=(('mem', 403), ('draft', 403), ('see', 403), ('other', 403))),
    'GET /groups/{group}/silent/{municipality}': Case(by='co', forbidden=(('mem', 404), ('zog', 404), ('see', 404), ('other', 404))),
    'POST /groups/{group}/silent/{municipality}/contacts': Case(by='co', body={'occurred_on': '2026-01-01', 'via': 'phone', 'words': 'Bien.'},
                                                                wrong={'occurred_on': '2090-01-01', 'words': 'KEPT <&'}, forbidden=(('mem', 403), ('see', 403), ('other', 403))),
    'POST /groups/{group}/reports/{id}/acknowledge': Case(needs=fresh_report, body={}, wrong={'came_back': 'perhaps'}, forbidden=(('mem', 403), ('watch', 403), ('other', 403))),
    'GET /groups/{group}/take-along': Case(by=None),
    'GET /groups/{group}/came-back': Case(by=None, query='before=x'),
    'PUT /groups/{group}/lessons/{id}/conclusion': Case(needs=fresh_lesson, body={'body': 'Cela marche.'}, wrong={'lang': 'xx'},
                                                        forbidden=(('mem', 403), ('watch', 403), ('other', 403))),
    'POST /groups/{group}/lessons/{id}/conclusion': Case(needs=fresh_lesson, body={'body': 'Cela marche.'}, wrong={'lang': 'xx', 'body': 'KEPT <i>'},
                                                         forbidden=(('mem', 403), ('watch', 403), ('other', 403))),
    'GET /groups/{group}/subscriptions': Case(),
    'POST /groups/{group}/subscriptions': Case(body={'cadence': 'weekly', 'kinds': ['lesson']}, wrong={'weekday': 8, 'hour': 23}),
    'DELETE /groups/{group}/subscriptions': Case(needs=subscribed),
    'POST /groups/{group}/subscriptions/end': Case(needs=subscribed),
    'POST /groups/{group}/drafts': Case(body={'place': 'lessons/new', 'form': 'lesson', 'key': 'k', 'content': 'title=T'}, wrong={'place': '../me'}),
    'POST /groups/{group}/drafts/end': Case(needs=left_unsent, body={'place': 'lessons/new'}, wrong={'place': ''}),
    'GET /groups/{group}/digests/{n}': Case(by=None, needs=approved_digest),
    'GET /groups/{group}/digests/{n}/share': Case(by=None, needs=approved_digest),
    'GET /groups/{group}/digests/{n}/qr': Case(by=None, needs=approved_digest),
    'GET /umbrellas/{umbrella}/quarters': Case(by='co', forbidden=NOT_THE_UMBRELLA),
    'GET /umbrellas/{umbrella}/quarters/{quarter}': Case(by='co', query='page=0', forbidden=NOT_THE_UMBRELLA),
    'GET /umbrellas/{umbrella}/quarters/{quarter}/answers/{municipality}': Case(by='lier', needs=lambda: {'municipality': 'lier'}, forbidden=NOT_THE_UMBRELLA),
    'PUT /umbrellas/{umbrella}/quarters/{quarter}/answers/{municipality}': Case(by='lier', needs=lambda: {'municipality': 'lier'}, body={'works': 'Bien.'},
                                                                                wrong={'works': 'x' * 1001}, forbidden=NOT_THE_UMBRELLA + (('co', 403),)),
    'POST /umbrellas/{umbrella}/quarters/{quarter}/answers/{municipality}': Case(by='lier', needs=lambda: {'municipality': 'lier'}, body={'works': 'Bien.'},
                                                                                 wrong={'works': 'x' * 1001, 'better': 'KEPT <&'}, forbidden=NOT_THE_UMBRELLA + (('co', 403),)),
    'GET /umbrellas': Case(by=None, query='after=A'),
    'POST /umbrellas': Case(by='co', body={'slug': 'new', 'name': 'N', 'country': 'BJ', 'lang': 'fr'}, want=403, wrong={'country': 'BEN'},
                            forbidden=(('hub', 403),)),    # by the operator's command line alone
    'GET /umbrellas/{umbrella}': Case(by=None),
    'PATCH /umbrellas/{umbrella}': Case(by='co', body={'digest_days': 14}, wrong={'digest_days': 0}, forbidden=(('hub', 403), ('other', 403), ('see', 403))),
    'POST /umbrellas/{umbrella}': Case(by='co', body={'name': 'ANCB', 'digest_days': '14'}, wrong={'digest_days': '999', 'name': 'KEPT &'},
                                       forbidden=(('hub', 403), ('other', 403), ('see', 403))),
    'GET /municipalities': Case(by=None, query='after=a--b'),
    'POST /municipalities': Case(by='co', body=lambda: {'slug': new_slug(), 'name': 'N', 'country': 'BJ', 'lang': 'fr', 'umbrella': 'ancb'},
                                 wrong={'umbrella': 'none'}, forbidden=(('hub', 403), ('other', 403), ('see', 403))),
    'GET /municipalities/{municipality}': Case(by=None),
    'PATCH /municipalities/{municipality}': Case(by='co', body={'name': 'Bonou'}, wrong={'slug': 'aklame'}, forbidden=(('other', 403), ('watch', 403))),
    'GET /me': Case(),
    'PATCH /me': Case(body={'contact': True}, wrong={'time_zone': 'Mars/Olympus'}),
    'POST /me': Case(body={'name': 'Hub', 'lang': 'en'}, wrong={'time_zone': 'Mars/Olympus', 'name': 'KEPT <u>'}),
    'POST /me/tokens': Case(body={'kind': 'api', 'label': 'test'}, wrong={'kind': 'x', 'label': 'KEPT <u>'}),
    'DELETE /me/tokens/{id}': Case(needs=fresh_token, forbidden=(('mem', 404),)),
    'POST /me/tokens/{id}/end': Case(needs=fresh_token, forbidden=(('mem', 404),)),
    'GET /umbrellas/{umbrella}/digests': Case(by=None, query='before=x'),
    'POST /umbrellas/{umbrella}/digests': Case(by='co', needs=lambda: fresh_lesson() and {}, forbidden=(('hub', 403), ('other', 403), ('see', 403))),
    'GET /umbrellas/{umbrella}/digests/{n}': Case(by=None, needs=approved_digest),
    'POST /umbrellas/{umbrella}/digests/{n}/approve': Case(by='co', needs=fresh_digest, forbidden=(('hub', 404), ('other', 404), ('see', 404))),
    'GET /umbrellas/{umbrella}/digests/{n}/sections/{group}': Case(by='co', needs=fresh_digest, forbidden=STRANGERS),
    'PUT /umbrellas/{umbrella}/digests/{n}/sections/{group}': Case(needs=fresh_digest, body={'text': 'Du *neuf*.'}, wrong={'lang': 'xx'}, forbidden=STRANGERS),
    'POST /umbrellas/{umbrella}/digests/{n}/sections/{group}': Case(needs=fresh_digest, body={'text': 'Du neuf.'}, wrong={'text': 'KEPT <&' * 10000}, forbidden=STRANGERS),
    'POST /umbrellas/{umbrella}/digests/{n}/sections/{group}/order': Case(needs=fresh_item, body=lambda: {'pin': fresh_item.seq}, wrong={'pin': 'x'}, forbidden=STRANGERS),
    'POST /umbrellas/{umbrella}/digests/{n}/schedule': Case(by='co', needs=fresh_digest, body={'day': '2090-01-02', 'hour': 8},
                                                            wrong={'day': '2020-01-02', 'hour': 9}, forbidden=(('hub', 404), ('other', 404), ('see', 404))),
    'DELETE /umbrellas/{umbrella}/digests/{n}/schedule': Case(by='co', needs=fresh_digest, forbidden=(('hub', 404), ('other', 404), ('see', 404))),
    'POST /umbrellas/{umbrella}/digests/{n}/schedule/end': Case(by='co', needs=fresh_digest, forbidden=(('hub', 404), ('other', 404), ('see', 404))),
    'GET /umbrellas/{umbrella}/digests/{n}/recipients': Case(by='co', needs=fresh_digest, forbidden=(('hub', 404), ('other', 404), ('see', 404))),
    'GET /umbrellas/{umbrella}/digests/{n}/public': Case(by=None, needs=approved_digest),
    'GET /umbrellas/{umbrella}/digests/{n}/share': Case(by=None, needs=approved_digest),
    'GET /umbrellas/{umbrella}/digests/{n}/qr': Case(by=None, needs=approved_digest),
    'GET /umbrellas/{umbrella}/report': Case(by='co', query='from=2024-13-01', forbidden=(('hub', 404), ('other', 404), ('see', 404))),
}
VALUES = {'quarter': quarter(BENIN), 'group': 'web', 'umbrella': 'ancb', 'municipality': 'bonou', 'text_lang': 'nl', 'person': '1'}


class Walk:
    """One row on one of its two sides: pages, or the API."""

    def __init__(self, route, case, api):
        self.route, self.case, self.api = route, case, api
        self.side = 'API' if api else 'page'
        self.write = route.method != 'GET'
        self.made = None            # what needs() gave: once for all that is refused, which changes nothing; anew for what is right

    def path(self, **other):
        if self.made is None:
            self.made = self.case.needs() if self.case.needs else {}
        values = VALUES | self.made | other
        return (API if self.api else '') + re.sub(r'{(\w+)}', lambda name: str(values[name[1]]), self.route.pattern)

    def body(self, **changes):
        values = self.case.body() if callable(self.case.body) else self.case.body or {}
        return {name: value for name, value in (values | changes).items() if value is not None}

    def ask(self, by, path, body=None, **headers):
        """As a program does on the API, as a browser does on the pages."""
        if self.api:
            sent = auth(by) if by else {}
            return site.request(self.route.method, path, body if self.write and self.case.body is not None else None,
                                sent | {'If-Match': '*'} | {k.replace('_', '-'): v for k, v in headers.items()})
        browser = people[by]
        if not self.write:
            return browser.get(path, **headers)
        return browser.post(path, body if body is not None else {}, **headers)

    def check(self, answer, want, what):
        t.ok(answer.status == want, f'{self.route.name} ({self.side}), {what}: {want}', f'{answer.status}: {answer.text[-600:]}')
        if answer.status >= 400 and 'PROTOCOL' in self.route.flags:
            t.like(answer.headers['Content-Type'], '^text/plain', '… as plain text')
        elif answer.status >= 400:
            kind = answer.headers['Content-Type'] or ''
            either = self.api or self.route.pattern.endswith('/events')         # which has no page of its own
            t.ok(kind == 'application/problem+json' and either or kind.startswith('text/html') and not self.api, '… in the right form', kind)
            t.ok(answer.headers['X-Request-Id'] in answer.text or not self.api and want in (403, 422) and Forms(answer.text).alerts,
                 '… that names the request, or marks the fields')
        return answer

    def right(self):
        want = self.case.want or (201 if 'CREATES' in self.route.flags else 200)
        if self.write and not self.api and self.case.want is None:
            want = 201 if 'SHOWS_SECRET' in self.route.flags else 303
        self.made = None
        answer = self.check(self.ask(self.case.by, self.path(), self.body()), want, 'right')
        if answer.status == 303:
            t.like(answer.headers['Location'], rf'^{site.url}/', '… and leads on, here')
            t.is_(people[self.case.by].get(re.sub('#.*', '', answer.headers['Location'])).status, 200, '… to a page')
        elif answer.status == 201 and self.api and self.route.pattern != '/me/tokens':
            t.like(answer.headers['Location'] or '', rf'^{site.url}{API}/', '… with Location')

    def nobody(self):
        if not self.route.signed_in:
            return
        answer = self.ask(None, self.path(), self.body())
        if not self.api and not self.write:
            t.is_((answer.status, answer.headers['Location']), (303, f'{site.url}/sign-in?next={quote(self.path())}')
                  if not self.case.needs else (303, answer.headers['Location']), f'{self.route.name} (page) sends nobody to the sign-in')
        else:
            self.check(answer, 401, 'nobody')

    def forbidden(self):
        for by, status in self.case.forbidden:
            self.check(self.ask(by, self.path(), self.body()), status, f'by {by}')

    def missing(self):
        for name in re.findall(r'{(\w+)}', self.route.pattern):
            self.check(self.ask(self.case.by, self.path(**{name: NOTHING[name]}), self.body()), 404, f'no such {name}')
            for value in MALFORMED:
                self.check(self.ask(self.case.by, self.path(**{name: value}), self.body()), 404, f'{name} = {value[:10]}')

    def closed(self):
        """Of a closed group somebody else sees nothing, whatever the row."""
        if '{group}' not in self.route.pattern or 'SHOWS_SECRET' in self.route.flags:
            return
        path = self.path(group='ferme', id=CLOSED['question'] if 'questions/' in self.route.pattern else CLOSED['lesson'], problem=CLOSED['problem'])
        answer = self.check(self.ask('hub', path, self.body()), 404, 'of a group one is not in')
        t.unlike(answer.text, 'GEHEIM', '… of which nothing is told')

    def wrong(self):
        if self.case.query:
            self.check(self.ask(self.case.by, f'{self.path()}?{self.case.query}'), 422, f'?{self.case.query}')
            self.check(self.ask(self.case.by, f"{self.path()}?{self.case.query.partition('=')[0]}=%zz"), 400, 'a query that is broken')
        if not self.route.has_body or self.case.want == 404:
            return
        answer = self.check(self.ask(self.case.by, self.path(), self.body(**self.case.wrong)), 422, 'wrong')
        if self.api:
            t.ok(answer.json().get('errors') and all(e['field'] and e['code'] and e['message'] and e['label'] for e in answer.json()['errors']),
                 '… with an entry for each field', answer.text)
            self.check(self.ask(self.case.by, self.path(), self.body(zz=1)), 422, 'a field too many')
        elif self.route.page:
            self.typed(answer)

    def typed(self, answer):
        """The form again, with all that was typed in it."""
        path = re.sub(r'{\w+}', r'[^/]+', self.route.pattern)
        form = next((form for form in Forms(answer.text).found if re.fullmatch(rf'{path}(\?.*)?', form.action)), None)
        if not t.ok(form, '… with the form again'):
            return
        for name, value in flat(self.body(**self.case.wrong)):
            if name in form.names and name not in ('code', 'status', 'kind') and (value in form.options[name] if name in form.options else True):
                t.ok((name, str(value)) in form.values, f'… {name} as it was typed', form.all(name))

    def malformed(self):
        if not self.route.has_body:
            return
        kind = 'application/json' if self.api else FORM
        for what, body in (('cut off', '{"a":' if self.api else 'a=%e'), ('no UTF-8', b'{"a":"\xff"}' if self.api else 'a=%ff'),
                           ('with NUL', '{"a":"\\u0000"}' if self.api else 'a=%00')):
            headers = (auth(self.case.by) if self.case.by else {}) if self.api else people[self.case.by].headers({})
            answer = site.request(self.route.method, self.path(), body, headers | {'Content-Type': kind, 'If-Match': '*'})
            self.check(answer, 400, f'malformed, {what}')
        headers |= {'Content-Type': 'text/csv', 'If-Match': '*'}
        self.check(site.request(self.route.method, self.path(), 'a,b', headers), 415, 'of another type')

    def all(self):
        self.nobody()
        self.forbidden()
        self.missing()
        self.closed()
        self.wrong()
        self.malformed()
        self.right()


def closed_group():
    """What the closed group has, for others not to see."""
    number = hub.question(site, 'ferme', 'lier', text='GEHEIM', problems=['GEHEIM'])
    value = site.get(f'{API}/groups/ferme/questions/{number}', auth('lier')).json()
    return {'lesson': hub.lesson(site, 'ferme', 'lier', title='GEHEIM'), 'question': number, 'problem': value['problems'][0]['id']}


t = Tap()
table = routes.read()
with Site() as site:
    hub.seed()
    people = {None: Browser(site), 'newcomer': Browser(site)} | {word: Browser(site, word) for word, *_ in hub.PERSONS}
    CLOSED = closed_group()
    t.is_(sorted(CASES), sorted(route.name for route in table), 'every row of the route tables has a case here, and no other')
    for route in table:
        case = CASES.get(route.name)
        for api in [side for side, there in ((False, route.web), (True, route.api)) if there and case]:
            Walk(route, case, api).all()
t.done()
