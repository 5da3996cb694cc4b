-- Taking a hand of mailings took 7 ms each: functions in SQL are planned anew at each call, those in PL/pgSQL once a
-- session. The same in PL/pgSQL; and counting looks up what it counts.

SET ROLE relais_owner;

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
