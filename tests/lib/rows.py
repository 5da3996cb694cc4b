"""
All rows of a hub, with what its ids mean in place of ids: two hubs are the same if these are.
"""

import json

from tests.lib.site import psql

# Not in an export: what lets persons in and signs links, what requests have been answered, what the older hub has sent or got,
# who is pushed to (they subscribe again, webhooks are made again), and what is part of the program.
LEFT_OUT = {'access_token', 'delivery', 'digest_held', 'draft', 'idempotency', 'incoming', 'log_kind', 'mail_trouble', 'signing_key', 'webhook', 'webhook_position', 'websub',
            'websub_request'}

# What a row is known by elsewhere.
NAMES = {
    'umbrella': 'x.slug', 'municipality': 'x.slug', 'group': 'x.slug', 'programme': 'x.slug',
    'person': "coalesce(x.email, 'nameless ' || (SELECT count(*) FROM relais.person y WHERE y.email IS NULL AND y.id <= x.id))",
}
REFERENCES = {
    'umbrella_id': 'umbrella', 'municipality_id': 'municipality', 'first_id': 'municipality', 'second_id': 'municipality', 'group_id': 'group',
    'programme_id': 'programme', 'hub_id': 'municipality', 'asker_id': 'municipality', 'person_id': 'person', 'approved_by': 'person', 'recorded_by': 'person', 'invited_by': 'person',
}


def tables(url):
    return psql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'relais' AND table_type = 'BASE TABLE' ORDER BY 1",
                url).splitlines()


def of_table(table, found, names):
    rows = []
    for row in found:
        if table == 'invitation':
            del row['token_id']     # of the code, which stays behind
        if table == 'uptake_count' and row['n'] == 0:
            continue            # what there was once, and no row, say the same
        for column, of in REFERENCES.items():
            if row.get(column) is not None:
                row[column] = names[of][row[column]]
        if 'id' in row:
            row['id'] = names[row['kind']][row['id']] if table == 'old_slug' else names.get(table, {}).get(row['id'])
        rows.append(json.dumps(row, sort_keys=True, ensure_ascii=False))
    return sorted(rows)


def of_hub(url=None):
    """{table: [row, …]}"""
    wanted = [table for table in tables(url) if table not in LEFT_OUT]
    lines = psql(''.join(f"SELECT json_build_array('name', '{table}', x.id, {name}) FROM relais.\"{table}\" x;\n" for table, name in NAMES.items())
                 + ''.join(f"SELECT json_build_array('row', '{table}', to_jsonb(x)) FROM relais.\"{table}\" x;\n" for table in wanted), url)
    names, rows = {table: {} for table in NAMES}, {table: [] for table in wanted}
    for what, table, *rest in map(json.loads, lines.splitlines()):
        if what == 'name':
            names[table][rest[0]] = rest[1]
        else:
            rows[table] += rest
    return {table: of_table(table, found, names) for table, found in rows.items()}
