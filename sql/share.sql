-- statement: lesson_share read
-- What of a published lesson is told when it is passed on.
SELECT json_build_object('id', i.number, 'lang', x.lang, 'title', x.title, 'summary', x.summary,
	'municipality', relais.municipality_brief(i.municipality_id), 'group', relais.group_brief(g))
FROM relais.group g
JOIN relais.item i ON i.group_id = g.id AND i.kind = 'lesson' AND i.number = :id::int AND i.status = 'published',
LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) x
WHERE g.slug = :group
