-- A pause ends with its day where its reader lives, for what is made and for what goes out: what was made in the hours between
-- midnight there and midnight of the database was left out, and lost.

SET ROLE relais_owner;

-- As 0050's: what mailings say, without those of which there is nothing to say any more. What people may
-- see follows from their roles, so it is found out once for all who have the same.
CREATE OR REPLACE FUNCTION relais.letters_mailing(mailings relais.delivery[]) RETURNS TABLE (id bigint, letter jsonb)
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
	r record;
	seen int[];
	inside int[];
	led int[];
BEGIN
	FOR r IN SELECT min(x.person_id) AS one, array_agg(x.person_id) AS alike
			FROM (SELECT w.person_id, ARRAY(SELECT row(a.role, a.umbrella_id, a.municipality_id)::text FROM relais.affiliation a
					WHERE a.person_id = w.person_id ORDER BY 1) AS roles
				FROM (SELECT DISTINCT m.person_id FROM unnest(mailings) m) w) x
			GROUP BY x.roles LOOP
		PERFORM set_config('app.actor', r.one::text, true), set_config('app.group', '', true);
		seen := relais.my_groups();
		inside := relais.my_inner_groups();
		led := relais.my_led_groups();
		RETURN QUERY
		WITH parts AS MATERIALIZED (
			SELECT d.id, d.person_id, t.place, (t.part->>'group')::int AS group_id, t.part->'items' AS items
			FROM unnest(mailings) d, jsonb_array_elements(d.about->'parts') WITH ORDINALITY t (part, place)
			WHERE d.person_id = ANY (r.alike)
		), groups AS MATERIALIZED (
			SELECT g.id, g.slug, g.name, jsonb_build_object('group', g.id, 'slug', g.slug, 'name', g.name, 'version', l.version,
				'inside', g.id = ANY (inside), 'leads', g.id = ANY (led),
				'municipality', (SELECT m.name FROM relais.municipality m WHERE m.id = (SELECT relais.answers_for(g.id)))) AS said
			FROM relais.group g JOIN relais.group_log l ON l.group_id = g.id
			WHERE g.id = ANY (seen) AND g.id = ANY (ARRAY(SELECT DISTINCT p.group_id FROM parts p))
		)
		SELECT p.id, jsonb_build_object('list', CASE WHEN count(*) = 1 THEN min(g.slug) END,
			'group', CASE WHEN count(*) = 1 THEN jsonb_build_object('name', min(g.name)) END,
			'parts', jsonb_agg(g.said || jsonb_build_object('lang', coalesce(s.lang, nullif(n.lang, ''), 'en'), 'items', p.items) ORDER BY p.place))
		FROM parts p JOIN groups g ON g.id = p.group_id JOIN relais.person n ON n.id = p.person_id
		JOIN relais.subscription s ON s.group_id = p.group_id AND s.person_id = p.person_id AND s.cadence <> 'paused'
		JOIN relais.mail_clock c ON c.person_id = s.person_id AND c.group_id = s.group_id
		WHERE CASE WHEN c.paused_until IS NULL THEN true ELSE c.paused_until <= (now() AT TIME ZONE relais.mail_zone(s.person_id, s.group_id))::date END
		GROUP BY p.id;
	END LOOP;
	PERFORM set_config('app.actor', '', true);
END
$$;
