-- Taking a hand of mailings took 7 ms each: functions in SQL are planned anew at each call, those in PL/pgSQL once a
-- session. The same in PL/pgSQL; and counting looks up what it counts.

SET ROLE relais_owner;

CREATE OR REPLACE FUNCTION relais.unreachable(person_id int) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
BEGIN
	RETURN EXISTS (SELECT FROM relais.mail_trouble t WHERE t.person_id = unreachable.person_id AND t.stopped_at IS NOT NULL);
END
$$;

CREATE OR REPLACE FUNCTION relais.section_events(group_id int, after bigint, upto bigint) RETURNS SETOF relais.event
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT t.* FROM (
		SELECT DISTINCT ON (e.kind, e.number, CASE WHEN e.kind IN ('report', 'member') OR e.act = 'we_too' THEN e.municipality_id END,
				CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END) e.*
		FROM relais.event e
		WHERE e.group_id = section_events.group_id AND e.seq > section_events.after AND e.seq <= section_events.upto
			AND e.audience < 2
			AND CASE e.kind
				WHEN 'lesson' THEN e.act IN ('published', 'corrected', 'withdrawn')
				WHEN 'question' THEN e.act IN ('asked', 'reworded', 'dropped', 'split') OR e.act = 'we_too' AND EXISTS (SELECT FROM relais.we_too w
					WHERE w.group_id = e.group_id AND w.problem = (e.detail->>'problem')::int AND w.municipality_id = e.municipality_id)
				WHEN 'report' THEN e.act = 'reported' AND NOT EXISTS (SELECT FROM relais.report u
					WHERE u.group_id = e.group_id AND u.number = e.number AND u.municipality_id = e.municipality_id AND u.retracts = e.seq)
				WHEN 'member' THEN e.act IN ('joined', 'left', 'hub')
				ELSE false END
		-- of a lesson published and corrected since, the publication is the news
		ORDER BY e.kind, e.number, CASE WHEN e.kind IN ('report', 'member') OR e.act = 'we_too' THEN e.municipality_id END,
			CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END, (e.act = 'published') DESC, e.seq DESC) t
	LEFT JOIN relais.item i ON i.group_id = t.group_id AND i.number = t.number
	WHERE (t.number IS NULL OR relais.item_titles(i.group_id, i.number) IS NOT NULL)
		AND (i.status IS DISTINCT FROM 'withdrawn' OR t.act = 'withdrawn');
END
$$;

CREATE OR REPLACE FUNCTION relais.mailing_items(s relais.subscription, upto bigint) RETURNS TABLE (seq bigint, kind text, number int)
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH me AS (
		SELECT s.group_id = ANY (relais.my_inner_groups()) AS inside, relais.my_municipalities() AS towns
	), told AS (
		SELECT e.* FROM relais.section_events(s.group_id, s.position, mailing_items.upto) e
		UNION ALL
		SELECT e.* FROM relais.event e WHERE e.group_id = s.group_id AND e.kind = 'digest' AND e.seq > s.position
			AND CASE WHEN s.cadence = 'fortnightly' THEN (e.detail->>'number')::int = (SELECT d.n FROM relais.digest_beyond(s.group_id, s.position) d)
				ELSE e.seq <= mailing_items.upto END
	)
	SELECT e.seq, e.kind, e.number FROM told e, me
	WHERE (e.audience = 0 OR me.inside)
		AND (s.kinds IS NULL OR e.kind = ANY (s.kinds) OR s.cadence = 'fortnightly')
		AND (e.kind = 'digest' OR e.person_id IS DISTINCT FROM s.person_id AND (e.municipality_id = ANY (me.towns)) IS NOT TRUE)
		AND NOT (e.kind = 'lesson' AND EXISTS (SELECT FROM relais.application a WHERE a.group_id = e.group_id AND a.number = e.number
			AND a.municipality_id = ANY (me.towns)))
		AND NOT EXISTS (SELECT FROM relais.digest_section d JOIN relais.digest a USING (umbrella_id, n)
			WHERE d.group_id = e.group_id AND e.seq > d.after AND e.seq <= d.upto AND a.status = 'approved'
				AND d.items @> jsonb_build_array(jsonb_build_object('seq', e.seq, 'out', true)))
	ORDER BY e.seq DESC;
END
$$;

CREATE OR REPLACE FUNCTION relais.answers_for(group_id int) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	mine CONSTANT int[] := relais.my_municipalities();
BEGIN
	RETURN (SELECT min(m.municipality_id) FROM relais.membership m
		WHERE m.group_id = answers_for.group_id AND m.ended_at IS NULL AND m.role IN ('member', 'partner', 'hub') AND m.municipality_id = ANY (mine)
		HAVING count(*) = 1);
END
$$;

CREATE OR REPLACE FUNCTION relais.letter_mailing(d relais.delivery) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	seen CONSTANT int[] := relais.my_groups();
	inside CONSTANT int[] := relais.my_inner_groups();
	led CONSTANT int[] := relais.my_led_groups();
	fallback CONSTANT text := relais.lang();
BEGIN
	RETURN (SELECT jsonb_build_object('list', CASE WHEN count(*) = 1 THEN min(g.slug) END,
		'group', CASE WHEN count(*) = 1 THEN jsonb_build_object('name', min(g.name)) END,
		'parts', jsonb_agg(jsonb_build_object('group', g.id, 'slug', g.slug, 'name', g.name, 'version', l.version, 'lang', coalesce(s.lang, fallback),
			'inside', g.id = ANY (inside), 'leads', g.id = ANY (led),
			'municipality', (SELECT m.name FROM relais.municipality m WHERE m.id = relais.answers_for(g.id)),
			'items', p.part->'items') ORDER BY p.place))
	FROM jsonb_array_elements(d.about->'parts') WITH ORDINALITY p (part, place)
	JOIN relais.group g ON g.id = (p.part->>'group')::int JOIN relais.group_log l ON l.group_id = g.id
	JOIN relais.subscription s ON s.group_id = g.id AND s.person_id = d.person_id AND s.cadence <> 'paused'
	JOIN relais.mail_clock c ON c.person_id = s.person_id AND c.group_id = s.group_id
	WHERE g.id = ANY (seen) AND (c.paused_until > current_date) IS NOT TRUE
	HAVING count(*) > 0);
END
$$;

CREATE OR REPLACE FUNCTION relais.delivery_done(results jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	ids CONSTANT bigint[] := ARRAY(SELECT (r->>'id')::bigint FROM jsonb_array_elements(results) r);
	n int;
BEGIN
	UPDATE relais.delivery d SET
		state = s.state, answer = coalesce(left(r.answer, 500), d.answer),
		due_at = CASE WHEN s.state = 'waiting' THEN clock_timestamp() + relais.backoff(d.tries) ELSE d.due_at END,
		ended_at = CASE WHEN s.state <> 'waiting' THEN clock_timestamp() END
	FROM jsonb_to_recordset(results) r (id bigint, turn int, outcome text, answer text), relais.delivery w,
		LATERAL (SELECT CASE r.outcome WHEN 'delivered' THEN 'delivered' WHEN 'dropped' THEN 'dropped'
			WHEN 'later' THEN CASE WHEN w.since > clock_timestamp() - interval '5 days' THEN 'waiting' ELSE 'suspended' END
			ELSE 'suspended' END AS state) s
	WHERE d.id = ANY (ids) AND d.id = r.id AND w.id = d.id AND d.turn = r.turn AND d.state = 'waiting';
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('counted', n);
END
$$;
