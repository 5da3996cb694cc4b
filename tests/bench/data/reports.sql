-- Every member has reported on every lesson of every group; in a random order over all
-- groups, so that the rows of one lie scattered among those of the others, as they come
-- in life. Then the readings that the write functions keep.
SET session_replication_role = replica;
SET work_mem = '256MB';

CREATE TEMP TABLE told AS
SELECT m.group_id, :lessons + row_number() OVER (PARTITION BY m.group_id ORDER BY l, m.place) AS seq, l AS number,
	m.municipality_id, m.place, code,
	(ARRAY['interested', 'planned', 'trying', 'applied', 'adapted', 'interrupted', 'not_for_us'])[code] AS status,
	CASE WHEN code > 5 THEN (m.place + l) % 7 + 1 ELSE 0 END AS why,
	timestamptz '2024-01-02' + (l * 2000 + m.place) * interval '1 minute' AS at
FROM relais.membership m, generate_series(1, :lessons) l, LATERAL (SELECT (m.place * 5 + l * 3 + m.group_id) % 7 + 1 AS code) c
WHERE m.role = 'member';
-- so many, the same order each time, without a pattern
CREATE TEMP TABLE come AS SELECT * FROM told ORDER BY hashint8(group_id * 1000000 + seq);

INSERT INTO relais.event (group_id, seq, at, kind, act, number, municipality_id, audience, detail)
SELECT group_id, seq, at, 'report', 'reported', number, municipality_id,
	CASE WHEN relais.is_open_status(status) THEN 0 ELSE 1 END, jsonb_build_object('status', status) FROM come;
INSERT INTO relais.report (group_id, seq, number, municipality_id, status)
SELECT group_id, seq, number, municipality_id, status FROM come;
INSERT INTO relais.report_reason (group_id, seq, municipality_id, reason, audience)
SELECT group_id, seq, municipality_id,
	(ARRAY['political', 'budget', 'staff', 'connectivity', 'timing', 'no_need', 'other'])[why], 'own' FROM come WHERE why > 0;
INSERT INTO relais.application (group_id, number, municipality_id, status, seq, at)
SELECT group_id, number, municipality_id, status, seq, at FROM come;
-- place 1 is the hub's
INSERT INTO relais.uptake_row (group_id, number, counts, statuses, reasons, ats)
SELECT group_id, number, ARRAY[count(*) FILTER (WHERE code = 1), count(*) FILTER (WHERE code = 2),
	count(*) FILTER (WHERE code = 3), count(*) FILTER (WHERE code = 4), count(*) FILTER (WHERE code = 5),
	count(*) FILTER (WHERE code = 6), count(*) FILTER (WHERE code = 7)],
	'0' || string_agg(code::text, '' ORDER BY place), '0' || string_agg(why::text, '' ORDER BY place),
	decode('00000000' || string_agg(lpad(to_hex(extract(epoch FROM at)::bigint), 8, '0'), '' ORDER BY place), 'hex')
FROM told GROUP BY 1, 2;
UPDATE relais.group_log l SET head = t.head FROM (SELECT group_id, max(seq) AS head FROM told GROUP BY 1) t
WHERE l.group_id = t.group_id;
