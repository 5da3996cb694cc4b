-- statement: inbox read
-- What waits for the reader: published lessons of their groups that their municipality has not
-- answered, oldest first; who reminded it of them, and was in touch lately; what they answered a moment ago, which they can still take back;
-- direct questions to them; proposals for the hub and the lead umbrella; what became of their own; drafts; what they
-- began to write and did not send.
SELECT json_build_object(
	'several', cardinality(me.municipalities) > 1,
	'nudges', (SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name),
			'municipality', relais.municipality_brief(n.municipality_id), 'by', relais.body_name(g, n.hub_id), 'on', n.day,
			'lessons', n.waiting) ORDER BY n.day, g.id, n.municipality_id), '[]')
		FROM (SELECT DISTINCT ON (n.group_id, n.municipality_id) n.*, (SELECT count(*) FROM relais.item i
				WHERE i.group_id = n.group_id AND i.number = ANY (n.lessons) AND i.status = 'published'
				AND NOT EXISTS (SELECT FROM relais.application a WHERE a.group_id = i.group_id AND a.number = i.number
					AND a.municipality_id = n.municipality_id)) AS waiting
			FROM relais.nudge n JOIN relais.membership m USING (group_id, municipality_id)
			WHERE n.municipality_id = ANY (me.municipalities) AND m.ended_at IS NULL AND m.role IN ('member', 'partner')
			ORDER BY n.group_id, n.municipality_id, n.day DESC) n
		JOIN relais.group g ON g.id = n.group_id WHERE n.waiting > 0),
	'contacts', (SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name),
			'municipality', relais.municipality_brief(c.municipality_id), 'by', relais.body_name(g, c.hub_id), 'via', c.via,
			'on', c.occurred_on) ORDER BY c.occurred_on, g.id, c.contact), '[]')
		FROM relais.contact c JOIN relais.group g ON g.id = c.group_id
		WHERE c.municipality_id = ANY (me.municipalities) AND c.occurred_on > current_date - 30),
	'quarters', (SELECT coalesce(json_agg(json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name),
			'quarter', q.quarter, 'ends', relais.quarter_end(q.quarter), 'municipality', relais.municipality_brief(x.municipality_id),
			'answered', EXISTS (SELECT FROM relais.quarter_answer a WHERE a.umbrella_id = u.id AND a.quarter = q.quarter
				AND a.municipality_id = x.municipality_id)) ORDER BY u.id, x.municipality_id), '[]')
		FROM (SELECT DISTINCT g.umbrella_id, m.municipality_id FROM relais.membership m JOIN relais.group g ON g.id = m.group_id
			WHERE m.municipality_id = ANY (me.municipalities) AND m.ended_at IS NULL AND m.role IN ('member', 'partner')) x
		JOIN relais.umbrella u ON u.id = x.umbrella_id, LATERAL (SELECT relais.quarter_now(u.id) AS quarter) q),
	'waiting', (SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name),
			'lesson', relais.item_brief(i), 'municipality', relais.municipality_brief(m.municipality_id)) ORDER BY i.published_at, m.group_id, m.place), '[]')
		FROM relais.membership m JOIN relais.group g ON g.id = m.group_id
		JOIN relais.item i ON i.group_id = m.group_id AND i.kind = 'lesson' AND i.status = 'published'
		WHERE m.municipality_id = ANY (me.municipalities) AND m.ended_at IS NULL
			AND m.role IN ('member', 'partner')
			AND NOT EXISTS (SELECT FROM relais.application a WHERE a.group_id = i.group_id AND a.number = i.number
				AND a.municipality_id = m.municipality_id)),
	'answered', (SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name),
			'lesson', relais.item_brief(i), 'municipality', relais.municipality_brief(m.municipality_id),
			'status', a.status, 'seq', a.seq, 'at', a.at, 'note', n.note, 'adaptation', r.adaptation, 'reason', w.reason)
			ORDER BY a.at DESC, m.group_id, a.seq DESC), '[]')
		FROM relais.membership m JOIN relais.group g ON g.id = m.group_id
		JOIN relais.application a ON a.group_id = m.group_id AND a.municipality_id = m.municipality_id
			AND a.at > now() - interval '15 minutes'
		JOIN relais.item i ON i.group_id = a.group_id AND i.number = a.number AND i.kind = 'lesson'
		JOIN relais.event e ON e.group_id = a.group_id AND e.seq = a.seq AND e.person_id = relais.actor()
		JOIN relais.report r ON r.group_id = a.group_id AND r.seq = a.seq
		LEFT JOIN relais.report_note n ON n.group_id = a.group_id AND n.seq = a.seq
		LEFT JOIN relais.report_reason w ON w.group_id = a.group_id AND w.seq = a.seq
		WHERE m.municipality_id = ANY (me.municipalities) AND m.ended_at IS NULL AND m.role <> 'observer'),
	'asked', (SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name, 'public', g.visibility = 'public'),
			'lesson', relais.item_brief(i), 'n', q.inquiry, 'question', q.question, 'at', q.at, 'asker', relais.municipality_brief(q.asker_id),
			'municipality', relais.municipality_brief(q.municipality_id)) ORDER BY q.at), '[]')
		FROM relais.inquiry q JOIN relais.group g ON g.id = q.group_id JOIN relais.item i ON i.group_id = q.group_id AND i.number = q.number
		WHERE q.municipality_id = ANY (me.municipalities) AND q.answer IS NULL AND q.hidden IS NULL),
	'proposals', (SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name),
			'lesson', relais.item_brief(i), 'edit', i.edit, 'publish', (relais.may(g.id)->>'publish')::boolean) ORDER BY i.created_at), '[]')
		FROM relais.item i JOIN relais.group g ON g.id = i.group_id WHERE i.status = 'proposed'
			AND (i.group_id = ANY ((SELECT relais.my_hub_groups())::int[]) OR i.group_id = ANY ((SELECT relais.my_led_groups())::int[]))),
	-- what the reader's municipality proposed, and what became of it
	'proposed', (SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name),
			'lesson', relais.item_brief(i), 'returned', i.status = 'draft', 'reason', i.reason) ORDER BY i.updated_at DESC), '[]')
		FROM relais.item i JOIN relais.group g ON g.id = i.group_id
		WHERE i.kind = 'lesson' AND i.municipality_id = ANY (me.municipalities)
			AND (i.status = 'proposed' OR i.status = 'draft' AND i.reason IS NOT NULL
				OR i.status IN ('published', 'withdrawn') AND i.updated_at > now() - interval '30 days')
			AND EXISTS (SELECT FROM relais.event e WHERE e.group_id = i.group_id AND e.number = i.number
				AND e.kind = 'lesson' AND e.act = 'proposed')),
	'unfinished', relais.unfinished(),
	'drafts', (SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name),
			'item', relais.item_brief(i), 'path', i.kind || 's/' || i.number) ORDER BY i.created_at), '[]')
		FROM relais.item i JOIN relais.group g ON g.id = i.group_id WHERE i.status = 'draft' AND i.reason IS NULL))
FROM (SELECT relais.my_municipalities() AS municipalities) me WHERE relais.actor() IS NOT NULL
