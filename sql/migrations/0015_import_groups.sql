-- Import of groups: their members, questions, lessons and reports; then import() itself.

SET ROLE relais_owner;

-- ---------------------------------------------------------------------------
-- Questions and lessons

-- Sees to it that the next item of the group gets the number its file names.
CREATE FUNCTION relais.import_number(group_id int, number int) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	UPDATE relais.group_log l SET number = import_number.number - 1
	WHERE l.group_id = import_number.group_id AND l.number < import_number.number;
	IF NOT FOUND AND number IS NOT NULL THEN
		PERFORM relais.refuse('item_number_taken');
	END IF;
END
$$;

-- Translations, {lang: {title or text, summary, body, html, conditions, of}}. A translation may
-- say a revision that came before the file's own, and is stale then.
CREATE FUNCTION relais.import_translations(slug text, kind text, n int, o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	tr record;
	answer jsonb := '{}';
BEGIN
	FOR tr IN SELECT e.key AS lang, e.value AS text FROM jsonb_each(coalesce(o->'translations', '{}')) e ORDER BY e.key LOOP
		answer := CASE kind
			WHEN 'lesson' THEN relais.lesson_text_put(slug, n, NULL, tr.lang, tr.text->>'title', tr.text->>'summary',
				tr.text->>'body', tr.text->>'html', tr.text->>'conditions', NULL)
			ELSE relais.question_text_put(slug, n, NULL, tr.lang, tr.text->>'text', NULL) END;
		IF answer ? 'error' THEN
			RETURN answer || jsonb_build_object('lines', tr.text->'@');
		END IF;
		UPDATE relais.item_text x SET of = (tr.text->>'of')::int FROM relais.group g
		WHERE g.slug = import_translations.slug AND x.group_id = g.id AND x.number = n AND x.lang = tr.lang
			AND (tr.text->>'of')::int <= x.of;
		IF tr.text ? 'of' AND NOT FOUND THEN
			RETURN jsonb_build_object('error', 'text_of_known', 'lines', tr.text->'@');
		END IF;
	END LOOP;
	RETURN answer;
END
$$;

-- A question's first wording, and what it is about. Its answer is that of question_post().
CREATE FUNCTION relais.import_asked(g relais.group, o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	first jsonb := o->'revisions'->0;
	answer jsonb;
	n int;
BEGIN
	answer := relais.question_post(g.slug, coalesce(o->>'lang', g.lang), first->>'text',
		o->'problems', o->'subquestions', CASE o->>'status' WHEN 'draft' THEN 'draft' ELSE 'published' END, o->'owners'->>0, first->>'on', NULL, NULL);
	IF answer ? 'error' THEN
		RETURN answer || jsonb_build_object('lines', (o->'@') || ((first->'@') - ''::text));
	END IF;
	n := (answer#>>'{value,id}')::int;
	INSERT INTO relais.item_owner
	SELECT g.id, n, relais.municipality_named(w, 'owner_municipality_known') FROM jsonb_array_elements_text(o->'owners') w
	ON CONFLICT DO NOTHING;
	INSERT INTO relais.priority AS p (group_id, subquestion, municipality_id, priority)
	SELECT g.id, s.subquestion, relais.municipality_named(e.key, 'priority_municipality_known'), e.value
	FROM jsonb_array_elements(o->'subquestions') WITH ORDINALITY q (sub, k)
	JOIN (SELECT x.subquestion, row_number() OVER (ORDER BY x.subquestion) AS k FROM relais.subquestion x
		WHERE x.group_id = g.id AND x.number = n) s USING (k),
	LATERAL jsonb_each_text(q.sub->'priorities') e
	ON CONFLICT ON CONSTRAINT priority_pkey DO UPDATE SET priority = excluded.priority;
	UPDATE relais.item_text x SET body = coalesce(o->>'body', ''), html = coalesce(o->>'html', ''),
		sensitive = coalesce((first->>'sensitive')::boolean, false)
	WHERE x.group_id = g.id AND x.number = n;
	UPDATE relais.item_revision x SET sensitive = coalesce((first->>'sensitive')::boolean, false)
	WHERE x.group_id = g.id AND x.number = n;
	UPDATE relais.event e SET audience = 2
	WHERE e.group_id = g.id AND e.seq = (answer#>>'{value,seq}')::bigint AND (first->>'sensitive')::boolean;
	RETURN answer;
END
$$;

-- A question with all its wordings. Descent is the caller's, once all questions are there.
CREATE FUNCTION relais.question_import(g relais.group, o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	refused text;
	answer jsonb;
	n int;
	r jsonb;
	teller int;
BEGIN
	PERFORM relais.import_number(g.id, (o->>'number')::int);
	answer := relais.import_asked(g, o);
	n := (answer#>>'{value,id}')::int;
	FOR r IN SELECT e FROM jsonb_array_elements(o->'revisions') WITH ORDINALITY x (e, k) ORDER BY k LOOP
		IF answer ? 'error' THEN
			RETURN answer;
		ELSIF r IS DISTINCT FROM o->'revisions'->0 THEN
			answer := relais.question_reword(g.slug, n, NULL, r->>'text', r->>'reason', r->>'trigger', (r->>'sensitive')::boolean, r->>'on');
			answer := CASE WHEN answer ? 'error' THEN answer || jsonb_build_object('lines', r->'@') ELSE answer END;
		END IF;
		teller := relais.municipality_named(r->>'by', 'owner_municipality_known');
		UPDATE relais.item_revision v SET municipality_id = teller
		WHERE teller IS NOT NULL AND v.group_id = g.id AND v.number = n AND v.revision = (answer#>>'{value,revision}')::int;
	END LOOP;
	answer := CASE WHEN answer ? 'error' THEN answer ELSE relais.import_translations(g.slug, 'question', n, o) END;
	IF NOT answer ? 'error' AND o->>'status' = 'dropped' THEN
		answer := relais.question_status(g.slug, n, NULL, 'dropped', o->>'reason');
	END IF;
	RETURN CASE WHEN answer ? 'error' THEN answer ELSE jsonb_build_object('id', n) END;
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A lesson with its newest text, which is its revision `revision`. What it answers is the
-- caller's, once all questions are there.
CREATE FUNCTION relais.lesson_import(g relais.group, o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	refused text;
	answer jsonb;
	n int;
	newest int := coalesce((o->>'revision')::int, 1);
BEGIN
	PERFORM relais.import_number(g.id, (o->>'number')::int);
	answer := relais.lesson_post(g.slug, coalesce(o->>'lang', g.lang), o->>'title', o->>'summary', o->>'body', o->>'html',
		o->>'conditions', o->>'cost', o->>'source', o->'sdgs', NULL, NULL, o->'links',
		CASE o->>'status' WHEN 'withdrawn' THEN 'published' ELSE coalesce(o->>'status', 'published') END, o->>'by', o->>'on');
	IF answer ? 'error' THEN
		RETURN answer;
	END IF;
	n := (answer#>>'{value,id}')::int;
	IF newest > 1 THEN
		UPDATE relais.item x SET revision = newest WHERE x.group_id = g.id AND x.number = n;
		UPDATE relais.item_text x SET revision = newest, of = newest WHERE x.group_id = g.id AND x.number = n;
		UPDATE relais.item_revision x SET revision = newest WHERE x.group_id = g.id AND x.number = n;
	END IF;
	answer := relais.import_translations(g.slug, 'lesson', n, o);
	IF NOT answer ? 'error' AND o->>'status' = 'withdrawn' THEN
		answer := relais.lesson_change(g.slug, n, NULL, 'withdrawn', o->>'reason', NULL, NULL, NULL, NULL, NULL, NULL);
	END IF;
	RETURN CASE WHEN answer ? 'error' THEN answer ELSE jsonb_build_object('id', n) END;
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- The number of the k-th sub-question of a question, from "question.k"; refuses an unknown one.
CREATE FUNCTION relais.subquestion_named(group_id int, named text) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	found int;
BEGIN
	SELECT s.subquestion INTO found FROM relais.subquestion s
	WHERE s.group_id = subquestion_named.group_id AND s.number = substring(named FROM '^(\d{1,9})\.[1-9]\d{0,3}$')::int
	ORDER BY s.subquestion OFFSET substring(named FROM '^\d{1,9}\.([1-9]\d{0,3})$')::int - 1 LIMIT 1;
	IF found IS NULL THEN
		PERFORM relais.refuse('answers_subquestion_known');
	END IF;
	RETURN found;
END
$$;

-- What joins items, when all of them are there: descent, and what lessons answer. n: the
-- number that the item of the file got.
CREATE FUNCTION relais.import_joined(g relais.group, n int, o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	refused text;
	t relais.turn;
	how record;
BEGIN
	IF o->>'kind' = 'lesson' THEN
		PERFORM relais.lesson_parts(g.id, n, o->'questions', (SELECT jsonb_agg(relais.subquestion_named(g.id, s))
			FROM jsonb_array_elements_text(o->'subquestions') s), NULL);
		RETURN '{"done": "same"}';
	END IF;
	t.group_id := g.id;
	SELECT l.at INTO t.at FROM relais.group_log l WHERE l.group_id = g.id;
	FOR how IN SELECT w.word, p::int AS parent FROM (VALUES ('merged', 'merged_from'), ('split', 'split_from')) w (word, key),
			jsonb_array_elements_text(o->w.key) p LOOP
		IF NOT EXISTS (SELECT FROM relais.item i WHERE i.group_id = g.id AND i.number = how.parent AND i.kind = 'question') THEN
			PERFORM relais.refuse('descent_parent_known');
		END IF;
		INSERT INTO relais.descent VALUES (g.id, n, how.parent, how.word);
	END LOOP;
	IF o->>'status' <> 'draft' THEN
		PERFORM relais.question_merge(t, n);
	END IF;
	RETURN '{"done": "same"}';
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE FUNCTION relais.import_items(so_far jsonb, g relais.group, items jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	o jsonb;
	answer jsonb;
	made jsonb := '[]';     -- [{"id", "of": object}]
BEGIN
	FOR o IN SELECT e FROM jsonb_array_elements(items) WITH ORDINALITY x (e, k) ORDER BY (e->>'number')::int NULLS LAST, k LOOP
		answer := CASE o->>'kind' WHEN 'lesson' THEN relais.lesson_import(g, o) ELSE relais.question_import(g, o) END;
		so_far := relais.import_count(so_far, (o->>'kind') || 's', o, answer);
		made := made || jsonb_build_array(jsonb_build_object('id', answer->'id', 'of', o));
	END LOOP;
	PERFORM relais.import_check(so_far);
	FOR o IN SELECT jsonb_array_elements(made) LOOP
		so_far := relais.import_count(so_far, 'items', o->'of', relais.import_joined(g, (o->>'id')::int, o->'of'));
		so_far := jsonb_set(so_far, '{made}', so_far->'made' || jsonb_build_object('group', g.slug, 'kind', o#>'{of,kind}', 'id', o->'id'));
	END LOOP;
	PERFORM relais.import_check(so_far);
	RETURN so_far;
END
$$;

-- ---------------------------------------------------------------------------
-- Groups

-- Makes the group that the file describes, if there is none of that name.
CREATE FUNCTION relais.group_import(slug text, o jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	refused text;
	answer jsonb;
BEGIN
	IF EXISTS (SELECT FROM relais.group g WHERE g.slug = group_import.slug) THEN
		RETURN '{"done": "same"}';
	END IF;
	answer := relais.group_post(slug, o->>'name', o->>'body', o->>'visibility', o->>'lang', o->>'umbrella', o->>'programme');
	IF answer ? 'error' THEN
		RETURN answer;
	END IF;
	INSERT INTO relais.associate
	SELECT g.id, u.id FROM relais.group g, jsonb_array_elements_text(o->'associated') a LEFT JOIN relais.umbrella u ON u.slug = a
	WHERE g.slug = group_import.slug;
	RETURN '{}';
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', CASE WHEN refused = '' THEN 'associate_umbrella_known' ELSE refused END);
END
$$;

CREATE FUNCTION relais.member_import(g relais.group, o jsonb) RETURNS jsonb
LANGUAGE sql SET search_path = '' AS $$
	SELECT CASE WHEN EXISTS (SELECT FROM relais.membership s JOIN relais.municipality m ON m.id = s.municipality_id
		WHERE s.group_id = g.id AND m.slug = o->>'municipality' AND s.role = coalesce(o->>'role', 'member') AND s.ended_at IS NULL)
	THEN '{"done": "same"}'
	ELSE relais.member_put(g.slug, o->>'municipality', coalesce(o->>'role', 'member'), o->>'since') END
$$;

-- A report that a file tells; whoever imports acts for others by `import` unless told how.
CREATE FUNCTION relais.report_import(g relais.group, o jsonb) RETURNS jsonb
LANGUAGE sql SET search_path = '' AS $$
	SELECT relais.report_post(g.slug, coalesce((SELECT i.kind FROM relais.item i WHERE i.group_id = g.id AND i.number = (o->>'object')::int),
		'lesson'), (o->>'object')::int, o->>'status', o->>'note', o->>'adaptation', o->>'reason', o->>'audience', o->>'evidence',
		o->'services', o->'told_to', o->>'occurred_on', o->>'ask_again_on', o->>'municipality', coalesce(o->>'via', 'import'))
$$;

CREATE FUNCTION relais.import_group(so_far jsonb, d jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	g relais.group;
	o jsonb;
	made jsonb := '{"done": "same"}';
BEGIN
	IF d ? 'group' THEN
		made := relais.group_import(d->>'slug', d->'group');
		so_far := relais.import_count(so_far, 'groups', d->'group', made);
		PERFORM relais.import_check(so_far);
	END IF;
	SELECT * INTO g FROM relais.group x WHERE x.slug = d->>'slug';
	IF g.id IS NULL THEN
		so_far := relais.import_count(so_far, 'groups', coalesce(d->'members'->0, d->'items'->0, d->'reports'->0), '{"error": "import_group_known"}');
		PERFORM relais.import_check(so_far);
	END IF;
	FOR o IN SELECT jsonb_array_elements(d->'members') LOOP
		so_far := relais.import_count(so_far, 'members', o, relais.member_import(g, o));
	END LOOP;
	PERFORM relais.import_check(so_far);
	so_far := relais.import_items(so_far, g, coalesce(d->'items', '[]'));
	FOR o IN SELECT jsonb_array_elements(d->'reports') LOOP
		so_far := relais.import_count(so_far, 'reports', o, relais.report_import(g, o));
	END LOOP;
	PERFORM relais.import_check(so_far);
	IF NOT made ? 'done' THEN
		-- what was there before the group was here is no news for a digest
		UPDATE relais.group_log l SET floor = l.head WHERE l.group_id = g.id;
	END IF;
	RETURN so_far;
END
$$;

-- [[group, version], …] of the groups that are not as `before` says, {group: version}.
CREATE FUNCTION relais.versions_since(before jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(jsonb_agg(jsonb_build_array(l.group_id, l.version) ORDER BY l.group_id), '[]') FROM relais.group_log l
	WHERE before->(l.group_id::text) IS DISTINCT FROM to_jsonb(l.version)
$$;

-- {"changed", "value": {"added": {what: n}, "changed": {what: n}, "made": [{"group", "kind", "id"}]}}, or
-- {"problems": […]}.
CREATE FUNCTION relais.import(doc jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	found text;
	before jsonb;
	d jsonb;
	so_far jsonb := '{"problems": [], "added": {}, "changed": {}, "made": []}';
BEGIN
	IF NOT relais.is_operator() AND doc ?| ARRAY['umbrellas', 'programmes', 'partnerships', 'people'] THEN
		RETURN '{"error": "forbidden"}';
	END IF;
	SELECT coalesce(jsonb_object_agg(l.group_id, l.version), '{}') INTO before FROM relais.group_log l;
	so_far := relais.import_bodies(so_far, doc);
	FOR d IN SELECT jsonb_array_elements(doc->'groups') LOOP
		so_far := relais.import_group(so_far, d);
	END LOOP;
	RETURN jsonb_build_object('changed', relais.versions_since(before), 'value', so_far - 'problems');
EXCEPTION WHEN SQLSTATE 'RL002' THEN
	GET STACKED DIAGNOSTICS found = PG_EXCEPTION_DETAIL;
	RETURN jsonb_build_object('problems', found::jsonb);
END
$$;
REVOKE EXECUTE ON FUNCTION relais.import FROM relais_site;
-- what only import() calls may not be called past its checks
REVOKE EXECUTE ON FUNCTION relais.person_add, relais.person_import, relais.programme_import, relais.partnership_import FROM relais_site, relais_admin;
