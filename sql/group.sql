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

-- statement: group_settings read
-- What the lead umbrella's coordinator may change of a group.
SELECT json_build_object('group', relais.group_brief(g), 'slug', g.slug, 'name', g.name, 'description', g.description,
	'visibility', g.visibility, 'lang', g.lang, 'programme', p.slug,
	'at_deadline', coalesce((SELECT d.at_deadline FROM relais.digest_policy d WHERE d.group_id = g.id), 'send'), 'hub', (SELECT relais.municipality_brief(m.municipality_id)
		FROM relais.membership m WHERE m.group_id = g.id AND m.role = 'hub' AND m.ended_at IS NULL),
	'programmes', (SELECT coalesce(json_agg(json_build_object('slug', x.slug, 'name', x.name) ORDER BY x.name), '[]') FROM relais.programme x),
	'associated', (SELECT coalesce(json_agg(json_build_object('slug', u.slug, 'name', u.name) ORDER BY u.name), '[]')
		FROM relais.associate s JOIN relais.umbrella u ON u.id = s.umbrella_id WHERE s.group_id = g.id),
	'umbrellas', (SELECT coalesce(json_agg(json_build_object('slug', u.slug, 'name', u.name) ORDER BY u.name), '[]')
		FROM relais.umbrella u WHERE u.id <> g.umbrella_id
			AND NOT EXISTS (SELECT FROM relais.associate s WHERE s.group_id = g.id AND s.umbrella_id = u.id)))
FROM relais.group g LEFT JOIN relais.programme p ON p.id = g.programme_id
WHERE g.slug = :group AND g.id = ANY ((SELECT relais.my_led_groups())::int[])

-- statement: group_change write
SELECT relais.group_change(:group, :slug, :name, :description, :visibility, :lang, :programme)

-- statement: associate_put write
SELECT relais.associate_put(:group, :umbrella, false)

-- statement: associate_end write
SELECT relais.associate_put(:group, :umbrella, true)

-- statement: group_new read
-- What a new group of an umbrella may choose from.
SELECT json_build_object('slug', u.slug, 'name', u.name,
	'programmes', (SELECT coalesce(json_agg(json_build_object('slug', x.slug, 'name', x.name) ORDER BY x.name), '[]') FROM relais.programme x))
FROM relais.umbrella u WHERE u.slug = :umbrella AND relais.coordinates(u.id)

-- statement: member_list read
-- Who is in the group, who was, and who was the hub when; for the lead umbrella those that could come in.
SELECT json_build_object('group', relais.group_brief(g), 'may', y.may, 'members',
	(SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'role', m.role, 'since', m.since, 'demo', c.demo)
			ORDER BY m.role <> 'hub', m.place), '[]')
		FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
		WHERE m.group_id = g.id AND m.ended_at IS NULL),
	'former', (SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'role', m.role, 'since', m.since,
			'until', (SELECT e.detail->>'until' FROM relais.event e WHERE e.group_id = m.group_id AND e.municipality_id = m.municipality_id
				AND e.kind = 'member' AND e.act = 'left' ORDER BY e.seq DESC LIMIT 1), 'ended_at', m.ended_at) ORDER BY m.ended_at DESC), '[]')
		FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
		WHERE m.group_id = g.id AND m.ended_at IS NOT NULL),
	'hubs', relais.hub_history(g.id),
	'candidates', CASE WHEN (y.may->>'lead')::boolean THEN (
		SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name) ORDER BY c.name, c.slug), '[]') FROM relais.municipality c
		WHERE NOT EXISTS (SELECT FROM relais.membership m WHERE m.group_id = g.id AND m.municipality_id = c.id AND m.ended_at IS NULL)) END)
FROM relais.group g, LATERAL (SELECT relais.may(g.id) AS may) y WHERE g.slug = :group

-- statement: member_get read
-- A municipality's time in a group.
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id), 'slug', c.slug, 'name', c.name, 'demo', c.demo,
	'role', m.role, 'since', m.since, 'ended_at', m.ended_at, 'hub', m.role = 'hub' AND m.ended_at IS NULL,
	'can_be_hub', m.role = 'member' AND m.ended_at IS NULL, 'history', relais.member_history(g.id, c.id),
	'prefill', json_build_object('member_change', json_build_object('role', m.role, 'since', m.since)))
FROM relais.group g JOIN relais.membership m ON m.group_id = g.id JOIN relais.municipality c ON c.id = m.municipality_id
WHERE g.slug = :group AND c.slug = :municipality

-- statement: member_put write
SELECT relais.member_put(:group, :municipality, :role, :since)

-- statement: member_change write
SELECT relais.of_path(relais.member_put(:group, :municipality, :role, :since), 'membership_municipality_known')

-- statement: member_end write
SELECT relais.member_end(:group, :municipality, :until)

-- statement: hub_get read
-- Before the hub is handed over: from whom, to whom, and what the coordinator should know.
SELECT json_build_object('group', relais.group_brief(g), 'slug', c.slug, 'name', c.name, 'municipality', relais.municipality_brief(c.id),
	'hub', relais.municipality_brief(h.municipality_id), 'outlook', relais.hub_outlook(g.id, c.id))
FROM relais.group g JOIN relais.membership m ON m.group_id = g.id AND m.role = 'member' AND m.ended_at IS NULL
JOIN relais.municipality c ON c.id = m.municipality_id
JOIN relais.membership h ON h.group_id = g.id AND h.role = 'hub' AND h.ended_at IS NULL
WHERE g.slug = :group AND c.slug = :municipality AND g.id = ANY ((SELECT relais.my_led_groups())::int[])

-- statement: hub_hand_over write
SELECT relais.of_path(relais.member_put(:group, :municipality, 'hub', NULL), 'membership_municipality_known')

-- statement: moved_get read
-- What the old slugs of an address are now.
SELECT json_build_object('group', relais.moved('group', :group), 'umbrella', relais.moved('umbrella', :umbrella),
	'municipality', relais.moved('municipality', :municipality))

-- statement: event_list read
-- The group's log, oldest first, behind a number.
SELECT json_build_object('events', coalesce(p.events, '[]'), 'head', l.head, 'next', CASE WHEN p.n = 100 THEN p.last END)
FROM relais.group g JOIN relais.group_log l ON l.group_id = g.id, LATERAL (
	SELECT json_agg(json_build_object('seq', e.seq, 'at', e.at, 'kind', e.kind, 'act', e.act,
			'municipality', m.slug, 'object', e.number, 'title', x.title, 'status', e.detail->>'status',
			'role', e.detail->>'role') ORDER BY e.seq) AS events,
		count(*) AS n, max(e.seq) AS last
	FROM (SELECT * FROM relais.event e WHERE e.group_id = g.id AND e.seq > coalesce(:after::bigint, 0)
		ORDER BY e.seq LIMIT 100) e
	LEFT JOIN relais.municipality m ON m.id = e.municipality_id
	LEFT JOIN relais.item i ON i.group_id = e.group_id AND i.number = e.number
	LEFT JOIN LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) x ON i.number IS NOT NULL) p
WHERE g.slug = :group
