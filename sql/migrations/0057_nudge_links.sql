-- A reminder leads to the answer to each of its lessons, without signing in.

SET ROLE relais_owner;

-- As 0047's, with what a link is made of.
CREATE OR REPLACE FUNCTION relais.letter_nudge(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH silent AS (
		SELECT l.number, l.slot, row_number() OVER (ORDER BY l.slot) AS place FROM relais.delivery_lessons(d) l WHERE l.open
	)
	SELECT jsonb_build_object('by', coalesce(h.name, u.name), 'municipality', m.name, 'group', relais.group_brief(g), 'group_id', g.id, 'list', g.slug,
		'lessons', (SELECT jsonb_agg(jsonb_build_object('place', s.slot, 'number', s.number, 'title', relais.title_of(jsonb_build_object('lang', i.lang,
				'titles', relais.item_titles(i.group_id, i.number)))) ORDER BY s.place)
			FROM silent s JOIN relais.item i ON i.group_id = g.id AND i.number = s.number WHERE s.place <= 10),
		'more', (SELECT nullif(greatest(count(*) - 10, 0), 0) FROM silent))
	FROM relais.nudge n JOIN relais.group g ON g.id = n.group_id JOIN relais.umbrella u ON u.id = g.umbrella_id
	JOIN relais.municipality m ON m.id = n.municipality_id LEFT JOIN relais.municipality h ON h.id = n.hub_id
	WHERE n.group_id = (d.about->>'group')::int AND n.municipality_id = (d.about->>'municipality')::int AND n.day = (d.about->>'day')::date
		AND EXISTS (SELECT FROM silent)
		AND d.person_id IN (SELECT r.person_id FROM relais.nudge_readers(n.municipality_id) r)
$$;
