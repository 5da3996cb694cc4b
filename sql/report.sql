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
SELECT relais.uptake(:group, :before::int)

-- statement: trends_get read
SELECT relais.trends(:group, :part, :lesson::int, :before::int)
