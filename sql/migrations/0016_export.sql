-- Export: the hub as files for people (tables, and Markdown with its front matter) and, for
-- what only matters when the same hub is to be made again, the lines of log.jsonl. What
-- a file says is not said again in the log. Sessions and tokens stay behind.

SET ROLE relais_owner;

CREATE FUNCTION relais.municipality_slug(id int) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT m.slug FROM relais.municipality m WHERE m.id = municipality_slug.id
$$;

CREATE FUNCTION relais.person_named(id int) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT relais.person_key(p) FROM relais.person p WHERE p.id = person_named.id
$$;

-- {"umbrellas": […], …, "groups": [slug, …], "log": [line, …]}: all that is of no group.
CREATE FUNCTION relais.export_bodies() RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF NOT relais.is_operator() THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object(
	'umbrellas', (SELECT json_agg(json_build_object('slug', u.slug, 'name', u.name, 'country', u.country, 'lang', u.lang,
		'time_zone', u.time_zone, 'digest_days', u.digest_days) ORDER BY u.id) FROM relais.umbrella u),
	'municipalities', (SELECT json_agg(json_build_object('slug', m.slug, 'name', m.name, 'level', m.level, 'country', m.country,
		'department', m.department, 'lang', m.lang, 'umbrella', u.slug, 'demo', m.demo) ORDER BY m.id)
		FROM relais.municipality m LEFT JOIN relais.umbrella u ON u.id = m.umbrella_id),
	'programmes', (SELECT json_agg(json_build_object('slug', p.slug, 'name', p.name, 'umbrella', u.slug) ORDER BY p.id)
		FROM relais.programme p LEFT JOIN relais.umbrella u ON u.id = p.umbrella_id),
	'partnerships', (SELECT json_agg(json_build_object('first', relais.municipality_slug(x.first_id),
		'second', relais.municipality_slug(x.second_id), 'programme', p.slug, 'started', x.started, 'ended', x.ended,
		'status', x.status, 'reason', x.reason) ORDER BY x.id)
		FROM relais.partnership x LEFT JOIN relais.programme p ON p.id = x.programme_id),
	'people', (SELECT json_agg(json_build_object('name', p.name, 'email', relais.person_key(p), 'lang', p.lang, 'time_zone', p.time_zone,
		'contact', p.contact, 'umbrella', u.slug, 'municipality', relais.municipality_slug(a.municipality_id), 'role', a.role,
		'demo', p.demo, 'ended_at', p.ended_at) ORDER BY p.id, a.id)
		FROM relais.person p LEFT JOIN relais.affiliation a ON a.person_id = p.id LEFT JOIN relais.umbrella u ON u.id = a.umbrella_id),
	'groups', (SELECT json_agg(g.slug ORDER BY g.id) FROM relais.group g),
	'log', relais.export_old_slugs() || relais.export_digests());
END
$$;

CREATE FUNCTION relais.export_old_slugs() RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(jsonb_agg(jsonb_build_object('type', 'old_slug', 'kind', o.kind, 'slug', o.slug, 'now', CASE o.kind
		WHEN 'municipality' THEN (SELECT m.slug FROM relais.municipality m WHERE m.id = o.id)
		WHEN 'group' THEN (SELECT g.slug FROM relais.group g WHERE g.id = o.id)
		ELSE (SELECT u.slug FROM relais.umbrella u WHERE u.id = o.id) END) ORDER BY o.kind, o.slug), '[]')
	FROM relais.old_slug o
$$;

CREATE FUNCTION relais.export_digests() RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(jsonb_agg(jsonb_build_object('type', 'digest', 'umbrella', u.slug, 'n', d.n, 'status', d.status, 'edit', d.edit,
		'drafted_at', d.drafted_at, 'approved_at', d.approved_at, 'approved_by', relais.person_named(d.approved_by),
		'sections', (SELECT coalesce(jsonb_agg(jsonb_build_object('group', g.slug, 'after', s.after, 'upto', s.upto, 'items', s.items,
			'waiting', s.waiting, 'texts', (SELECT coalesce(jsonb_object_agg(x.lang, x.text), '{}') FROM relais.digest_text x
				WHERE x.umbrella_id = s.umbrella_id AND x.n = s.n AND x.group_id = s.group_id)) ORDER BY s.group_id), '[]')
			FROM relais.digest_section s JOIN relais.group g ON g.id = s.group_id
			WHERE s.umbrella_id = d.umbrella_id AND s.n = d.n)) ORDER BY u.id, d.n), '[]')
	FROM relais.digest d JOIN relais.umbrella u ON u.id = d.umbrella_id
$$;

-- ---------------------------------------------------------------------------
-- The files of a group

-- The newest text of each language, the original first.
CREATE FUNCTION relais.newest_texts(i relais.item) RETURNS SETOF relais.item_text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT t.* FROM (SELECT DISTINCT ON (t.lang) t.* FROM relais.item_text t
		WHERE t.group_id = i.group_id AND t.number = i.number ORDER BY t.lang, t.revision DESC) t
	ORDER BY t.lang <> i.lang, t.lang
$$;

-- "001-commencer-par-un-petit-site", for the file's name.
CREATE FUNCTION relais.file_stem(number int, title text) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT lpad(number::text, greatest(3, length(number::text)), '0') || rtrim('-' || left(trim(BOTH '-' FROM
		regexp_replace(lower(regexp_replace(normalize(title, NFD), '[\u0300-\u036f]', '', 'g')), '[^a-z0-9]+', '-', 'g')), 40), '-')
$$;

CREATE FUNCTION relais.export_question(i relais.item) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT json_build_object('kind', 'question', 'number', i.number, 'lang', i.lang, 'status', i.status, 'reason', nullif(i.reason, ''),
	'owners', (SELECT json_agg(relais.municipality_slug(o.municipality_id) ORDER BY o.municipality_id <> i.municipality_id, o.municipality_id)
		FROM relais.item_owner o WHERE o.group_id = i.group_id AND o.number = i.number),
	'merged_from', (SELECT json_agg(d.parent ORDER BY d.parent) FROM relais.descent d
		WHERE d.group_id = i.group_id AND d.number = i.number AND d.how = 'merged'),
	'split_from', (SELECT json_agg(d.parent ORDER BY d.parent) FROM relais.descent d
		WHERE d.group_id = i.group_id AND d.number = i.number AND d.how = 'split'),
	'problems', (SELECT json_agg(p.text ORDER BY p.problem) FROM relais.problem p WHERE p.group_id = i.group_id AND p.number = i.number),
	'subquestions', (SELECT json_agg(json_strip_nulls(json_build_object('text', s.text, 'priorities', (
			SELECT json_object_agg(relais.municipality_slug(r.municipality_id), r.priority ORDER BY r.municipality_id)
			FROM relais.priority r WHERE r.group_id = s.group_id AND r.subquestion = s.subquestion))) ORDER BY s.subquestion)
		FROM relais.subquestion s WHERE s.group_id = i.group_id AND s.number = i.number),
	'revisions', (SELECT json_agg(json_strip_nulls(json_build_object('text', t.title, 'on', v.occurred_on, 'reason', nullif(v.reason, ''),
			'trigger', v.trigger, 'sensitive', CASE WHEN v.sensitive THEN true END, 'by', relais.municipality_slug(v.municipality_id)))
			ORDER BY v.revision)
		FROM relais.item_revision v JOIN relais.item_text t ON t.group_id = v.group_id AND t.number = v.number AND t.lang = i.lang
			AND t.revision = v.revision WHERE v.group_id = i.group_id AND v.number = i.number),
	'translations', (SELECT json_object_agg(t.lang, json_build_object('text', t.title, 'of', t.of) ORDER BY t.lang)
		FROM relais.newest_texts(i) t WHERE t.lang <> i.lang))
$$;

CREATE FUNCTION relais.export_lesson(i relais.item) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT json_build_object('kind', 'lesson', 'number', i.number, 'lang', i.lang, 'status', i.status, 'reason', nullif(i.reason, ''),
	'by', relais.municipality_slug(i.municipality_id), 'title', x.title, 'summary', nullif(x.summary, ''), 'conditions', nullif(x.conditions, ''),
	'cost', l.cost, 'source', l.source, 'sdgs', CASE WHEN l.sdgs <> '{}' THEN l.sdgs END,
	'questions', (SELECT json_agg(a.question ORDER BY a.question) FROM relais.lesson_answers a
		WHERE a.group_id = i.group_id AND a.number = i.number AND a.subquestion = 0),
	'subquestions', (SELECT json_agg(a.question || '.' || (SELECT count(*) FROM relais.subquestion s WHERE s.group_id = a.group_id
			AND s.number = a.question AND s.subquestion <= a.subquestion) ORDER BY a.question, a.subquestion)
		FROM relais.lesson_answers a WHERE a.group_id = i.group_id AND a.number = i.number AND a.subquestion > 0),
	'links', (SELECT json_agg(json_strip_nulls(json_build_object('kind', k.kind, 'url', k.url, 'title', k.title, 'bytes', k.bytes))
		ORDER BY k.link) FROM relais.link k WHERE k.group_id = i.group_id AND k.number = i.number),
	'on', i.occurred_on, 'revision', i.revision,
	'translations', (SELECT json_object_agg(t.lang, json_strip_nulls(json_build_object('title', t.title, 'summary', nullif(t.summary, ''),
			'conditions', nullif(t.conditions, ''), 'body', nullif(t.body, ''), 'of', t.of)) ORDER BY t.lang)
		FROM relais.newest_texts(i) t WHERE t.lang <> i.lang))
	FROM relais.lesson l, LATERAL (SELECT * FROM relais.newest_texts(i) LIMIT 1) x
	WHERE l.group_id = i.group_id AND l.number = i.number
$$;

-- {"slug", "file": object of group.md, "body", "members": [row], "items": [{"name", "front", "body"}], "log": [line]}
CREATE FUNCTION relais.export_group(slug text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	g relais.group;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.slug = export_group.slug;
	IF g.id IS NULL OR NOT relais.is_operator() THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object('slug', g.slug, 'body', g.description,
	'file', (SELECT json_strip_nulls(json_build_object('name', g.name, 'visibility', g.visibility, 'umbrella', u.slug, 'associated',
			(SELECT json_agg(a.slug ORDER BY a.id) FROM relais.associate s JOIN relais.umbrella a ON a.id = s.umbrella_id WHERE s.group_id = g.id),
			'programme', (SELECT p.slug FROM relais.programme p WHERE p.id = g.programme_id), 'lang', g.lang))
		FROM relais.umbrella u WHERE u.id = g.umbrella_id),
	'members', (SELECT json_agg(json_build_object('municipality', m.slug, 'role', s.role, 'since', s.since) ORDER BY s.place)
		FROM relais.membership s JOIN relais.municipality m ON m.id = s.municipality_id WHERE s.group_id = g.id AND s.ended_at IS NULL),
	'items', (SELECT json_agg(json_build_object('name', (i.kind) || 's/' || relais.file_stem(i.number, x.title),
			'front', json_strip_nulls(CASE i.kind WHEN 'lesson' THEN relais.export_lesson(i) ELSE relais.export_question(i) END),
			'body', x.body) ORDER BY i.number)
		FROM relais.item i, LATERAL (SELECT * FROM relais.newest_texts(i) LIMIT 1) x WHERE i.group_id = g.id),
	'log', relais.export_log(g));
END
$$;

-- ---------------------------------------------------------------------------
-- The lines of log.jsonl

-- A text's line; what stands in its item's file is left out.
CREATE FUNCTION relais.export_text(i relais.item, t relais.item_text, newest boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('type', 'text', 'number', t.number, 'lang', t.lang, 'revision', t.revision, 'of', t.of,
		'at', t.at, 'sensitive', CASE WHEN t.sensitive THEN true END,
		'title', CASE WHEN NOT newest AND NOT (i.kind = 'question' AND t.lang = i.lang) THEN t.title END,
		'summary', CASE WHEN NOT (newest AND i.kind = 'lesson') THEN nullif(t.summary, '') END,
		'conditions', CASE WHEN NOT (newest AND i.kind = 'lesson') THEN nullif(t.conditions, '') END,
		'body', CASE WHEN NOT (newest AND (i.kind = 'lesson' OR t.lang = i.lang)) THEN nullif(t.body, '') END))
$$;

CREATE FUNCTION relais.export_report(r relais.report) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_strip_nulls(to_jsonb(r) - ARRAY['group_id', 'municipality_id', 'recorded_by']
		|| jsonb_build_object('type', 'report', 'municipality', relais.municipality_slug(r.municipality_id),
			'recorded_by', relais.person_named(r.recorded_by),
			'note', n.note, 'note_audience', n.audience, 'reason', w.reason, 'reason_audience', w.audience))
	FROM (SELECT 1) one
	LEFT JOIN relais.report_note n ON n.group_id = r.group_id AND n.seq = r.seq
	LEFT JOIN relais.report_reason w ON w.group_id = r.group_id AND w.seq = r.seq
$$;

CREATE FUNCTION relais.export_log(g relais.group) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH line AS (
		SELECT 1 AS part, 0::bigint AS a, 0 AS b, '' AS c, to_jsonb(l) - 'group_id' || jsonb_build_object('type', 'group',
			'feed_id', g.feed_id, 'created_at', g.created_at) AS o FROM relais.group_log l WHERE l.group_id = g.id
		UNION ALL
		SELECT 2, m.place, 0, '', jsonb_strip_nulls(jsonb_build_object('type', 'member', 'municipality', relais.municipality_slug(m.municipality_id),
			'place', m.place, 'ended_at', m.ended_at, 'role', CASE WHEN m.ended_at IS NOT NULL THEN m.role END,
			'since', CASE WHEN m.ended_at IS NOT NULL THEN m.since END)) FROM relais.membership m WHERE m.group_id = g.id
		UNION ALL
		SELECT 3, i.number, 0, '', jsonb_strip_nulls(jsonb_build_object('type', 'item', 'number', i.number, 'feed_id', i.feed_id, 'edit', i.edit,
			'revision', i.revision, 'created_at', i.created_at, 'published_at', i.published_at, 'updated_at', i.updated_at,
			'problems', (SELECT jsonb_agg(p.problem ORDER BY p.problem) FROM relais.problem p WHERE p.group_id = g.id AND p.number = i.number),
			'subquestions', (SELECT jsonb_agg(s.subquestion ORDER BY s.subquestion) FROM relais.subquestion s
				WHERE s.group_id = g.id AND s.number = i.number)))
		FROM relais.item i WHERE i.group_id = g.id
		UNION ALL
		SELECT 4, t.number, t.revision, t.lang, relais.export_text(i, t, t.revision = max(t.revision) OVER (PARTITION BY t.number, t.lang))
		FROM relais.item i JOIN relais.item_text t USING (group_id, number) WHERE i.group_id = g.id
		UNION ALL
		SELECT 5, v.number, v.revision, '', jsonb_strip_nulls(jsonb_build_object('type', 'revision', 'number', v.number, 'revision', v.revision,
			'at', v.at, 'person', relais.person_named(v.person_id)) || CASE i.kind WHEN 'question' THEN '{}' ELSE jsonb_build_object(
			'municipality', relais.municipality_slug(v.municipality_id), 'on', v.occurred_on) END)
		FROM relais.item i JOIN relais.item_revision v USING (group_id, number) WHERE i.group_id = g.id
		UNION ALL
		SELECT 6, w.problem, w.municipality_id, '', jsonb_build_object('type', 'we_too', 'problem', w.problem,
			'municipality', relais.municipality_slug(w.municipality_id), 'at', w.at) FROM relais.we_too w WHERE w.group_id = g.id
		UNION ALL
		SELECT 7, e.seq, 0, '', to_jsonb(e) - ARRAY['group_id', 'municipality_id', 'person_id'] || jsonb_build_object('type', 'event',
			'municipality', relais.municipality_slug(e.municipality_id), 'person', relais.person_named(e.person_id))
		FROM relais.event e WHERE e.group_id = g.id
		UNION ALL
		SELECT 8, r.seq, 0, '', relais.export_report(r) FROM relais.report r WHERE r.group_id = g.id
		UNION ALL
		SELECT 9, s.person_id, 0, '', jsonb_strip_nulls(to_jsonb(s) - ARRAY['group_id', 'person_id'] || jsonb_build_object('type', 'subscription',
			'person', relais.person_named(s.person_id))) FROM relais.subscription s WHERE s.group_id = g.id
	)
	SELECT coalesce(json_agg(o || jsonb_build_object('group', g.slug) ORDER BY part, a, b, c), '[]') FROM line
$$;

REVOKE EXECUTE ON FUNCTION relais.export_bodies, relais.export_group FROM relais_site;
