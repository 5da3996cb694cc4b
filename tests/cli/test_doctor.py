"""relais doctor: what it finds well and wrong, in the database, at the machine and at the site."""

import contextlib
import json
import os
import re
import socket
import threading

from tests.lib import databases
from tests.lib.site import Site, Tap, psql, relais, wait_until


def looked(**env):
    """(exit status, {check: (state, what, how to mend)})"""
    done = relais('doctor', '--json', env=env)
    value = json.loads(done.stdout)
    return done.returncode, {c['check']: (c['state'], c['says'], c['mend']) for c in value['checks']}


def finds(t, name, check, state, mend='', says='', **env):
    """One check; a problem ends with 1 and says how to mend it."""
    status, checks = looked(**env)
    got = checks.get(check, ('nothing', '', ''))
    t.ok(got[0] == state and re.search(mend, got[2] or '') and re.search(says, got[1]) and (state == 'ok') == (got[2] is None), f'{check}: {name}', got)
    if state == 'problem':
        t.is_(status, 1, f'{check}: a problem ends with 1')
    return checks


def well(t):
    with Site() as site:
        wait_until(lambda: site.get('/readyz').status == 200)
        checks = finds(t, 'the site answers', 'site', 'ok', says='is ready', RELAIS_URL=site.url)
    # the tests' cluster is not durable; on a real one all is well: tests/deploy
    t.is_({name: found for name, found in checks.items() if found[0] != 'ok' and 'disk' not in name and name != 'durability'}, {}, 'a hub is well')
    t.is_(list(checks), ['database', 'server', 'encoding', 'durability', 'connections', 'roles', 'migrations', 'clock', 'program', 'time zones',
                         'database disk', 'log disk', 'configuration', 'site', 'mail', 'answers by mail'], 'everything is looked at')
    finds(t, 'fsync is off', 'durability', 'problem', 'fsync = on')
    text = relais('doctor').stdout
    t.ok(re.search(r'^check +state +finding$', text, re.M) and re.search(r'^What to do:\n  durability: ', text, re.M), 'for people as a table', text)


def mail(t):
    finds(t, 'none', 'mail', 'ok', says='RELAIS_SMTP_URL is not set here')
    finds(t, 'set up', 'mail', 'ok', says='goes to RELAIS_SMTP_URL', RELAIS_SMTP_URL='smtp://localhost')
    finds(t, 'nobody can answer', 'answers by mail', 'ok', says='RELAIS_MAIL_DOMAIN is not set here')
    for table, check, said in (('delivery', 'mail', 'is not sent'), ('incoming', 'answers by mail', 'is not acted on')):
        columns, values = ('kind', "'sign_in'") if table == 'delivery' else ('recipient, sender, message', "'reply+x@relais.example', '', ''")
        psql(f"INSERT INTO relais.{table} ({columns}, due_at) VALUES ({values}, now() - interval '14 minutes')")
        finds(t, 'some waits', check, 'ok')
        psql(f"UPDATE relais.{table} SET due_at = now() - interval '20 minutes'")
        finds(t, 'nobody takes it', check, 'problem', 'Start the courier', said)
        psql(f"UPDATE relais.{table} SET state = 'suspended'")
        finds(t, 'some was given up', check, 'warning', 'relais mail', '^1 ')
    t.is_(json.loads(relais('mail', 'replay', '--all', '--json').stdout), {'replayed': 2}, 'both can be tried again')
    t.is_(psql('SELECT state FROM relais.delivery UNION ALL SELECT state FROM relais.incoming').split(), ['waiting'] * 2, 'and are')
    psql('DELETE FROM relais.delivery; DELETE FROM relais.incoming')


def database(t):
    checks = finds(t, 'not there', 'database', 'problem', 'DATABASE_URL', DATABASE_URL='postgresql:///x?host=/nonexistent')
    t.ok('migrations' not in checks and 'log disk' in checks, 'without a database the rest is looked at')
    finds(t, 'not even an address', 'database', 'problem', 'DATABASE_URL', DATABASE_URL='postgresql://[')
    with databases.another('none', 'template0') as url:
        finds(t, 'no hub', 'migrations', 'problem', '^relais migrate$', DATABASE_URL=url)
    own = os.environ['DATABASE_URL']
    psql("INSERT INTO public.relais_migration VALUES (9999, '9999_later', repeat('0', 64))")
    finds(t, 'a newer database', 'migrations', 'problem', 'newer')
    psql("DELETE FROM public.relais_migration WHERE number = 9999; UPDATE public.relais_migration SET sha256 = repeat('0', 64) WHERE number = 3")
    finds(t, 'another migration', 'migrations', 'problem', '0003_group was applied in another form')
    psql('DELETE FROM public.relais_migration WHERE number > 2')
    finds(t, 'an older database', 'migrations', 'problem', 'relais migrate', '2 of ')
    role = re.match(r'postgresql:///(\w+)', own)[1] + '_stranger'
    psql(f'CREATE ROLE {role} LOGIN')
    try:
        finds(t, 'not for this user', 'roles', 'problem', f'GRANT relais_site, relais_admin TO .*{role}', DATABASE_URL=own.replace('user=relais', f'user={role}'))
        finds(t, 'not for this user to see', 'database disk', 'ok', says='pg_read_all_settings', DATABASE_URL=own.replace('user=relais', f'user={role}'))
    finally:
        psql(f'DROP ROLE {role}')


def encoding(t):
    own = os.environ['DATABASE_URL']
    name = re.match(r'postgresql:///(\w+)', own)[1] + '_latin'
    psql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        finds(t, 'not UTF-8', 'encoding', 'problem', 'createdb .*UTF8', DATABASE_URL=re.sub(r'///\w+', f'///{name}', own))
    finally:
        psql(f'DROP DATABASE {name} WITH (FORCE)')


@contextlib.contextmanager
def answering(text):
    """Something that answers the one call with this."""
    with socket.create_server(('127.0.0.1', 0)) as server:
        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(text)
        thread = threading.Thread(target=serve)
        thread.start()
        yield f'http://127.0.0.1:{server.getsockname()[1]}'
        thread.join()


def site(t):
    for answer, mend, said in ((b'HTTP/1.1 503 Service Unavailable\r\n\r\n', 'DATABASE_URL', 'not ready'), (b'HTTP/1.1 404 Not Found\r\n\r\n', 'Something else', '404'),
                               (b'220 mail.example.org ESMTP\r\n', 'Start the site', 'HTTP'), (b'', 'Start the site', 'HTTP')):
        with answering(answer) as url:
            finds(t, f'answers {answer[:12]!r}', 'site', 'problem', mend, said, RELAIS_URL=url)
    with socket.create_server(('127.0.0.1', 0)) as server:
        port = server.getsockname()[1]
        finds(t, 'by https something listens', 'site', 'ok', says='curl', RELAIS_URL=f'https://localhost:{port}')
    for url in (f'http://127.0.0.1:{port}', f'https://127.0.0.1:{port}', f'http://[::1]:{port}'):
        finds(t, f'{url[:8]} nobody listens', 'site', 'problem', 'Start the site|proxy', RELAIS_URL=url)
    for url in ('relais.example.org', 'ftp://x', 'http://', 'http://x/', 'http://x:port', 'http://[::1', 'http://x:123456'):
        finds(t, f'{url} is no address', 'site', 'problem', 'no slash at the end', RELAIS_URL=url)
    finds(t, 'not set', 'site', 'ok', says='not set')
    finds(t, 'a file that is not there', 'configuration', 'problem', 'readable', RELAIS_CONFIG='/nonexistent')
    finds(t, 'the demonstration in public', 'configuration', 'warning', 'leave it out', RELAIS_DEMO='1', RELAIS_URL='https://127.0.0.1:1')
    finds(t, 'a directory that is not there', 'log disk', 'warning', 'Look whether', DATA_DIR='/nonexistent')


t = Tap()
well(t)
encoding(t)
site(t)
mail(t)
database(t)
t.done()
