-- statement: lesson_report_post write
SELECT relais.report_post(:group, 'lesson', :id::int, :status, :note, :adaptation, :reason, :audience, :evidence, :services::jsonb,
	:told_to::jsonb, :occurred_on, :ask_again_on, :municipality, :via)

-- statement: question_report_post write
SELECT relais.report_post(:group, 'question', :id::int, :status, :note, :adaptation, :reason, :audience, :evidence, :services::jsonb,
	:told_to::jsonb, :occurred_on, :ask_again_on, :municipality, :via)

-- statement: report_list read
SELECT json_build_object('group', relais.group_brief(g), 'reports', relais.item_reports(i.group_id, i.number),
	'totals', relais.item_totals(i.group_id, i.number))
FROM relais.group g JOIN relais.item i ON i.group_id = g.id AND i.number = :id::int AND i.kind = :kind
WHERE g.slug = :group

-- statement: uptake_get read
-- Packed; uptake.c unfolds it.
SELECT relais.uptake(:group, :before::int, :name)

-- statement: trends_get read
SELECT relais.trends(:group, :part, :lesson::int, :before::int)

-- statement: report_acknowledge write
SELECT relais.report_acknowledge(:group, :id::bigint, :came_back::boolean)

-- statement: came_back read
-- The lessons of which something came back, the newest word first, with the words their readers share.
WITH heard AS (
	SELECT i AS item, max(r.seq) AS newest
	FROM relais.group g
	JOIN relais.item i ON i.group_id = g.id AND i.kind = 'lesson' AND i.status = 'published'
	JOIN relais.report r ON r.group_id = i.group_id AND r.number = i.number AND NOT r.undone AND r.status <> 'retracted'
	WHERE g.slug = :group
	GROUP BY i.*
	HAVING max(r.seq) < coalesce(:before::bigint, 9223372036854775807)
	ORDER BY max(r.seq) DESC LIMIT 10
)
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id),
	'receives', relais.receives(g.id),
	'lessons', (SELECT coalesce(json_agg(json_build_object('lesson', relais.item_brief(h.item), 'totals', relais.item_totals((h.item).group_id, (h.item).number),
			'reports', relais.item_reports((h.item).group_id, (h.item).number)) ORDER BY h.newest DESC), '[]') FROM heard h),
	'next', (SELECT min(h.newest) FROM heard h HAVING count(*) = 10))
FROM relais.group g WHERE g.slug = :group

-- statement: conclusion_put write
SELECT relais.conclusion_put(:group, :id::int, :lang, :body, :body_html)
