-- statement: take_along read
-- The pages of a group that its reader can take along, and what each weighs on the line: about, by the texts' lengths.
WITH item AS (
	SELECT i.number, i.kind, i.status, x.title, x.lang, octet_length(x.html) + octet_length(x.summary) + octet_length(x.conditions) AS text,
		row_number() OVER (PARTITION BY i.kind ORDER BY i.number DESC) AS nth, count(*) OVER (PARTITION BY i.kind) AS all_of_kind
	FROM relais.group g JOIN relais.item i ON i.group_id = g.id,
	LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) x
	WHERE g.slug = :group AND (i.kind = 'question' OR i.status <> 'withdrawn')
), report AS (
	SELECT r.number, count(*) AS n, max(r.seq) AS newest
	FROM relais.group g JOIN relais.report r ON r.group_id = g.id WHERE g.slug = :group AND NOT r.undone AND r.status <> 'retracted'
	GROUP BY r.number
), back AS (
	SELECT r.*, row_number() OVER (ORDER BY r.newest DESC) AS nth, count(*) OVER () AS all_of_them
	FROM report r JOIN item i ON i.number = r.number AND i.kind = 'lesson' AND i.status = 'published'
), acts AS (    -- who acts in the group has forms on each page
	SELECT CASE WHEN (relais.may(g.id)->>'act')::boolean THEN 3200 ELSE 0 END AS forms FROM relais.group g WHERE g.slug = :group
), page (place, nth, kind, path, title, lang, bytes) AS (
	SELECT v.place, 0, v.kind, v.path, NULL, NULL, v.bytes
	FROM (VALUES (1, 'group', '', 3300), (2, 'lessons', '/lessons', 2500), (4, 'questions', '/questions', 2300),
		(6, 'uptake', '/uptake', 2900), (7, 'came_back', '/came-back', 3000), (8, 'members', '/members', 2400)) v (place, kind, path, bytes)
	UNION ALL
	-- where a list goes on; one that ends with a full page leads to an empty one
	SELECT CASE i.kind WHEN 'lesson' THEN 2 ELSE 4 END, i.nth, i.kind || 's', format('/%ss?before=%s', i.kind, i.number), NULL, NULL, 2500
	FROM item i WHERE i.nth % 50 = 0
	UNION ALL
	SELECT 6, i.nth, 'uptake', format('/uptake?before=%s', i.number), NULL, NULL, 2900
	FROM (SELECT i.number, row_number() OVER (ORDER BY i.number DESC) AS nth, count(*) OVER () AS of
		FROM item i WHERE i.kind = 'lesson' AND i.status = 'published') i WHERE i.nth % 50 = 0 AND i.nth < i.of
	UNION ALL
	SELECT 7, b.nth, 'came_back', format('/came-back?before=%s', b.newest), NULL, NULL, 3000 FROM back b WHERE b.nth % 10 = 0
	UNION ALL
	SELECT CASE i.kind WHEN 'lesson' THEN 3 ELSE 5 END, i.nth, i.kind, format('/%ss/%s', i.kind, i.number), i.title, i.lang,
		2500 + i.text / 4 + 90 * coalesce(r.n, 0) + a.forms
	FROM item i LEFT JOIN report r ON r.number = i.number, acts a
	UNION ALL
	SELECT 9, -d.n, 'digest', format('/digests/%s', d.n), NULL, NULL, 2300
	FROM relais.group g JOIN relais.digest d ON d.umbrella_id = g.umbrella_id AND d.status = 'approved'
	WHERE g.slug = :group AND relais.digest_view(NULL, d.n, g.slug) IS NOT NULL
)
SELECT json_build_object('group', relais.group_brief(g), 'count', p.count, 'bytes', p.bytes, 'pages', p.pages)
FROM relais.group g, (
	SELECT count(*) AS count, sum(p.bytes) AS bytes, json_agg(json_build_object('kind', p.kind,
		'path', format('/groups/%s%s', :group::text, p.path), 'title', p.title, 'title_lang', p.lang, 'n', CASE WHEN p.kind = 'digest' THEN -p.nth END,
		'bytes', p.bytes) ORDER BY p.place, p.nth) AS pages
	FROM page p) p
WHERE g.slug = :group
