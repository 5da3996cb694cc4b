-- statement: quarter_list read
-- The quarters of an umbrella, newest first, with how many answered; for its coordinators.
SELECT json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'quarters', (
	SELECT json_agg(json_build_object('quarter', q.quarter, 'year', left(q.quarter, 4), 'q', right(q.quarter, 1),
		'running', q.quarter = n.quarter, 'ends', relais.quarter_end(q.quarter), 'answered', q.answered,
		'asked', cardinality(relais.quarter_asked(u.id, least(n.day, relais.quarter_end(q.quarter))))) ORDER BY q.quarter DESC)
	FROM (SELECT x.quarter, count(x.edit) AS answered FROM (SELECT a.quarter, a.edit FROM relais.quarter_answer a WHERE a.umbrella_id = u.id
		UNION ALL SELECT n.quarter, NULL) x GROUP BY 1) q))
FROM relais.umbrella u, LATERAL (SELECT relais.quarter_now(u.id) AS quarter, (now() AT TIME ZONE u.time_zone)::date AS day) n
WHERE u.slug = :umbrella AND u.id = ANY ((SELECT relais.my_umbrellas())::int[])

-- statement: quarter_get read
-- What the municipalities answered in a quarter, by name, ten a page or all; for the umbrella's coordinators.
SELECT json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'quarter', :quarter,
	'year', left(:quarter, 4), 'q', right(:quarter, 1), 'ends', relais.quarter_end(:quarter), 'running', :quarter = n.quarter,
	'asked', cardinality(k.ids), 'answered', count(a.name),
	'answers', coalesce(json_agg(json_build_object('municipality', relais.municipality_brief(a.municipality_id), 'works', a.works,
		'fails', a.fails, 'better', a.better, 'at', a.at) ORDER BY a.place)
		FILTER (WHERE a.place > n.past AND (n.most IS NULL OR a.place <= n.past + n.most)), '[]'),
	'missing', (SELECT coalesce(json_agg(relais.municipality_brief(c.id) ORDER BY c.name, c.id), '[]') FROM relais.municipality c
		WHERE c.id = ANY (k.ids) AND NOT EXISTS (SELECT FROM relais.quarter_answer x
			WHERE x.umbrella_id = u.id AND x.quarter = :quarter AND x.municipality_id = c.id)),
	'next', CASE WHEN count(a.name) > n.past + n.most THEN n.page + 1 END)
FROM relais.umbrella u, LATERAL (SELECT relais.quarter_now(u.id) AS quarter, (now() AT TIME ZONE u.time_zone)::date AS day,
	coalesce(:page::int, 1) AS page, CASE WHEN :all::boolean IS NOT TRUE THEN 10 END AS most,
	CASE WHEN :all::boolean IS NOT TRUE THEN 10 * (coalesce(:page::int, 1) - 1) ELSE 0 END AS past) n,
LATERAL (SELECT relais.quarter_asked(u.id, least(n.day, relais.quarter_end(:quarter))) AS ids) k
LEFT JOIN LATERAL (SELECT x.*, c.name, row_number() OVER (ORDER BY c.name, c.id) AS place FROM relais.quarter_answer x
	JOIN relais.municipality c ON c.id = x.municipality_id WHERE x.umbrella_id = u.id AND x.quarter = :quarter) a ON true
WHERE u.slug = :umbrella AND u.id = ANY ((SELECT relais.my_umbrellas())::int[])
	AND (:quarter = n.quarter OR EXISTS (SELECT FROM relais.quarter_answer x WHERE x.umbrella_id = u.id AND x.quarter = :quarter))
GROUP BY u.id, u.slug, u.name, n.quarter, n.day, n.page, n.most, n.past, k.ids

-- statement: quarter_answer_get read
-- One municipality's answer, to write or correct it; for itself, and for the umbrella's coordinators.
SELECT json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'quarter', :quarter,
	'year', left(:quarter, 4), 'q', right(:quarter, 1), 'ends', relais.quarter_end(:quarter), 'running', :quarter = n.quarter,
	'municipality', relais.municipality_brief(c.id), 'mine', c.id = ANY ((SELECT relais.my_municipalities())::int[]),
	'edit', a.edit, 'at', a.at, 'works', a.works, 'fails', a.fails, 'better', a.better)
FROM relais.umbrella u JOIN relais.municipality c ON c.slug = :municipality
LEFT JOIN relais.quarter_answer a ON a.umbrella_id = u.id AND a.quarter = :quarter AND a.municipality_id = c.id,
LATERAL (SELECT relais.quarter_now(u.id) AS quarter, (now() AT TIME ZONE u.time_zone)::date AS day) n
WHERE u.slug = :umbrella AND relais.is_quarter(:quarter) AND :quarter <= n.quarter
	AND (c.id = ANY ((SELECT relais.my_municipalities())::int[]) OR u.id = ANY ((SELECT relais.my_umbrellas())::int[]))
	AND (a.edit IS NOT NULL OR c.id = ANY (relais.quarter_asked(u.id, least(n.day, relais.quarter_end(:quarter)))))

-- statement: quarter_answer_put write
SELECT relais.quarter_answer_put(:umbrella, :quarter, :municipality, :if_match::int, :works, :fails, :better)
