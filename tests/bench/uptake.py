"""The uptake of one group of 15 × 500 in a hub of a million reports: kept readings beside the rows."""

from tests.bench import load
from tests.bench.table import Limit, Row

GROUPS, MEMBERS, LESSONS = 134, 15, 500         # 1,005,000 reports
SECONDS = 2
SESSION = '-c app.actor=1 -c random_page_cost=1.1'      # as the service sets it
GOAL = 10                                       # × the raw statement
PAGE_MS = 5


def measure(database, scratch, turns, say):
    say(f'uptake: loading {GROUPS * MEMBERS * LESSONS:,} reports, which takes a minute')
    url = database.hub('uptake', 'hub.sql', 'reports.sql', groups=GROUPS, members=MEMBERS + 1,
                       municipalities=77, lessons=LESSONS)

    def client(file, role):
        return lambda: load.pgbench(url, load.DATA / file, SECONDS, session=f'-c role={role} {SESSION}',
                                    server=database.process, slug='group-67')

    say('uptake: pgbench with 1 connection')
    page, whole, rows = load.in_turn(turns, client('uptake.pgbench', 'relais_site'),
                                     client('pages.pgbench', 'relais_site'), client('rows.pgbench', 'relais'))
    for name, turns_of, goal in (('first page and totals', page, GOAL), ('all ten pages', whole, None)):
        yield Row(f'uptake of 15 × 500, {name}', 'per second', 'pgbench', 'raw statement over the rows',
                  [turn.rate for turn in turns_of], [turn.rate for turn in rows], goal)
    # of the database's CPU: what is read is in memory, and the machine may have other work
    yield Limit('uptake, a page', 'CPU ms in the database', 'pgbench', [1000 / turn.per_cpu for turn in page], PAGE_MS)
