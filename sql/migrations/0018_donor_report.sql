-- The report over a period, for the donor: what everybody may know, and numbers.
--
-- from, upto: dates, inclusive. Where it is known when a thing happened, that day counts; of a day
-- known only by its month or year, the month or year has to touch the period.

SET ROLE relais_owner;

-- Did it happen before the period began, or in it? As texts: 2024-09 is before 2024-09-28.
CREATE FUNCTION relais.day_before(day text, start text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT day < left(start, length(day))
$$;
CREATE FUNCTION relais.day_within(day text, start text, finish text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT NOT relais.day_before(day, start) AND day <= finish
$$;

-- NULL: no such umbrella, or not its coordinator.
CREATE FUNCTION relais.donor_report(umbrella text, start text, finish text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	IF u.id IS NULL OR NOT relais.coordinates(u.id) THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'from', start, 'to', finish,
		'groups', (SELECT coalesce(json_agg(relais.donor_group(g, u.time_zone, start, finish) ORDER BY g.name), '[]')
			FROM relais.group g WHERE g.umbrella_id = u.id));
END
$$;

-- The wordings of a group's questions that everybody in it may read, with the day of each.
CREATE FUNCTION relais.donor_wordings(group_id int, zone text)
RETURNS TABLE (number int, revision int, reason text, trigger text, title text, day text)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT v.number, v.revision, v.reason, v.trigger, t.title, coalesce(v.occurred_on, to_char(v.at AT TIME ZONE zone, 'YYYY-MM-DD'))
	FROM relais.item_revision v
	JOIN relais.item i ON i.group_id = v.group_id AND i.number = v.number AND i.kind = 'question' AND i.published_at IS NOT NULL
	JOIN relais.item_text t ON t.group_id = v.group_id AND t.number = v.number AND t.lang = i.lang AND t.revision = v.revision
	WHERE v.group_id = donor_wordings.group_id AND NOT v.sensitive AND NOT t.sensitive
$$;

-- Each question as it was when the period began (or first, if it was asked in it) and when it
-- ended, and how it came from the one to the other.
CREATE FUNCTION relais.donor_questions(group_id int, zone text, start text, finish text) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH wording AS (
		SELECT w.*, w.revision = min(w.revision) OVER (PARTITION BY w.number) AS first
		FROM relais.donor_wordings(group_id, zone) w WHERE w.day <= finish
	), question AS (
		SELECT w.number,
			(array_agg(w.title ORDER BY w.revision DESC) FILTER (WHERE w.first OR relais.day_before(w.day, start)))[1] AS start,
			(array_agg(w.title ORDER BY w.revision DESC))[1] AS "end",
			coalesce(json_agg(json_build_object('title', w.title, 'reason', nullif(w.reason, ''), 'trigger', w.trigger, 'day', w.day)
				ORDER BY w.revision) FILTER (WHERE NOT w.first AND NOT relais.day_before(w.day, start)), '[]') AS evolution
		FROM wording w GROUP BY w.number
	)
	SELECT coalesce(json_agg(q ORDER BY q.number), '[]') FROM question q
$$;

-- The reports in the period that count, of members and partners, on what the whole group sees.
CREATE FUNCTION relais.donor_reports(group_id int, zone text, start text, finish text) RETURNS SETOF relais.report
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT r.* FROM relais.report r
	JOIN relais.event e USING (group_id, seq)
	JOIN relais.application a ON a.group_id = r.group_id AND a.number = r.number AND a.municipality_id = r.municipality_id AND a.seq = r.seq
	JOIN relais.membership m ON m.group_id = r.group_id AND m.municipality_id = r.municipality_id AND m.role IN ('member', 'partner')
	JOIN relais.item i ON i.group_id = r.group_id AND i.number = r.number AND i.published_at IS NOT NULL AND NOT i.sensitive
	WHERE r.group_id = donor_reports.group_id
		AND relais.day_within(coalesce(r.occurred_on, to_char(e.at AT TIME ZONE zone, 'YYYY-MM-DD')), start, finish)
$$;

CREATE FUNCTION relais.donor_group(g relais.group, zone text, start text, finish text) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH report AS (
		SELECT * FROM relais.donor_reports(g.id, zone, start, finish)
	)
	SELECT json_build_object('slug', g.slug, 'name', g.name,
		'municipalities', (SELECT count(*) FROM relais.membership m WHERE m.group_id = g.id AND m.ended_at IS NULL AND m.role IN ('member', 'partner')),
		'lessons', (SELECT count(*) FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'lesson' AND i.status = 'published'
			AND NOT i.sensitive AND coalesce(i.occurred_on, to_char(i.published_at AT TIME ZONE zone, 'YYYY-MM-DD')) <= finish),
		'questions', relais.donor_questions(g.id, zone, start, finish),
		'applications', (SELECT coalesce(json_agg(json_build_object('status', s.status, 'n', s.n) ORDER BY relais.status_code(s.status)), '[]')
			FROM (SELECT r.status, count(*) AS n FROM report r WHERE relais.is_open_status(r.status) GROUP BY r.status) s),
		-- what is not for everybody is only counted, and not under five
		'others', (SELECT coalesce(json_agg(json_build_object('status', s.status, 'n', CASE WHEN s.n >= 5 THEN s.n END,
				'few', s.n < 5) ORDER BY relais.status_code(s.status)), '[]')
			FROM (SELECT r.status, count(*) AS n FROM report r WHERE NOT relais.is_open_status(r.status) GROUP BY r.status) s),
		'services', (SELECT coalesce(json_agg(DISTINCT s), '[]') FROM report r, unnest(r.services) s WHERE relais.is_open_status(r.status)),
		'notes', (SELECT coalesce(json_agg(json_build_object('municipality', m.name, 'status', r.status, 'note', n.note,
				'adaptation', r.adaptation) ORDER BY r.seq), '[]')
			FROM report r JOIN relais.report_note n USING (group_id, seq) JOIN relais.municipality m ON m.id = r.municipality_id
			WHERE n.audience = 'public' AND relais.is_open_status(r.status)))
$$;
