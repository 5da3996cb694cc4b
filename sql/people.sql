-- statement: umbrella_list read
SELECT json_build_object('umbrellas', coalesce(json_agg(json_build_object('slug', u.slug, 'name', u.name, 'country', u.country,
	'lang', u.lang, 'time_zone', u.time_zone) ORDER BY u.slug), '[]'), 'next', CASE WHEN count(*) = 50 THEN max(u.slug) END)
FROM (SELECT * FROM relais.umbrella u WHERE u.slug > coalesce(:after, '') ORDER BY u.slug LIMIT 50) u

-- statement: umbrella_get read
SELECT json_build_object('slug', u.slug, 'name', u.name, 'country', u.country, 'lang', u.lang, 'time_zone', u.time_zone,
	'coordinates', relais.coordinates(u.id), 'digest_days', u.digest_days,
	'digests', (SELECT coalesce(json_agg(json_build_object('n', d.n, 'draft', d.status = 'draft', 'approved_at', d.approved_at)
		ORDER BY d.n DESC), '[]') FROM (SELECT * FROM relais.digest d WHERE d.umbrella_id = u.id ORDER BY d.n DESC LIMIT 10) d),
	'groups', (SELECT coalesce(json_agg(json_build_object('slug', g.slug, 'name', g.name, 'public', g.visibility = 'public',
		'lead', g.umbrella_id = u.id) ORDER BY g.name), '[]') FROM relais.group g
		WHERE g.umbrella_id = u.id OR g.id IN (SELECT s.group_id FROM relais.associate s WHERE s.umbrella_id = u.id)),
	'municipalities', CASE WHEN relais.coordinates(u.id) THEN (
		SELECT coalesce(json_agg(json_build_object('slug', m.slug, 'name', m.name) ORDER BY m.name, m.slug), '[]')
		FROM relais.municipality m WHERE m.umbrella_id = u.id) END)
FROM relais.umbrella u WHERE u.slug = :umbrella

-- statement: umbrella_post write
SELECT relais.umbrella_post(:slug, :name, :country, :lang, :time_zone)

-- statement: umbrella_change write
SELECT relais.umbrella_change(:umbrella, :name, :time_zone, :digest_days::int, :slug)

-- statement: municipality_list read
SELECT json_build_object('municipalities', coalesce(json_agg(json_build_object('slug', m.slug, 'name', m.name, 'level', m.level,
	'country', m.country, 'department', m.department, 'lang', m.lang, 'demo', m.demo) ORDER BY m.slug), '[]'),
	'next', CASE WHEN count(*) = 100 THEN max(m.slug) END)
FROM (SELECT * FROM relais.municipality m WHERE m.slug > coalesce(:after, '') ORDER BY m.slug LIMIT 100) m

-- statement: municipality_get read
SELECT json_build_object('slug', m.slug, 'name', m.name, 'level', m.level, 'country', m.country,
	'department', m.department, 'lang', m.lang, 'demo', m.demo, 'manages', relais.manages(NULL, m.id, 'contributor'),
	'umbrella', (SELECT json_build_object('slug', u.slug, 'name', u.name) FROM relais.umbrella u WHERE u.id = m.umbrella_id),
	'groups', (SELECT coalesce(json_agg(json_build_object('slug', g.slug, 'name', g.name, 'role', s.role) ORDER BY g.name), '[]')
		FROM relais.membership s JOIN relais.group g ON g.id = s.group_id WHERE s.municipality_id = m.id AND s.ended_at IS NULL),
	'partnerships', (SELECT coalesce(json_agg(json_build_object('with', relais.municipality_brief(
			CASE WHEN p.first_id = m.id THEN p.second_id ELSE p.first_id END), 'started', p.started, 'ended', p.ended,
			'status', p.status)), '[]') FROM relais.partnership p WHERE m.id IN (p.first_id, p.second_id)))
FROM relais.municipality m WHERE m.slug = :municipality

-- statement: municipality_post write
SELECT relais.municipality_post(:slug, :name, :level, :country, :department, :lang, :umbrella, :demo::boolean)

-- statement: municipality_rename write
SELECT relais.municipality_rename(:municipality, :name, :slug)

-- statement: me_get read
SELECT json_build_object('id', p.id, 'name', p.name, 'email', p.email, 'lang', p.lang, 'time_zone', p.time_zone, 'contact', p.contact,
	'affiliations', (SELECT coalesce(json_agg(json_build_object('id', a.id, 'role', a.role, 'umbrella', u.slug, 'municipality', m.slug,
			'name', coalesce(u.name, m.name)) ORDER BY a.id), '[]')
		FROM relais.affiliation a LEFT JOIN relais.umbrella u ON u.id = a.umbrella_id
		LEFT JOIN relais.municipality m ON m.id = a.municipality_id WHERE a.person_id = p.id),
	'consents', relais.my_consents(), 'mail', relais.my_mail_link(),
	'tokens', (SELECT coalesce(json_agg(json_build_object('id', t.id, 'kind', t.kind, 'label', t.label, 'created_at', t.created_at,
			'expires_at', t.expires_at, 'group', (SELECT g.slug FROM relais.group g WHERE g.id = t.group_id)) ORDER BY t.id), '[]')
		FROM relais.access_token t WHERE t.person_id = p.id AND t.ended_at IS NULL AND t.expires_at > now()
			AND t.kind IN ('api', 'feed')),
	'groups', (SELECT coalesce(json_agg(json_build_object('slug', g.slug, 'name', g.name) ORDER BY g.name), '[]')
		FROM relais.group g WHERE g.id = ANY ((SELECT relais.my_inner_groups())::int[])))
FROM relais.person p WHERE p.id = relais.actor()

-- statement: me_change write
SELECT relais.me_change(:name, :lang, :time_zone, :contact::boolean)

-- statement: token_post write
SELECT relais.token_post(:kind, :hash, :label, :days::int, :group, :email)

-- statement: token_end write
SELECT relais.token_end(:id::int, NULL)

-- statement: person_invite write
SELECT relais.person_invite(:name, :email, :lang, :affiliation, :role, :code, :days::int)

-- statement: umbrella_people read
SELECT relais.people(:umbrella, NULL)

-- statement: municipality_people read
SELECT relais.people(NULL, :municipality)

-- statement: umbrella_invite write
SELECT relais.invite(:umbrella, NULL, :name, :email, :lang, :role, :code, :days::int)

-- statement: municipality_invite write
SELECT relais.invite(NULL, :municipality, :name, :email, :lang, :role, :code, :days::int)

-- statement: affiliation_get read
SELECT relais.affiliation_view(:id::int)

-- statement: affiliation_change write
SELECT relais.affiliation_change(:id::int, :role)

-- statement: affiliation_end write
SELECT relais.affiliation_end(:id::int)

-- statement: affiliation_mail write
-- Lets mail go to them again, after it came back.
SELECT relais.affiliation_mail(:id::int)

-- statement: affiliation_code write
SELECT relais.affiliation_code(:id::int, :code, :days::int)

-- statement: affiliation_code_end write
SELECT relais.affiliation_code(:id::int, NULL, NULL)
