-- statement: search_get read
-- What is found, read again as the reader: a hit whose text they may not see gives no row.
SELECT json_build_object('group', CASE WHEN g.id IS NOT NULL THEN relais.group_brief(g) END,
	'may', CASE WHEN g.id IS NOT NULL THEN relais.may(g.id) END,
	-- to choose from: everywhere the groups, in a group what it asks itself
	'themes', CASE WHEN g.id IS NULL THEN (SELECT coalesce(json_agg(json_build_object('slug', o.slug, 'name', o.name) ORDER BY o.name, o.slug), '[]')
			FROM relais.group o)
		ELSE (SELECT coalesce(json_agg(relais.item_brief(i) ORDER BY i.number DESC), '[]') FROM (
			SELECT * FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'question' AND i.status = 'published'
			ORDER BY i.number DESC LIMIT 50) i) END,
	'total', s.found->'total', 'meant', s.found->'meant',
	'next', CASE WHEN (s.found->>'total')::int > 10 * coalesce(:page::int, 1) THEN coalesce(:page::int, 1) + 1 END,
	'results', (SELECT coalesce(json_agg(json_build_object('kind', coalesce(h.kind, i.kind), 'id', h.number, 'seq', nullif(h.seq, 0), 'title', x.title,
			'lang', x.lang, 'other_lang', x.lang <> relais.lang(), 'state', i.status, 'status', r.status,
			'published', i.status = 'published', 'group', json_build_object('slug', o.slug, 'name', o.name),
			'path', format('/groups/%s/%ss/%s', o.slug, i.kind, h.number),
			'municipality', relais.municipality_brief(coalesce(r.municipality_id, i.municipality_id)),
			'cost', l.cost, 'sdgs', l.sdgs, 'at', coalesce(e.at, i.published_at, i.updated_at),
			'snippet', CASE WHEN h.seq > 0 THEN relais.search_report_snippet(r, coalesce(s.found->>'meant', :q))
				ELSE relais.search_item_snippet(x, coalesce(s.found->>'meant', :q)) END) ORDER BY h.place), '[]')
		FROM (SELECT *, CASE WHEN seq > 0 THEN 'report' END AS kind FROM jsonb_to_recordset(s.found->'hits')
			j (place int, group_id int, number int, seq bigint, lang text, revision int)) h
		JOIN relais.group o ON o.id = h.group_id
		JOIN relais.item i ON i.group_id = h.group_id AND i.number = h.number
		LEFT JOIN relais.lesson l ON l.group_id = h.group_id AND l.number = h.number
		LEFT JOIN relais.report r ON r.group_id = h.group_id AND r.seq = h.seq
		LEFT JOIN relais.event e ON e.group_id = h.group_id AND e.seq = h.seq
		JOIN LATERAL (SELECT t.* FROM relais.item_text t WHERE t.group_id = h.group_id AND t.number = h.number AND h.seq = 0
				AND t.lang = h.lang AND t.revision = h.revision
			UNION ALL
			SELECT t.* FROM relais.text_for(h.group_id, h.number, i.lang, relais.lang()) t WHERE r.seq IS NOT NULL) x ON true))
FROM (SELECT CASE WHEN coalesce(:q, :kind, :text_lang, :sdg, :cost, :status, :theme) IS NULL THEN '{"total": 0, "hits": []}'
	ELSE relais.search(:q, coalesce(:group, :theme),
		(:kind, :text_lang, :sdg::int, :cost, :status, CASE WHEN :group IS NOT NULL THEN :theme::int END)::relais.search_filter,
		coalesce(:page::int, 1)) END AS found) s
LEFT JOIN relais.group g ON g.slug = :group
WHERE g.id IS NOT NULL OR :group IS NULL

-- statement: question_similar read
-- Others with the problem: questions like this one, the lessons that answer them, and who
-- tries, applied or adapted those.
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id), 'question', relais.item_brief(i),
	'similar', (SELECT coalesce(json_agg(json_build_object('question', relais.item_brief(q), 'likeness', s.likeness,
			'group', json_build_object('slug', o.slug, 'name', o.name),
			'lessons', (SELECT coalesce(json_agg(json_build_object('lesson', relais.item_brief(l),
					'applications', (SELECT coalesce(json_agg(json_build_object('municipality', relais.municipality_brief(a.municipality_id),
							'status', a.status) ORDER BY relais.status_code(a.status) DESC, a.at), '[]')
						FROM relais.application a WHERE a.group_id = l.group_id AND a.number = l.number AND relais.is_open_status(a.status)))
					ORDER BY l.number DESC), '[]')
				FROM relais.item l WHERE l.group_id = q.group_id AND l.status = 'published' AND l.number IN (
					SELECT x.number FROM relais.lesson_answers x WHERE x.group_id = q.group_id AND x.question = q.number)))
			ORDER BY s.likeness DESC, o.slug, q.number), '[]')
		FROM relais.similar(i.group_id, i.number) s
		JOIN relais.item q ON q.group_id = s.group_id AND q.number = s.number
		JOIN relais.group o ON o.id = s.group_id))
FROM relais.group g
JOIN relais.item i ON i.group_id = g.id AND i.kind = 'question' AND i.number = :id::int
WHERE g.slug = :group
