-- The table of learning questions is edited in place: a question's wording, problems, sub-questions and the
-- writer's priorities in one write.

SET ROLE relais_owner;

-- problems [{"id", "text"}], subquestions [{"id", "text", "priority"}]: without id they are new, with an id and no
-- text they go, unless others refer to them. NULL leaves the list. priority is that of the writer's municipality.
CREATE FUNCTION relais.question_parts_change(t relais.turn, number int, owner int, problems jsonb, subquestions jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF EXISTS (SELECT FROM jsonb_array_elements(problems) e WHERE e ? 'id' AND NOT EXISTS (SELECT FROM relais.problem p
			WHERE p.group_id = t.group_id AND p.number = question_parts_change.number AND p.problem = (e->>'id')::int))
		OR EXISTS (SELECT FROM jsonb_array_elements(subquestions) e WHERE e ? 'id' AND NOT EXISTS (SELECT FROM relais.subquestion s
			WHERE s.group_id = t.group_id AND s.number = question_parts_change.number AND s.subquestion = (e->>'id')::int)) THEN
		PERFORM relais.refuse('not_found');
	ELSIF EXISTS (SELECT FROM jsonb_array_elements(problems) e JOIN relais.we_too w
			ON w.group_id = t.group_id AND w.problem = (e->>'id')::int WHERE NOT e ? 'text')
		OR EXISTS (SELECT FROM jsonb_array_elements(subquestions) e JOIN relais.lesson_answers a
			ON a.group_id = t.group_id AND a.subquestion = (e->>'id')::int WHERE NOT e ? 'text')
		OR EXISTS (SELECT FROM jsonb_array_elements(subquestions) e JOIN relais.priority p
			ON p.group_id = t.group_id AND p.subquestion = (e->>'id')::int AND p.municipality_id IS DISTINCT FROM owner WHERE NOT e ? 'text') THEN
		PERFORM relais.refuse('part_used');
	END IF;
	UPDATE relais.problem p SET text = btrim(e->>'text') FROM jsonb_array_elements(problems) e
	WHERE p.group_id = t.group_id AND p.problem = (e->>'id')::int AND e ? 'text';
	UPDATE relais.subquestion s SET text = btrim(e->>'text') FROM jsonb_array_elements(subquestions) e
	WHERE s.group_id = t.group_id AND s.subquestion = (e->>'id')::int AND e ? 'text';
	DELETE FROM relais.priority p USING jsonb_array_elements(subquestions) e
	WHERE p.group_id = t.group_id AND p.subquestion = (e->>'id')::int AND p.municipality_id = owner AND NOT (e ? 'text' AND e ? 'priority');
	INSERT INTO relais.priority AS p SELECT t.group_id, (e->>'id')::int, owner, e->>'priority' FROM jsonb_array_elements(subquestions) e
	WHERE e ? 'id' AND e ? 'text' AND e ? 'priority' AND owner IS NOT NULL
	ON CONFLICT ON CONSTRAINT priority_pkey DO UPDATE SET priority = excluded.priority;
	DELETE FROM relais.problem p USING jsonb_array_elements(problems) e
	WHERE p.group_id = t.group_id AND p.problem = (e->>'id')::int AND NOT e ? 'text';
	DELETE FROM relais.subquestion s USING jsonb_array_elements(subquestions) e
	WHERE s.group_id = t.group_id AND s.subquestion = (e->>'id')::int AND NOT e ? 'text';
	PERFORM relais.question_parts(t.group_id, number, owner,
		(SELECT jsonb_agg(e->'text') FROM jsonb_array_elements(problems) e WHERE NOT e ? 'id' AND e ? 'text'),
		(SELECT jsonb_agg(CASE WHEN owner IS NULL THEN e - 'priority' ELSE e END) FROM jsonb_array_elements(subquestions) e
			WHERE NOT e ? 'id' AND e ? 'text'));
END
$$;

-- text: the wording in the question's own language; one that differs is a new revision, as sensitive as the one before.
CREATE FUNCTION relais.question_row_put(slug text, number int, edit int, text text, reason text, problems jsonb, subquestions jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	owner int;
	n int;
	secret boolean := false;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'question', number, edit, false);
	IF i.status NOT IN ('draft', 'published') THEN
		PERFORM relais.refuse('item_ended');
	ELSIF i.status = 'published' THEN
		PERFORM relais.change_published(t, i);
	END IF;
	SELECT o.municipality_id INTO owner FROM relais.item_owner o WHERE o.group_id = t.group_id AND o.number = i.number
		AND o.municipality_id = ANY (t.acts_for) ORDER BY o.municipality_id <> i.municipality_id LIMIT 1;
	IF text IS NOT NULL AND btrim(text) <> (SELECT x.title FROM relais.item_text x WHERE x.group_id = i.group_id AND x.number = i.number
			AND x.lang = i.lang AND (NOT x.sensitive OR relais.owns(i.group_id, i.number)) ORDER BY x.revision DESC LIMIT 1) THEN
		n := relais.text_add(t, i, i.lang, NULL, text, NULL, NULL, NULL, NULL, NULL);
		secret := relais.text_sensitive(i, i.lang, n);
		INSERT INTO relais.item_revision VALUES (t.group_id, i.number, n, coalesce(reason, ''), NULL, secret,
			coalesce(owner, i.municipality_id), relais.actor(), t.at, NULL);
	ELSE
		UPDATE relais.item x SET edit = x.edit + 1, updated_at = t.at WHERE x.group_id = t.group_id AND x.number = i.number;
	END IF;
	PERFORM relais.question_parts_change(t, i.number, owner, problems, subquestions);
	PERFORM relais.tell(t, 'question', CASE WHEN n IS NULL THEN 'changed' ELSE 'reworded' END, i.number, i.municipality_id,
		CASE WHEN secret THEN 2 ELSE 0 END, CASE WHEN n IS NOT NULL THEN jsonb_build_object('revision', n) END);
	RETURN relais.answer(t, format('/groups/%s/questions/table#question-%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
