"""The description of the API: valid in its structure, complete, and true of the answers."""

import re

from tests.lib import hub, routes
from tests.lib.hub import API, auth
from tests.lib.quarter import BENIN, quarter
from tests.lib.schema import body_schema, right_body
from tests.lib.site import Site, Tap

METHODS = {'get', 'post', 'put', 'patch', 'delete'}
TYPES = {'object', 'array', 'string', 'integer', 'boolean', 'number'}
WORDS = {'type', 'properties', 'required', 'additionalProperties', 'items', 'maxItems', 'enum', 'minLength', 'maxLength', 'minimum', 'maximum',
         'pattern', 'format', 'description', '$ref'}


def resolve(document, ref):
    """What a $ref names; raises KeyError if it is nothing."""
    value = document
    for name in ref.removeprefix('#/').split('/'):
        value = value[name.replace('~1', '/').replace('~0', '~')]
    return value


def references(value):
    if isinstance(value, dict):
        for name, sub in value.items():
            if name == '$ref':
                yield sub
            yield from references(sub)
    elif isinstance(value, list):
        for sub in value:
            yield from references(sub)


def schema_faults(schema, where):
    """What JSON Schema 2020-12 would not take, of the words that are used."""
    if '$ref' in schema:
        return
    if schema.get('type') not in TYPES:
        yield f'{where}: type {schema.get("type")!r}'
    for name in schema.keys() - WORDS:
        yield f'{where}: {name} is no word of ours'
    for name in ('minLength', 'maxLength', 'maxItems'):
        if name in schema and (not isinstance(schema[name], int) or schema[name] < 0):
            yield f'{where}: {name}'
    if 'enum' in schema and (not schema['enum'] or len(set(schema['enum'])) != len(schema['enum'])):
        yield f'{where}: enum'
    if 'pattern' in schema:
        re.compile(schema['pattern'])
    if 'minimum' in schema and 'maximum' in schema and schema['minimum'] > schema['maximum']:
        yield f'{where}: minimum above maximum'
    for name in set(schema.get('required', ())) - schema.get('properties', {}).keys():
        yield f'{where}: {name} is required and not there'
    for name, sub in schema.get('properties', {}).items():
        yield from schema_faults(sub, f'{where}.{name}')
    if schema.get('type') == 'array':
        yield from schema_faults(schema.get('items', {}), f'{where}[]')


def operation_faults(document, pattern, operation):
    named = [p['name'] for p in operation['parameters'] if p['in'] == 'path']
    if sorted(named) != sorted(re.findall(r'{(\w+)}', pattern)):
        yield f'parameters of the path: {named}'
    if len({(p['in'], p['name']) for p in operation['parameters']}) != len(operation['parameters']):
        yield 'a parameter twice'
    for parameter in operation['parameters']:
        if parameter['in'] not in ('path', 'query', 'header') or (parameter['in'] == 'path' and parameter['required'] is not True):
            yield f'parameter {parameter}'
        yield from schema_faults(parameter['schema'], parameter['name'])
    if not operation.get('summary') or not operation.get('tags'):
        yield 'no summary or tag'
    for status, answer in operation['responses'].items():
        if not re.fullmatch('[1-5][0-9][0-9]', status) or not answer.get('description'):
            yield f'response {status}'
        for kind, content in answer.get('content', {}).items():
            if kind != ('application/json' if status < '400' else 'application/problem+json'):
                yield f'response {status} is {kind}'
            yield from schema_faults(content['schema'], status)
    for security in operation['security']:
        if security.keys() - document['components']['securitySchemes'].keys():
            yield f'security {security}'
    for content in operation.get('requestBody', {}).get('content', {}).values():
        yield from schema_faults(content['schema'], 'body')


def structure(t, document):
    t.is_(document['openapi'], '3.1.0', 'OpenAPI 3.1')
    t.ok(document['info']['title'] and document['info']['version'] and document['info']['license']['identifier'] == 'EUPL-1.2', 'with its name and licence')
    t.is_(document['servers'], [{'url': f'{site.url}{API}'}], 'at its address')
    t.is_(document.keys() - {'openapi', 'info', 'servers', 'paths', 'components'}, set(), 'and nothing else')
    for ref in sorted(set(references(document))):
        try:
            t.ok(resolve(document, ref), f'{ref} is there')
        except KeyError:
            t.ok(False, f'{ref} is there')
    for name, schema in document['components']['schemas'].items():
        t.is_(list(schema_faults(schema, name)), [], f'the schema {name}')
    for pattern, methods in document['paths'].items():
        t.is_(methods.keys() - METHODS, set(), f'methods of {pattern}')
        for method, operation in methods.items():
            t.is_(list(operation_faults(document, pattern, operation)), [], f'{method.upper()} {pattern}')


def complete(t, document):
    described = {f'{method.upper()} {pattern}' for pattern, methods in document['paths'].items() for method in methods}
    table = {route.name: route for route in routes.read() if route.api and route.name != 'GET /openapi'}
    t.is_(sorted(described), sorted(table), 'every route of the API is described, and no other')
    for name, route in table.items():
        operation = document['paths'][route.pattern][route.method.lower()]
        answers = operation['responses'].keys()
        t.is_('requestBody' in operation, route.has_body, f'{name}: body')
        t.is_('201' in answers, 'CREATES' in route.flags, f'{name}: 201')
        t.is_([p['required'] for p in operation['parameters'] if p['name'] == 'If-Match' and '412' in answers] == [True] and '428' in answers,
              'IF_MATCH' in route.flags, f'{name}: If-Match')
        t.is_({'413', '415'} <= answers, route.method != 'GET', f'{name}: 413 and 415')
        t.is_('308' in answers, re.search('{(group|umbrella|municipality)}', route.pattern) is not None, f'{name}: 308')
        t.is_('400' in answers, route.method != 'GET' or route.has_query, f'{name}: 400')
        t.is_(({} in operation['security'], '401' in answers), (not route.signed_in, route.signed_in), f'{name}: who may')
        t.is_('422' in answers, route.method != 'GET' or route.has_query, f'{name}: 422')


def true_of_answers(t, document):
    """What operations really answer with is described."""
    number, asked = hub.lesson(site), hub.question(site)
    site.post(f'{API}/umbrellas/ancb/digests', {}, auth('co'))
    site.post(f'{API}/umbrellas/ancb/digests/1/approve', {}, auth('co'))
    values = {'group': 'web', 'umbrella': 'ancb', 'municipality': 'bonou', 'text_lang': 'nl', 'n': '1', 'problem': '1', 'quarter': quarter(BENIN),
              'person': '1'}
    for pattern, methods in document['paths'].items():
        for method, operation in methods.items():
            path = API + re.sub(r'{(\w+)}', lambda name: str((values | {'id': asked if '/questions/' in pattern else number})[name[1]]), pattern)
            schema = body_schema(operation)
            right = right_body(schema) if schema else {}
            for by, sent, body in ((None, {}, {}), ('hub', {}, {}), ('hub', {'If-Match': '*'}, {}), ('watch', {'If-Match': '"r99-x"'}, {}),
                                   ('co', {'If-Match': '"r99-x"'}, right), ('hub', {'If-Match': '*'}, right),
                                   ('hub', {'Content-Type': 'text/plain'}, 'x'), ('hub', {'Content-Type': 'application/json'}, '{')):
                answer = site.request(method.upper(), path, body if method != 'get' else None, (auth(by) if by else {}) | sent)
                found = operation['responses'].get(str(answer.status))
                t.ok(found and (answer.headers['Content-Type'] or '').split(';')[0] in found.get('content', ['']),
                     f'{method.upper()} {pattern} by {by}: {answer.status} is described', answer.headers['Content-Type'], answer.text[:200])
                if answer.status >= 400 and found:
                    problem = resolve(document, '#/components/schemas/Problem')
                    t.ok(answer.json().keys() <= problem['properties'].keys() and set(problem['required']) <= answer.json().keys(), '… as the schema says')


t = Tap()
with Site() as site:
    hub.seed()
    answer = site.get(f'{API}/openapi.json')
    t.is_((answer.status, answer.headers['Content-Type']), (200, 'application/json; charset=utf-8'), 'the description is JSON')
    structure(t, answer.json())
    complete(t, answer.json())
    true_of_answers(t, answer.json())
    t.ok('"/groups"' in site.get(f'{API}/openapi').text, 'also without the ending')
t.done()
