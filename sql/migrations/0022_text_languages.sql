-- The language of a text goes with it wherever a page shows it: what still waits in a section, and questions in the report.

SET ROLE relais_owner;

CREATE OR REPLACE FUNCTION relais.donor_questions(group_id int, zone text, start text, finish text) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH wording AS (
		SELECT w.*, w.revision = min(w.revision) OVER (PARTITION BY w.number) AS first
		FROM relais.donor_wordings(group_id, zone) w WHERE w.day <= finish
	), question AS (
		SELECT w.number, (SELECT i.lang FROM relais.item i WHERE i.group_id = donor_questions.group_id AND i.number = w.number) AS lang,
			(array_agg(w.title ORDER BY w.revision DESC) FILTER (WHERE w.first OR relais.day_before(w.day, start)))[1] AS start,
			(array_agg(w.title ORDER BY w.revision DESC))[1] AS "end",
			coalesce(json_agg(json_build_object('title', w.title, 'reason', nullif(w.reason, ''), 'trigger', w.trigger, 'day', w.day)
				ORDER BY w.revision) FILTER (WHERE NOT w.first AND NOT relais.day_before(w.day, start)), '[]') AS evolution
		FROM wording w GROUP BY w.number
	)
	SELECT coalesce(json_agg(q ORDER BY q.number), '[]') FROM question q
$$;

CREATE OR REPLACE FUNCTION relais.section_view(s relais.digest_section, draft boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT relais.section_lists(s, me.inside, me.leads) || jsonb_build_object(
		'group', relais.group_brief(g), 'after', s.after, 'upto', s.upto,
		'text', (SELECT json_build_object('html', x.html) FROM relais.digest_text x
			WHERE x.umbrella_id = s.umbrella_id AND x.n = s.n AND x.group_id = s.group_id AND x.lang = relais.lang()),
		'markdown', (SELECT x.text FROM relais.digest_text x
			WHERE x.umbrella_id = s.umbrella_id AND x.n = s.n AND x.group_id = s.group_id AND x.lang = relais.lang()),
		-- whoever is not of the group: numbers, none under five
		'counts', (SELECT coalesce(jsonb_agg(jsonb_build_object('status', c.status, 'n', c.n)), '[]') FROM (
			SELECT i->>'status' AS status, count(*) AS n FROM jsonb_array_elements(s.items) i
			WHERE NOT me.inside AND i->>'kind' = 'report' AND NOT relais.is_open_status(i->>'status')
			GROUP BY 1 HAVING count(*) >= 5 ORDER BY 1) c),
		'waiting', CASE WHEN me.edits THEN (SELECT coalesce(jsonb_agg(jsonb_build_object('number', w->'number',
			'title', relais.title_of(w),
			'title_lang', CASE WHEN w->'titles' ? relais.lang() THEN relais.lang() ELSE w->>'lang' END, 'silent', w->'silent')), '[]')
			FROM jsonb_array_elements(s.waiting) w) ELSE '[]' END,
		'left_out', CASE WHEN draft THEN (SELECT coalesce(jsonb_agg(relais.section_item(i, me.inside, me.leads)), '[]')
			FROM jsonb_array_elements(s.items) i WHERE (i->>'out')::boolean) ELSE '[]' END,
		'editable', draft AND me.edits,
		'open', CASE WHEN draft AND me.edits THEN relais.section_lists(s, false, false) END)
	FROM relais.group g, (SELECT s.group_id = ANY (relais.my_inner_groups()) AS inside, s.group_id = ANY (relais.my_led_groups()) AS leads,
		s.group_id = ANY (relais.my_hub_groups()) OR s.group_id = ANY (relais.my_led_groups()) AS edits) me
	WHERE g.id = s.group_id
$$;
