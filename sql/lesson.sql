-- statement: lesson_list read
-- A group's lessons, newest first, 50 a page before a number.
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id),
	'lessons', (SELECT coalesce(json_agg(relais.item_brief(i) ORDER BY i.number DESC), '[]') FROM (
		SELECT * FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'lesson' AND i.status <> 'withdrawn'
			AND i.number < coalesce(:before::int, 2147483647) ORDER BY i.number DESC LIMIT 50) i),
	'next', (SELECT min(n) FROM (SELECT i.number AS n FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'lesson'
		AND i.status <> 'withdrawn' AND i.number < coalesce(:before::int, 2147483647) ORDER BY i.number DESC LIMIT 50) p
		HAVING count(*) = 50))
FROM relais.group g WHERE g.slug = :group

-- statement: lesson_get read
SELECT json_build_object('id', i.number, 'kind', 'lesson', 'status', i.status, 'published', i.status = 'published',
	'withdrawn', i.status = 'withdrawn', 'proposed', i.status = 'proposed', 'returned', i.status = 'draft' AND i.reason IS NOT NULL,
	'reason', i.reason,
	'lang', x.lang, 'original', i.lang, 'revision', relais.revision_seen(i), 'edit', i.edit,
	'title', x.title, 'summary', x.summary, 'body', x.body, 'body_html', json_build_object('html', x.html),
	'conditions', x.conditions, 'cost', l.cost, 'source', l.source, 'sdgs', l.sdgs, 'of', x.of,
	'stale', x.of < relais.revision_seen(i),
	'texts', relais.item_texts(i),
	'municipality', relais.municipality_brief(i.municipality_id),
	'questions', (SELECT coalesce(json_agg(DISTINCT a.question), '[]') FROM relais.lesson_answers a
		WHERE a.group_id = i.group_id AND a.number = i.number AND a.subquestion = 0),
	'subquestions', (SELECT coalesce(json_agg(a.subquestion ORDER BY a.subquestion), '[]') FROM relais.lesson_answers a
		WHERE a.group_id = i.group_id AND a.number = i.number AND a.subquestion > 0),
	'answers', (SELECT coalesce(json_agg(relais.item_brief(q) ORDER BY q.number), '[]') FROM relais.item q
		WHERE q.group_id = i.group_id AND q.number IN (SELECT a.question FROM relais.lesson_answers a
			WHERE a.group_id = i.group_id AND a.number = i.number)),
	'links', (SELECT coalesce(json_agg(json_build_object('kind', k.kind, 'url', k.url, 'title', k.title, 'bytes', k.bytes)
		ORDER BY k.link), '[]') FROM relais.link k WHERE k.group_id = i.group_id AND k.number = i.number),
	'source_history', CASE WHEN x.of < relais.revision_seen(i) THEN format('/groups/%s/lessons/%s/history', g.slug, i.number) END,
	'published_at', i.published_at, 'updated_at', i.updated_at, 'occurred_on', i.occurred_on,
	'totals', relais.item_totals(i.group_id, i.number), 'silent', relais.silent(i.group_id, i.number),
	'reports', relais.item_reports(i.group_id, i.number), 'receives', relais.receives(i.group_id),
	'conclusion', (SELECT json_build_object('lang', c.lang, 'body', c.body, 'html', json_build_object('html', c.html), 'at', c.at)
		FROM relais.conclusion c WHERE c.group_id = i.group_id AND c.number = i.number),
	'inquiries', relais.inquiries(i.group_id, i.number), 'askable', relais.askable(i),
	'group', relais.group_brief(g), 'may', relais.may(g.id), 'owns', relais.owns(i.group_id, i.number),
	'report_for', relais.report_for(g.id))
FROM relais.group g
JOIN relais.item i ON i.group_id = g.id AND i.kind = 'lesson' AND i.number = :id::int
JOIN relais.lesson l ON l.group_id = i.group_id AND l.number = i.number,
LATERAL relais.text_for(i.group_id, i.number, i.lang, coalesce(:text_lang, relais.lang())) x
WHERE g.slug = :group

-- statement: lesson_new read
-- What the form needs: the group and the questions a lesson may answer.
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id),
	'draft', relais.draft_at(g.id, 'lessons/new'),
	'choices', (SELECT coalesce(json_agg(relais.item_brief(i) ORDER BY i.number DESC), '[]') FROM relais.item i
		WHERE i.group_id = g.id AND i.kind = 'question' AND i.status = 'published'))
FROM relais.group g WHERE g.slug = :group AND (relais.may(g.id)->>'act')::boolean

-- statement: lesson_post write
SELECT relais.lesson_post(:group, :lang, :title, :summary, :body, :body_html, :conditions, :cost, :source, :sdgs::jsonb,
	:questions::jsonb, :subquestions::jsonb, :links::jsonb, coalesce(:status, 'published'), :municipality, :occurred_on)

-- statement: lesson_text_put write
SELECT relais.lesson_text_put(:group, :id::int, :if_match::int, :text_lang, :title, :summary, :body, :body_html, :conditions, :of::int,
	:reason)

-- statement: lesson_change write
SELECT relais.lesson_change(:group, :id::int, :if_match::int, :status, :reason, :cost, :source, :sdgs::jsonb, :questions::jsonb,
	:subquestions::jsonb, :links::jsonb)

-- statement: lesson_text_get read
-- A lesson's text in a language as a form takes it; what there is not yet is empty, and the
-- original stands beside it.
SELECT json_build_object('id', i.number, 'number', i.number, 'edit', i.edit, 'lang', :text_lang, 'original', i.lang, 'revision', relais.revision_seen(i),
	'group', relais.group_brief(g), 'translation', :text_lang <> i.lang,
	'draft', relais.draft_at(g.id, format('lessons/%s/texts/%s', i.number, :text_lang)),
	'source', json_build_object('title', o.title, 'summary', o.summary, 'body', o.body, 'conditions', o.conditions, 'revision', o.revision),
	'source_before', CASE WHEN t.of < o.revision THEN (SELECT json_build_object('title', b.title, 'summary', b.summary, 'body', b.body,
			'conditions', b.conditions) FROM relais.item_text b
		WHERE b.group_id = i.group_id AND b.number = i.number AND b.lang = i.lang AND b.revision = t.of) END,
	'title', t.title, 'summary', t.summary, 'body', t.body, 'conditions', t.conditions, 'of', t.of, 'stale', t.of < o.revision,
	'prefill', json_build_object('lesson_text', json_build_object('title', t.title, 'summary', t.summary, 'body', t.body,
		'conditions', t.conditions)))
FROM relais.group g
JOIN relais.item i ON i.group_id = g.id AND i.kind = 'lesson' AND i.number = :id::int
JOIN LATERAL relais.text_for(i.group_id, i.number, i.lang, i.lang) o ON true
LEFT JOIN LATERAL (SELECT * FROM relais.item_text x WHERE x.group_id = i.group_id AND x.number = i.number
	AND x.lang = :text_lang ORDER BY x.revision DESC LIMIT 1) t ON true
WHERE g.slug = :group

-- statement: lesson_history read
-- A lesson's texts in a language, newest first, 20 a page before a revision; each with the one before
-- it that the reader may see, for what changed.
WITH text AS (
	SELECT t.*, lag(t.revision) OVER (ORDER BY t.revision) AS previous
	FROM relais.group g
	JOIN relais.item i ON i.group_id = g.id AND i.kind = 'lesson' AND i.number = :id::int
	JOIN relais.item_text t ON t.group_id = i.group_id AND t.number = i.number AND t.lang = coalesce(:text_lang, i.lang)
	WHERE g.slug = :group
), page AS (
	SELECT t.* FROM text t WHERE t.revision < coalesce(:before::int, 2147483647) ORDER BY t.revision DESC LIMIT 20
)
SELECT json_build_object('id', i.number, 'group', relais.group_brief(g), 'lang', coalesce(:text_lang, i.lang), 'original', i.lang,
	'translation', coalesce(:text_lang, i.lang) <> i.lang, 'title', x.title, 'title_lang', x.lang, 'texts', relais.item_texts(i),
	'revisions', (SELECT coalesce(json_agg(json_build_object('revision', p.revision, 'at', p.at, 'of', p.of,
			'reason', c.reason, 'municipality', CASE WHEN v.municipality_id IS NOT NULL THEN relais.municipality_brief(v.municipality_id) END,
			'after', json_build_object('title', p.title, 'summary', p.summary, 'body', p.body, 'conditions', p.conditions),
			'before', CASE WHEN b.revision IS NOT NULL THEN
				json_build_object('title', b.title, 'summary', b.summary, 'body', b.body, 'conditions', b.conditions) END)
			ORDER BY p.revision DESC), '[]')
		FROM page p
		LEFT JOIN relais.item_text b ON b.group_id = p.group_id AND b.number = p.number AND b.lang = p.lang AND b.revision = p.previous
		LEFT JOIN relais.item_revision v ON v.group_id = p.group_id AND v.number = p.number AND v.revision = p.revision AND p.lang = i.lang
		LEFT JOIN relais.correction c ON c.group_id = v.group_id AND c.number = v.number AND c.revision = v.revision),
	'next', (SELECT min(p.revision) FROM page p HAVING count(*) = 20 AND min(p.revision) > 1))
FROM relais.group g
JOIN relais.item i ON i.group_id = g.id AND i.kind = 'lesson' AND i.number = :id::int,
LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) x
WHERE g.slug = :group AND EXISTS (SELECT FROM text)
