"""Bodies that pass the fields of an operation, made from the API's own description."""

RIGHT = {'slug': 'a-1', 'lang': 'fr', 'umbrella': 'ancb', 'country': 'BJ', 'time_zone': 'UTC', 'since': '2024-05', 'until': '2025',
         'occurred_on': '2024-02', 'ask_again_on': '2027-01-31', 'url': 'https://example.org/a', 'municipality': 'aklame',
         'email': 'a@example.org', 'group': 'web', 'programme': None, 'department': 'Zou'}


def right_value(name, schema):
    """A value that the schema allows; None to leave the field out."""
    if schema.get('format') == 'date':
        return '2024-02-29'
    if name in RIGHT:
        return RIGHT[name]
    if 'enum' in schema:
        return schema['enum'][0]
    if schema['type'] == 'array':
        return []
    return {'string': 'abc', 'boolean': True, 'integer': schema.get('minimum', 1)}[schema['type']]


def right_body(schema):
    values = {name: right_value(name, sub) for name, sub in schema['properties'].items()}
    return {name: value for name, value in values.items() if value is not None}


def body_schema(operation):
    """The schema of the operation's JSON body; None if it has none."""
    return operation['requestBody']['content']['application/json']['schema'] if 'requestBody' in operation else None
