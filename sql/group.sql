-- statement: home read
-- The first page: the groups the reader sees, their own first, and the umbrellas.
SELECT json_build_object(
	'groups', (SELECT coalesce(json_agg(json_build_object('slug', g.slug, 'name', g.name, 'public', g.visibility = 'public',
			'umbrella', u.name, 'mine', g.id = ANY (m.groups),
			'lessons', (SELECT count(*) FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'lesson' AND i.status = 'published'))
			ORDER BY g.id = ANY (m.groups) DESC, g.name), '[]')
		FROM relais.group g JOIN relais.umbrella u ON u.id = g.umbrella_id, (SELECT relais.my_inner_groups() AS groups) m),
	'umbrellas', (SELECT coalesce(json_agg(json_build_object('slug', u.slug, 'name', u.name) ORDER BY u.name), '[]')
		FROM relais.umbrella u))

-- statement: group_list read
SELECT json_build_object('groups', coalesce(json_agg(relais.group_brief(g) ORDER BY g.id), '[]'),
	'next', CASE WHEN count(*) = 50 THEN max(g.id) END)
FROM (SELECT * FROM relais.group g WHERE g.id > coalesce(:after::int, 0) ORDER BY g.id LIMIT 50) g

-- statement: group_get read
-- A group's page: newest lessons, running questions, members, what happened last.
SELECT json_build_object('group', relais.group_brief(g), 'slug', g.slug, 'name', g.name, 'description', g.description,
	'may', relais.may(g.id),
	'associated', (SELECT coalesce(json_agg(json_build_object('slug', u.slug, 'name', u.name) ORDER BY u.name), '[]')
		FROM relais.associate s JOIN relais.umbrella u ON u.id = s.umbrella_id WHERE s.group_id = g.id),
	'programme', (SELECT json_build_object('slug', p.slug, 'name', p.name) FROM relais.programme p WHERE p.id = g.programme_id),
	'lessons', (SELECT coalesce(json_agg(relais.item_brief(i) ORDER BY i.number DESC), '[]') FROM (
		SELECT * FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'lesson' AND i.status <> 'withdrawn'
		ORDER BY i.number DESC LIMIT 20) i),
	'questions', (SELECT coalesce(json_agg(relais.item_brief(i) ORDER BY i.number DESC), '[]') FROM (
		SELECT * FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'question' AND i.status IN ('draft', 'published')
		ORDER BY i.number DESC LIMIT 20) i),
	'members', (SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'role', m.role, 'demo', c.demo,
			'since', m.since, 'hub', m.role = 'hub') ORDER BY m.role <> 'hub', m.place), '[]')
		FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
		WHERE m.group_id = g.id AND m.ended_at IS NULL))
FROM relais.group g WHERE g.slug = :group

-- statement: group_post write
SELECT relais.group_post(:slug, :name, :description, :visibility, :lang, :umbrella, :programme)

-- statement: member_list read
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id), 'members',
	(SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'role', m.role, 'since', m.since, 'demo', c.demo)
			ORDER BY m.role <> 'hub', m.place), '[]')
		FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
		WHERE m.group_id = g.id AND m.ended_at IS NULL))
FROM relais.group g WHERE g.slug = :group

-- statement: member_put write
SELECT relais.member_put(:group, :municipality, :role, :since)

-- statement: member_end write
SELECT relais.member_put(:group, :municipality, NULL, NULL)

-- statement: event_list read
-- The group's log, oldest first, behind a number.
SELECT json_build_object('events', coalesce(p.events, '[]'), 'head', l.head, 'next', CASE WHEN p.n = 100 THEN p.last END)
FROM relais.group g JOIN relais.group_log l ON l.group_id = g.id, LATERAL (
	SELECT json_agg(json_build_object('seq', e.seq, 'at', e.at, 'kind', e.kind, 'act', e.act,
			'municipality', m.slug, 'object', e.number, 'title', x.title, 'status', e.detail->>'status') ORDER BY e.seq) AS events,
		count(*) AS n, max(e.seq) AS last
	FROM (SELECT * FROM relais.event e WHERE e.group_id = g.id AND e.seq > coalesce(:after::bigint, 0)
		ORDER BY e.seq LIMIT 100) e
	LEFT JOIN relais.municipality m ON m.id = e.municipality_id
	LEFT JOIN relais.item i ON i.group_id = e.group_id AND i.number = e.number
	LEFT JOIN LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) x ON i.number IS NOT NULL) p
WHERE g.slug = :group
