#!/usr/bin/python3
"""
What is kept beside the log, rebuilt from the reports: application, the counts and the packed rows,
and the matrix that is read from them, after many reports, retractions, comings and goings.
"""

import random
import sys

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

SEED = 20260501
STEPS = 600
STATUSES = ('interested', 'planned', 'trying', 'applied', 'adapted', 'interrupted', 'not_for_us')
REASONS = ('political', 'budget', 'staff', 'connectivity', 'timing', 'no_need', 'other')
TOWNS = {'hubtown': 'hub', 'memtown': 'mem', 'othertown': 'other', 'partown': 'partner', 'obstown': 'obs',
         'strangetown': 'strange'}

# The reports that stand: not retractions, and not what a later retraction took back. A retraction takes
# back the latest that stands when it is made; so does a stack.
STANDING = """
CREATE TEMP TABLE standing (group_id int, number int, municipality_id int, seq bigint, status text, at timestamptz, reason text);
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT p.*, e.at, w.reason AS why FROM relais.report p JOIN relais.event e USING (group_id, seq)
			LEFT JOIN relais.report_reason w USING (group_id, seq) ORDER BY p.group_id, p.seq LOOP
		IF r.status = 'retracted' THEN
			DELETE FROM standing s WHERE (s.group_id, s.seq) IN (SELECT x.group_id, max(x.seq) FROM standing x
				WHERE x.group_id = r.group_id AND x.number = r.number AND x.municipality_id = r.municipality_id GROUP BY 1);
		ELSE
			INSERT INTO standing VALUES (r.group_id, r.number, r.municipality_id, r.seq, r.status, r.at, r.why);
		END IF;
	END LOOP;
END
$$;
CREATE TEMP TABLE latest AS SELECT DISTINCT ON (group_id, number, municipality_id) * FROM standing
	ORDER BY group_id, number, municipality_id, seq DESC;
CREATE TEMP TABLE kept AS SELECT * FROM latest JOIN relais.membership m USING (group_id, municipality_id);
"""

# A rebuilt reading and the kept one; whole rows.
READINGS = {
    'application': ('SELECT group_id, number, municipality_id, status, seq, at FROM latest',
                    'SELECT group_id, number, municipality_id, status, seq, at FROM relais.application'),
    'what was undone': ('SELECT r.group_id, r.seq FROM relais.report r LEFT JOIN standing s USING (group_id, seq) '
                        "WHERE s.seq IS NULL AND r.status <> 'retracted'",
                        'SELECT group_id, seq FROM relais.report WHERE undone'),
    'counts': ("SELECT group_id, number, status, count(*)::int FROM kept WHERE role IN ('member', 'partner') AND ended_at IS NULL "
               'GROUP BY 1, 2, 3', 'SELECT u.group_id, u.number, c.status, c.n FROM relais.uptake_row u, '
               'unnest(relais.statuses(), u.counts) c (status, n) WHERE c.n > 0'),
    # every place up to the last that has ever reported on the item
    'uptake_row': ("""
		SELECT w.group_id, w.number,
			string_agg(CASE k.status WHEN 'interested' THEN '1' WHEN 'planned' THEN '2' WHEN 'trying' THEN '3' WHEN 'applied' THEN '4'
				WHEN 'adapted' THEN '5' WHEN 'interrupted' THEN '6' WHEN 'not_for_us' THEN '7' ELSE '0' END, '' ORDER BY p),
			string_agg(CASE k.reason WHEN 'political' THEN '1' WHEN 'budget' THEN '2' WHEN 'staff' THEN '3' WHEN 'connectivity' THEN '4'
				WHEN 'timing' THEN '5' WHEN 'no_need' THEN '6' WHEN 'other' THEN '7' ELSE '0' END, '' ORDER BY p),
			string_agg(lpad(to_hex(coalesce(extract(epoch FROM k.at)::bigint, 0)), 8, '0'), '' ORDER BY p)
		FROM (SELECT r.group_id, r.number, max(m.place) AS places FROM relais.report r JOIN relais.membership m USING (group_id, municipality_id)
			GROUP BY 1, 2) w CROSS JOIN LATERAL generate_series(1, w.places) p
		LEFT JOIN kept k ON k.group_id = w.group_id AND k.number = w.number AND k.place = p GROUP BY 1, 2""",
                   "SELECT group_id, number, statuses, reasons, encode(ats, 'hex') FROM relais.uptake_row"),
}


def steps(hub, dice):
    """Random writes; most succeed, the rest are refused."""
    refused = {}
    for _ in range(STEPS):
        group, choice, town = dice.choice(('web', 'open')), dice.random(), dice.choice(list(TOWNS))
        if choice < 0.78:
            status = dice.choice(STATUSES) if choice < 0.6 else 'retracted'
            kind, number = dice.choice((('lesson', 1), ('lesson', 2), ('question', 3)))
            values = {'group': group, 'id': number, 'status': status}
            if status in ('interrupted', 'not_for_us') and dice.random() < 0.7:
                values['reason'] = dice.choice(REASONS)
            by = TOWNS[town] if dice.random() < 0.8 else 'co'
            values |= {'municipality': town, 'via': 'phone'} if by == 'co' else {}
            answer = hub.write(by, f'{kind}_report_post', **values)
        elif choice < 0.9:
            answer = hub.write('co', 'member_put', group=group, municipality=town,
                               role=dice.choice(('member', 'partner', 'observer', 'hub')))
        else:
            answer = hub.write('co', 'member_end', group=group, municipality=town)
        refused[answer.get('error')] = refused.get(answer.get('error'), 0) + 1
    return refused


def matrix(t, hub, group):
    """The matrix as the coordinator reads it says what the applications are."""
    page = hub.read('co', 'uptake_get', group=group)
    places = {m['place']: m['slug'] for m in page['municipalities']}
    got = {(row['lesson'], places[i + 1], STATUSES[int(code) - 1]) for row in page['rows'] for i,
           code in enumerate(row['statuses'])
           if code != '0' and i + 1 in places}
    want = hub.db.rows("SELECT a.number, c.slug, a.status FROM kept a JOIN relais.municipality c ON c.id = a.municipality_id JOIN relais.group g "
                       "ON g.id = a.group_id WHERE g.slug = $1 AND a.number < 3 AND a.ended_at IS NULL AND a.role IN ('member', 'partner')", group)
    t.is_(sorted(got), sorted((int(number), slug, status) for number, slug, status in want), f'{group}: the matrix')
    totals = {}
    for _, _, status in want:
        totals[status] = totals.get(status, 0) + 1
    t.is_(page['totals'], totals, f'{group}: and its totals')


def main():
    t = Tap()
    hub = Hub()
    hub.found()
    for group in ('web', 'open'):
        for _ in range(2):
            hub.do('hub', 'lesson_post', group=group, lang='fr', title='T', status='published')
        hub.do('hub', 'question_post', group=group, lang='fr', text='T', status='published')
    refused = steps(hub, random.Random(SEED))
    t.ok(refused.get(None, 0) > STEPS / 3 and 'report_nothing_to_retract' in refused, 'many writes, and some refusals',
         refused)
    hub.db.rows(STANDING)
    for name, (rebuilt, kept) in READINGS.items():
        want, got = [sorted(map(tuple, hub.db.rows(sql)), key=str) for sql in (rebuilt, kept)]
        t.ok(len(want) >= 6, f'{name}: there is something to compare', len(want))
        t.is_(got, want, f'{name}: as rebuilt from the reports')
    for group in ('web', 'open'):
        matrix(t, hub, group)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
