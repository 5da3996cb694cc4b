"""Every field of every body of the API, as the description gives them: right and wrong."""

import re

from tests.lib import hub
from tests.lib.hub import API, auth
from tests.lib.quarter import BENIN, quarter
from tests.lib.schema import body_schema, right_body, right_value
from tests.lib.site import Site, Tap

PATHS = {'quarter': quarter(BENIN), 'group': 'web', 'municipality': 'bonou', 'text_lang': 'nl', 'umbrella': 'ancb'}


def wrong_values(name, schema):
    """(what is wrong, value, code)"""
    kind = schema['type']
    wrong = {'string': (7, 'not_text'), 'boolean': (7, 'not_yes_no'), 'integer': ('x', 'not_number'),
             'array': ('x', 'not_list')}[kind]
    yield 'an object', {'a': 1}, wrong[1]
    yield 'another type', *wrong
    if 'enum' in schema:
        yield 'no choice', 'zzz', 'choice'
    elif kind == 'string' and 'maxLength' in schema:
        yield 'too long', ('é' if schema['maxLength'] < 5000 else 'e') * (schema['maxLength'] + 1), 'too_long'
    if kind == 'string' and 'enum' not in schema:
        yield 'a control character', 'a\x01b', 'characters'
        yield 'a character that XML has not', 'a\ufffeb', 'characters'
    if schema.get('minLength', 0) > 1:
        yield 'too short', 'a', 'too_short'
    if schema.get('format') == 'date':
        for value in ('2024-13-01', '2023-02-29', '1900-02-29', '2024-1-1', '2024-01-01T00:00'):
            yield value, value, 'date'
    if schema.get('pattern', '').startswith('^(19'):
        for value in ('2024-00', '1899', '20240101', '2024-02-30'):
            yield value, value, 'partial_date'
    if schema.get('pattern', '').startswith('^[a-z0-9]'):
        for value in ('Ab', '-a', 'a--b', 'a-', 'a/b'):
            yield value, value, 'slug'
    if schema.get('format') == 'uri':
        for value in ('javascript:alert(1)', 'http://', '//example.org', 'https://a b', 'https://a"b'):
            yield value, value, 'url'
    if schema.get('format') == 'email':
        for value in ('nobody', '@example.org', 'a@', 'a b@example.org', 'a@b@example.org', 'a@example.org,b@example.org'):
            yield value, value, 'email'
    if name == 'lang':
        yield 'an unknown language', 'xx', 'lang'
    if 'minimum' in schema:
        yield 'too small', schema['minimum'] - 1, 'too_small'
    if 'maximum' in schema:
        yield 'too large', schema['maximum'] + 1, 'too_large'
    if kind == 'integer':
        yield 'far too large', 10 ** 17, 'too_large' if 'maximum' in schema else 'not_number'
        yield 'a fraction', 1.5, 'not_number'
    if kind == 'array':
        item = schema['items']
        yield 'too many', [right_value(name, item) if item['type'] != 'object' else right_body(item)] * \
            (schema['maxItems'] + 1), 'too_many'


def wrong_elements(name, schema):
    """Of a list: (value, name of the wrong field, code)"""
    item = schema['items']
    if item['type'] == 'object':
        yield [right_body(item), 'x'], f'{name}.1', 'not_object'
        yield [right_body(item) | {'zz': 1}], f'{name}.0.zz', 'unknown'
        for sub, deeper in item['properties'].items():
            for _, value, code in wrong_values(sub, deeper):
                yield [right_body(item), right_body(item) | {sub: value}], f'{name}.1.{sub}', code
        for sub in item.get('required', ()):
            yield [{key: value for key, value in right_body(item).items() if key != sub}], f'{name}.0.{sub}', 'required'
    else:
        for _, value, code in wrong_values('', item):
            if code not in ('too_many',):
                yield [value, value], name, code


def check(t, site, method, path, body, field, code, name):
    """The body is refused for this one field, and in the same words as everywhere."""
    answer = site.request(method, path, body, auth('co', If_Match='*'))
    if answer.status != 422:
        t.ok(False, name, f'{answer.status}: {answer.text}', f'sent: {str(body)[:200]}')
        return
    problem = answer.json()
    found = [(entry['field'], entry['code']) for entry in problem.get('errors', [])]
    well = found == [(field, code)] and all(entry['message'] and entry['label'] for entry in problem['errors']) and \
        answer.headers['Content-Type'] == 'application/problem+json' and problem['status'] == 422 and \
        problem['request_id'] == answer.headers['X-Request-Id']
    t.ok(well, name, f'got:  {problem}', f'want: {field} {code}')


def check_operation(t, site, method, path, schema):
    right = right_body(schema)
    name = f'{method.upper()} {path}'
    for field, sub in schema['properties'].items():
        for what, value, code in wrong_values(field, sub):
            check(t, site, method, path, right | {field: value}, field, code, f'{name}: {field}: {what}')
        if sub['type'] == 'array':
            for value, place, code in wrong_elements(field, sub):
                check(t, site, method, path, right | {field: value}, place, code, f'{name}: {place}: {str(value[-1])[:40]}')
    for field in schema.get('required', ()):
        rest = {key: value for key, value in right.items() if key != field}
        for empty, body in (('missing', rest), ('null', rest | {field: None}), ('empty', rest | {field: ' '})):
            if empty == 'empty' and schema['properties'][field]['type'] != 'string':
                continue
            check(t, site, method, path, body, field, 'required', f'{name}: {field}: {empty}')
    check(t, site, method, path, right | {'zz_unknown': 1}, 'zz_unknown', 'unknown', f'{name}: an unknown field')
    several = site.request(method, path, {'zz1': 1, 'zz2': 2}, auth('co', If_Match='*')).json()
    t.is_(sorted(entry['field'] for entry in several.get('errors', ())), sorted(['zz1', 'zz2', *schema.get('required', ())]),
          f'{name}: every wrong field has an entry')
    for body in ('[]', '"x"', '7'):
        answer = site.request(method, path, body, auth('co', If_Match='*', Content_Type='application/json'))
        t.is_(answer.status, 422 if body == '[]' else 400, f'{name}: {body} instead of an object')


t = Tap()
with Site() as site:
    hub.seed()
    number = hub.lesson(site)
    asked = hub.question(site)
    description = site.get(f'{API}/openapi.json').json()
    operations = [(method, pattern, operation) for pattern, methods in description['paths'].items()
                  for method, operation in methods.items() if 'requestBody' in operation]
    t.ok(len(operations) >= 12, 'the description has the bodies')
    for method, pattern, operation in operations:
        values = PATHS | {'id': str(asked if '/questions/' in pattern else number)}
        path = API + re.sub(r'{(\w+)}', lambda name: values.get(name[1], '1'), pattern)
        check_operation(t, site, method.upper(), path, body_schema(operation))
    events = site.get(f'{hub.WEB}/events').json()
    t.is_([event['kind'] for event in events['events']], ['member'] * 5 + ['lesson', 'question'], 'nothing was written meanwhile')
t.done()
