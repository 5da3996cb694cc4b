"""Posting reports, beside pgbench running the same two statements, each report its own transaction."""

import re
from statistics import median

from tests.bench import load, machine, servers
from tests.bench.table import Row
from tests.lib import cluster, pq, site

GROUPS, TOKENS, REPORTED_ON = 20, 10, 5   # as data/report.lua has them
LESSONS = 500                             # in each group, with a report of each member
SECONDS = 4
CLIENTS = (8, 32)
SESSION = '-c role=relais_site -c random_page_cost=1.1'       # as the service sets it
GOAL = 1.5                              # reports per second, × pgbench
STATUSES = ('interested', 'planned', 'trying', 'applied', 'adapted')

# pgbench computes with numbers only, so texts are made of them by the server, in a microsecond.
VALUES = {
    'token': "encode(sha256(convert_to('token-' || :token, 'UTF8')), 'hex')", 'token_kind': "'api'",
    'group': "'group-' || :group", 'id': ':lesson', 'status': f'(ARRAY{list(STATUSES)})[:status]',
}


def statement(name):
    """The service's statement, as it wraps it, with pgbench's variables for the parameters."""
    it = pq.statements()[name]
    return re.sub(r'\$(\d+)', lambda found: '(' + VALUES.get(it.params[int(found[1]) - 1], 'NULL') + ')', it.sql) + ';'


def script(path):
    """One round trip a report, as in the service: both statements, then one sync."""
    path.write_text('\n'.join((
        f'\\set group random(1, {GROUPS})',
        f'\\set token (:group - 1) * {TOKENS} + random(1, {TOKENS})',
        f'\\set lesson random(1, {REPORTED_ON})',
        f'\\set status random(1, {len(STATUSES)})',
        '\\startpipeline', statement('begin_request'), statement('lesson_report_post'), '\\endpipeline', '')))
    return path


class Counted:
    """Turns of a client, each checked: every report that it says was taken is in the database."""

    def __init__(self, url, *processes):
        self.url, self.processes = url, processes

    def count(self):
        return int(cluster.psql(self.url, 'SELECT count(*) FROM relais.report'))

    def cpu(self):
        return sum(map(machine.cpu_seconds, self.processes))

    def turn(self, client):
        reports, cpu = self.count(), self.cpu()
        turn = client()
        turn.cpu = self.cpu() - cpu
        if self.count() - reports < turn.done:
            raise RuntimeError(f'{turn.done} reports were taken, {self.count() - reports} are there')
        return turn


def measure(database, scratch, turns, say):
    url = database.hub('posting', 'hub.sql', 'reports.sql', 'tokens.sql', groups=GROUPS, members=TOKENS + 1,
                       municipalities=GROUPS * (TOKENS + 1), lessons=LESSONS)
    file = script(scratch / 'report.pgbench')
    relais = servers.relais_site(url)
    try:
        if not site.wait_until(lambda: relais.get('/readyz').status == 200):
            raise RuntimeError('relais-site does not get ready')
        say(f'reports: wrk with {load.CONNECTIONS} connections, pgbench with ' + ' and '.join(map(str, CLIENTS)))
        with_site, alone = Counted(url, database.process, relais.process.pid), Counted(url, database.process)
        ours, *theirs = load.in_turn(
            turns,
            lambda: with_site.turn(lambda: load.wrk(relais.url + '/', SECONDS, script='report.lua')),
            *(lambda n=n: alone.turn(lambda: load.pgbench(url, file, SECONDS, n, SESSION)) for n in CLIENTS))
    finally:
        relais.stop()
    best, clients = max(zip(theirs, CLIENTS), key=lambda pair: median(turn.rate for turn in pair[0]))
    peer = f'pgbench, {clients} connections'
    yield Row('posting a report', 'reports per second', 'wrk', peer,
              [turn.rate for turn in ours], [turn.rate for turn in best], GOAL)
    yield Row('posting a report', 'reports per CPU second', 'wrk', peer,
              [turn.per_cpu for turn in ours], [turn.per_cpu for turn in best])
