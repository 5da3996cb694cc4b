-- statement: question_list read
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id),
	'questions', (SELECT coalesce(json_agg(relais.item_brief(i) ORDER BY i.number DESC), '[]') FROM (
		SELECT * FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'question'
			AND i.number < coalesce(:before::int, 2147483647) ORDER BY i.number DESC LIMIT 50) i),
	'next', (SELECT min(n) FROM (SELECT i.number AS n FROM relais.item i WHERE i.group_id = g.id AND i.kind = 'question'
		AND i.number < coalesce(:before::int, 2147483647) ORDER BY i.number DESC LIMIT 50) p HAVING count(*) = 50))
FROM relais.group g WHERE g.slug = :group

-- statement: question_get read
-- A question with its line of descent: its own wordings, and the questions before and after it.
SELECT json_build_object('id', i.number, 'kind', 'question', 'status', i.status, 'published', i.status = 'published',
	'reason', i.reason, 'lang', x.lang, 'original', i.lang, 'revision', relais.revision_seen(i), 'edit', i.edit, 'text', x.title,
	'title', x.title, 'body', x.body, 'body_html', json_build_object('html', x.html), 'of', x.of,
	'stale', x.of < relais.revision_seen(i),
	'texts', relais.item_texts(i),
	'municipality', relais.municipality_brief(i.municipality_id),
	'owners', (SELECT json_agg(relais.municipality_brief(o.municipality_id)::jsonb || jsonb_build_object('writer', o.municipality_id = i.municipality_id)
			ORDER BY o.municipality_id <> i.municipality_id, o.municipality_id)
		FROM relais.item_owner o WHERE o.group_id = i.group_id AND o.number = i.number),
	'running', i.status IN ('draft', 'published'),
	'problems', (SELECT coalesce(json_agg(json_build_object('id', p.problem, 'text', p.text, 'we_too',
			(SELECT coalesce(json_agg(relais.municipality_brief(w.municipality_id)::jsonb || jsonb_build_object('mine',
					w.municipality_id = ANY ((SELECT relais.my_municipalities())::int[])) ORDER BY w.at), '[]') FROM relais.we_too w
				WHERE w.group_id = p.group_id AND w.problem = p.problem),
			-- every municipality the reader acts for said it: there is nothing left to press
			'said', (SELECT coalesce(bool_and(EXISTS (SELECT FROM relais.we_too w WHERE w.group_id = p.group_id
					AND w.problem = p.problem AND w.municipality_id = m.municipality_id)), false)
				FROM relais.membership m WHERE m.group_id = p.group_id AND m.ended_at IS NULL AND m.role <> 'observer'
					AND m.municipality_id = ANY ((SELECT relais.my_municipalities())::int[]))) ORDER BY p.problem), '[]')
		FROM relais.problem p WHERE p.group_id = i.group_id AND p.number = i.number),
	'subquestions', (SELECT coalesce(json_agg(json_build_object('id', s.subquestion, 'text', s.text,
			'priorities', (SELECT coalesce(json_agg(json_build_object('municipality', m.slug, 'name', m.name, 'priority', r.priority)
				ORDER BY m.slug), '[]') FROM relais.priority r JOIN relais.municipality m ON m.id = r.municipality_id
				WHERE r.group_id = s.group_id AND r.subquestion = s.subquestion),
			'mine', (SELECT min(r.priority) FROM relais.priority r WHERE r.group_id = s.group_id AND r.subquestion = s.subquestion
				AND r.municipality_id = ANY ((SELECT relais.my_municipalities())::int[]))) ORDER BY s.subquestion), '[]')
		FROM relais.subquestion s WHERE s.group_id = i.group_id AND s.number = i.number),
	'revisions', (SELECT coalesce(json_agg(json_build_object('revision', v.revision, 'text', t.title, 'lang', t.lang, 'reason', v.reason,
			'trigger', v.trigger, 'sensitive', v.sensitive, 'occurred_on', v.occurred_on, 'at', v.at,
			'municipality', relais.municipality_brief(v.municipality_id)) ORDER BY v.revision), '[]')
		FROM relais.item_revision v JOIN relais.item_text t ON t.group_id = v.group_id AND t.number = v.number
			AND t.lang = i.lang AND t.revision = v.revision
		WHERE v.group_id = i.group_id AND v.number = i.number),
	'parents', (SELECT coalesce(json_agg(json_build_object('how', d.how, 'question', relais.item_brief(q)) ORDER BY d.parent), '[]')
		FROM relais.descent d JOIN relais.item q ON q.group_id = d.group_id AND q.number = d.parent
		WHERE d.group_id = i.group_id AND d.number = i.number),
	'children', (SELECT coalesce(json_agg(json_build_object('how', d.how, 'question', relais.item_brief(q)) ORDER BY d.number), '[]')
		FROM relais.descent d JOIN relais.item q ON q.group_id = d.group_id AND q.number = d.number
		WHERE d.group_id = i.group_id AND d.parent = i.number),
	-- every question this one has to do with, up and down, as far as they are seen
	'line', (WITH RECURSIVE kin (number) AS (
			SELECT i.number
			UNION SELECT CASE WHEN d.number = k.number THEN d.parent ELSE d.number END
			FROM kin k JOIN relais.descent d ON d.group_id = i.group_id AND k.number IN (d.number, d.parent)
		), nearest AS (SELECT k.number FROM kin k ORDER BY k.number LIMIT 40)
		SELECT json_build_object('questions', (SELECT json_agg(json_build_object('id', q.number, 'title', x.title, 'lang', x.lang, 'status', q.status,
				'wordings', (SELECT count(*) FROM relais.item_revision v WHERE v.group_id = q.group_id AND v.number = q.number)) ORDER BY q.number)
			FROM nearest s JOIN relais.item q ON q.group_id = i.group_id AND q.number = s.number,
			LATERAL relais.text_for(q.group_id, q.number, q.lang, relais.lang()) x),
			'descent', (SELECT coalesce(json_agg(json_build_object('parent', d.parent, 'id', d.number, 'how', d.how) ORDER BY d.parent, d.number), '[]')
				FROM relais.descent d WHERE d.group_id = i.group_id AND d.number IN (SELECT s.number FROM nearest s)
					AND d.parent IN (SELECT s.number FROM nearest s)))),
	'lessons', (SELECT coalesce(json_agg(relais.item_brief(q) ORDER BY q.number), '[]') FROM relais.item q
		WHERE q.group_id = i.group_id AND q.status <> 'withdrawn' AND q.number IN (SELECT a.number FROM relais.lesson_answers a
			WHERE a.group_id = i.group_id AND a.question = i.number)),
	'published_at', i.published_at, 'updated_at', i.updated_at, 'occurred_on', i.occurred_on,
	'totals', relais.item_totals(i.group_id, i.number), 'reports', relais.item_reports(i.group_id, i.number), 'receives', relais.receives(i.group_id),
	'group', relais.group_brief(g), 'may', relais.may(g.id), 'owns', relais.owns(i.group_id, i.number),
	'report_for', relais.report_for(g.id),
	'owner_choices', CASE WHEN relais.owns(i.group_id, i.number) OR (relais.may(g.id)->>'publish')::boolean THEN (
		SELECT coalesce(json_agg(relais.municipality_brief(s.municipality_id) ORDER BY s.place), '[]') FROM relais.membership s
		WHERE s.group_id = g.id AND s.ended_at IS NULL AND s.role <> 'observer' AND NOT EXISTS (SELECT FROM relais.item_owner o
			WHERE o.group_id = g.id AND o.number = i.number AND o.municipality_id = s.municipality_id)) END)
FROM relais.group g
JOIN relais.item i ON i.group_id = g.id AND i.kind = 'question' AND i.number = :id::int,
LATERAL relais.text_for(i.group_id, i.number, i.lang, coalesce(:text_lang, relais.lang())) x
WHERE g.slug = :group

-- statement: question_new read
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id),
	'choices', (SELECT coalesce(json_agg(relais.item_brief(i) ORDER BY i.number DESC), '[]') FROM relais.item i
		WHERE i.group_id = g.id AND i.kind = 'question' AND i.status = 'published'))
FROM relais.group g WHERE g.slug = :group AND (relais.may(g.id)->>'act')::boolean

-- statement: question_post write
SELECT relais.question_post(:group, :lang, :text, :problems::jsonb, :subquestions::jsonb, coalesce(:status, 'published'),
	:municipality, :occurred_on, :how, :parents::jsonb)

-- statement: question_reword write
SELECT relais.question_reword(:group, :id::int, :if_match::int, :text, :reason, :trigger, :sensitive::boolean, :occurred_on)

-- statement: question_text_put write
SELECT relais.question_text_put(:group, :id::int, :if_match::int, :text_lang, :text, :of::int)

-- statement: question_change write
SELECT relais.question_status(:group, :id::int, :if_match::int, :status, :reason)

-- statement: we_too_post write
SELECT relais.we_too_post(:group, :problem::int, :municipality)

-- statement: we_too_end write
SELECT relais.we_too_end(:group, :problem::int, :municipality)

-- statement: question_text_get read
SELECT json_build_object('id', i.number, 'edit', i.edit, 'lang', :text_lang, 'original', i.lang, 'revision', relais.revision_seen(i),
	'group', relais.group_brief(g), 'translation', :text_lang <> i.lang,
	'source', json_build_object('text', o.title, 'revision', o.revision),
	'source_before', CASE WHEN t.of < o.revision THEN (SELECT json_build_object('text', b.title) FROM relais.item_text b
		WHERE b.group_id = i.group_id AND b.number = i.number AND b.lang = i.lang AND b.revision = t.of) END,
	'text', t.title, 'of', t.of, 'stale', t.of < o.revision,
	'prefill', json_build_object('question_text', json_build_object('text', t.title)))
FROM relais.group g
JOIN relais.item i ON i.group_id = g.id AND i.kind = 'question' AND i.number = :id::int
JOIN LATERAL relais.text_for(i.group_id, i.number, i.lang, i.lang) o ON true
LEFT JOIN LATERAL (SELECT * FROM relais.item_text x WHERE x.group_id = i.group_id AND x.number = i.number
	AND x.lang = :text_lang ORDER BY x.revision DESC LIMIT 1) t ON true
WHERE g.slug = :group

-- statement: priority_put write
SELECT relais.priority_put(:group, :id::int, :priority, :municipality)

-- statement: question_table read
-- The report's table of learning questions: of each that is still open its problems, and its sub-questions with each owner's priority.
WITH open AS (
	SELECT i.* FROM relais.group g JOIN relais.item i ON i.group_id = g.id
	WHERE g.slug = :group AND i.kind = 'question' AND i.status IN ('draft', 'published') AND i.number < coalesce(:before::int, 2147483647)
	ORDER BY i.number DESC LIMIT 50
)
SELECT json_build_object('group', relais.group_brief(g), 'may', relais.may(g.id),
	'edit', (SELECT i.edit FROM open i WHERE i.number = :edit_row::int),
	'prefill', (SELECT json_build_object('question_row', json_build_object('text', o.title,
			'problems', (SELECT json_agg(json_build_object('id', p.problem, 'text', p.text) ORDER BY p.problem)
				FROM relais.problem p WHERE p.group_id = i.group_id AND p.number = i.number),
			'subquestions', (SELECT json_agg(json_build_object('id', s.subquestion, 'text', s.text, 'priority',
					(SELECT r.priority FROM relais.priority r JOIN relais.item_owner w ON w.group_id = r.group_id AND w.number = i.number
						AND w.municipality_id = r.municipality_id WHERE r.group_id = s.group_id AND r.subquestion = s.subquestion
						AND r.municipality_id = ANY (relais.my_municipalities())
						ORDER BY r.municipality_id <> i.municipality_id LIMIT 1)) ORDER BY s.subquestion)
				FROM relais.subquestion s WHERE s.group_id = i.group_id AND s.number = i.number)))
		FROM open i, LATERAL relais.text_for(i.group_id, i.number, i.lang, i.lang) o WHERE i.number = :edit_row::int),
	'questions', (SELECT coalesce(json_agg(json_build_object('id', i.number, 'status', i.status, 'published', i.status = 'published',
			'owns', relais.owns(i.group_id, i.number), 'editing', coalesce(i.number = :edit_row::int, false),
			'title', x.title, 'lang', x.lang, 'original', i.lang,
			'owners', (SELECT json_agg(relais.municipality_brief(o.municipality_id)
					ORDER BY o.municipality_id <> i.municipality_id, o.municipality_id)
				FROM relais.item_owner o WHERE o.group_id = i.group_id AND o.number = i.number),
			'problems', (SELECT coalesce(json_agg(json_build_object('id', p.problem, 'text', p.text, 'we_too',
					(SELECT coalesce(json_agg(relais.municipality_brief(w.municipality_id) ORDER BY w.at), '[]') FROM relais.we_too w
						WHERE w.group_id = p.group_id AND w.problem = p.problem)) ORDER BY p.problem), '[]')
				FROM relais.problem p WHERE p.group_id = i.group_id AND p.number = i.number),
			'subquestions', (SELECT coalesce(json_agg(json_build_object('id', s.subquestion, 'text', s.text, 'priorities',
					(SELECT coalesce(json_agg(json_build_object('municipality', m.slug, 'name', m.name, 'priority', r.priority)
						ORDER BY m.slug), '[]') FROM relais.priority r JOIN relais.municipality m ON m.id = r.municipality_id
						WHERE r.group_id = s.group_id AND r.subquestion = s.subquestion)) ORDER BY s.subquestion), '[]')
				FROM relais.subquestion s WHERE s.group_id = i.group_id AND s.number = i.number)) ORDER BY i.number DESC), '[]')
		FROM open i, LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) x),
	'next', (SELECT min(i.number) FROM open i HAVING count(*) = 50))
FROM relais.group g WHERE g.slug = :group

-- statement: question_row_put write
SELECT relais.question_row_put(:group, :id::int, :if_match::int, :text, :reason, :problems::jsonb, :subquestions::jsonb)

-- statement: owner_put write
SELECT relais.owner_put(:group, :id::int, :municipality, false)

-- statement: owner_end write
SELECT relais.owner_put(:group, :id::int, :municipality, true)

-- statement: question_split write
SELECT relais.question_split(:group, :id::int, :if_match::int, :texts::jsonb, :reason)
