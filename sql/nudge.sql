-- statement: silence_get read
SELECT relais.silence(:group, :days::int, :page::int)

-- statement: silence_one read
-- What there is between a member and its hub and lead umbrella: for these, and for itself.
SELECT json_build_object('group', relais.group_brief(g), 'municipality', relais.municipality_brief(c.id), 'silence', s.value,
	'listens', relais.listens(g.id),
	'nudges', (SELECT coalesce(json_agg(json_build_object('on', n.day, 'by', relais.body_name(g, n.hub_id), 'lessons', cardinality(n.lessons))
		ORDER BY n.day DESC), '[]') FROM relais.nudge n WHERE n.group_id = g.id AND n.municipality_id = c.id),
	'contacts', (SELECT coalesce(json_agg(json_build_object('id', k.contact, 'on', k.occurred_on, 'via', k.via,
			'by', relais.body_name(g, k.hub_id), 'words', w.words) ORDER BY k.occurred_on DESC, k.contact DESC), '[]')
		FROM relais.contact k LEFT JOIN relais.contact_words w USING (group_id, contact)
		WHERE k.group_id = g.id AND k.municipality_id = c.id))
FROM relais.group g JOIN relais.membership m ON m.group_id = g.id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL
JOIN relais.municipality c ON c.id = m.municipality_id, LATERAL (SELECT relais.silence_of(g.id, c.id) AS value) s
WHERE g.slug = :group AND c.slug = :municipality AND s.value IS NOT NULL

-- statement: nudge_post write
SELECT relais.nudge_post(:group, :days::int, :municipality)

-- statement: contact_post write
SELECT relais.contact_post(:group, :municipality, :occurred_on::date, :via, :words)
